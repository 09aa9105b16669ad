"""PDF, by pypdf."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import TYPE_CHECKING

from sync_daemon.tooling.documents.errors import UnreadableDocumentError

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 200
_ENOUGH = 200_000  # characters
# pypdf reports every oddity of a file that it can read all the same.
_LOGGER = logging.getLogger("pypdf")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False


def read(content: bytes) -> str:
    """The text of a PDF, page by page.

    Raises:
        UnreadableDocumentError: it has a password, or is no PDF that pypdf can read.
    """
    try:
        return _pages(_opened(content))
    except (UnreadableDocumentError, MemoryError, RecursionError):
        raise
    except Exception as error:  # pypdf lets many errors of its own out
        raise UnreadableDocumentError("is a damaged PDF") from error


def _opened(content: bytes) -> PdfReader:
    from pypdf import PdfReader  # noqa: PLC0415 - only the process that reads one needs it

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocumentError("has a password")
    return reader


def _pages(reader: PdfReader) -> str:
    texts: list[str] = []
    length = 0
    for page in reader.pages[:MOST_PAGES]:
        texts.append(page.extract_text())
        length += len(texts[-1])
        if length > _ENOUGH:
            break
    return "\n".join(texts)

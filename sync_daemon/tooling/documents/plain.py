"""Plain text and Markdown."""

from __future__ import annotations

import codecs

from sync_daemon.tooling.documents.errors import UnreadableDocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, or in what its byte order mark says.

    Raises:
        UnreadableDocumentError: it is in another encoding, or no text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocumentError("is not UTF-8 text") from error
    if "\x00" in text:
        raise UnreadableDocumentError("is not text")
    return text

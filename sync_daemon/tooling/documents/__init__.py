"""The text of a person's own document: plain text, Markdown, PDF, DOCX or JSON Resume."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from sync_daemon.tooling.documents import json_resume, pdf, word
from sync_daemon.tooling.documents.errors import UnreadableDocumentError
from sync_daemon.tooling.documents.plain import decode
from sync_daemon.tooling.errors import ToolError, TransientToolError
from sync_daemon.tooling.parsing import DirectParsers, Parsers, TooComplexError, reads_with

__all__ = ["MOST_BYTES", "MOST_CHARACTERS", "document_text"]

MOST_BYTES = 10_000_000
MOST_CHARACTERS = 200_000
_MOST_KEPT = 16
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "is an old Word file, or one with a password"),
    (b"{\\rtf", "is an RTF file"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
)


def document_text(path: Path, option: str = "résumé", parsers: Parsers | None = None) -> str:
    """The text of a document, at most `MOST_CHARACTERS` of it.

    What it is is told by its content, not its name. A file is read once, also one that
    cannot be read, until it changes.

    Args:
        path: the file.
        option: what messages call the document.
        parsers: what reads it: ``context.parsers`` of a tool.

    Raises:
        ToolError: it cannot be read, has no text, or is of a kind that is not known.
    """
    try:
        stamp = path.stat()
        found = _kept.read((path, stamp.st_mtime_ns, stamp.st_size), parsers or DirectParsers())
    except OSError as error:
        message = f"The {option} cannot be read ({error.strerror})."
        raise ToolError(message, hint="Correct its path in the configuration.") from error
    if isinstance(found, str):
        return found
    hint = "Save it as PDF, DOCX, Markdown or plain text (UTF-8)."
    raise ToolError(f"The {option} {found}.", hint=hint)


_Key = tuple[Path, int, int]


class _Kept:
    """Texts of files as they were at a time and of a size, or why there is none.

    The rows of a sheet ask for the same file at once: one of them reads it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[_Key, str | UnreadableDocumentError] = OrderedDict()
        self._reading: dict[_Key, threading.Lock] = {}

    def read(self, key: _Key, parsers: Parsers) -> str | UnreadableDocumentError:
        with self._lock:
            turn = self._reading.setdefault(key, threading.Lock())
        with turn:
            found = self._found.get(key)
            if found is None:
                found = _text(key[0], key[2], parsers)
                self._keep(key, found)
            return found

    def _keep(self, key: _Key, found: str | UnreadableDocumentError) -> None:
        with self._lock:
            self._found[key] = found
            while len(self._found) > _MOST_KEPT:
                oldest, _ = self._found.popitem(last=False)
                self._reading.pop(oldest, None)


_kept = _Kept()


def _text(path: Path, size: int, parsers: Parsers) -> str | UnreadableDocumentError:
    if size > MOST_BYTES:
        return UnreadableDocumentError(f"is larger than {MOST_BYTES // 1_000_000} MB")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES)
    try:
        return parsers.call(read_content, (content,), {})
    except UnreadableDocumentError as error:
        return error
    except TransientToolError:
        raise
    except TooComplexError:
        return UnreadableDocumentError("is too complex to read")
    except ToolError:
        return UnreadableDocumentError("cannot be read")


@reads_with("pypdf", "docx")
def read_content(content: bytes) -> str:
    """The text of a document's bytes.

    Raises:
        UnreadableDocumentError: it has none, or is of a kind that is not known.
    """
    text = _read(content).strip()[:MOST_CHARACTERS]
    if not any(letter.isalnum() for letter in text):
        raise UnreadableDocumentError("is empty, or holds no text: it may be a scan")
    return text


def _read(content: bytes) -> str:
    for beginning, what in _OTHERS:
        if content.startswith(beginning):
            raise UnreadableDocumentError(what)
    if b"%PDF-" in content[:1024]:
        return pdf.read(content)
    if content.startswith(b"PK\x03\x04"):
        return word.read(content)
    text = decode(content)
    return json_resume.read(text) if text.lstrip()[:1] == "{" else text

"""The text of a person's own document: plain text, Markdown, PDF, DOCX or JSON Resume."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sync_daemon.tooling.documents import json_resume, pdf, word
from sync_daemon.tooling.documents.errors import UnreadableDocumentError
from sync_daemon.tooling.documents.plain import decode
from sync_daemon.tooling.errors import ToolError

__all__ = ["MOST_BYTES", "MOST_CHARACTERS", "document_text"]

MOST_BYTES = 10_000_000
MOST_CHARACTERS = 200_000
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "is an old Word file, or one with a password"),
    (b"{\\rtf", "is an RTF file"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
)


def document_text(path: Path, option: str = "résumé") -> str:
    """The text of a document, at most `MOST_CHARACTERS` of it.

    What it is is told by its content, not its name.

    Args:
        path: the file.
        option: what messages call the document.

    Raises:
        ToolError: it cannot be read, has no text, or is of a kind that is not known.
    """
    try:
        stamp = path.stat()
        return _text(path, stamp.st_mtime_ns, stamp.st_size)
    except OSError as error:
        message = f"The {option} cannot be read ({error.strerror})."
        raise ToolError(message, hint="Correct its path in the configuration.") from error
    except UnreadableDocumentError as error:
        hint = "Save it as PDF, DOCX, Markdown or plain text (UTF-8)."
        raise ToolError(f"The {option} {error}.", hint=hint) from error


@lru_cache(maxsize=16)
def _text(path: Path, modified: int, size: int) -> str:  # noqa: ARG001 - they keep the cache true
    if size > MOST_BYTES:
        raise UnreadableDocumentError(f"is larger than {MOST_BYTES // 1_000_000} MB")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES)
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

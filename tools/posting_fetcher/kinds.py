"""What an answer is: a page, or something that no posting is read from."""

from __future__ import annotations

from sync_daemon.tooling import ToolError

_SIGNS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a document or an archive"),
    (b"\xd0\xcf\x11\xe0", "a document"),
    (b"{\\rtf", "a document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_TYPES = (
    ("application/pdf", "a PDF"),
    ("image/", "a picture"),
    ("video/", "a video"),
    ("audio/", "a sound"),
    ("application/msword", "a document"),
    ("application/vnd.", "a document"),
    ("application/zip", "an archive"),
    ("application/rtf", "a document"),
    ("application/json", "data for programs"),
    ("text/csv", "data for programs"),
    ("text/calendar", "a calendar"),
    ("text/plain", "plain text"),
    ("text/javascript", "a program"),
    ("application/javascript", "a program"),
)
_PAGES = ("text/html", "application/xhtml")
_START = 1024
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


def check_kind(content: bytes, content_type: str) -> None:
    """Raise ToolError unless ``content`` is HTML, whatever its header says.

    Raises:
        ToolError: naming what it is.
    """
    kind = kind_of(content, content_type)
    if kind is not None:
        raise ToolError(f"This link leads to {kind}, not to a page. Paste the description.")


def kind_of(content: bytes, content_type: str) -> str | None:
    """What it is in words; None for a page."""
    start = content[:_START].lstrip(b"\xef\xbb\xbf \t\r\n")
    sign = next((kind for sign, kind in _SIGNS if start.startswith(sign)), None)
    if sign is not None:
        return sign
    declared = content_type.partition(";")[0].strip().lower()
    if declared.startswith(_PAGES) or any(mark in start.lower() for mark in _MARKUP):
        return "a file" if b"\x00" in start and not _is_wide(content) else None
    known = next((kind for prefix, kind in _TYPES if declared.startswith(prefix)), None)
    if known is not None:
        return known
    if b"\x00" in start and not _is_wide(content):
        return "a file"
    return None if not declared or b"<" in start else "a file"


def _is_wide(content: bytes) -> bool:
    """Whether it begins as UTF-16 does."""
    return content.startswith((b"\xff\xfe", b"\xfe\xff"))

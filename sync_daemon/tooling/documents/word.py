"""DOCX, by python-docx: paragraphs, tables, text boxes, headers and footers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from sync_daemon.domain.cells import is_blank
from sync_daemon.tooling.documents.errors import UnreadableDocumentError
from sync_daemon.tooling.markup_bounds import check_markup
from sync_daemon.tooling.parsing import TooComplexError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 60_000_000
"""Bytes of all parts together: a small file can hold gigabytes of blanks."""
MOST_MARKUP = 8_000_000
"""Bytes of all parts but media: parsed, they take many times as much."""
MOST_PARTS = 2_000
_MEDIA = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF", b"\x01\0\0\0",
    b"\xd7\xcd\xc6\x9a", b"\xd0\xcf\x11\xe0", b"\0\x01\0\0", b"OTTO", b"ID3", b"\x1a\x45\xdf\xa3",
)  # fmt: skip
"""How pictures, sounds, films, fonts and embedded objects begin: none of it is parsed as XML."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TEXT, _TAB, _BREAK = f"{_W}p", f"{_W}t", f"{_W}tab", f"{_W}br"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(content: bytes) -> str:
    """The text of a DOCX file.

    Raises:
        UnreadableDocumentError: it is another kind of archive, or a damaged or huge one.
    """
    import docx  # noqa: PLC0415 - only the process that reads one needs it

    try:
        _check(content)
        document = docx.Document(BytesIO(content))
        return "\n".join(line for line in _lines(document) if not is_blank(line))
    except (UnreadableDocumentError, TooComplexError, MemoryError, RecursionError):
        raise
    except Exception as error:  # python-docx and lxml let many errors of their own out
        raise UnreadableDocumentError("is a damaged DOCX file") from error


def _check(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            markup = _markup(archive) if len(parts) <= MOST_PARTS else []
    except BadZipFile as error:
        raise UnreadableDocumentError("is a damaged DOCX file") from error
    if "word/document.xml" not in {part.filename for part in parts}:
        is_open = _OPEN_DOCUMENT in content[:200]  # its type is the first, uncompressed
        what = "is an OpenDocument file" if is_open else "is an archive, but no DOCX file"
        raise UnreadableDocumentError(what)
    sizes = sum(part.file_size for part in parts), sum(part.file_size for part in markup)
    if len(parts) > MOST_PARTS or sizes[0] > MOST_UNPACKED or sizes[1] > MOST_MARKUP:
        raise UnreadableDocumentError("unpacks to more than a document holds")
    with ZipFile(BytesIO(content)) as archive:
        for part in markup:
            check_markup(archive.read(part))


def _markup(archive: ZipFile) -> list[ZipInfo]:
    """Every part that is not known for media by its beginning.

    Neither its name nor its ending says so: relationships and types decide what is parsed.
    """
    return [part for part in archive.infolist() if not _is_media(archive, part)]


def _is_media(archive: ZipFile, part: ZipInfo) -> bool:
    with archive.open(part) as file:
        return file.read(8).startswith(_MEDIA)


def _lines(document: Any) -> Iterator[str]:
    for section in document.sections:
        if not section.header.is_linked_to_previous:
            yield from _paragraphs(section.header._element)  # noqa: SLF001 - no public way
    yield from _paragraphs(document.element.body)
    for section in document.sections:
        if not section.footer.is_linked_to_previous:
            yield from _paragraphs(section.footer._element)  # noqa: SLF001


def _paragraphs(element: Any) -> Iterator[str]:
    """The text of each paragraph, also of those in tables and text boxes."""
    for paragraph in element.iter(_PARAGRAPH):
        if next(paragraph.iterancestors(_FALLBACK), None) is None:
            yield "".join(_own_text(paragraph))


def _own_text(paragraph: Any) -> Iterator[str]:
    """What stands in a paragraph, without that of a text box that hangs on it."""
    for node in paragraph.iter(_TEXT, _TAB, _BREAK):
        if next(node.iterancestors(_PARAGRAPH)) is paragraph:
            yield (node.text or "") if node.tag == _TEXT else "\n" if node.tag == _BREAK else "\t"

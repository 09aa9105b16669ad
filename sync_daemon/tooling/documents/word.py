"""DOCX, by python-docx: paragraphs, tables, text boxes, headers and footers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import docx
from docx.oxml.ns import qn

from sync_daemon.domain.cells import is_blank
from sync_daemon.tooling.documents.errors import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 60_000_000
"""Bytes of all parts together: a small file can hold gigabytes of blanks."""
MOST_MARKUP = 16_000_000
"""Bytes of the parts in XML alone: parsed, they take many times as much."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_PARAGRAPH, _TEXT, _TAB, _BREAK = qn("w:p"), qn("w:t"), qn("w:tab"), qn("w:br")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(content: bytes) -> str:
    """The text of a DOCX file.

    Raises:
        UnreadableDocumentError: it is another kind of archive, or a damaged or huge one.
    """
    try:
        _check(content)
        document = docx.Document(BytesIO(content))
        return "\n".join(line for line in _lines(document) if not is_blank(line))
    except UnreadableDocumentError:
        raise
    except Exception as error:  # python-docx and lxml let many errors of their own out
        raise UnreadableDocumentError("is a damaged DOCX file") from error


def _check(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except BadZipFile as error:
        raise UnreadableDocumentError("is a damaged DOCX file") from error
    if "word/document.xml" not in {part.filename for part in parts}:
        is_open = _OPEN_DOCUMENT in content[:200]  # its type is the first, uncompressed
        what = "is an OpenDocument file" if is_open else "is an archive, but no DOCX file"
        raise UnreadableDocumentError(what)
    markup = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if markup > MOST_MARKUP or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableDocumentError("unpacks to more than a document holds")


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

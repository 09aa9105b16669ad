from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from sync_daemon.tooling import ToolError, documents
from sync_daemon.tooling.documents import MOST_CHARACTERS, document_text
from sync_daemon.tooling.documents.json_resume import read as read_json
from tests.support.drawing import examples


def pdf(*pages: str) -> bytes:
    """A PDF with one line of text on each page, written by hand."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    fonts = "<< /Font << /F1 3 0 R >> >>"
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * number} 0 R /Resources {fonts} >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def encrypted(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


TEXT_BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict>"
    "</w:r>"
)


def word_file() -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Jo Doe"
    document.sections[0].footer.paragraphs[0].text = "Page"
    document.add_heading("Skills", 1)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Python", "Kubernetes"
    paragraph = document.add_paragraph("Before\tafter")
    paragraph._p.append(parse_xml(TEXT_BOX))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def open_document() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        zipped.writestr("content.xml", "<a/>")
    return out.getvalue()


def with_body(body: bytes) -> bytes:
    """The Word file with another main part."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(word_file())) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            is_body = part.filename == "word/document.xml"
            new.writestr(part, body if is_body else old.read(part))
    return out.getvalue()


def text_of(folder: Path, content: bytes, name: str = "cv") -> str:
    file = folder / name
    file.write_bytes(content)
    return document_text(file)


def test_plain_text_is_read_in_the_encodings_it_names(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert text_of(tmp_path, "Müller, Köln\n".encode(encoding)) == "Müller, Köln"


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    assert text_of(tmp_path, pdf("Python cook", "Kubernetes")) == "Python cook\nKubernetes"


def test_a_pdf_without_a_password_of_its_reader_is_read(tmp_path: Path) -> None:
    assert text_of(tmp_path, encrypted(pdf("Python"), "")) == "Python"


def test_a_docx_is_read_with_its_header_tables_and_text_boxes(tmp_path: Path) -> None:
    lines = text_of(tmp_path, word_file()).splitlines()
    assert lines == [
        "Jo Doe",
        "Skills",
        "Python",
        "Kubernetes",
        "Before\tafter",
        "In a box",
        "Page",
    ]


def test_a_json_resume_is_read_as_headings_and_lines(tmp_path: Path) -> None:
    resume = {
        "basics": {"name": "Jo", "email": "jo@example.org"},
        "work": [{"position": "Cook", "name": "Acme", "startDate": "2020-01", "endDate": ""}],
        "skills": [{"name": "Web", "keywords": ["HTML", "CSS"]}],
        "meta": {"version": "v1"},
    }
    lines = [one for one in text_of(tmp_path, json.dumps(resume).encode()).splitlines() if one]
    assert lines == [
        "Basics:", "Jo", "Work:", "2020-01 - present", "Cook, Acme",
        "Skills:", "Web", "HTML", "CSS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"caf\xe9", "is not UTF-8 text"),
        (b"a\x00b", "is not text"),
        (b"%PDF-1.4\nnonsense", "is a damaged PDF"),
        (pdf(""), "it may be a scan"),
        (encrypted(pdf("Python"), "secret"), "has a password"),
        (b"PK\x03\x04nonsense", "is a damaged DOCX"),
        (archive(word__document_xml=b"<nonsense"), "is a damaged DOCX"),
        (archive(content_xml=b"<a/>", mimetype=b"application/vnd.oasis"), "but no DOCX"),
        (archive(word__document_xml=b" " * 16_000_001), "unpacks to more"),
        (archive(word__document_xml=b"<a/>", image=b" " * 61_000_000), "unpacks to more"),
        (open_document(), "is an OpenDocument file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Word file"),
        (b"{\\rtf1 text}", "is an RTF file"),
        (b"\x89PNG\r\n", "is a picture"),
        (b'{"basics": ', "begins like JSON"),
        (b'{"a": 1}', "no JSON Resume"),
        (b"[" * 10, "is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ToolError, match=said) as caught:
        text_of(tmp_path, content)
    assert "The résumé " in str(caught.value)


def test_entities_of_a_docx_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    body = (
        f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Text &x;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    assert "the secret" not in text_of(tmp_path, with_body(body))


def test_entities_within_entities_of_a_docx_do_not_grow(tmp_path: Path) -> None:
    entities = "".join(
        f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10)
    )
    body = (
        f'<!DOCTYPE w [<!ENTITY e0 "laugh">{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    with pytest.raises(ToolError, match=r"is a damaged DOCX|holds no text"):
        text_of(tmp_path, with_body(body))


def test_a_file_that_is_not_there_or_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ToolError, match="cannot be read") as caught:
        document_text(tmp_path / "none", "resumes")
    assert "in the configuration" in caught.value.hint
    monkeypatch.setattr(documents, "MOST_BYTES", 1_000_000)
    with pytest.raises(ToolError, match="larger than 1 MB"):
        text_of(tmp_path, b"x" * 1_000_001)


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    assert len(text_of(tmp_path, b"x " * MOST_CHARACTERS)) <= MOST_CHARACTERS


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert text_of(tmp_path, b"one") == "one"
    assert text_of(tmp_path, b"another") == "another"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=examples(60))
@given(JSON)
def test_any_json_under_a_section_gives_a_text(content: object) -> None:
    assert isinstance(read_json(json.dumps({"work": content})), str)

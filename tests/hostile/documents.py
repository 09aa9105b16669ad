"""Hostile PDF and DOCX files."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO

from tests.hostile.markup import Draw, _size, mutated

Stream = tuple[str, bytes]


def _pdf(objects: Sequence[str | Stream], trailer: str = "") -> bytes:
    """A file of these objects, the first of which is its catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode()
        if isinstance(content, str):
            out += content.encode("latin-1")
        else:
            out += f"<< {content[0]} /Length {len(content[1])} >>\nstream\n".encode()
            out += content[1] + b"\nendstream"
        out += b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R {trailer} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


FONT = "<< /Font << /F1 5 0 R >> >>"


def _page_with(stream: Stream, font: str = "", more: Sequence[str | Stream] = ()) -> bytes:
    return _pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources {FONT} >>",
            stream,
            f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {font} >>",
            *more,
        ]
    )


def pdf_bomb(draw: Draw) -> bytes:
    size, layers = _size(draw, 1_000_000, 400_000_000), draw.choice([1, 1, 2, 3])
    packed = zlib.compressobj(9)
    parts = [packed.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)]
    raw = b"".join(parts) + packed.flush()
    for _ in range(layers - 1):
        raw = zlib.compress(raw, 9)
    return _page_with((f"/Filter [{'/FlateDecode ' * layers}]", raw))


def pdf_operators(draw: Draw) -> bytes:
    piece = draw.choice(
        [
            "(a) Tj ",
            "q ",
            "1 0 0 1 0 0 cm ",
            "[(a) 1 (b)] TJ ",
            "BT ET ",
            "<41> Tj ",
            "/F1 12 Tf ",
            "(",
            "[",
            "<<",
        ]
    )
    count = _size(draw, 1_000, 2_000_000)
    return _page_with(
        ("/Filter /FlateDecode", zlib.compress(f"BT /F1 12 Tf {piece * count} ET".encode()))
    )


def pdf_filters(draw: Draw) -> bytes:
    name = draw.choice(
        [
            "ASCIIHexDecode",
            "ASCII85Decode",
            "LZWDecode",
            "RunLengthDecode",
            "CCITTFaxDecode",
            "DCTDecode",
            "JBIG2Decode",
            "Crypt",
        ]
    )
    body = draw.choice([b"\x81A", b"00", b"z", b"\xff\x00", draw.randbytes(100)])
    return _page_with((f"/Filter /{name}", body * _size(draw, 100, 2_000_000 // len(body))))


def pdf_tree(draw: Draw) -> bytes:
    """Page trees that go round, or have no end."""
    count = _size(draw, 2, 50_000)
    kids = draw.choice(["2 0 R", "1 0 R", "99999 0 R", "3 0 R", "4 0 R"])
    return _pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{f'{kids} ' * count}] /Count {draw.choice([1, count, -1])} >>",
            f"<< /Type /Page /Parent 2 0 R /Contents [{'4 0 R ' * count}] /Resources {FONT} >>",
            ("", b"BT /F1 12 Tf (Python) Tj ET"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Parent 5 0 R >>",
        ]
    )


def pdf_fonts(draw: Draw) -> bytes:
    count = _size(draw, 100, 60_000)
    ranges = "".join(f"<{n:04X}> <FFFF> <{n:04X}>\n" for n in range(min(count, 65_000)))
    kind = draw.choice(["bfrange", "bfchar", "cidrange"])
    spaces = "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    table = f"{spaces} {count} begin{kind} {ranges}end{kind}"
    differences = " ".join(f"{n % 256} /g{n}" for n in range(count))
    font = f"/ToUnicode 6 0 R /Encoding << /Differences [{differences}] >>"
    return _page_with(("", b"BT /F1 12 Tf (Python) Tj ET"), font, [("", table.encode())])


def pdf_nested(draw: Draw) -> bytes:
    opening = draw.choice(["[", "<< /a ", "(", "<", "% \n", "/a#", "<<"])
    return _page_with(("", b"BT (a) Tj ET"), f"/Extra {opening * _size(draw, 100, 300_000)}")


def pdf_xref(draw: Draw) -> bytes:
    base = _page_with(("", b"BT /F1 12 Tf (Python) Tj ET"))
    start = draw.choice([0, 9, len(base), 10**12, len(base) - 40])
    rest = draw.choice(
        [f"/Prev {start}", "/Prev 0 /XRefStm 9", "/Encrypt 5 0 R", "/Size 999999999"]
    )
    return (
        base
        + f"trailer\n<< /Root 1 0 R {rest} >>\nstartxref\n{start}\n%%EOF\n".encode()
        * draw.randint(1, 50)
    )


def pdf_mutated(draw: Draw) -> bytes:
    return mutated(
        draw, _page_with(("", b"BT /F1 12 Tf (Python and SQL) Tj ET " * draw.randint(1, 400)))
    )


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _word(body: bytes, parts: Sequence[tuple[str, bytes, str]] = ()) -> bytes:
    """A document with more parts, each related to it: name, content, type."""
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{kind}"/>' for n, _, kind in parts)
    related = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/header" Target="/{name}"/>'
        for at, (name, _, _) in enumerate(parts)
    )
    kind = f"{OFFICE}/officeDocument"
    first = f'<Relationship Id="r" Type="{kind}" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": (
            f'<Types xmlns="{KINDS}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>{overrides}</Types>'
        ).encode(),
        "_rels/.rels": _relations(first),
        "word/_rels/document.xml.rels": _relations(related),
        "word/document.xml": body,
        **{name: content for name, content, _ in parts},
    }  # fmt: skip
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            dated = zipfile.ZipInfo(name)  # of 1980: a file by its name would bear the time of day
            archive.writestr(dated, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relations(inner: str) -> bytes:
    return f'<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'.encode()


def _body(inner: str) -> bytes:
    return f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode()


TEXT = "<w:p><w:r><w:t>Python</w:t></w:r></w:p>"


def docx_many(draw: Draw) -> bytes:
    piece = draw.choice(
        [TEXT, "<w:p/>", "<w:tab/>", "<w:tbl><w:tr><w:tc>" + TEXT + "</w:tc></w:tr></w:tbl>"]
    )
    return _word(_body(piece * _size(draw, 1_000, 30_000_000 // len(piece))))


def docx_deep(draw: Draw) -> bytes:
    opening = draw.choice(
        ["<w:p>", "<w:p><w:r><w:t>a</w:t>", "<w:tbl><w:tr><w:tc>", "<w:txbxContent><w:p>"]
    )
    return _word(_body(opening * _size(draw, 50, 300_000)))


def docx_attributes(draw: Draw) -> bytes:
    marks = " ".join(f'w:a{n}="1"' for n in range(_size(draw, 100, 100_000)))
    return _word(_body(f"<w:p {marks}/>"))


def docx_hidden_part(draw: Draw) -> bytes:
    """A part that its name does not show for XML, as large as it may be."""
    name = draw.choice(["word/x.bin", "word/media/x.png", "x", "word/embeddings/y.dat"])
    kind = draw.choice(["header", "footer", "styles", "numbering", "settings", "comments"])
    start = draw.choice([b"", b"\xef\xbb\xbf", b" ", b"\x89PNG", b"RIFF"])
    content = start + _body("<w:p/>" * _size(draw, 1_000, 9_000_000))
    full = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    return _word(_body(TEXT), [(name, content, full)])


def docx_entities(draw: Draw) -> bytes:
    wide = draw.choice([2, 10, 60])
    lines = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * wide}">' for n in range(1, draw.randint(2, 12))
    )
    return _word(
        f'<!DOCTYPE x [<!ENTITY e0 "boom">{lines}]>'.encode()
        + _body("<w:p><w:r><w:t>&e1;</w:t></w:r></w:p>")
    )


def docx_parts(draw: Draw) -> bytes:
    count = _size(draw, 10, 4_000)
    return _word(
        _body(TEXT), [(f"word/h{n}.xml", _body(TEXT), "application/xml") for n in range(count)]
    )


def docx_blanks(draw: Draw) -> bytes:
    """An archive that unpacks to a thousand times its size."""
    filler = draw.choice([b" ", b"<", b"<a>", b"\0"])
    size = _size(draw, 1_000_000, 200_000_000)
    return _word(_body(TEXT), [("word/x.bin", filler * (size // len(filler)), "application/xml")])


def docx_mutated(draw: Draw) -> bytes:
    return mutated(draw, _word(_body(TEXT * draw.randint(1, 500))))


Maker = Callable[[Draw], bytes]
PDF: list[Maker] = [
    pdf_bomb,
    pdf_operators,
    pdf_filters,
    pdf_tree,
    pdf_fonts,
    pdf_nested,
    pdf_xref,
    pdf_mutated,
]
DOCX: list[Maker] = [
    docx_many,
    docx_deep,
    docx_attributes,
    docx_hidden_part,
    docx_entities,
    docx_parts,
    docx_blanks,
    docx_mutated,
]


def pdf(draw: Draw) -> bytes:
    """One of them."""
    return draw.choice(PDF)(draw)


def docx(draw: Draw) -> bytes:
    """One of them."""
    return draw.choice(DOCX)(draw)

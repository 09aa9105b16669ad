"""Hostile pages: HTML, and the JSON-LD in it. Each is one draw of a seeded generator."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

Draw = random.Random

LARGEST = 4_900_000  # the guarded client takes 5 MB
PROSE = "We are looking for a baker who knows rye, wheat and, above all, patience. " * 8
_REPEATED = [
    "a", " ", "\n", "\t ", "1", "1,", "a@", "-", "…", "<", "&", "&lt;p&gt;", "&amp;amp;lt;p",
    "&#x41;", "&nbsp;", "\u200b", "\u202e", "https://a.example/", "$1 ", "a-", "A.", "“",
]  # fmt: skip
_OPENED = [
    "<!--", "<![CDATA[", "<?x ", "<!DOCTYPE x [", '<a href="', "<script>", "<style>", "<title>",
    "<textarea>", "<select><option>", "<svg><p>", "<math><mi>", "</p ", "<p\x00",
]  # fmt: skip
TAGS = [
    "p",
    "div",
    "span",
    "b",
    "i",
    "a",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "h2",
    "h3",
    "form",
    "font",
    "section",
    "article",
    "blockquote",
]


def _size(draw: Draw, least: int, most: int) -> int:
    """Small sizes as often as large ones."""
    return int(least * (most / least) ** draw.random())


def attributes(draw: Draw) -> str:
    count = _size(draw, 100, 200_000)
    value = draw.choice(["=1", "", "='x y'", '="&amp;"', "=" + "x" * 20])
    return f"<p {' '.join(f'a{number}{value}' for number in range(count))}>text</p>"


def many_with_attributes(draw: Draw) -> str:
    each = " ".join(f"b{number}=1" for number in range(draw.randint(20, 900)))
    return f"<a href=/job/1 {each}>job</a>" * (LARGEST // (len(each) + 30) // draw.randint(1, 20))


def deep(draw: Draw) -> str:
    tag, depth = draw.choice(TAGS), _size(draw, 100, 400_000)
    end = f"</{tag}>" * depth if draw.random() < 0.5 else ""
    return f"<{tag}>" * depth + PROSE + end


def siblings(draw: Draw) -> str:
    piece = draw.choice(
        ["<p>a", "<br>", "<b></b>", "<li>a", "<td>a", "<i><b>a</i></b>", "<a href=x>j</a>"]
    )
    return piece * _size(draw, 1_000, LARGEST // len(piece))


def misnested(draw: Draw) -> str:
    pieces = [f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + ["word "]
    return "".join(draw.choices(pieces, k=_size(draw, 1_000, 300_000)))


def long_text(draw: Draw) -> str:
    piece = draw.choice(_REPEATED)
    return f"<p>{piece * _size(draw, 10_000, LARGEST // len(piece.encode()))}</p>"


def unclosed(draw: Draw) -> str:
    piece = draw.choice(_OPENED)
    return piece * _size(draw, 10, 200_000) + PROSE


def big_values(draw: Draw) -> str:
    filler = draw.choice(["x", "x ", "display:none;", "a b ", "/*", "url(", "1px,", "&amp;"])
    name = draw.choice(["style", "class", "href", "src", "content", "itemprop", "id", "title"])
    return f'<meta name=description {name}="{filler * _size(draw, 1_000, 400_000)}">{PROSE}'


def lists_in_lists(draw: Draw) -> str:
    depth = _size(draw, 10, 3_000)
    item = "<ul><li><p><div>word</div></p>" * depth + "</li></ul>" * depth
    return item * draw.randint(1, 5) + PROSE


def headings(draw: Draw) -> str:
    words = draw.choice(["Similar jobs", "related " + "x " * 50, "Other" + " \t" * 500, "More"])
    return f"<div><h2>{words}</h2><p>{PROSE}</p></div>" * _size(draw, 10, 5_000)


def paragraphs(draw: Draw) -> str:
    words = draw.choice([PROSE, "a, " * 300, "word. " * 200, "closed " * 100])
    wrap = draw.choice(
        ["<p>{}</p>", "<div>{}<br><br>{}</div>", "<td>{}</td>", "{}<br>", "<li>{}</li>"]
    )
    piece = wrap.replace("{}", words)
    return piece * max(1, _size(draw, 10, LARGEST // len(piece)))


def microdata(draw: Draw) -> str:
    kind = 'itemscope itemtype="https://schema.org/JobPosting"'
    depth = _size(draw, 10, 20_000)
    return f"<div {kind} itemprop='address description name'>" * depth + PROSE


def tables(draw: Draw) -> str:
    return "<table><tr><td>" * _size(draw, 100, 100_000) + PROSE + "</table>" * draw.randint(0, 100)


def json_ld(draw: Draw) -> str:
    return f'<script type="application/ld+json">{draw.choice(JSON)(draw)}</script><p>{PROSE}</p>'


def json_deep(draw: Draw) -> str:
    opening = draw.choice(["[", '{"a":', '[{"@graph":', '{"@type":"JobPosting","description":'])
    return opening * _size(draw, 100, 400_000)


def json_wide(draw: Draw) -> str:
    piece = draw.choice(
        ["[]", "{}", "1", '""', "null", '{"@type":"JobPosting"}', '{"@id":"#a","@type":"x"}']
    )
    return f"[{','.join([piece] * _size(draw, 1_000, 700_000 // len(piece)))}]"


def json_odd(draw: Draw) -> str:
    piece = draw.choice(
        [
            ",",
            ",]",
            "\\",
            '"',
            '"\\u12',
            "//",
            "/*",
            "<!--",
            "&quot;",
            "1e999,",
            "\x00",
            "'",
            "-",
            "]]>;",
        ]
    )
    return '{"@type": "JobPosting", "title": "x' + piece * _size(draw, 100, 500_000)


def json_number(draw: Draw) -> str:
    return f'{{"@type":"JobPosting","baseSalary":{"9" * _size(draw, 10, 900_000)}}}'


def json_text(draw: Draw) -> str:
    piece = draw.choice(
        [
            "&lt;p&gt;",
            "<p>",
            "&amp;amp;lt;br&amp;amp;gt;",
            "word ",
            "\\n",
            "\\u00e9",
            "<b ",
            "• ",
            "<li>x",
        ]
    )
    text = piece * _size(draw, 100, 90_000)
    return f'{{"@type":"JobPosting","title":"Baker","description":"{text}"}}'


def json_circles(draw: Draw) -> str:
    count = _size(draw, 10, 8_000)
    nodes = [
        {
            "@id": f"#{number}",
            "@type": "JobPosting",
            "hiringOrganization": {"@id": f"#{number + 1}"},
        }
        for number in range(count)
    ]
    return json.dumps({"@graph": nodes})


Generator = Callable[[Draw], str]
JSON: list[Generator] = [json_deep, json_wide, json_odd, json_number, json_text, json_circles]
HTML: list[Generator] = [
    attributes, many_with_attributes, deep, siblings, misnested, long_text, unclosed, big_values,
    lists_in_lists, headings, paragraphs, microdata, tables,
]  # fmt: skip


def page(draw: Draw) -> bytes:
    """A page of one or two hostile parts, in some encoding."""
    parts = "".join(draw.choice(HTML)(draw) for _ in range(draw.choice([1, 1, 2])))
    return encoded(draw, f"<!DOCTYPE html><html><head><title>Baker</title></head><body>{parts}")


def page_with_json(draw: Draw) -> bytes:
    """A page with hostile data for programs."""
    parts = "".join(json_ld(draw) for _ in range(draw.choice([1, 1, 3])))
    return encoded(draw, f"<!DOCTYPE html><html><head><title>Baker</title></head><body>{parts}")


def encoded(draw: Draw, text: str) -> bytes:
    """Mostly UTF-8; sometimes another encoding, a lie about it, or bytes knocked over."""
    raw = text.encode(draw.choice(["utf-8"] * 7 + ["utf-16", "utf-16-be", "gb18030"]), "replace")
    if draw.random() < 0.1:
        raw = b'<meta charset="' + draw.choice([b"utf-16", b"utf-7", b"x", b"gb2312"]) + b'">' + raw
    return mutated(draw, raw[:LARGEST]) if draw.random() < 0.2 else raw[:LARGEST]


def mutated(draw: Draw, raw: bytes) -> bytes:
    """Some bytes changed, parts left out, doubled or moved."""
    content = bytearray(raw)
    for _ in range(draw.randint(1, 40)):
        if not content:
            break
        at, length = draw.randrange(len(content)), draw.choice([1, 4, 100, 5_000])
        match draw.randrange(4):
            case 0:
                content[at : at + length] = draw.randbytes(min(length, 50))
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length] * draw.choice([1, 2, 30])
            case _:
                content[at:at] = content[: min(length, at)]
    return bytes(content[:LARGEST])

"""Hostile XML: feeds of a board, RSS and Atom."""

from __future__ import annotations

from tests.hostile.markup import HTML, LARGEST, PROSE, Draw, _size, mutated


def bomb(draw: Draw) -> tuple[str, str]:
    """Entities within entities; a declaration and how to use it."""
    depth, wide = draw.randint(2, 12), draw.choice([2, 10, 100])
    lines = ['<!ENTITY e0 "boom">']
    lines += [f'<!ENTITY e{n} "{f"&e{n - 1};" * wide}">' for n in range(1, depth)]
    lines.append('<!ENTITY x SYSTEM "file:///etc/passwd">')
    return f"<!DOCTYPE a [{''.join(lines)}]>", f"&e{depth - 1};&x;"


def content(draw: Draw) -> str:
    """What stands in an element."""
    match draw.randrange(6):
        case 0:
            return f"<![CDATA[{draw.choice(HTML)(draw)[:400_000]}]]>"
        case 1:
            return draw.choice(HTML)(draw)[:200_000].replace("<", "&lt;")
        case 2:
            return "&#x41;&amp;" * _size(draw, 10, 100_000)
        case 3:
            return "<b>" * _size(draw, 10, 100_000)
        case 4:
            marks = " ".join(f"a{n}='1'" for n in range(_size(draw, 10, 60_000)))
            return f"<b {marks}/>"
        case _:
            return PROSE * _size(draw, 1, 500)


def rss(draw: Draw) -> bytes:
    """A feed."""
    declared, used = bomb(draw) if draw.random() < 0.3 else ("", "")
    when = draw.choice(
        ["Mon, 01 May 2026 10:00:00 GMT", "9" * 5_000, "2026-" * 9_000, "x:" * 5_000]
    )
    item = (
        f"<item><guid>{draw.random()}</guid><title>Baker {used}</title>"
        f"<link>https://a.example/1</link><pubDate>{when}</pubDate>"
        f"<description>{content(draw)}</description></item>"
    )
    count = draw.choice([1, 1, 3, _size(draw, 1, 60_000)])
    spaces = "".join(f' xmlns:n{n}="u:{n}"' for n in range(draw.choice([0, 0, 5_000])))
    text = f'<?xml version="1.0"?>{declared}<rss version="2.0"{spaces}><channel>'
    text += item * min(count, LARGEST // len(item) + 1)
    raw = f"{text}</channel></rss>".encode(draw.choice(["utf-8", "utf-8", "utf-16"]), "replace")
    return mutated(draw, raw[:LARGEST]) if draw.random() < 0.4 else raw[:LARGEST]


def board(draw: Draw) -> bytes:
    """The XML of a board."""
    declared, used = bomb(draw) if draw.random() < 0.4 else ("", "")
    position = (
        f"<position><id>123</id><name>Baker {used}</name><jobDescriptions><jobDescription>"
        f"<name>About</name><value>{content(draw)}</value></jobDescription></jobDescriptions>"
        "</position>"
    )
    count = draw.choice([1, 1, _size(draw, 1, 30_000)])
    depth = draw.choice([0, 0, _size(draw, 10, 300_000)])
    text = f'<?xml version="1.0"?>{declared}<workzag-jobs>' + "<x>" * depth
    text += position * min(count, LARGEST // len(position) + 1)
    raw = f"{text}</workzag-jobs>".encode()
    return mutated(draw, raw[:LARGEST]) if draw.random() < 0.4 else raw[:LARGEST]

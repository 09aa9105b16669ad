"""From the bytes of a page to its text, as browsers find the character set."""

from __future__ import annotations

import codecs
import re

from .markup import MOST_CHARACTERS

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_HEADER = re.compile(r"""(?i)charset\s*=\s*["']?([\w.:-]{1,40})""")
_IN_META = re.compile(rb"""(?i)<meta\b[^<>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""")
_IN_XML = re.compile(rb"""^\s*<\?xml[^<>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_META_WITHIN = 4096
_AS_BROWSERS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
}
_CHARACTER_SETS = re.compile(
    r"utf-8|utf-16(-le|-be)?|iso8859-\d{1,2}|cp(12\d\d|866|874|932|949|950)|koi8-[ru]|gb18030|"
    r"big5(hkscs)?|euc_jp|euc_kr|shift_jis|mac-roman|mac-cyrillic"
)
_MOST_BYTES = 4 * MOST_CHARACTERS


def decode(content: bytes, content_type: str = "") -> str:
    """The text: by its byte order mark, the header, its own ``<meta>``, or as it comes."""
    content = content[:_MOST_BYTES]
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    start = content[:_META_WITHIN]
    named = [match[1] for match in [_IN_HEADER.search(content_type)] if match]
    named += [m[1].decode() for m in (_IN_META.search(start), _IN_XML.search(start)) if m]
    for name in filter(None, map(_known, named)):
        text = content.decode(name, "replace")
        if name != "utf-8" or _is_mostly_right(text):
            return text
    return _guessed(content)


def _is_mostly_right(text: str) -> bool:
    """Whether more letters beyond ASCII were decoded than not."""
    wrong = text.count("\ufffd")
    return not wrong or sum(1 for letter in text if letter > "\x7f") > 2 * wrong


def _known(name: str) -> str | None:
    """Python's name of a character set for texts; None for all other codecs."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    codec = _AS_BROWSERS.get(codec, codec)
    return codec if _CHARACTER_SETS.fullmatch(codec) else None


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")

"""From pasted text, Markdown or HTML to clean lines. Every pass is linear in the text."""

from __future__ import annotations

import html
import re
import unicodedata

MAX_CHARACTERS = 1_000_000

_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|section|dd|dt)\b[^<>]{0,500}>", re.IGNORECASE
)
_ITEM = re.compile(r"<li\b[^<>]{0,500}>\s{0,100}(?:<(?:p|div|span)\b[^<>]{0,500}>)?", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-6]\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_ADDRESS = re.compile(r"(?i)\bhttps?://\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,255}")
_SPACED_AMPERSAND = re.compile(r"\b([A-Z]) ?& ?([A-Z])\b")
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\x00]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\v\f]")
_WRAPPED_FROM = 50  # characters: a line shorter than that was ended on purpose


def clean_lines(text: str) -> list[str]:
    """The lines of ``text`` without markup and addresses, wrapped lines joined again.

    Items and headings of HTML keep a mark of what they are, as in Markdown.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])
    text = _LINE_END.sub("\n", text)
    for element in ("script", "style"):
        text = _without_element(text, element)
    text = _HEADING.sub("\n# ", _ITEM.sub("\n- ", text))
    text = html.unescape(_TAG.sub(" ", _BLOCK_TAG.sub("\n", text)))
    text = _HIDDEN.sub("", text)
    text = _SPACED_AMPERSAND.sub(r"\1&\2", _ADDRESS.sub(" . ", text))
    return _unwrapped(text.split("\n"))


def _without_element(text: str, element: str) -> str:
    """``text`` without ``<element …>…</element>``; an unclosed one is kept."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lowered: offsets would not fit
        return text
    kept = []
    position = 0
    while (start := lower.find(f"<{element}", position)) >= 0:
        end = lower.find(f"</{element}", start)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(element) + 2
    kept.append(text[position:])
    return "\n".join(kept)


def _unwrapped(lines: list[str]) -> list[str]:
    joined: list[list[str]] = []
    previous = ""
    for line in (" ".join(raw.split()) for raw in lines):
        goes_on = len(previous) >= _WRAPPED_FROM and previous[-1:].isalnum() and line[:1].islower()
        if goes_on:
            joined[-1].append(line)
        elif line:
            joined.append([line])
        previous = line
    return [" ".join(parts) for parts in joined]

"""Text of strangers, before a terminal shows it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.visible import make_visible

STEERING = {
    "OSC 52, the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "OSC 0, the title": "\x1b]0;title\x1b\\",
    "OSC 8, a link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "CSI": "\x1b[2J\x1b[31m",
    "C1 CSI and OSC": "\x9b2J\x9d0;x\x9c",
    "carriage return": "harmless\rharmful",
    "backspace": "harmful\x08\x08",
    "right to left": "\u202egnp.exe",
    "isolates": "\u2066a\u2069\u2068b",
    "marks": "\u200ea\u200fb\u061c",
    "deprecated": "\u206a\u206f",
    "line separators": "a\u2028b\u2029c\x85",
    "surrogate": "\ud800",
    "NUL and DEL": "\0\x7f",
}


@pytest.mark.parametrize("name", STEERING)
def test_what_steers_is_shown_as_an_escape(name: str) -> None:
    text = STEERING[name]
    shown = make_visible(text)
    assert shown == make_visible(shown)
    assert all(c.isprintable() for c in shown)
    assert "\\" in shown


@pytest.mark.parametrize(
    "text", ["", "plain", "tab\tand\nline", "שלום עולם", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 क्ष", "a\u00adb\u200db\ufeff"]
)
def test_what_people_write_stays(text: str) -> None:
    assert make_visible(text) == text


@given(st.text())
def test_no_control_character_gets_through(text: str) -> None:
    left = {c for c in make_visible(text) if unicodedata.category(c) in {"Cc", "Cs"}}
    assert left <= {"\t", "\n"}

"""What people type where there is nothing to say, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.blanks import stands_for_nothing
from sync_daemon.domain.cells import CellValue

NOTHING = [
    "", " ", "\u200b", "-", "–", "—", "--", "- -", "−", ".", "...", "…", "?", "???", "/", "n/a",
    "N/A", "n.a.", "NA", "N / A".replace(" ", ""), "tbd", "TBD", "T.B.D.", "tba", "tbc", "TBD?",
    "none", "None", "NONE", "null", "nil", "(none)", "<none>", "-none-", "unknown", "Unknown.",
    "not applicable", "to be determined", "no info", "n/k", "?n/a?".strip("?"), "todo",
    "k.A.", "k. A.", "K.A.", "keine Angabe", "Keine Angaben", "nicht bekannt", "unbekannt",
    "entfällt", "n.v.", "noch offen", "kein", "leer", "fehlt",
    "n/d", "s/o", "sans objet", "aucun", "Inconnue", "non précisé", "à définir", "néant",
    "s/d", "sin datos", "ninguno", "No aplica", "por definir", "desconocido",
    "n.v.t.", "N.v.t.", "nvt", "onbekend", "geen", "nog niet bekend", "nader te bepalen",
]  # fmt: skip
SOMETHING: list[CellValue] = [
    0, 1, False, True, 0.0, "0", "no", "nein", "open", "offen", "pending", "N.C.", "NC", "ND",
    "S.D.", "N.D.", "N.B.", "KA", "x", "Remote", "n/a or remote", "none of the above", "-5",
    "- 5 years of Python", "?utm=1", "tbd with Anna on 3 May", "Unknown Worlds Entertainment",
    "None Such Ltd", "C", "R", "Go", "#1", "1/2", "A/B", "50%", "€", "✓", "🙂", "Nadia",
    "Nilpeter", "Kein & Co", "http://n/a",
]  # fmt: skip


@pytest.mark.parametrize("value", NOTHING)
def test_it_stands_for_nothing(value: str) -> None:
    assert stands_for_nothing(value)
    assert stands_for_nothing(f"  {value}\n")
    assert stands_for_nothing(value.upper())


@pytest.mark.parametrize("value", SOMETHING)
def test_it_is_something(value: CellValue) -> None:
    assert not stands_for_nothing(value)


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.sampled_from(NOTHING))
def test_a_cell_that_holds_more_is_never_blank(text: str, nothing: str) -> None:
    said = f"Python {text} {nothing}"
    assert not stands_for_nothing(said)

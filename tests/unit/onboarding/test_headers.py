"""Columns recognised by their titles, and the row of titles found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import CellValue
from sync_daemon.onboarding.headers import Column, Role, find_header_row, recognise


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        (
            ["Company", "Role", "Link", "Description", "Status"],
            {
                Role.COMPANY: "Company",
                Role.TITLE: "Role",
                Role.LINK: "Link",
                Role.DESCRIPTION: "Description",
                Role.STATUS: "Status",
            },
        ),
        (
            ["Firma", "Stelle", "Anzeige", "Vergütung", "Ort"],
            {
                Role.COMPANY: "Firma",
                Role.TITLE: "Stelle",
                Role.LINK: "Anzeige",
                Role.SALARY: "Vergütung",
                Role.LOCATION: "Ort",
            },
        ),
        (
            ["Société", "Intitulé du poste", "Rémunération", "Postulé le"],
            {
                Role.COMPANY: "Société",
                Role.TITLE: "Intitulé du poste",
                Role.SALARY: "Rémunération",
                Role.APPLIED: "Postulé le",
            },
        ),
        (
            ["Compañía", "Puesto", "Último contacto"],
            {Role.COMPANY: "Compañía", Role.TITLE: "Puesto", Role.LAST_CONTACT: "Último contacto"},
        ),
        (["  JOB-TITLE: "], {Role.TITLE: "  JOB-TITLE: "}),
        (["Job", "Job title"], {Role.TITLE: "Job title"}),
        (["Link", "link"], {Role.LINK: "Link"}),
        (["Weather", "Mood"], {}),
        ([], {}),
    ],
)
def test_a_title_tells_what_its_column_is_about(headers: list[str], roles: dict[Role, str]) -> None:
    assert recognise(headers) == roles


CELLS = st.one_of(
    st.text(), st.booleans(), st.floats(), st.integers(),
    st.sampled_from(["https://example.com/1", "Applied", "3.6.2026", "€60k", "long " * 99]),
)  # fmt: skip
NAMES = st.one_of(st.text(), st.sampled_from(["Link", "Job", "Date", "Status", "Salary", "Notes"]))


@given(st.lists(st.builds(Column, NAMES, st.lists(CELLS, max_size=4))))
def test_no_column_has_two_roles_and_none_is_made_up(columns: list[Column]) -> None:
    found = list(recognise(columns).values())
    assert len(found) == len(set(found))
    assert set(found) <= {column.title for column in columns}


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([["Company", "Role"], ["Acme", "Dev"]], 1),
        ([["My hunt"], [], ["Company", "Role"], ["Acme", "Dev"]], 3),
        ([["Company list", "of May"], ["Company", "Link", "Status"]], 2),
        ([["Weather", "Mood"], ["wet", "fair"]], 1),
        ([["only one"]], None),
        ([[1, 2, 3]], None),
        ([["", "  "]], None),
        ([], None),
    ],
)
def test_the_header_row_is_the_one_with_the_most_known_titles(
    rows: list[list[CellValue]], number: int | None
) -> None:
    assert find_header_row(rows) == number

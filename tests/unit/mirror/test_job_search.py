"""Reading a job-hunt row, however it was typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import CellValue
from sync_daemon.mirror.job_search import JobSearchEntry

VALUES = st.one_of(st.text(), st.booleans(), st.integers(), st.floats(allow_nan=False))
HEADERS = st.sampled_from(["Company", "role", "URL", "Applied on", "Follow-up", "Notes", "Other"])


def test_a_usual_row() -> None:
    entry = JobSearchEntry.from_cells(
        {
            "Company": "Acme",
            "Job Title": "Engineer",
            "URL": "https://example.com/jobs/1",
            "Status": "Applied",
            "Applied on": 46349,
            "Follow-up": "2026-12-01",
            "Salary": 60000.0,
            "Something else": "ignored",
        }
    )
    assert (entry.company, entry.role, entry.salary) == ("Acme", "Engineer", "60000")
    assert (entry.applied_on, entry.follow_up_on) == (date(2026, 11, 23), date(2026, 12, 1))
    assert entry.headline == "Acme — Engineer (Applied)"


@pytest.mark.parametrize("value", ["", "  ", "#N/A", "Loading..."])
def test_a_blank_or_unready_cell_is_nothing(value: str) -> None:
    assert JobSearchEntry.from_cells({"Company": value}).company is None


@pytest.mark.parametrize("value", ["soon", "31.12.2026", True, 1e300, ""])
def test_what_is_no_date_is_none(value: CellValue) -> None:
    assert JobSearchEntry.from_cells({"Applied": value}).applied_on is None


def test_of_two_names_for_one_thing_the_usual_one_counts() -> None:
    assert JobSearchEntry.from_cells({"Job": "b", "Role": "a"}).role == "a"


@given(st.dictionaries(HEADERS, VALUES))
def test_any_row_can_be_read(cells: dict[str, CellValue]) -> None:
    assert isinstance(JobSearchEntry.from_cells(cells).headline, str)

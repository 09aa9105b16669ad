"""What plots are drawn of: figures without a mirror."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from sync_daemon.services.plots import Mark, Plot, _ranges
from sync_daemon.services.stats import Application, Salary, Sight, responses

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def applied(days_ago: int, *stages: str) -> Application:
    began = NOW.date() - timedelta(days=days_ago)
    return Application(str(days_ago), began, [Sight(stage, NOW) for stage in stages])


def test_an_application_without_an_answer_counts_for_all_days_that_have_passed() -> None:
    sent = [
        applied(10, "Applied"),
        applied(30, "Applied"),
        applied(95, "Applied"),
        applied(95, "Applied", "Rejected"),
        applied(95, "Considering"),
    ]

    found = {bar.label: bar.value for bar in responses(sent, NOW).silences}

    assert found == {"7 days": 3, "14 days": 2, "30 days": 1, "60 days": 1, "90 days": 1}
    assert not responses([applied(95, "Considering")], NOW).silences


def test_ranges_of_a_currency_begin_with_the_whole_and_have_one_scale() -> None:
    paid = [Salary("a", "A", "EUR", 40_000, 60_000), Salary("b", "B", "EUR", 80_000, 80_000)]

    whole, best, other = _ranges("EUR", paid)

    assert (whole.label, whole.text) == ("EUR: 2 postings", "40,000 to 80,000")
    assert (best.label, best.text) == ("B", "80,000")
    assert (other.low, other.value, other.largest) == (40_000, 60_000, 80_000)


def test_a_range_is_drawn_from_its_beginning_to_its_end() -> None:
    mark = Mark("A" * 90, 50, 75, 100, "50 to 75")

    root = ET.fromstring(Plot("Pay", "A year", (), "none", [mark]).svg())  # noqa: S314 - our own
    [bar] = [each for each in root if each.get("class") == "bar"]
    label, figure = (each.text or "" for each in root if each.tag.endswith("text"))

    assert (bar.get("x"), bar.get("width")) == ("200.0", "100.0")
    assert figure == "50 to 75"
    assert len(label) + len(figure) <= 50

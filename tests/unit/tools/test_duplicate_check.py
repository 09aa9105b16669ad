"""The duplicate check flags the newer of two rows with one posting, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import is_blank
from sync_daemon.domain.jobs import Job, JsonValue, Outcome, OutcomeKind
from sync_daemon.domain.pipeline import Unbindable, record_after
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.steps import StepPlace, prepare_steps
from sync_daemon.tooling import MirrorRow

REGISTRY = load_registry(installed=())
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEADERS = {"link": "Link", "company": "Company", "title": "Role", "location": "City"}
EMPTY: Mapping[str, JsonValue] = {}
UUID = "8c2f1c9e-0b1a-4f6e-9d2b-5a7c1e3f4b6d"


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class NoHttp:
    def client(self) -> httpx.Client:
        raise AssertionError

    def async_client(self) -> httpx.AsyncClient:
        raise AssertionError

    def close(self) -> None:
        """Nothing was opened."""

    async def aclose(self) -> None:
        """Nothing was opened."""


@dataclass(frozen=True)
class Step:
    """What a configuration says of the step."""

    options: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    tool: str = "duplicate_check"
    inputs: Mapping[str, str] = field(default_factory=lambda: dict(HEADERS))
    outputs: Mapping[str, str] = field(
        default_factory=lambda: {"duplicate_of": "Copy of", "duplicate": "Copy"}
    )


class Sheet:
    """A sheet whose rows the tool checks as sheetd would have it do."""

    def __init__(self, config_dir: Path, step: Step | None = None) -> None:
        self.clock = Clock()
        self.listed: list[MirrorRow] = []
        self.reads = 0
        self.run_id = 0
        (self.step,) = prepare_steps([step or Step()], REGISTRY, StepPlace("Jobs", config_dir))
        steps = {("Jobs", "duplicate_check"): self.step}
        self._executor = LocalExecutor(steps, clock=self.clock, mirror=self, http=NoHttp())

    def close(self) -> None:
        self._executor.close()

    def rows(self, sheet: str) -> Iterable[MirrorRow]:
        assert sheet == "Jobs"
        self.reads += 1
        return list(self.listed)

    def add(
        self,
        row_id: str,
        *,
        age: float = 0,
        results: Mapping[str, JsonValue] = EMPTY,
        **row: Any,
    ) -> None:
        """A row at the end; ``age`` in hours."""
        cells = {HEADERS[part]: value for part, value in row.items()}
        seen = NOW - timedelta(hours=age)
        self.listed.append(MirrorRow(row_id, cells, results, seen))

    def check_all(self) -> dict[str, Outcome]:
        """One run over all rows; one with nothing in it waits, and is left out."""
        self.run_id += 1
        submitted = 0
        for row in self.listed:
            values = {
                part: row.results.get(header, row.cells.get(header, ""))
                for part, header in HEADERS.items()
            }
            bound = self.step.bind(values, CellLocale(UTC))
            if isinstance(bound, Unbindable):
                assert all(is_blank(values[part]) for part in self.step.spec.inputs), bound
                continue
            submitted += 1
            self._submit(Job(row.row_id, "Jobs", "duplicate_check", "duplicate_check",
                             bound.inputs, bound.input_hash))  # fmt: skip
        done: dict[str, Outcome] = {}
        while len(done) < submitted:
            done |= {outcome.job.row_id: outcome for outcome in self._executor.wait(60)}
        return done

    def _submit(self, job: Job) -> None:
        with structlog.contextvars.bound_contextvars(run_id=self.run_id):
            self._executor.submit(job)

    def results(self) -> dict[str, dict[str, Any]]:
        done = self.check_all()
        assert all(one.kind is OutcomeKind.DONE for one in done.values()), done
        return {row_id: dict(one.values) for row_id, one in done.items()}

    def flags(self) -> dict[str, str]:
        """Flagged row → the row that it is a duplicate of."""
        return {
            row_id: values["duplicate_of"].partition(":")[0]
            for row_id, values in self.results().items()
            if values["duplicate"]
        }


@pytest.fixture
def sheet(tmp_path: Path) -> Iterator[Sheet]:
    made = Sheet(tmp_path)
    yield made
    made.close()


def flags_of(sheet: Sheet, one: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    sheet.add("first", age=2, **one)
    sheet.add("second", age=1, **other)
    return sheet.flags()


ACME: dict[str, Any] = {"company": "Acme", "title": "Engineer", "location": "Berlin"}


def test_the_newer_row_says_which_row_it_is_a_duplicate_of(sheet: Sheet) -> None:
    sheet.add("new", age=1, link="https://www.acme.com/jobs/1/?utm_source=x", **ACME)
    sheet.add("old", age=9, link="http://acme.com/jobs/1", **ACME)
    results = sheet.results()
    assert results["new"] == {
        "duplicate_of": "old: Acme – Engineer (same link)",
        "duplicate": True,
        "why": "same link: https://acme.com/jobs/1",
    }
    assert results["old"] == {"duplicate_of": None, "duplicate": False, "why": None}


def test_a_row_in_the_sheet_is_named_by_its_number_and_never_by_its_id(sheet: Sheet) -> None:
    sheet.add("old", age=9, link="http://acme.com/jobs/1", **ACME)
    sheet.add("new", age=1, link="http://acme.com/jobs/1", **ACME)
    sheet.listed = [replace(row, row_number=n) for n, row in enumerate(sheet.listed, 12)]
    assert sheet.results()["new"]["duplicate_of"] == "row 12: Acme – Engineer (same link)"


SAME_TITLES = (
    ("Software Engineer", "Software Engineer (m/w/d)"),
    ("Software Engineer", "software engineer (all genders)"),
    ("Senior Software Engineer", "Sr. Software Engineer"),
    ("Backend Engineer", "Back-End Engineer"),
    ("Backend Engineer", "Engineer, Back End"),
    ("Machine Learning Engineer", "ML Engineer"),
    ("Engineering Manager", "Engineering Manger"),
    ("Data Engineer", "Data Engineers"),
    ("Entwickler", "Entwickler*in (w/m/d)"),
    ("Entwickler", "Entwickler/in"),
    ("Développeur", "Developpeur·euse (H/F)"),
    ("Geschäftsführer", "Geschaeftsfuehrer"),
    ("Engineer II", "Engineer 2"),
    ("Engineer", "Engineer – Berlin (Remote, 80-100%)"),
    ("Engineer", "Engineer (Req 12345)"),
    ("Head of R&D", "Head of R & D"),
    ("SWE", "Software Engineer"),
    ("Software Engineer", "Software Engineer @ Acme"),
    ("プログラマー", "プログラマー (m/f/d)"),
)
OTHER_TITLES = (
    ("Software Engineer", "Senior Software Engineer"),
    ("Junior Software Engineer", "Senior Software Engineer"),
    ("Software Engineer II", "Software Engineer III"),
    ("Frontend Engineer", "Backend Engineer"),
    ("Software Engineer", "Software Engineer, Payments"),
    ("Data Engineer", "Data Engineering Manager"),
    ("Trainer", "Trainee"),
    ("Cardiologist", "Radiologist"),
    ("Neurologist", "Urologist"),
    ("C Developer", "C++ Developer"),
    ("C# Developer", "C++ Developer"),
    ("Engineer (Req 12345)", "Engineer (Req 12346)"),
    ("Graduate 2025", "Graduate 2026"),
    ("Account Executive, SMB", "Account Executive, SME"),
    ("Inbound Sales", "Outbound Sales"),
    ("Teacher", "Teacher (part-time)"),
    ("Account Manager (Germany)", "Account Manager (France)"),
    ("Developer (Java)", "Developer (Python)"),
    ("パイロット", "バイロット"),
)
SAME_COMPANIES = (
    ("Acme", "ACME Inc."),
    ("Acme", "acme, Inc"),
    ("Acme GmbH", "Acme GmbH & Co. KG"),
    ("Acme", "The Acme Company"),
    ("J.P. Morgan", "JPMorgan"),
    ("Müller AG", "Mueller"),
    ("Procter & Gamble", "Procter and Gamble"),
    ("Société X S.A.R.L.", "Societe X"),
    ("Google", "Google Germany GmbH"),
    ("Acme", "Acme (YC W21)"),
    ("McDonald's", "McDonalds"),
    ("株式会社メルカリ", "メルカリ"),
)
OTHER_COMPANIES = (
    ("Deutsche Bank", "Deutsche Bahn"),
    ("Air France", "Air Canada"),
    ("SAP", "SAS"),
    ("Google Germany", "Google France"),
    ("Boston Dynamics", "Boston Consulting"),
)
SAME_PLACES = (
    ("Berlin", "Berlin, Germany"),
    ("Berlin", "berlin (remote)"),
    ("Berlin", ""),
    ("Munich", "München, Deutschland"),
    ("Köln", "Cologne"),
    ("San Francisco, CA", "San Francisco, California, United States"),
    ("NYC", "New York, NY, USA"),
    ("Berlin / Munich", "Munich"),
    ("Remote, US", "Remote - USA"),
    ("Frankfurt am Main", "Frankfurt"),
    ("Den Haag", "The Hague, Netherlands"),
    ("Toronto, Canada", "Toronto, ON, Canada"),
    ("Berlin, DE", "Berlin, Germany"),
)
OTHER_PLACES = (
    ("Berlin", "Munich"),
    ("Berlin, Germany", "Munich, Germany"),
    ("Portland, OR", "Portland, ME"),
    ("London, Ontario, Canada", "London, UK"),
    ("Remote", "Berlin"),
    ("Remote, US", "Remote, Germany"),
    ("Germany", "Berlin"),
    ("Paris, France", "Paris, TX"),
    ("Dublin, Ireland", "Dublin, OH"),
    ("Mysore, Karnataka", "Bengaluru, Karnataka"),
    ("Seattle, Washington", "Spokane, Washington"),
    ("Albany, New York", "Buffalo, New York"),
)


@pytest.mark.parametrize(("one", "other"), SAME_TITLES)
def test_the_same_title_in_another_spelling_is_a_duplicate(
    sheet: Sheet, one: str, other: str
) -> None:
    assert flags_of(sheet, {**ACME, "title": one}, {**ACME, "title": other}) == {"second": "first"}


@pytest.mark.parametrize(("one", "other"), OTHER_TITLES)
def test_another_title_is_another_posting(sheet: Sheet, one: str, other: str) -> None:
    assert flags_of(sheet, {**ACME, "title": one}, {**ACME, "title": other}) == {}


@pytest.mark.parametrize(("one", "other"), SAME_COMPANIES)
def test_legal_forms_and_spelling_do_not_make_two_companies(
    sheet: Sheet, one: str, other: str
) -> None:
    found = flags_of(sheet, {**ACME, "company": one}, {**ACME, "company": other})
    assert found == {"second": "first"}


@pytest.mark.parametrize(("one", "other"), [*SAME_COMPANIES, *((b, a) for a, b in SAME_COMPANIES)])
def test_it_does_not_matter_which_spelling_came_first(sheet: Sheet, one: str, other: str) -> None:
    found = flags_of(sheet, {**ACME, "company": one}, {**ACME, "company": other})
    assert found == {"second": "first"}


@pytest.mark.parametrize(("one", "other"), OTHER_COMPANIES)
def test_a_name_that_is_nearly_the_same_is_another_company(
    sheet: Sheet, one: str, other: str
) -> None:
    assert flags_of(sheet, {**ACME, "company": one}, {**ACME, "company": other}) == {}


@pytest.mark.parametrize(("one", "other"), SAME_PLACES)
def test_the_same_place_in_other_words_is_a_duplicate(sheet: Sheet, one: str, other: str) -> None:
    found = flags_of(sheet, {**ACME, "location": one}, {**ACME, "location": other})
    assert found == {"second": "first"}


@pytest.mark.parametrize(("one", "other"), OTHER_PLACES)
def test_the_same_job_in_another_place_is_another_posting(
    sheet: Sheet, one: str, other: str
) -> None:
    assert flags_of(sheet, {**ACME, "location": one}, {**ACME, "location": other}) == {}


LINKEDIN = "https://www.linkedin.com/jobs/view/"
TWO_POSTINGS = (
    (f"{LINKEDIN}3812345678", f"{LINKEDIN}3812345679"),
    ("https://boards.greenhouse.io/acme/jobs/41", "https://job-boards.greenhouse.io/acme/jobs/42"),
    ("https://boards.greenhouse.io/acme/jobs/41", "https://acme.com/jobs?gh_jid=42"),
    ("https://acme.wd5.myworkdayjobs.com/a/job/Berlin/Engineer_R-1",
     "https://acme.wd5.myworkdayjobs.com/a/job/Berlin/Engineer_R-2"),
    ("https://acme.com/jobs/4711-engineer", "https://acme.com/jobs/4712-engineer"),
    ("https://acme.com/jobs/41", "https://acme.com/jobs/42"),
    ("https://acme.com/j?reqId=4711", "https://acme.com/j?reqId=4712"),
)  # fmt: skip
ONE_POSTING = (
    (f"{LINKEDIN}3812345678/?refId=x", f"{LINKEDIN}engineer-at-acme-3812345678"),
    (f"https://jobs.lever.co/acme/{UUID}", f"https://jobs.lever.co/acme/{UUID}/apply"),
    ("https://boards.greenhouse.io/acme/jobs/41", "https://acme.com/jobs?gh_jid=41"),
    (f"{LINKEDIN}3812345678", "https://boards.greenhouse.io/acme/jobs/41"),
    ("https://acme.com/v2/jobs/41", "https://acme.com/v2/jobs/engineer"),
    ("https://acme.com/jobs/engineer", "https://other-board.com/acme/engineer-4711"),
)


@pytest.mark.parametrize(("one", "other"), TWO_POSTINGS)
def test_other_numbers_at_one_board_are_other_postings(sheet: Sheet, one: str, other: str) -> None:
    assert flags_of(sheet, {**ACME, "link": one}, {**ACME, "link": other}) == {}


@pytest.mark.parametrize(("one", "other"), ONE_POSTING)
def test_one_posting_under_two_links_is_a_duplicate(sheet: Sheet, one: str, other: str) -> None:
    assert flags_of(sheet, {**ACME, "link": one}, {**ACME, "link": other}) == {"second": "first"}


def test_the_same_link_is_enough_whatever_else_was_typed(sheet: Sheet) -> None:
    one: dict[str, Any] = {
        "link": "https://acme.com/jobs/4711",
        "title": "Engineer",
        "location": "Berlin",
    }
    other: dict[str, Any] = {
        "link": "acme.com/jobs/4711",
        "title": "Ingenieur",
        "location": "Munich",
    }
    assert flags_of(sheet, one, other) == {"second": "first"}


def test_the_page_of_all_jobs_does_not_make_two_titles_one(sheet: Sheet) -> None:
    page = "https://acme.com/v2/careers"
    sheet.add("first", age=3, link=page, company="Acme", title="Engineer")
    sheet.add("second", age=2, link=page, company="Acme", title="Designer")
    sheet.add("third", age=1, link=page, company="Acme", title="Engineer (m/f/d)")
    assert sheet.flags() == {"third": "first"}


def test_titles_can_be_left_out_of_it(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path, Step({"titles": False}))
    assert flags_of(sheet, ACME, ACME) == {}
    sheet.close()


def test_all_later_rows_point_to_the_first(sheet: Sheet) -> None:
    for age in (1, 5, 3):
        sheet.add(f"aged{age}", age=age, link="https://acme.com/jobs/1")
    assert sheet.flags() == {"aged1": "aged5", "aged3": "aged5"}


def test_of_rows_that_came_in_one_go_the_upper_one_stays_clean(sheet: Sheet) -> None:
    for row_id in ("upper", "lower"):
        sheet.add(row_id, link="https://acme.com/jobs/1")
    assert sheet.flags() == {"lower": "upper"}


def test_sorting_the_sheet_does_not_move_the_flag(sheet: Sheet) -> None:
    sheet.add("lower", results={"Copy of": "upper: …"}, link="https://acme.com/jobs/1")
    sheet.add("upper", results={"Copy of": ""}, link="https://acme.com/jobs/1")
    assert sheet.flags() == {"lower": "upper"}


def test_the_flag_goes_when_the_first_one_is_deleted_or_changed(sheet: Sheet) -> None:
    assert flags_of(sheet, ACME, ACME) == {"second": "first"}
    first = sheet.listed.pop(0)
    assert sheet.flags() == {}
    cells = {**first.cells, "Role": "Designer"}
    sheet.listed.insert(0, MirrorRow("first", cells, {}, first.first_seen))
    assert sheet.flags() == {}


def due_after(sheet: Sheet, row_id: str) -> timedelta | None:
    outcome = sheet.check_all()[row_id]
    due = record_after(outcome, None, sheet.step.spec, NOW).due_at
    return None if due is None else due - NOW


def test_a_duplicate_is_looked_at_again_soon_and_another_row_once_a_day(sheet: Sheet) -> None:
    sheet.add("first", age=2, **ACME)
    sheet.add("second", age=1, **ACME)
    sheet.add("blank", age=1, company="Acme")
    assert due_after(sheet, "second") == timedelta(minutes=15)
    assert due_after(sheet, "first") == timedelta(days=1)
    assert due_after(sheet, "blank") is None


def test_a_row_that_other_steps_have_just_filled_is_looked_at_again_soon(sheet: Sheet) -> None:
    sheet.add("fetched", results={"Company": "Acme", "Role": "Engineer"})
    assert due_after(sheet, "fetched") == timedelta(minutes=15)
    sheet.listed.clear()
    sheet.add("older", age=1, results={"Company": "Acme", "Role": "Engineer"})
    assert due_after(sheet, "older") == timedelta(days=1)


def test_with_nothing_to_compare_the_cell_stays_blank(sheet: Sheet) -> None:
    sheet.add("typing", company="Acme")
    sheet.add("blank")
    sheet.add("words", link="ask Ann")
    results = sheet.results()
    assert {row_id: one["duplicate"] for row_id, one in results.items()} == {
        "typing": None,
        "words": None,
    }, "the blank row waits"
    assert "give a link, or company and title" in results["typing"]["why"]
    assert "not a web address" in results["words"]["why"]


def test_other_columns_can_be_named(tmp_path: Path) -> None:
    inputs = {part: HEADERS[part] for part in ("company", "title")}
    step = Step({"columns": {"company": "Firm", "title": "Job"}}, inputs=inputs)
    sheet = Sheet(tmp_path, step)
    cells = {"Firm": "Acme", "Job": "Engineer"}
    sheet.listed.append(MirrorRow("first", cells, {}, NOW - timedelta(hours=2)))
    sheet.add("second", company="ACME Inc", title="Engineer")
    assert sheet.check_all()["second"].values["duplicate"] is True
    sheet.close()


def test_an_input_that_is_in_no_column_of_others_is_refused(tmp_path: Path) -> None:
    fetch = Step({}, "fetch", "salary_parser", {"text": "Pay"}, {})
    check = Step({}, None, "duplicate_check", {"link": "fetch.summary"}, {})
    place = StepPlace("Jobs", tmp_path)
    steps = {("Jobs", s.spec.name): s for s in prepare_steps([fetch, check], REGISTRY, place)}
    sheet = Sheet(tmp_path)
    executor = LocalExecutor(steps, clock=Clock(), mirror=sheet, http=NoHttp())
    bound = steps["Jobs", "duplicate_check"].bind({"link": "https://acme.com/1"}, CellLocale(UTC))
    assert not isinstance(bound, Unbindable)
    executor.submit(Job("r", "Jobs", "duplicate_check", "duplicate_check", bound.inputs, "h"))
    (outcome,) = executor.wait(30)
    assert outcome.kind is OutcomeKind.PERMANENT
    assert "link of other rows is in no column" in outcome.error
    executor.close()
    sheet.close()


def test_the_sheet_is_read_once_a_run_and_again_after_a_minute(sheet: Sheet) -> None:
    for number in range(20):
        sheet.add(f"r{number}", link=f"https://acme.com/jobs/{number}")
    sheet.check_all()
    assert sheet.reads == 1
    sheet.check_all()
    assert sheet.reads == 2
    sheet.run_id -= 1
    sheet.clock.time += timedelta(seconds=61)
    sheet.check_all()
    assert sheet.reads == 3


def test_rows_without_a_known_age_keep_the_order_of_the_sheet(sheet: Sheet) -> None:
    for row_id in ("upper", "lower"):
        sheet.listed.append(MirrorRow(row_id, {"Link": "https://acme.com/jobs/1"}))
    assert sheet.flags() == {"lower": "upper"}


CELLS = st.fixed_dictionaries(
    {
        "link": st.sampled_from(["", "https://acme.com/jobs/1", f"{LINKEDIN}12345", "n/a"])
        | st.text(max_size=20),
        "company": st.sampled_from(["", "Acme", "Acme GmbH", "Ümlaut & Co"]) | st.text(max_size=9),
        "title": st.sampled_from(["", "Engineer", "Engineer (m/w/d)", "()"]) | st.text(max_size=9),
        "location": st.sampled_from(["", "Berlin", "Berlin, DE", "Remote"]) | st.text(max_size=9),
    }
)


@given(st.lists(CELLS, min_size=1, max_size=8), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_a_flag_always_points_to_an_older_row(rows: list[dict[str, Any]], ages: list[int]) -> None:
    sheet = Sheet(Path())
    for number, row in enumerate(rows):
        sheet.add(f"r{number}", age=ages[number], **row)
    order = sorted(range(len(rows)), key=lambda number: -ages[number])
    places = {f"r{number}": place for place, number in enumerate(order)}
    assert all(places[of] < places[row_id] for row_id, of in sheet.flags().items())
    sheet.close()

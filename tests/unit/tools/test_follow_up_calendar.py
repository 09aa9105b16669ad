from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.domain.pipeline import Unbindable
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.steps import StepPlace, prepare_steps
from sync_daemon.tooling import MirrorRow, ToolError, TransientToolError
from tools.follow_up import calendar_file
from tools.follow_up.calendar_file import CalendarFile
from tools.follow_up.events import Entry, entry_in, entry_of, event_of, uid_of
from tools.follow_up.schemas import FollowUpInputSchema

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FOREIGN = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//somebody else//EN\r
BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:dentist@example.com\r
DTSTAMP:20260101T000000Z\r
DTSTART;TZID=Europe/Berlin:20260504T090000\r
SUMMARY:Dentist\r
X-OWN:kept\r
END:VEVENT\r
END:VCALENDAR\r
"""


class Clock:
    def __init__(self) -> None:
        self.time = NOON

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


class Mirror:
    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)

    def rows(self, sheet: str) -> Iterable[MirrorRow]:
        return [MirrorRow(row_id, {}) for row_id in self.ids]


@dataclass(frozen=True)
class Step:
    """What a configuration says of the step."""

    options: Mapping[str, Any]
    name: str | None = None
    tool: str = "follow_up"
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """The tool as sheetd runs it, with a calendar at ``path``."""

    def __init__(self, path: Path, *ids: str) -> None:
        self.path = path
        self.clock = Clock()
        self.mirror = Mirror(*ids)
        registry = load_registry(installed=())
        inputs = {name: name for name in FollowUpInputSchema.model_fields}
        step = Step({"calendar": str(path)}, inputs=inputs)
        self._steps = {
            (sheet, "follow_up"): one
            for sheet in ("Jobs", "Other")
            for one in prepare_steps([step], registry, StepPlace(sheet, path.parent))
        }
        self._executor = LocalExecutor(
            self._steps, clock=self.clock, mirror=self.mirror, http=NoHttp(), threads=8
        )

    def close(self) -> None:
        self._executor.close()

    def run(self, row_id: str, status: str = "Applied", sheet: str = "Jobs", **row: str) -> Outcome:
        (done,) = self.run_all([row_id], status, sheet, **row)
        return done

    def run_all(
        self, ids: Iterable[str], status: str = "Applied", sheet: str = "Jobs", **row: str
    ) -> list[Outcome]:
        """Work on several rows at the same time."""
        bound = self._steps[sheet, "follow_up"].bind({"status": status, **row}, CellLocale(UTC))
        assert not isinstance(bound, Unbindable), bound
        jobs = [
            Job(row_id, sheet, "follow_up", "follow_up", bound.inputs, bound.input_hash)
            for row_id in ids
        ]
        for job in jobs:
            self._executor.submit(job)
        done: list[Outcome] = []
        while len(done) < len(jobs):
            done.extend(self._executor.wait(30))
        return done

    def events(self) -> dict[str, Any]:
        calendar = Calendar.from_ical(self.path.read_bytes())
        return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "due.ics", "row-1", "row-2")
    yield made
    made.close()


def put(path: Path, row: str, entry: Entry | None) -> bool:
    return CalendarFile(path).put(uid_of("Jobs", row), entry, NOON)


def test_a_due_action_is_an_all_day_event_of_its_row(desk: Desk) -> None:
    desk.run(
        "row-1", applied="2026-05-01", title='Dev, senior; "x"\n', company="Pell & Fourie",
        url="https://example.com/a?b=1", notes="Ask for\nMs Pell",
    )  # fmt: skip
    (event,) = desk.events().values()
    assert event["uid"] == uid_of("Jobs", "row-1")
    assert event["dtstart"].dt == date(2026, 5, 8)
    assert event["summary"] == 'Send a follow-up: Dev, senior; "x", Pell & Fourie'
    assert event["description"].splitlines() == [
        "Applied; 7 days after applied 2026-05-01, again every 14 days",
        "Ask for Ms Pell",
    ]
    assert event["url"] == "https://example.com/a?b=1"
    assert event["transp"] == "TRANSPARENT"


def test_the_file_is_for_its_owner_alone(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
    desk.path.chmod(0o644)
    desk.run("row-2", applied="2026-05-01")
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600


def test_a_changed_row_changes_its_event_and_an_unchanged_one_no_byte(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    before = desk.path.read_bytes()
    stamp = desk.path.stat()
    desk.clock.time += timedelta(hours=3)
    desk.run("row-1", applied="2026-05-01")
    assert desk.path.read_bytes() == before
    assert desk.path.stat().st_ino == stamp.st_ino
    desk.run("row-1", applied="2026-04-28")
    (event,) = desk.events().values()
    assert (event["dtstart"].dt, event["sequence"]) == (date(2026, 5, 5), 1)


def test_an_event_goes_when_nothing_is_left_to_do(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    desk.run("row-2", applied="2026-05-01")
    desk.run("row-1", "Rejected", applied="2026-05-01")
    assert set(desk.events()) == {uid_of("Jobs", "row-2")}
    desk.run("row-2", "Offered")  # to be done, but on no day
    assert desk.events() == {}


def test_events_of_deleted_rows_go_and_those_of_other_sheets_stay(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    desk.run("row-2", applied="2026-05-01")
    desk.run("row-1", sheet="Other", applied="2026-05-01")
    desk.mirror.ids.remove("row-2")
    desk.clock.time += timedelta(hours=1)
    desk.run("row-1", applied="2026-05-01")
    assert set(desk.events()) == {uid_of("Jobs", "row-1"), uid_of("Other", "row-1")}


def test_a_trial_without_a_sheet_takes_no_other_event_out(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    desk.mirror.ids.clear()
    desk.clock.time += timedelta(hours=1)
    desk.run("command-line", applied="2026-05-01")
    assert set(desk.events()) == {uid_of("Jobs", "row-1"), uid_of("Jobs", "command-line")}


def test_what_others_wrote_into_the_calendar_stays(desk: Desk) -> None:
    desk.path.write_bytes(FOREIGN)
    desk.run("row-1", applied="2026-05-01")
    assert len(desk.events()) == 2
    desk.run("row-1", "Rejected")
    calendar = Calendar.from_ical(desk.path.read_bytes())
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert calendar.walk("VEVENT")[0]["x-own"] == "kept"
    assert calendar["prodid"] == "-//somebody else//EN"


def test_a_change_by_another_process_is_seen(desk: Desk) -> None:
    desk.run("row-1", applied="2026-05-01")
    put(desk.path, "row-9", Entry(date(2026, 6, 1), "Another process"))
    desk.run("row-2", applied="2026-05-01")
    assert len(desk.events()) == 3
    desk.path.unlink()
    desk.run("row-2", applied="2026-05-01")
    assert set(desk.events()) == {uid_of("Jobs", "row-2")}


@pytest.mark.parametrize(
    "content",
    [b"hello", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n", b"\xff\xfe\x00",
     FOREIGN + FOREIGN, b"END:VCALENDAR", b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused_and_left_alone(desk: Desk, content: bytes) -> None:
    desk.path.write_bytes(content)
    done = desk.run("row-1", applied="2026-05-01")
    assert done.kind is OutcomeKind.PERMANENT
    assert "not a calendar that can be read" in str(done.error)
    assert desk.path.read_bytes() == content


def test_a_file_is_read_again_only_when_another_has_written_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Mock(wraps=calendar_file._load)
    monkeypatch.setattr(calendar_file, "_load", load)
    desk.path.write_bytes(FOREIGN)
    file = CalendarFile(desk.path)
    for day in range(1, 29):
        file.put(uid_of("Jobs", f"row-{day}"), Entry(date(2026, 5, day), "Write"), NOON)
    assert load.call_count == 1
    put(desk.path, "row-x", Entry(date(2026, 5, 1), "Write"))
    file.put(uid_of("Jobs", "row-1"), None, NOON)
    assert load.call_count == 3
    assert len(desk.events()) == 29


def test_a_huge_file_is_not_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_file, "MAX_BYTES", len(FOREIGN) - 1)
    desk.path.write_bytes(FOREIGN)
    with pytest.raises(ToolError, match="is larger than"):
        put(desk.path, "row-1", Entry(date(2026, 5, 1), "Write"))


def test_a_folder_that_is_missing_is_the_users_matter(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be written") as error:
        put(tmp_path / "none" / "due.ics", "row-1", Entry(date(2026, 5, 1), "Write"))
    assert not isinstance(error.value, TransientToolError)
    assert "configuration" in error.value.hint


def test_a_full_disk_leaves_the_old_file_and_passes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("row-1", applied="2026-05-01")
    before = desk.path.read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        done = desk.run("row-2", applied="2026-05-01")
        assert done.kind is OutcomeKind.TRANSIENT
        assert "No space left" in str(done.error)
    assert desk.path.read_bytes() == before
    desk.run("row-2", applied="2026-05-01")
    assert len(desk.events()) == 2
    assert sorted(path.name for path in desk.path.parent.iterdir()) == [".due.ics.lock", "due.ics"]


def test_many_threads_keep_every_event(desk: Desk) -> None:
    ids = [f"row-{n}" for n in range(60)]
    desk.mirror.ids = ids
    desk.run_all(ids, applied="2026-05-01")
    assert set(desk.events()) == {uid_of("Jobs", row) for row in ids}
    desk.run_all(ids[::2], "Rejected")
    assert set(desk.events()) == {uid_of("Jobs", row) for row in ids[1::2]}


WRITER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tools.follow_up.calendar_file import CalendarFile
from tools.follow_up.events import Entry, uid_of
file = CalendarFile(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    entry = Entry(date(2026, 5, 1), f"{sys.argv[2]} {number}")
    file.put(uid_of("Jobs", f"{sys.argv[2]}-{number % 50}"), entry, datetime.now(UTC))
    if not number:
        print("begun", flush=True)
"""


def start_writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    root = Path(__file__).parents[3]
    return subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, text=True)


def test_several_processes_keep_every_event(tmp_path: Path) -> None:
    path = tmp_path / "due.ics"
    writers = [start_writer(path, name, 40) for name in ("a", "b", "c")]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert len(events) == 120


def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "due.ics"
    for turn in range(5):
        writer = start_writer(path, f"w{turn}", 100_000)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        deadline = time.monotonic() + 0.01 * turn
        while time.monotonic() < deadline:
            Calendar.from_ical(path.read_bytes())
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=60)
        events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        assert any(str(event["uid"]).startswith(f"w{turn}-0@") for event in events)
    assert put(path, "after", Entry(date(2026, 5, 1), "After"))
    names = sorted(one.name for one in tmp_path.iterdir())
    assert names == [".due.ics.lock", "due.ics"]


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".due.ics.new").symlink_to(victim)
    assert put(tmp_path / "due.ics", "row-1", Entry(date(2026, 5, 1), "Write"))
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "https://", "http://[::1", "https://a b",
     "https://example.com/\r\nSUMMARY:x", "https://" + "a" * 3000, "", None],
)  # fmt: skip
def test_an_address_that_is_none_of_http_is_left_out(url: str | None) -> None:
    assert entry_of(date(2026, 5, 1), "Write", [], [], url).url == ""


@given(
    st.text(max_size=300), st.lists(st.none() | st.text(max_size=300), max_size=3),
    st.lists(st.none() | st.text(max_size=1200), max_size=3), st.text(max_size=100),
    st.text(min_size=1, max_size=100),
)  # fmt: skip
@example("See C:\\New\\Notes", [], ["\\\\N"], "", "k7m2q9wxf3")
@example("\ufeff", ["\ufeff"], ["\ufeff"], "", "k7m2q9wxf3")
def test_any_text_becomes_one_event_and_is_read_back_the_same(
    action: str,
    about: list[str | None],
    lines: list[str | None],
    url: str,
    row_id: str,
) -> None:
    entry = entry_of(date(2026, 5, 1), action, about, lines, url)
    text = event_of(uid_of("Jobs", row_id), entry, 0, NOON).to_ical()
    wrapped = b"BEGIN:VCALENDAR\r\n" + text + b"END:VCALENDAR\r\n"
    (event,) = Calendar.from_ical(wrapped).subcomponents
    assert event["uid"] == uid_of("Jobs", row_id)
    assert entry_in(event) == entry

"""100,000 rows on the dashboard: how long the server takes for each kind of question.

Prints p50 and p95 of each route as the client sees them on loopback, and as ratios to
one row read by its id in the same run; then the most memory that the process had.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application

ROWS = 100_000
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
STATUSES = ["", "Applied", "Applied", "Applied", "Phone screen", "Interview", "Offer", "Rejected"]
WORDS = [f"{a}{b}{c}" for a in ("ba", "ko", "tri", "lume", "sor", "ven") for b in (
    "ra", "dis", "mo", "tel", "gan", "ip", "us", "or") for c in (
    "", "n", "t", "ly", "ing", "ed", "s", "er", "ist", "al", "io", "ex")]  # fmt: skip
CONFIG = """
[google]
credentials_file = "key.json"
[[sheets]]
name = "jobs"
spreadsheet = "made-up-spreadsheet-id-of-a-benchmark-000000"
worksheet = "Jobs"
probe = "none"
[[sheets.steps]]
tool = "keyword_analyzer"
inputs = { text = "Description" }
outputs = { keywords = "Keywords", score = "Match %" }
[[sheets.steps]]
tool = "follow_up"
inputs = { status = "Status", applied = "Applied on" }
outputs = { action = "Next action" }
"""
HEADERS = [
    "Company", "Role", "Link", "Location", "Salary", "Description", "Status", "Applied on",
    "Source", "Contact", "Notes", "Keywords", "Match %", "Next action",
]  # fmt: skip


def make_mirror(application: Application, count: int) -> None:
    """Rows with results and a history of statuses, by the mirror's own functions."""
    from sync_daemon.domain.plan import ChangeKind, SheetChanges
    from sync_daemon.domain.rows import OwnedCell, RowState
    from sync_daemon.domain.sheet_state import SheetRecord
    from sync_daemon.domain.status import RowProgress, RowStanding
    from sync_daemon.mirror.store import SqlMirror

    draw = random.Random(14)
    mirror = SqlMirror(application.database)
    mirror.save_sheet(SheetRecord("jobs", "made-up", headers=HEADERS, worksheet="Jobs"))
    run = mirror.open_run("bench", BEGAN)
    rows = {f"r{n:09d}": _cells(draw, n) for n in range(count)}
    ids = list(rows)
    inserted = [_change(ChangeKind.INSERTED, i, n, rows[i]) for n, i in enumerate(ids, 2)]
    for start in range(0, count, 10_000):
        at = BEGAN + timedelta(hours=start // 1_000)
        mirror.apply_changes(run, "jobs", SheetChanges(inserted[start : start + 10_000]), at)
    moved = [i for i in ids if rows[i]["Status"] in {"Interview", "Offer", "Rejected"}]
    for number, row_id in enumerate(moved):
        rows[row_id] = {**rows[row_id], "Status": draw.choice(["Offer", "Rejected"])}
        moved[number] = row_id
    numbers = {row_id: number for number, row_id in enumerate(ids, 2)}
    updated = [_change(ChangeKind.UPDATED, i, numbers[i], rows[i]) for i in moved]
    at = BEGAN + timedelta(days=40)
    mirror.apply_changes(run, "jobs", SheetChanges(updated, confirmed=ids), at)
    states = [*[RowStanding.DONE] * 17, RowStanding.WAITING, RowStanding.RETRYING]
    states += [RowStanding.FAILED]
    progress = [
        RowProgress(
            row_id, draw.choice(states), "done", "", "", {
                "Keywords": OwnedCell(", ".join(draw.sample(WORDS, 6))),
                "Match %": OwnedCell(draw.randrange(0, 101)),
                "Next action": OwnedCell(draw.choice(["Follow up", "Wait", "Thank them"])),
            },
        )
        for row_id in ids
    ]  # fmt: skip
    mirror.save_progress(run, progress, [], [], at)
    mirror.close_run(run, "ok", {"sheets": [{"name": "jobs"}]}, at)
    assert mirror.count_rows("jobs")[0] == count
    assert RowState.LIVE in {row.state for row in mirror.load_rows("jobs").values()}


def _cells(draw: random.Random, number: int) -> dict[str, Any]:
    return {
        "Company": f"{draw.choice(WORDS).title()} {draw.choice(WORDS)} {number % 5_000}",
        "Role": f"{draw.choice(['Senior', 'Junior', 'Lead'])} {draw.choice(WORDS)} engineer",
        "Link": f"https://jobs.example.com/{number}/{draw.choice(WORDS)}",
        "Location": draw.choice(["Berlin", "Remote", "Paris", "Zürich", "London"]),
        "Salary": f"€{draw.randrange(40, 160)},000",
        "Description": " ".join(draw.choices(WORDS, k=40)),
        "Status": draw.choice(STATUSES),
        "Applied on": 46_000 + number % 300,
        "Source": draw.choice(["board", "referral", "site"]),
        "Contact": f"{draw.choice(WORDS)}@example.com",
        "Notes": " ".join(draw.choices(WORDS, k=6)),
    }


def _change(kind: Any, row_id: str, number: int, cells: dict[str, Any]) -> Any:
    from sync_daemon.domain.cells import content_hash, encode_cells
    from sync_daemon.domain.plan import RowChange

    content = encode_cells(cells)
    return RowChange(kind, row_id, number, content, content_hash(content))


class Client:
    """One kept connection to the dashboard."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> tuple[float, Any]:
        """Seconds, and the JSON."""
        seconds, body = self.fetch(path)
        return seconds, json.loads(body)

    def fetch(self, path: str) -> tuple[float, bytes]:
        """Seconds, and the body."""
        started = time.perf_counter()
        self._connection.request("GET", f"/api/v1{path}", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        assert answer.status == 200, (path, answer.status, body[:300])
        return seconds, body


def questions(client: Client, draw: random.Random) -> Iterator[tuple[str, Callable[[], str]]]:
    """The kinds, each with a function that makes the path of a question."""

    def where(column: str, value: Callable[[], object]) -> Callable[[], str]:
        return lambda: "/rows?" + urlencode({f"where[{column}]": value()})

    def q(words: Callable[[], str]) -> Callable[[], str]:
        return lambda: "/rows?" + urlencode({"q": words()})

    deep = _pages(client, "/rows?limit=500", 150)
    deep_sorted = _pages(client, "/rows?limit=500&sort=Company", 100)
    deep_words = _pages(client, "/rows?limit=500&q=example", 100)
    yield "one row by its id", lambda: f"/rows/r{draw.randrange(ROWS):09d}"
    yield "first page", lambda: "/rows"
    yield "deep page", lambda: f"/rows?cursor={quote(deep)}"
    yield "state=failed", lambda: "/rows?state=failed"
    yield "state=done", lambda: "/rows?state=done"
    yield "changed_since", lambda: "/rows?changed_since=2026-04-05"
    yield "where: unique", where("Link", lambda: "https://jobs.example.com/77/none")
    yield "where: few", where("Company", lambda: f"Baran kora {draw.randrange(5_000)}")
    yield "where: a third", where("Status", lambda: "Applied")
    yield "where: a number", where("Match %", lambda: draw.randrange(101))
    yield "where: blank", where("Status", lambda: "")
    yield "q: one word", q(lambda: draw.choice(WORDS))
    yield "q: two words", q(lambda: f"{draw.choice(WORDS)} {draw.choice(WORDS)}")
    yield "q: beginnings", q(lambda: draw.choice(WORDS)[:3])
    yield "q: a number", q(lambda: str(draw.randrange(ROWS)))
    yield "q: every row", q(lambda: "example")
    yield "q: no row", q(lambda: "xyzzy")
    yield "q: deep page", lambda: f"/rows?q=example&cursor={quote(deep_words)}"
    yield "sort", lambda: "/rows?sort=Company"
    yield "sort, descending number", lambda: "/rows?sort=-" + quote("Match %")
    yield "sort: deep page", lambda: f"/rows?sort=Company&cursor={quote(deep_sorted)}"
    yield "filter and sort", lambda: "/rows?" + urlencode(
        {"where[Status]": "Applied", "sort": "Company"})  # fmt: skip
    yield "sheets", lambda: "/sheets"
    yield "stats/funnel", lambda: "/stats/funnel"
    yield "stats/responses", lambda: "/stats/responses"
    yield "calendar", lambda: "/calendar.ics"


def _pages(client: Client, path: str, number: int) -> str:
    cursor = ""
    for _ in range(number):
        cursor = client.get(path + (f"&cursor={quote(cursor)}" if cursor else ""))[1]["next"]
    return cursor


def measure(folder: Path, repetitions: int, token: str) -> None:
    """Serve, ask, and print."""
    arguments = [sys.executable, "-c", "from sync_daemon.cli import main; main()", "dashboard"]
    arguments += ["--port", "0", "--config", str(folder / "sheetd.toml")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            port = int(served.stdout.readline().split("//")[1].split("/")[0].split(":")[1])
            ask(Client(port, token), repetitions)
            status = Path(f"/proc/{served.pid}/status").read_text(encoding="ascii")
            for key in ("VmRSS", "VmHWM"):
                print(f"{key}: {int(status.split(f'{key}:')[1].split()[0]) / 1024:.0f} MB")
        finally:
            served.terminate()


def ask(client: Client, repetitions: int) -> None:
    """Ask each kind of question, and print how long the answers took."""
    print(f"the first funnel: {client.get('/stats/funnel')[0] * 1000:.0f} ms")
    base, draw = 0.0, random.Random(5)
    for name, make in questions(client, draw):
        times = sorted(client.fetch(make())[0] for _ in range(repetitions))
        middle, high = statistics.median(times), times[-(-95 * repetitions // 100) - 1]
        base = base or middle
        print(
            f"{name:26} p50 {middle * 1000:7.1f} ms  p95 {high * 1000:7.1f} ms"
            f"  = {high / base:6.1f} × one row   most {times[-1] * 1000:7.1f} ms",
            flush=True,
        )
    for form in ("csv", "json", "xlsx"):
        print(f"all rows as {form}: {client.fetch(f'/export?format={form}')[0]:.1f} s", flush=True)


def main() -> None:
    """Make the mirror, or take one that was kept, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="a folder for the mirror, to measure it again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        measure(folder, chosen.repetitions, _prepare(folder))


def _prepare(folder: Path) -> str:
    from sync_daemon.bootstrap import Application
    from sync_daemon.domain.access import Role
    from sync_daemon.services.tokens import create_token
    from sync_daemon.settings import load_settings

    (folder / "sheetd.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "sheetd.toml").chmod(0o600)
    is_new = not (folder / "sheetd.db").exists()
    application = Application(load_settings(folder / "sheetd.toml", {}))
    started = time.perf_counter()
    if is_new:
        application.database  # noqa: B018 - opens it
        make_mirror(application, ROWS)
    token = create_token(application, f"bench {time.time_ns()}", Role.READ).token
    application.close()
    print(f"{ROWS:,} rows made in {time.perf_counter() - started:.1f} s,"
          f" {(folder / 'sheetd.db').stat().st_size / 1e6:.0f} MB")  # fmt: skip
    return token


if __name__ == "__main__":
    main()

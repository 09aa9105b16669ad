"""100,000 rows of 20 columns without tools: cycles against the floor of the same data.

Prints times as ratios within one run, and the peak memory of the process that
runs the cycles; the sandbox is a process of its own.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

ROWS, COLUMNS = 100_000, 20
HEADERS = [f"Column {n}" for n in range(1, COLUMNS + 1)]
TAB = "Big"

_SERVER = """
import sys
from pathlib import Path
from sync_daemon.sandbox import SandboxServer
rows, columns, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
server = SandboxServer(per_user=0, per_project=0)
data = [[f"Column {n}" for n in range(1, columns + 1)]]
data += [[f"row {r} value {c}" for c in range(columns)] for r in range(rows)]
spreadsheet = server.add_spreadsheet("Big", data, tab="Big")
server.service_account(folder / "key.json")
with server:
    print(server.url, spreadsheet, flush=True)
    sys.stdin.read()
"""

_CONFIG = """
[google]
credentials_file = "key.json"
api_root = "{url}"
drive_root = "{url}"
[[sheets]]
name = "big"
spreadsheet = "{spreadsheet}"
worksheet = "Big"
probe = "none"
"""


def measure_floor(body: bytes, folder: Path) -> tuple[float, float]:
    """Seconds to parse and hash the answer, and to insert its rows as well.

    The least that a mirror has to do: each row becomes a record of header and
    value, is hashed, and is inserted into a table with one index.
    """
    started = time.perf_counter()
    rows = json.loads(body)["valueRanges"][0]["valueRange"]["values"]
    hashed = []
    for number, row in enumerate(rows):
        cells = {header: value for header, value in zip(HEADERS, row, strict=True) if value != ""}
        text = json.dumps(cells, ensure_ascii=False)
        hashed.append((number, blake2b(text.encode(), digest_size=16).hexdigest(), text))
    parsed = time.perf_counter() - started
    database = sqlite3.connect(folder / "floor.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, hash TEXT, cells TEXT)")
    with database:
        database.executemany("INSERT INTO rows VALUES (?, ?, ?)", hashed)
    database.close()
    return parsed, time.perf_counter() - started


def run_cycles(folder: Path, url: str, spreadsheet: str) -> None:
    """In a process of its own: two cycles, then the peak of its memory; prints JSON."""
    from sync_daemon.bootstrap import Application
    from sync_daemon.cycle import CycleOptions
    from sync_daemon.settings import load_settings

    config = folder / "sheetd.toml"
    config.write_text(_CONFIG.format(url=url, spreadsheet=spreadsheet))
    application = Application(load_settings(config, {}))
    times = []
    for _ in range(3):
        started, cpu = time.perf_counter(), time.process_time()
        report = application.run_once(trigger="bench", options=CycleOptions())
        failure = report.sheets[0].failure
        if failure is not None:
            raise failure
        calls = report.api_calls
        times.append(
            [time.perf_counter() - started, time.process_time() - cpu,
             calls.sheets_read, calls.sheets_write, report.sheets[0].rows]
        )  # fmt: skip
    application.close()
    print(json.dumps({"times": times, "peak_mb": peak_memory_mb()}))


def peak_memory_mb() -> float:
    """The most memory this process has had; rusage would count the parent's before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def fetch_body(folder: Path, url: str, spreadsheet: str) -> bytes:
    """The answer that a cycle reads, as bytes."""
    from sync_daemon.bootstrap import Application
    from sync_daemon.settings import load_settings
    from sync_daemon.sheets.ranges import Span
    from sync_daemon.sheets.requests import read_body
    from sync_daemon.sheets.transport import Idempotency, RequestKind

    config = folder / "floor.toml"
    config.write_text(_CONFIG.format(url=url, spreadsheet=spreadsheet))
    application = Application(load_settings(config, {}))
    path = f"/v4/spreadsheets/{spreadsheet}/values:batchGetByDataFilter"
    gid = application.transport.json(
        "GET", f"/v4/spreadsheets/{spreadsheet}", params={"fields": "sheets.properties.sheetId"},
        idempotency=Idempotency.SAFE, kind=RequestKind.READ,
    )["sheets"][0]["properties"].get("sheetId", 0)  # fmt: skip
    started = time.perf_counter()
    response = application.transport.request(
        "POST",
        path,
        json=read_body(gid, [Span()], []),
        idempotency=Idempotency.SAFE,
        kind=RequestKind.READ,
    )
    print(f"one reading of the sandbox: {time.perf_counter() - started:.2f} s,"
          f" {len(response.content) / 1e6:.0f} MB")  # fmt: skip
    application.close()
    return response.content


def main() -> None:
    """Run the sandbox, the floor and the cycles, and print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [sys.executable, "-c", _SERVER, str(ROWS), str(COLUMNS), name]
        with subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            url, spreadsheet = server.stdout.readline().split()
            body = fetch_body(folder, url, spreadsheet)
            parsed, inserted = measure_floor(body, folder)
            del body
            ran = subprocess.run(
                [sys.executable, __file__, "cycles", name, url, spreadsheet],
                capture_output=True, text=True, check=True, env={**os.environ},
            )  # fmt: skip
            found = json.loads(ran.stdout.splitlines()[-1])
            server.communicate("")
    print(f"floor: parsing and hashing {parsed:.2f} s, with inserting {inserted:.2f} s")
    labels = ["first cycle", "unchanged, read in full", "unchanged, known by its digest"]
    bases = [("floor", inserted), ("parsing and hashing", parsed), ("parsing and hashing", parsed)]
    for label, (base, floor), (wall, cpu, reads, writes, rows) in zip(
        labels, bases, found["times"], strict=True
    ):
        print(
            f"{label}: {cpu / floor:.2f} × {base} by its own processor time ({cpu:.2f} s),"
            f" {wall / floor:.2f} × with the sandbox's ({wall:.2f} s);"
            f" {reads} reads, {writes} writes, {rows} rows"
        )
    print(f"peak memory: {found['peak_mb']:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["cycles"]:
        run_cycles(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        main()

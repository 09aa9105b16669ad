"""``make bench-start``: what a command costs before it does anything, as ratios in one run.

The unit is the time of a process that imports typer, rich and pydantic and defines one
model. The time that the sandbox's server spends, which lies in the measuring process, is
taken off. Each figure is the least of several, in turn, so that a busy moment falls on none.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sync_daemon.sandbox import SandboxServer

UNIT = "import typer, rich, pydantic\nclass Model(pydantic.BaseModel):\n    a: int = 0\n"
HEADERS = ["Company", "Salary"]
CONFIG = """
[google]
credentials_file = "key.json"
api_root = "{url}"
drive_root = "{url}"

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "Jobs"

[[sheets.steps]]
tool = "salary_parser"
inputs = {{ text = "Salary" }}
outputs = {{ minimum = "Least" }}
"""
SHEETD = (sys.executable, "-m", "sync_daemon")
# Command → how many units it may take, by the contract; none where it says nothing.
COMMANDS: dict[str, float | None] = {
    "--version": 1.5, "--help": 1.5, "status": 3, "rows": None, "sync now": 6,
}  # fmt: skip


def measure(command: tuple[str, ...], folder: Path) -> float:
    """Seconds of a process, less those that this one spent on serving it."""
    begun, served = time.perf_counter(), time.process_time()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun - (time.process_time() - served)


def main() -> None:
    """Print each command's time in units; exit with 1 if one takes too many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name, SandboxServer() as server:
        folder = Path(name)
        edit = prepare(server, folder)
        least = dict.fromkeys(["unit", *COMMANDS], float("inf"))
        for _ in range(times):
            least["unit"] = min(least["unit"], measure((sys.executable, "-c", UNIT), folder))
            for command in COMMANDS:
                edit()
                took = measure((*SHEETD, *command.split()), folder)
                least[command] = min(least[command], took)
    print(f"unit       {least['unit'] * 1e3:5.0f} ms")
    is_slow = False
    for command, bound in COMMANDS.items():
        ratio = least[command] / least["unit"]
        is_slow |= bound is not None and ratio > bound
        print(f"{command:10} {ratio:5.2f} units" + (f" (at most {bound:g})" if bound else ""))
    sys.exit(is_slow)


def prepare(server: SandboxServer, folder: Path) -> Callable[[], None]:
    """A sheet of two rows that sheetd knows; what edits both of them."""
    rows = [HEADERS, ["Acme", "50000"], ["Bolt", "60000"]]
    spreadsheet = server.add_spreadsheet("Hunt", rows, tab="Jobs")
    server.service_account(folder / "key.json")
    config = folder / "sheetd.toml"
    config.write_text(CONFIG.format(url=server.url, spreadsheet=spreadsheet), encoding="utf-8")
    config.chmod(0o600)
    subprocess.run([*SHEETD, "sync", "now"], cwd=folder, check=True, capture_output=True)
    count = 0

    def edit() -> None:
        nonlocal count
        count += 1
        with server.workspace.lock:
            user = server.user(spreadsheet)
            user.type_rows(1, 1, [[f"{50_000 + count}"], [f"{60_000 + count}"]])

    return edit


if __name__ == "__main__":
    main()

"""``make footprint``: what it costs to leave the daemon running.

A sheet in the sandbox, of which Drive tells whether it changed, is kept by the daemon's own
rounds in a process of their own. Measured there are cycles in which nothing happened and
cycles after an edit of one row: bytes written, processor, and the memory that the process
holds; and in a second one syncs, counted by strace where there is one.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sync_daemon.sandbox import SandboxServer
from sync_daemon.sandbox.user import SheetUser

ROOT = Path(__file__).resolve().parents[1]
MEASURED = Path(__file__).with_name("idle_daemon.py")
HEADERS = ["Company", "Role", "Link", "Salary", "Status", "Description"]
CONFIG = """
[google]
credentials_file = "key.json"
api_root = "{url}"
drive_root = "{url}"
reads_per_minute = 300
writes_per_minute = 300

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "Jobs"
probe = "drive"

[[sheets.steps]]
tool = "salary_parser"
inputs = {{ text = "Salary" }}
outputs = {{ minimum = "Least" }}
"""
CYCLES = 50
SYNCS = "fsync,fdatasync,sync_file_range,msync"


class Daemon:
    """The measured process, perhaps under strace."""

    def __init__(self, config: Path, *, is_traced: bool) -> None:
        self._trace = config.with_name("trace") if is_traced else None
        watched = ["strace", "-f", "-qq", "-o", str(self._trace), "-e", f"trace={SYNCS},utimensat"]
        command = [sys.executable, str(MEASURED), str(config)]
        self._process = subprocess.Popen(
            [*(watched if is_traced else []), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, cycles: int) -> dict[str, float]:
        """What so many cycles cost, each."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{cycles}\n")
        self._process.stdin.flush()
        found: dict[str, float] = json.loads(self._process.stdout.readline())
        resident = found.pop("resident")
        if self._trace is not None:
            found = {"syncs": self._syncs(self._trace)}
        return {"resident": resident, **{name: spent / cycles for name, spent in found.items()}}

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()

    def _syncs(self, trace: Path) -> int:
        """Those between the last two marks."""
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        marks = [number for number, line in enumerate(lines) if "utimensat" in line]
        return sum("sync(" in line for line in lines[marks[-2] : marks[-1]])


def measure(rows: int) -> tuple[dict[str, float], dict[str, float]]:
    """Cycles in which nothing happened, and one after an edit, of a sheet of so many rows."""
    typed = [[f"Company {n}", "Role", "", f"{50 + n % 50}k EUR", "", ""] for n in range(rows)]
    quiet: dict[str, float] = {}
    edited: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="sheetd-footprint-") as folder,
        SandboxServer(per_user=0, per_project=0) as server,
    ):
        spreadsheet = server.add_spreadsheet("Hunt", [HEADERS, *typed], tab="Jobs")
        server.service_account(Path(folder) / "key.json")
        config = Path(folder) / "sheetd.toml"
        config.write_text(CONFIG.format(url=server.url, spreadsheet=spreadsheet))
        user = SheetUser(server.workspace.get(spreadsheet))
        for is_traced in [True, False] if shutil.which("strace") else [False]:
            daemon = Daemon(config, is_traced=is_traced)
            quiet |= daemon.run(CYCLES)
            with server.workspace.lock:
                user.type(1, 3, "99k EUR" if is_traced else "98k EUR")
            edited |= daemon.run(1)
            daemon.close()
    return quiet, edited


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100, 20_000])
    for rows in parser.parse_args().rows:
        quiet, edited = measure(rows)
        year = quiet["bytes"] * 365 * 86_400 / 20
        sys.stdout.write(
            f"{rows} rows, Drive is asked each 20 s\n"
            f"  nothing happened: {quiet.get('syncs', math.nan):.2f} syncs,"
            f" {quiet['bytes']:.0f} bytes ({year / 1e9:.2f} GB a year),"
            f" {quiet['processor_ms']:.1f} ms of processor\n"
            f"  one row edited:   {edited.get('syncs', math.nan):.0f} syncs,"
            f" {edited['bytes'] / 1e3:.0f} kB, {edited['processor_ms']:.0f} ms of processor\n"
            f"  memory: {quiet['resident'] / 1e6:.0f} MB resident\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()

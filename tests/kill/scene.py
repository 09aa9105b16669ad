"""A sheet with its user and a tool that leaves traces: what must hold after every kill."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sync_daemon.sandbox import HttpRequest, SandboxServer
from tests.kill.nursery import REPOSITORY, Ending, Nursery
from tests.support.loop import HEADERS, Loop

ROWS = 6
SHOWN = [*HEADERS, "Words", "Shout"]
RESULTS = "SELECT id, row_id, step, input_hash, json_extract(output, '$.shout') FROM results"
SENDER = '''
import os

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class WordCountInputSchema(ToolInputSchema):
    text: str


class WordCountResult(ToolResultSchema):
    words: int
    shout: str


class WordCount(Tool[WordCountInputSchema, WordCountResult]):
    """Count the words of a text, and tell the outside of it."""

    name = "word_count"
    version = 1
    has_outside_effect = True

    def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
        file = os.open("{effects}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, (entry.text.upper() + "\\n").encode())
        os.close(file)
        return WordCountResult(words=len(entry.text.split()), shout=entry.text.upper())
'''


class Scene:
    """One sheet in the sandbox that outlives the processes at work on it.

    Every text that the user types is unlike any other, so that an effect and a
    result can be told from all others, whatever became of the row's id.
    """

    def __init__(
        self,
        folder: Path,
        server: SandboxServer,
        seed: int,
        typed: Sequence[Sequence[Any]] | None = None,
    ) -> None:
        folder.mkdir()
        self.random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.operations = 0
        self._texts = 0
        rows = [self._new_row() for _ in range(ROWS)] if typed is None else map(list, typed)
        self.loop = Loop(folder, server, [HEADERS, *rows])
        self.effects_file = folder / "effects"
        source = SENDER.replace("{effects}", str(self.effects_file))
        (folder / "my-tools" / "word_count" / "processor.py").write_text(source, encoding="utf-8")
        self.mirror = folder / "sheetd.db"
        self.violations: list[str] = []
        self._typed = self.inputs()
        self._committed: dict[int, tuple[Any, ...]] = {}
        self._effects = 0

    def move_mirror(self, path: Path) -> None:
        """Have the mirror elsewhere; before the first cycle."""
        self.mirror = path
        config = self.loop.config.read_text(encoding="utf-8")
        table = f'[database]\nurl = "sqlite:///{path}"\n'
        self.loop.config.write_text(table + config, encoding="utf-8")
        self.loop.application = self.loop.open()

    # What sheetd does

    def sync(self, nursery: Nursery, **kill: Any) -> Ending:
        """One process that runs a cycle, killed or not, and what must hold after it."""
        ending = nursery.run(
            "sync", "now", "--allow-mass-delete", "--config", str(self.loop.config), **kill
        )
        if not ending.was_killed and ending.status != 0:
            self.violations.append(f"exit status {ending.status}: {ending.errors}")
        self.check(f"{kill}")
        return ending

    def sync_by_command(self) -> None:
        """The same as a user does it, with nothing of the test's in the process."""
        command = [sys.executable, "-m", "sync_daemon", "sync", "now", "--config"]
        run = subprocess.run(
            [*command, str(self.loop.config)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if run.returncode != 0:
            self.violations.append(f"the command ended with {run.returncode}: {run.stderr}")
        self.check("the command")

    def check(self, when: str) -> None:
        """Note what is violated: typed rows, the mirror's soundness, results, effects."""
        found = [self._lost_input(), *self._mirror_faults()]
        self.violations += [f"{when}: {fault}" for fault in found if fault]

    def _lost_input(self) -> str:
        with self.loop.server.workspace.lock:
            found, typed = self.inputs(), self._typed
        return "" if found == typed else f"typed {typed}, found {found}"

    def _mirror_faults(self) -> list[str]:
        integrity, results = self._read_mirror()
        lost = [f"result {key} was lost" for key in self._committed if key not in results]
        lost += [
            f"result {key} was changed"
            for key, result in self._committed.items()
            if results.get(key, result) != result
        ]
        repeated = self._repeated_effects()
        self._committed = results
        return [*([] if integrity == "ok" else [f"integrity: {integrity}"]), *lost, *repeated]

    def _read_mirror(self) -> tuple[str, dict[int, tuple[Any, ...]]]:
        """What SQLite says of a copy, and the results in it: the files stay as the kill left them.

        The shared memory is not copied: SQLite makes it anew from the journal.
        """
        if not self.mirror.exists():
            return "ok", {}
        copy = self.effects_file.with_name("copy.db")
        for suffix in ("", "-wal"):
            source = self.mirror.with_name(self.mirror.name + suffix)
            target = copy.with_name(copy.name + suffix)
            target.unlink(missing_ok=True)
            if source.exists():
                shutil.copyfile(source, target)
        try:
            with closing(sqlite3.connect(copy)) as connection:
                return _look_at(connection)
        except sqlite3.DatabaseError as error:
            return str(error), {}

    def _repeated_effects(self) -> list[str]:
        """Effects since the last look whose result was committed by then, or that came twice."""
        effects = self.effects()
        new = Counter(effects[self._effects :])
        self._effects = len(effects)
        committed = {result[-1] for result in self._committed.values()}
        return [
            f"{text!r} took effect {count} times" + (" after its commit" * (text in committed))
            for text, count in new.items()
            if count > 1 or text in committed
        ]

    def effects(self) -> list[str]:
        """The inputs that the tool was called with, in order, in capitals."""
        if not self.effects_file.exists():
            return []
        return self.effects_file.read_text(encoding="utf-8").splitlines()

    def finish(self, nursery: Nursery) -> None:
        """One undisturbed cycle; then the sheet has to be right, and quiet in the next."""
        self.sync(nursery)
        try:
            self.loop.assert_right()
        except AssertionError as error:
            self.violations.append(f"the sheet is not right: {error}")
        report = self.loop.cycle()
        self.loop.close()
        if report.cells_written or report.jobs.done:
            self.violations.append(f"not quiet after a cycle: {report}")

    # What the sheet holds

    def inputs(self) -> list[list[Any]]:
        """The user's cells, row by row; rows without any are left out."""
        rows = [[row.get(header, "") for header in HEADERS] for row in self.loop.rows()]
        return [row for row in rows if any(cell != "" for cell in row)]

    def shown(self) -> list[list[Any]]:
        """The user's cells and the results, row by row."""
        return [[row.get(header, "") for header in SHOWN] for row in self.loop.rows()]

    def mirrored(self) -> list[list[Any]]:
        """The user's cells of every row, as the mirror knows them, in no order."""
        mirror = self.loop.open().mirror
        cells = mirror.load_cells(mirror.load_rows("jobs"))
        return sorted([row.get(header, "") for header in HEADERS] for row in cells.values())

    # What the user does

    def act(self, times: int = 1) -> None:
        """Some operations, each seen as a whole by everybody else."""
        actions = [self.edit, self.edit, self.edit_role, self.add_row, self.sort,
                   self.move_row, self.insert_row, self.copy_row, self.delete_row,
                   self.move_column]  # fmt: skip
        for _ in range(times):
            self.do(self.random.choice(actions).__name__)

    def do(self, action: str) -> None:
        """One operation by its name; what is typed then is what has to stay."""
        with self.loop.server.workspace.lock:
            if fault := self._lost_input():
                self.violations.append(f"before {action}: {fault}")
            getattr(self, action)()
            self.operations += 1
            self._typed = self.inputs()

    def act_before(self, request: HttpRequest) -> None:
        """Now and then the user is quicker than a request."""
        if request.target.startswith("/v4/") and self.random.random() < 0.3:
            self.act()

    def edit(self) -> None:
        row = self.random.choice(self._filled())
        self.loop.user.type(row, self.loop.column("Description"), self._new_text())

    def edit_role(self) -> None:
        """Change a cell that no tool takes: nothing is to be done again for it."""
        row = self.random.choice(self._filled())
        self.loop.user.type(row, self.loop.column("Role"), f"Role {self.random.randint(1, 99)}")

    def undo(self) -> None:
        """Take back the last operation."""
        self.loop.user.undo()

    def add_row(self) -> None:
        self._type_row(max(self._filled()) + 1)

    def insert_row(self) -> None:
        row = self.random.choice(self._filled())
        self.loop.user.insert_rows(row)
        self._type_row(row)

    def copy_row(self) -> None:
        """Copy a whole row, ids and results included, and type over the copy."""
        rows = self._filled()
        source, target = self.random.choice(rows), max(rows) + 1
        self.loop.user.copy_rows(source, source + 1)
        self.loop.user.paste(target)
        self._type_row(target)

    def delete_row(self) -> None:
        rows = self._filled()
        if len(rows) > 5:
            row = self.random.choice(rows)
            self.loop.user.delete_rows(row, row + 1)

    def move_row(self) -> None:
        *others, last = self._filled()
        self.loop.user.move_rows(last, last + 1, self.random.choice(others))

    def move_column(self) -> None:
        column = self.loop.column(self.random.choice(HEADERS))
        if column:
            self.loop.user.move_columns(column, column + 1, 0)

    def sort(self) -> None:
        bottom = max(self._filled()) + 1
        key = self.loop.column(self.random.choice(HEADERS))
        width = self.loop.user.sheet.grid.column_count
        self.loop.user.sort(1, bottom, 0, width, [(key, self.random.random() < 0.5)])

    def _filled(self) -> Sequence[int]:
        return [row["#"] - 1 for row in self.loop.rows() if row["Company"] != ""]

    def _type_row(self, row: int) -> None:
        """The text first: an undo of the last cell must not give a copy its source's text back."""
        cells = list(zip(HEADERS, self._new_row(), strict=True))
        for header, value in reversed(cells):
            self.loop.user.type(row, self.loop.column(header), value)

    def _new_row(self) -> list[str]:
        text = self._new_text()
        return [f"Company {self._texts}", f"Role {self.random.randint(1, 99)}", text]

    def _new_text(self) -> str:
        self._texts += 1
        return f"text {self._texts} with {'more ' * self.random.randint(0, 5)}words"


def _look_at(mirror: sqlite3.Connection) -> tuple[str, dict[int, tuple[Any, ...]]]:
    """SQLite's verdict, and the results by their ids."""
    integrity = str(mirror.execute("PRAGMA integrity_check").fetchone()[0])
    tables = mirror.execute("SELECT 1 FROM sqlite_master WHERE name = 'results'")
    if tables.fetchone() is None:
        return integrity, {}
    return integrity, {row[0]: row[1:] for row in mirror.execute(RESULTS)}

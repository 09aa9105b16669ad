"""What happens to an installation over the years, between two quiet cycles."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing, suppress
from typing import Any

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, SheetReport
from sync_daemon.errors import ColumnTakenError, KeptElsewhereError, SheetdError, TornReadError
from tests.chaos.attack import Attacker
from tests.chaos.watch import RESULTS, Figures

_OUTPUTS = 'outputs = { words = "Words", shout = "Shout" }'
_OTHER_OUTPUTS = 'outputs = { words = "Count", shout = "Loud" }'
_TRADED_OUTPUTS = 'outputs = { words = "Shout", shout = "Words" }'
_USERS_COLUMN = 'outputs = { words = "Words", shout = "Company" }'


class Upheaval:
    """One of several things that no user of the sheet does, but whoever runs sheetd."""

    def __init__(self, attacker: Attacker, figures: Figures) -> None:
        self._attacker = attacker
        self._loop = attacker.loop
        self._figures = figures

    def happen(self) -> None:
        """One of them, drawn."""
        happening = self._attacker.random.choice(
            [
                self.mirror_is_deleted,
                self.second_installation_starts,
                self.second_installation_takes_over_for_a_while,
                self.configuration_names_other_columns,
                self.configuration_names_a_column_of_the_users,
                self.init_is_run_again,
                self.sheet_is_called_otherwise,
                self.step_is_called_otherwise,
                self.own_columns_are_called_otherwise,
                self.results_trade_their_columns,
                self.another_version_is_installed,
                self.backup_comes_back,
                self.deleted_row_is_restored,
                self.run_is_undone_and_done_again,
            ]
        )
        self._figures.upheavals[happening.__name__.replace("_", " ")] += 1
        happening()
        self._attacker.forget_last()

    def mirror_is_deleted(self) -> None:
        self._loop.lose_mirror()
        self._expect(self._loop.application, KeptElsewhereError)
        self._cycle(take_over=True)

    def second_installation_starts(self) -> None:
        with closing(self._install("second")) as other:
            for _ in range(2):
                self._expect(other, KeptElsewhereError)

    def second_installation_takes_over_for_a_while(self) -> None:
        with closing(self._install("successor")) as other:
            _run(other, take_over=True)
            self._expect(self._loop.application, KeptElsewhereError)
            self._cycle(take_over=True)
            self._expect(other, KeptElsewhereError)

    def configuration_names_other_columns(self) -> None:
        self._loop.configure(_OUTPUTS, _OTHER_OUTPUTS)
        self._cycle()
        self._loop.configure(_OTHER_OUTPUTS, _OUTPUTS)
        self._cycle()

    def configuration_names_a_column_of_the_users(self) -> None:
        self._loop.configure(_OUTPUTS, _USERS_COLUMN)
        self._expect(self._loop.application, ColumnTakenError)
        self._loop.configure(_USERS_COLUMN, _OUTPUTS)

    def sheet_is_called_otherwise(self) -> None:
        self._expect_nothing_run('name = "jobs"', 'name = "hunt"')

    def step_is_called_otherwise(self) -> None:
        self._expect_nothing_run('tool = "word_count"', 'tool = "word_count"\nname = "count"')

    def own_columns_are_called_otherwise(self) -> None:
        own = 'worksheet = "Jobs"\nid_column = "Nr"\nstatus_column = "How it is"'
        self._expect_nothing_run('worksheet = "Jobs"', own)

    def results_trade_their_columns(self) -> None:
        self._expect_nothing_run(_OUTPUTS, _TRADED_OUTPUTS)

    def another_version_is_installed(self) -> None:
        processor = self._loop.folder / "my-tools" / "word_count" / "processor.py"
        text = processor.read_text(encoding="utf-8")
        newer = text.replace("version = 1", "version = 2")
        assert newer != text
        for version in (newer, text):
            processor.write_text(version, encoding="utf-8")
            self._loop.reopen()
            self._cycle()

    def backup_comes_back(self) -> None:
        """The mirror is as it was some edits ago."""
        file = self._loop.folder / "sheetd.db"
        backup = file.with_name("backup.db")
        self._loop.close()
        shutil.copy(file, backup)
        self._loop.application = self._loop.open()
        for _ in range(3):
            self._attacker.edit()
        self._cycle()
        self._loop.close()
        for left in self._loop.folder.glob("sheetd.db*"):
            left.unlink()
        backup.replace(file)
        self._loop.application = self._loop.open()
        self._cycle()
        self._cycle()

    def deleted_row_is_restored(self) -> None:
        """The user acts meanwhile; if the sheet kept changing, it is asked for once more.

        Where columns move at that moment, a row stays that the user is told to delete: not here.
        """
        row_id = self._attacker.lose_row()
        if row_id is None:
            return
        self._cycle()
        self._attacker.is_restoring = True
        with self._attacker.busy(without=("column", "undo")), suppress(TornReadError):
            self._cycle(restore=row_id)
        self._cycle(restore=row_id)
        self._attacker.is_restoring = False
        self._attacker.begin_again()
        self._cycle()

    def run_is_undone_and_done_again(self) -> None:
        for _ in range(3):
            self._attacker.edit()
        options = CycleOptions(allow_mass_delete=True)
        run_id = self._loop.application.run_once(trigger="test", options=options).run_id
        self._cycle(undo=run_id)
        outputs = {"jobs": {"word_count": RESULTS}}
        application = self._loop.application
        application.admin.request_rerun(outputs, application.clock.now())
        self._cycle()

    def _expect_nothing_run(self, old: str, new: str) -> None:
        """A label changes and changes back: no job runs, and no row is new."""
        for pair in ((old, new), (new, old)):
            self._loop.configure(*pair)
            report = self._cycle()
            jobs = report.jobs
            self._figures.run_again += jobs.done + jobs.failed + jobs.retrying + report.inserted

    def init_is_run_again(self) -> None:
        """``sheetd init --force`` proposes what it likes; what it wrote is tried once."""
        before = self._loop.config.read_text(encoding="utf-8")
        command = [
            sys.executable, "-m", "sync_daemon", "init", "--force", "--yes",
            "--spreadsheet", self._loop.spreadsheet_id, "--worksheet", "Jobs",
            "--credentials", str(self._loop.folder / "key.json"),
            "--api-root", self._loop.server.url,
            "--config", str(self._loop.config),
        ]  # fmt: skip
        subprocess.run(
            command, check=True, capture_output=True, cwd=self._loop.folder, env={**os.environ}
        )
        self._loop.reopen()
        self._cycle()
        self._loop.config.write_text(before, encoding="utf-8")
        self._loop.reopen()
        self._cycle()

    def _install(self, name: str) -> Application:
        shutil.rmtree(self._loop.folder / name, ignore_errors=True)
        return self._loop.install_elsewhere(name)

    def _expect(self, application: Application, refusal: type[SheetdError]) -> None:
        """A cycle that is refused, and changes nothing."""
        before = self._attacker.grid()
        report = _run(application)
        if not isinstance(report.failure, refusal) or self._attacker.grid() != before:
            self._figures.wrongly_kept += 1

    def _cycle(self, **options: Any) -> SheetReport:
        report = _run(self._loop.application, **options)
        if report.failure is not None:
            raise report.failure
        return report


def _run(application: Application, **options: Any) -> SheetReport:
    asked = CycleOptions(allow_mass_delete=True, **options)
    return application.run_once(trigger="test", options=asked).sheets[0]

"""The cycle over HTTP: what a user sees in the sheet after what a user did."""

from __future__ import annotations

import itertools
import json
import math
import threading
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from sync_daemon.bootstrap import lock_path
from sync_daemon.cycle import CycleOptions
from sync_daemon.cycle.pull import VIEW_FORM
from sync_daemon.errors import HeaderError, MassDeleteError, MirrorError
from sync_daemon.sandbox import Fault, FaultKind
from sync_daemon.settings import load_settings
from tests.support.loop import HEADERS, Loop, running_loop

WRITE = "values:batchUpdateByDataFilter"
READ = "values:batchGetByDataFilter"
BATCH = ":batchUpdate?"


def ids_by_company(loop: Loop) -> dict[str, str]:
    return {row["Company"]: row["sheetd id"] for row in loop.rows()}


class TestQuiet:
    def test_first_cycle_fills_everything_in_two_reads_and_two_writes(self, loop: Loop) -> None:
        report = loop.run()
        loop.assert_right()
        assert (report.api_calls.sheets_read, report.api_calls.sheets_write) == (2, 2)
        assert report.sheets[0].inserted == report.sheets[0].ids_assigned == 8

    def test_an_unchanged_cycle_reads_once_and_does_nothing(self, loop: Loop) -> None:
        loop.cycle()
        for _ in range(3):
            report = loop.run()
            assert (report.api_calls.sheets_read, report.api_calls.sheets_write) == (1, 0)
            assert report.sheets[0].jobs.done == 0
            assert report.sheets[0].rows == 8

    def test_after_an_edit_only_that_row_s_job_runs(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(3, 2, "an edited text of seven words now")
        report = loop.run()
        loop.assert_right()
        assert (report.sheets[0].updated, report.sheets[0].jobs.done) == (1, 1)
        assert (report.api_calls.sheets_read, report.api_calls.sheets_write) == (1, 1)

    def test_a_new_row_costs_one_reading_and_two_writes(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.type_rows(9, 0, [["New", "Role", "typed just now"]])
        report = loop.run()
        loop.assert_right()
        assert (report.api_calls.sheets_read, report.api_calls.sheets_write) == (1, 2)
        assert {c: i for c, i in ids_by_company(loop).items() if c != "New"} == before

    def test_a_row_without_description_waits_and_says_for_what(self, loop: Loop) -> None:
        loop.user.type_rows(9, 0, [["New", "Role", ""]])
        loop.cycle()
        assert loop.rows()[-1]["sheetd status"].startswith("Fill in Description · #")
        loop.user.type(9, 2, "here it is")
        loop.cycle()
        loop.assert_right()

    def test_results_go_when_the_input_is_cleared(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(2, 2, "")
        loop.cycle()
        loop.assert_right()

    def test_an_existing_header_is_taken_into_use(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, rows=[]) as loop:
            loop.user.type_rows(0, 0, [[*HEADERS, "Shout", "Notes", "sheetd id"]])
            loop.user.type_rows(1, 0, [["A", "Dev", "some text", "", "mine", ""]])
            report = loop.run()
            loop.assert_right()
            assert loop.rows()[0]["Notes"] == "mine"
            assert report.api_calls.sheets_write == 2


class TestUserMovesThings:
    def test_sorted_moved_inserted_and_deleted_between_cycles(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.sort(1, 9, 0, loop.column("Shout") + 1, [(0, True)])
        loop.user.move_rows(2, 4, 8)
        loop.user.insert_rows(3, 5)
        loop.user.delete_rows(1, 2)
        loop.user.insert_columns(0, 2)
        loop.user.move_columns(3, 4, 2)
        report = loop.cycle()
        loop.assert_right()
        assert report.jobs.done == 0
        after = ids_by_company(loop)
        assert len(after) == 7
        assert after.items() <= before.items()

    def test_sorted_without_our_columns(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.sort(1, 9, 0, 3, [(0, True)])
        loop.settle()
        loop.assert_right()
        assert ids_by_company(loop) == before

    def test_a_row_is_copied_and_the_copy_edited(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.copy_rows(2, 3)
        loop.user.insert_rows(1, 2)
        loop.user.paste(1, 0)
        loop.user.type(1, 0, "Copy")
        loop.user.type(1, 2, "another text")
        loop.settle()
        loop.assert_right()
        after = ids_by_company(loop)
        assert {c: i for c, i in after.items() if c != "Copy"} == before

    def test_ids_and_statuses_are_cleared(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        for header in ("sheetd id", "sheetd status"):
            column = loop.column(header)
            loop.user.type_rows(1, column, [[""]] * 8)
        loop.settle()
        loop.assert_right()
        assert ids_by_company(loop) == before

    def test_an_owned_column_is_deleted(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        for header in ("sheetd id", "Words"):
            column = loop.column(header)
            loop.user.delete_columns(column, column + 1)
        report = loop.cycle()
        loop.settle()
        loop.assert_right()
        assert report.jobs.done == 0
        assert ids_by_company(loop) == before

    def test_an_owned_column_is_known_by_its_mark_whatever_it_is_called(self, loop: Loop) -> None:
        loop.cycle()
        for header, title in (("Shout", "Loud"), ("sheetd id", "id"), ("sheetd status", " ok? ")):
            loop.user.type(0, loop.column(header), title)
        loop.user.type(1, loop.column("Loud"), "typed")
        loop.user.type(2, 2, "a new text")
        report = loop.cycle()
        loop.settle()
        rows = loop.rows()
        assert [row["Loud"] for row in rows[:3]] == ["typed", "A NEW TEXT", "TEXT OF ROW 3"]
        assert all(row[" ok? "].endswith(row["id"]) for row in rows)
        assert not {"Shout", "sheetd id", "sheetd status"} & rows[0].keys()
        assert (report.jobs.done, report.ids_assigned) == (1, 0)

    def test_the_tab_is_renamed(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.rename_tab("Other name")
        loop.user.type(1, 2, "changed under another name")
        report = loop.cycle()
        assert report.jobs.done == 1


class TestHandEdits:
    def test_a_result_typed_over_stays_until_the_input_changes(self, loop: Loop) -> None:
        loop.cycle()
        column = loop.column("Shout")
        loop.user.type(1, column, "mine")
        loop.settle()
        assert loop.rows()[0]["Shout"] == "mine"
        loop.user.type(1, 2, "new input")
        loop.settle()
        assert loop.rows()[0]["Shout"] == "NEW INPUT"

    def test_a_formula_that_loads_is_no_change(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(1, 2, '=IMPORTXML("https://example.com", "//h1")')
        report = loop.cycle()
        assert (report.updated, report.cells_written) == (0, 0)


class TestMovedBetweenReadingAndWriting:
    """The user acts at the worst moment; the same cycle puts it right."""

    def test_rows_are_inserted_before_the_first_write(self, loop: Loop) -> None:
        with loop.user_acts_before(WRITE, lambda: loop.user.insert_rows(1, 3)):
            report = loop.cycle()
        assert report.cells_repaired > 0
        loop.assert_right()

    def test_the_sheet_is_sorted_before_the_first_ids(self, loop: Loop) -> None:
        with loop.user_acts_before(WRITE, lambda: loop.user.sort(1, 9, 0, 7, [(0, True)])):
            loop.cycle()
        loop.assert_right()

    def test_the_sheet_is_sorted_before_results_are_written(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.type(2, 2, "edited once")
        loop.user.type(6, 2, "edited twice over")
        with loop.user_acts_before(WRITE, lambda: loop.user.sort(1, 9, 0, 7, [(0, True)])):
            report = loop.cycle()
        assert report.cells_repaired > 0
        loop.assert_right()
        assert ids_by_company(loop) == before

    def test_rows_move_before_a_new_row_s_id_is_written(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.type_rows(9, 0, [["New", "Role", "typed just now"]])
        with loop.user_acts_before(
            WRITE,
            lambda: loop.user.sort(1, 10, 0, 7, [(0, True)]),
            lambda: loop.user.move_rows(1, 3, 8),
        ):
            loop.cycle()
        loop.settle()
        loop.assert_right()
        assert {c: i for c, i in ids_by_company(loop).items() if c != "New"} == before

    def test_columns_are_inserted_while_ours_are_created(self, loop: Loop) -> None:
        with loop.user_acts_before(BATCH, lambda: loop.user.insert_columns(1, 3)):
            loop.cycle()
        loop.settle()
        loop.assert_right()

    def test_columns_move_before_results_are_written(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(2, 2, "edited")
        with loop.user_acts_before(WRITE, lambda: loop.user.move_columns(6, 7, 0)):
            loop.cycle()
        loop.assert_right()

    def test_our_column_is_deleted_before_results_are_written(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(2, 2, "edited")
        column = loop.column("Shout")
        with loop.user_acts_before(WRITE, lambda: loop.user.delete_columns(column, column + 1)):
            loop.cycle()
        loop.settle()
        loop.assert_right()


class TestFaults:
    @pytest.mark.parametrize(
        "kind",
        [
            FaultKind.RESET_BEFORE,
            FaultKind.RESET_AFTER,
            FaultKind.SERVER_ERROR_HTML,
            FaultKind.CUT_JSON,
            FaultKind.TRUNCATED,
            FaultKind.GARBAGE,
            FaultKind.RATE_LIMIT,
            FaultKind.EXPIRED_TOKEN,
        ],
    )
    @pytest.mark.parametrize("path", [READ, BATCH[:-1] + "$", WRITE])
    def test_the_next_cycle_converges(self, loop: Loop, kind: FaultKind, path: str) -> None:
        loop.server.service.faults.add(Fault(kind, path=path))
        loop.run()
        loop.settle()
        loop.assert_right()


class TestGuards:
    def test_too_many_deletions_are_refused_and_nothing_changes(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.delete_rows(1, 6)
        report = loop.run()
        assert isinstance(report.sheets[0].failure, MassDeleteError)
        assert len(list(loop.application.reader.rows())) == 8
        assert loop.cycle(allow_mass_delete=True).deleted == 5
        assert len(list(loop.application.reader.rows(only_deleted=True))) == 5

    def test_an_emptied_sheet_is_refused(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.clear(0, 20, 0, 20)
        report = loop.run()
        assert isinstance(report.sheets[0].failure, HeaderError)
        assert len(list(loop.application.reader.rows())) == 8

    def test_a_deleted_row_that_is_pasted_back_is_the_same_row(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.user.delete_rows(2, 3)
        loop.cycle()
        loop.user.undo()
        loop.cycle()
        loop.assert_right()
        assert ids_by_company(loop) == before

    def test_a_dry_run_changes_nothing(self, loop: Loop) -> None:
        before = loop.rows()
        report = loop.run(dry_run=True)
        assert loop.rows() == before
        assert not list(loop.application.reader.rows())
        assert "create column 'sheetd id'" in report.sheets[0].planned
        assert "run word_count on 8 rows" in report.sheets[0].planned


class TestMirror:
    def test_history_and_provenance_tell_the_row_s_story(self, loop: Loop) -> None:
        loop.cycle()
        row_id = loop.rows()[0]["sheetd id"]
        loop.user.type(1, 2, "second version")
        loop.cycle()
        loop.user.type(1, loop.column("Shout"), "mine")
        loop.cycle()
        reader = loop.application.reader
        what = [event.what for event in reader.history(row_id)]
        assert what.count("result of word_count (word_count v1)") == 2
        assert {"inserted", "updated", "written to the sheet", "typed over by the user"} <= set(
            what
        )
        authors = {
            r.column: r.author
            for r in reader.provenance(
                reader.row(row_id), {"Words": "word_count", "Shout": "word_count"}
            )
        }
        assert authors == {"Words": "sheetd", "Shout": "user"}

    def test_the_view_shows_the_sheet_s_own_headers(self, loop: Loop) -> None:
        loop.cycle()
        loop.cycle()
        with loop.application.database.connect() as connection:
            found = connection.exec_driver_sql(
                'SELECT "Company", "Words", "Shout", sheetd_state FROM sheet_jobs'
                " ORDER BY sheetd_row_number"
            ).all()
        assert found[0] == ("Company 1", 4, "TEXT OF ROW 1", "done")
        assert len(found) == 8

    def test_the_view_keeps_the_user_s_names_and_the_tool_s_types(self, loop: Loop) -> None:
        loop.user.type(0, 1, "Status")
        loop.settle()
        loop.user.type(1, loop.column("Words"), "many")
        loop.user.type(0, 0, "state")
        loop.settle()
        with loop.application.database.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT state, Status, Words, Shout, sheetd_state, sheetd_row_id FROM sheet_jobs"
                " ORDER BY sheetd_row_number"
            ).all()
        assert found[0][:5] == ("Company 1", "Role 1", None, "TEXT OF ROW 1", "done")
        assert found[1][:5] == ("Company 2", "Role 2", 4, "TEXT OF ROW 2", "done")
        assert found[1][5] == loop.rows()[1]["sheetd id"]

    def test_a_view_of_an_older_sheetd_is_made_again_though_the_sheet_is_quiet(
        self, loop: Loop
    ) -> None:
        loop.settle()
        with loop.application.database.begin() as connection:
            connection.exec_driver_sql("DROP VIEW sheet_jobs")
            old = "UPDATE sheets SET settled = replace(settled, ?, ':')"
            assert connection.exec_driver_sql(old, (f":{VIEW_FORM}:",)).rowcount == 1
        loop.cycle()
        with loop.application.database.connect() as connection:
            assert len(connection.exec_driver_sql("SELECT * FROM sheet_jobs").all()) == 8

    def test_columns_that_no_view_can_show_are_told_of(
        self, loop: Loop, mocker: MockerFixture
    ) -> None:
        mocker.patch("sync_daemon.mirror.store.replace_view", return_value=3)
        (note,) = loop.cycle().notes
        assert note.startswith("The SQL view shows 2 of 5 columns: the database allows no more.")

    def test_a_lost_mirror_is_rebuilt_with_the_same_ids(self, loop: Loop) -> None:
        loop.cycle()
        before = ids_by_company(loop)
        loop.lose_mirror()
        loop.cycle(take_over=True)
        loop.settle()
        loop.assert_right()
        assert ids_by_company(loop) == before

    def test_a_report_is_kept_with_each_run(self, loop: Loop) -> None:
        loop.cycle()
        (run,) = loop.application.reader.runs(5)
        assert run["status"] == "done"
        assert json.loads(json.dumps(run["report"]))["sheets"][0]["inserted"] == 8


class TestTurns:
    def test_two_processes_take_turns(self, loop: Loop) -> None:
        other = loop.open()
        begun, ended = threading.Event(), threading.Event()

        def cycle_of_the_other() -> None:
            begun.set()
            other.run_once(trigger="test", options=CycleOptions())
            ended.set()

        thread = threading.Thread(target=cycle_of_the_other)
        with loop.application.hold_cycle_lock():
            thread.start()
            begun.wait(5)
            assert not ended.wait(0.3), "the other went ahead"
        assert ended.wait(10)
        thread.join()
        other.close()
        loop.assert_right()

    def test_a_lock_that_cannot_be_taken_is_a_matter_of_the_mirror(self, loop: Loop) -> None:
        loop.cycle()
        settings = loop.application.settings
        lock = lock_path(settings.database.url, settings.path)
        lock.unlink(missing_ok=True)
        lock.mkdir()
        with pytest.raises(MirrorError):
            loop.run()

    def test_the_lock_is_for_its_owner_alone_also_one_of_an_older_sheetd(self, loop: Loop) -> None:
        lock = loop.folder / "sheetd.db.lock"
        for _ in range(2):
            with loop.application.hold_cycle_lock():
                assert lock.stat().st_mode & 0o777 == 0o600
            lock.touch()
            lock.chmod(0o644)

    @pytest.mark.parametrize(
        ("configuration", "lock"),
        [
            ("/home/me/hunt/sheetd.toml", "/home/me/hunt/sheetd.lock"),
            ("/etc/sheetd/config.toml", "/var/lib/sheetd/config.lock"),
            ("/etc/sheetd/work.toml", "/var/lib/sheetd-work/work.lock"),
        ],
    )
    def test_the_lock_for_a_server_has_nothing_of_its_address_and_no_private_folder(
        self, configuration: str, lock: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path))  # as PrivateTmp= gives it to a service
        for password in ("one", "another"):
            url = f"postgresql://me:{password}@db/hunt"
            assert lock_path(url, Path(configuration)) == Path(lock)


class TestLongWork:
    def test_results_are_written_while_others_are_still_being_made(
        self, loop: Loop, mocker: MockerFixture
    ) -> None:
        mocker.patch("sync_daemon.cycle.cycle.FLUSH_EVERY_S", -1.0)
        report = loop.run()
        loop.assert_right()
        assert report.api_calls.sheets_write > 2
        loop.user.type(1, 2, "edited while flushing")
        loop.settle()
        loop.assert_right()

    def test_after_long_work_the_rows_are_read_again_before_the_write(
        self, loop: Loop, mocker: MockerFixture
    ) -> None:
        mocker.patch("sync_daemon.cycle.cycle.FLUSH_EVERY_S", math.inf)
        clock = mocker.patch.object(loop.application.clock, "monotonic")
        clock.side_effect = itertools.count(step=40)  # every look at the clock is 40 s later
        report = loop.run()
        loop.assert_right()
        assert (report.api_calls.sheets_read, report.api_calls.sheets_write) == (3, 2)

    def test_a_sheet_that_never_rests_is_left_to_the_next_cycle(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(3, 2, "edited")
        with loop.user_acts_before(WRITE, *[lambda: loop.user.move_rows(2, 3, 7)] * 8):
            report = loop.cycle()
        assert report.error is not None
        assert "kept changing" in report.error
        loop.settle()
        loop.assert_right()


class TestProbe:
    def test_nothing_is_read_while_drive_knows_of_no_change(self, loop: Loop) -> None:
        loop.settle()
        loop.run(may_skip=True)
        report = loop.run(may_skip=True)
        calls = report.api_calls
        assert (calls.sheets_read, calls.sheets_write, calls.drive) == (0, 0, 1)
        loop.user.type(1, 2, "edited")
        assert loop.cycle(may_skip=True).jobs.done == 1

    def test_without_drive_the_sheet_is_read(self, loop: Loop) -> None:
        """The Drive API may be disabled in the key's project."""
        loop.server.service.faults.add(Fault(FaultKind.NO_PERMISSION, path="/drive/", times=0))
        assert loop.cycle(may_skip=True).jobs.done == 8
        loop.assert_right()

    def test_a_changed_pipeline_is_worked_whatever_drive_says(self, loop: Loop) -> None:
        loop.settle()
        loop.run(may_skip=True)
        loop.config.write_text(loop.config.read_text().replace('"Words"', '"Length"'))
        loop.application.use(load_settings(loop.config, {}))
        loop.cycle(may_skip=True)
        assert loop.rows()[0]["Length"] == 4

    def test_by_hand_the_sheet_is_read_whatever_drive_says(self, loop: Loop) -> None:
        loop.settle()
        loop.server.service.drive.lag = 100
        loop.user.type(1, 2, "edited")
        assert loop.cycle().jobs.done == 1

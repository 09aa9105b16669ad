"""One installation keeps a tab; another one is told, and writes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, RunReport
from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.errors import ExitStatus, KeptElsewhereError
from sync_daemon.host import Host
from sync_daemon.sandbox import DEFAULT_ACCOUNT
from tests.support.loop import Loop


@pytest.fixture
def other(loop: Loop) -> Iterator[Application]:
    """Another installation, on a machine called server."""
    with closing(loop.install_elsewhere("server")) as application:
        yield application


def run(application: Application, **options: Any) -> RunReport:
    return application.run_once(trigger="test", options=CycleOptions(**options))


def refusal(report: RunReport) -> KeptElsewhereError:
    failure = report.sheets[0].failure
    assert isinstance(failure, KeptElsewhereError), failure
    assert report.exit_status() is ExitStatus.REFUSED
    return failure


def tab_marks(loop: Loop, spreadsheet_id: str = "") -> list[dict[str, Any]]:
    """The values of the marks on tabs, in whatever spreadsheet."""
    lookup = {"metadataKey": "sheetd", "locationType": "SHEET"}
    answer = loop.server.call(
        "POST",
        f"/v4/spreadsheets/{spreadsheet_id or loop.spreadsheet_id}/developerMetadata:search",
        body={"dataFilters": [{"developerMetadataLookup": lookup}]},
    )
    found = answer.get("matchedDeveloperMetadata", [])
    return [json.loads(one["developerMetadata"]["metadataValue"]) for one in found]


class TestTwoInstallations:
    def test_in_turn_one_writes_and_the_other_refuses(self, loop: Loop, other: Application) -> None:
        loop.cycle()
        for number in range(20):
            loop.user.type(1 + number % 8, 2, f"text number {number}")
            before = loop.rows()
            refused = run(other)
            assert "kept by another sheetd installation" in refusal(refused).message
            assert refused.api_calls.sheets_write == 0
            assert loop.rows() == before
            assert loop.cycle().jobs.done == 1
            loop.assert_right()

    def test_the_refusal_names_host_date_and_the_way_out(
        self, loop: Loop, other: Application
    ) -> None:
        loop.application = loop.open(host=Host("laptop", "a"))
        loop.cycle()
        error = refusal(run(other))
        (mark,) = tab_marks(loop)
        assert mark["host"] == "laptop"
        assert f"on laptop since {mark['since'][:10]}" in error.message
        assert "sheetd sync now --take-over" in error.hint

    def test_a_dry_run_refuses_as_the_run_does(self, loop: Loop, other: Application) -> None:
        loop.cycle()
        assert str(refusal(run(other, dry_run=True))) == str(refusal(run(other)))

    def test_the_tab_is_taken_over_and_the_old_keeper_notices_before_it_writes(
        self, loop: Loop, other: Application
    ) -> None:
        loop.settle()
        planned = run(other, dry_run=True, take_over=True).sheets[0].planned
        assert planned[0].startswith("take the tab over from the installation on")
        assert not any("create column" in sentence for sentence in planned)
        before = {row["Company"]: row["sheetd id"] for row in loop.rows()}
        taken = run(other, take_over=True).sheets[0]
        assert taken.failure is None
        assert "taken over" in taken.notes[0]
        loop.user.type(1, 2, "typed after the change")
        refused = loop.run()
        refusal(refused)
        assert refused.api_calls.sheets_write == 0
        assert run(other).sheets[0].failure is None
        loop.assert_right()
        assert {row["Company"]: row["sheetd id"] for row in loop.rows()} == before

    def test_what_the_old_keeper_has_on_its_way_finds_no_column(
        self, loop: Loop, other: Application
    ) -> None:
        loop.settle()
        loop.user.type(1, 2, "typed before the change")

        def take_over() -> None:
            report = run(other, take_over=True)
            assert report.sheets[0].failure is None
            loop.user.type(1, 2, "typed after the change")

        with loop.outsider_acts_before("values:batchUpdateByDataFilter", take_over):
            refusal(loop.run())
        assert run(other).sheets[0].failure is None
        loop.assert_right()

    def test_of_two_that_begin_at_once_one_wins(self, loop: Loop, other: Application) -> None:
        def begin() -> None:
            assert run(other).sheets[0].failure is None

        with loop.outsider_acts_before(":batchUpdate?", begin):
            refusal(loop.run())
        loop.assert_right()
        assert len(tab_marks(loop)) == 1

    def test_with_take_over_by_the_keeper_itself_nothing_happens(self, loop: Loop) -> None:
        loop.settle()
        before = tab_marks(loop)
        report = loop.run(take_over=True)
        assert report.api_calls.sheets_write == 0
        assert tab_marks(loop) == before


class TestMirrors:
    def test_a_deleted_mirror_is_another_installation(self, loop: Loop) -> None:
        loop.settle()
        before = loop.rows()
        loop.lose_mirror()
        error = refusal(loop.run())
        assert "was the mirror deleted or moved?" in error.hint
        assert loop.rows() == before
        loop.cycle(take_over=True)
        loop.settle()
        loop.assert_right()
        assert [r["sheetd id"] for r in loop.rows()] == [r["sheetd id"] for r in before]

    def test_a_result_typed_over_outlives_the_mirror(self, loop: Loop) -> None:
        loop.settle()
        loop.user.type(1, loop.column("Shout"), "mine")
        loop.settle()
        loop.lose_mirror()
        loop.cycle(take_over=True)
        loop.settle()
        assert loop.rows()[0]["Shout"] == "mine"
        loop.user.type(1, 2, "another text")
        loop.settle()
        assert loop.rows()[0]["Shout"] == "ANOTHER TEXT"

    def test_after_a_take_over_a_filled_column_without_mark_is_still_the_users(
        self, loop: Loop
    ) -> None:
        loop.settle()
        place = loop.column("Shout")
        loop.user.copy(0, 9, place, place + 1)
        loop.user.paste(0, 9)
        loop.user.delete_columns(place, place + 1)
        loop.lose_mirror()
        before = loop.rows()
        report = loop.run(take_over=True)
        assert 'Column "Shout"' in str(report.sheets[0].failure)
        assert loop.rows() == before

    def test_a_restored_backup_goes_on_under_the_marks_that_are_there(self, loop: Loop) -> None:
        loop.settle()
        backup = loop.folder / "backup.db"
        loop.application.close()
        backup.write_bytes((loop.folder / "sheetd.db").read_bytes())
        loop.application = loop.open()
        place = loop.column("Shout")
        loop.user.delete_columns(place, place + 1)
        loop.user.type_rows(9, 0, [["Company 9", "Role", "added after the backup"]])
        loop.settle()
        before = loop.rows()
        loop.close()
        for file in loop.folder.glob("sheetd.db-*"):
            file.unlink()
        (loop.folder / "sheetd.db").write_bytes(backup.read_bytes())
        loop.application = loop.open()
        report = loop.cycle()
        assert report.notes, "nobody is told"
        assert "1 row" in report.notes[0]
        loop.settle()
        loop.assert_right()
        assert [r["sheetd id"] for r in loop.rows()] == [r["sheetd id"] for r in before]
        assert list(loop.rows()[0]).count("Shout") == 1

    def test_a_mirror_copied_to_another_machine_is_another_installation(self, loop: Loop) -> None:
        loop.application = loop.open(host=Host("laptop", "a"))
        loop.settle()
        loop.application.close()
        with closing(loop.open(host=Host("server", "b"))) as copied:
            error = refusal(run(copied))
        assert "copy" in error.hint

    def test_a_folder_copied_on_the_same_machine_is_another_installation(self, loop: Loop) -> None:
        loop.settle()
        loop.application.close()
        copied = loop.folder / "copied"
        shutil.copytree(loop.folder, copied)
        with closing(loop.open(copied / "sheetd.toml")) as second:
            assert "copy" in refusal(run(second)).hint
        with closing(loop.open()) as first:
            assert run(first).sheets[0].failure is None

    def test_a_folder_that_was_moved_is_the_same_installation(self, loop: Loop) -> None:
        loop.settle()
        loop.application.close()
        moved = loop.folder / "moved"
        moved.mkdir()
        for file in [*loop.folder.glob("sheetd*"), *loop.folder.glob("key.json")]:
            file.rename(moved / file.name)
        (loop.folder / "my-tools").rename(moved / "my-tools")
        with closing(loop.open(moved / "sheetd.toml")) as later:
            assert run(later).sheets[0].failure is None

    @pytest.mark.parametrize("host", [Host("renamed", "a"), Host("laptop", "b"), Host("box", "")])
    def test_a_new_name_or_machine_id_alone_is_no_other_machine(
        self, loop: Loop, host: Host
    ) -> None:
        loop.application = loop.open(host=Host("laptop", "a"))
        loop.settle()
        loop.application.close()
        with closing(loop.open(host=host)) as later:
            assert run(later).sheets[0].failure is None

    def test_a_tab_that_was_kept_before_tabs_were_marked_gets_its_mark(self, loop: Loop) -> None:
        loop.settle()
        loop.server.workspace.get(loop.spreadsheet_id).metadata = {
            number: item
            for number, item in loop.server.workspace.get(loop.spreadsheet_id).metadata.items()
            if item.location.kind != "SHEET"
        }
        loop.forget_look_up()
        assert loop.run().api_calls == ApiCalls(sheets_read=2, sheets_write=1)
        assert len(tab_marks(loop)) == 1
        assert loop.run().api_calls == ApiCalls(sheets_read=1)


class TestCopies:
    @pytest.mark.parametrize("has_marks", [True, False], ids=["with marks", "without"])
    def test_a_copied_spreadsheet_works_and_the_original_is_untouched(
        self, loop: Loop, *, has_marks: bool
    ) -> None:
        loop.settle()
        before = loop.rows()
        copy = loop.server.workspace.copy(loop.spreadsheet_id)
        loop.server.service.sharing.share(copy.spreadsheet_id, DEFAULT_ACCOUNT)
        if not has_marks:
            copy.metadata.clear()
        version = loop.server.workspace.get(loop.spreadsheet_id).version
        with closing(loop.install_elsewhere("server", copy.spreadsheet_id)) as application:
            report = run(application)
            if not has_marks:  # then nothing tells our results from the user's
                assert "Shout" in str(report.sheets[0].failure)
                return
            assert report.exit_status() is ExitStatus.DONE
            assert "copy" in report.sheets[0].notes[0]
            assert run(application).sheets[0].notes == []
        (mark,) = tab_marks(loop, copy.spreadsheet_id)
        assert mark["spreadsheet"] == copy.spreadsheet_id
        assert loop.server.workspace.get(loop.spreadsheet_id).version == version
        assert loop.rows() == before
        assert loop.run().sheets[0].failure is None

    def test_a_copied_tab_works_and_the_original_is_untouched(self, loop: Loop) -> None:
        loop.settle()
        loop.user.duplicate_tab("Second")
        before = loop.rows()
        application = loop.install_elsewhere("server")
        config = loop.folder / "server" / "sheetd.toml"
        config.write_text(
            config.read_text(encoding="utf-8").replace('worksheet = "Jobs"', 'worksheet = "Second"')
        )
        application.close()
        with closing(loop.open(config, Host("server", "b"))) as second:
            assert run(second).exit_status() is ExitStatus.DONE
        assert loop.rows() == before
        assert loop.run().api_calls == ApiCalls(sheets_read=1)
        assert len(tab_marks(loop)) == 2

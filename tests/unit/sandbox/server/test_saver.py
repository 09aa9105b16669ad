"""What makes the sandbox save, and what a damaged file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_daemon.sandbox import CorruptDataError, SandboxServer
from sync_daemon.sandbox.persistence import Saver


@pytest.fixture
def server(tmp_path: Path) -> SandboxServer:
    """Not started: nothing saves but the test."""
    return SandboxServer(data=tmp_path / "data.json")


def saver(server: SandboxServer) -> Saver:
    assert server._saver is not None
    return server._saver


CHANGES: dict[str, Callable[[SandboxServer, str], object]] = {
    "a user types": lambda server, book: server.user(book).type(0, 0, "x"),
    "a spreadsheet is made": lambda server, book: server.add_spreadsheet(),
    "a spreadsheet goes": lambda server, book: server.workspace.delete(book),
    "a spreadsheet is shared": lambda server, book: server.service.sharing.share(book, "a@b.c"),
    "a role changes": lambda server, book: server.service.sharing.share(
        book, "sheetd@sandbox-project.iam.gserviceaccount.com", "reader"
    ),
    "an account is made": lambda server, book: server.service.accounts.make_key("a@b.c", "uri"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_saved_once(
    server: SandboxServer, change: Callable[[SandboxServer, str], object]
) -> None:
    book = server.add_spreadsheet(rows=[["a"]])
    assert saver(server).save_if_changed()
    assert not saver(server).save_if_changed()
    change(server, book)
    assert saver(server).save_if_changed()
    assert not saver(server).save_if_changed()
    server.stop()


def test_reading_saves_nothing(server: SandboxServer) -> None:
    book = server.add_spreadsheet(rows=[["a"]])
    saver(server).save_if_changed()
    server.call("GET", f"/v4/spreadsheets/{book}/values/A1")
    assert not saver(server).save_if_changed()
    server.stop()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00",
        '{"format": 99}',
        '{"format": 1}',
        '{"format": 1, "workspace": {}, "roles": {}, "public_keys": {}}',
        '{"format": 1, "workspace": {"documents": [{"x": 1}]}, "roles": {}, "public_keys": {}}',
        '{"format": 1, "workspace": {"documents": 7}, "roles": {}, "public_keys": {}}',
        '{"format": 1, "workspace": {"documents": []}, "roles": [], "public_keys": {}}',
    ],
)
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorruptDataError, match=r"damaged\.json"):
        SandboxServer(data=path)
    assert path.read_text(encoding="utf-8") == text


def test_a_file_in_a_missing_folder_is_told_at_the_end(tmp_path: Path) -> None:
    server = SandboxServer(data=tmp_path / "no" / "data.json")
    with pytest.raises(FileNotFoundError):
        server.stop()

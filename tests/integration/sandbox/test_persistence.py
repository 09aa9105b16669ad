"""What a sandbox keeps in its file, and what it says of a file that it cannot use."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sync_daemon.sandbox import DEFAULT_ACCOUNT, CorruptDataError, SandboxServer
from sync_daemon.sandbox.persistence import Saver, load_state, save_state
from tests.support.sandbox import gspread_client


def test_a_key_made_once_opens_the_same_sheet_after_a_restart(tmp_path: Path) -> None:
    data, key = tmp_path / "sandbox.json", tmp_path / "key.json"
    with SandboxServer(data=data) as server:
        server.service_account(key)
        book = server.add_spreadsheet("Book", [["a", "=1+1"], ["ünï", "'007"]])
        server.service.sharing.share(book, "friend@example.com", "reader")
        version = server.workspace.get(book).version
        public_keys = dict(server.service.accounts.public_keys)
    with SandboxServer(data=data) as server:
        assert server.workspace.get(book).version == version
        assert server.service.accounts.public_keys == public_keys
        assert server.service.sharing.role(book, "friend@example.com") == "reader"
        assert server.service.sharing.role(book, DEFAULT_ACCOUNT) == "writer"
        client = gspread_client(server, tmp_path)
        assert client.open_by_key(book).sheet1.get_all_values() == [["a", "2"], ["ünï", "007"]]


def test_the_file_is_its_owner_s_alone_and_holds_no_private_key(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.json"
    with SandboxServer(data=data) as server:
        server.service_account(tmp_path / "key.json")
    assert data.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" not in data.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b'{"format": 2}',
        b'{"format": 1, "workspace": {}, "roles": []}',
        b'{"format": 1, "workspace": {}, "roles": {}, "public_keys": {}}',
        b'{"format": 1, "workspace": {"documents": [1]}, "roles": {}, "public_keys": {}}',
    ],
)
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "sandbox.json"
    data.write_bytes(content)
    with pytest.raises(CorruptDataError, match=r"sandbox\.json"):
        SandboxServer(data=data)
    assert data.read_bytes() == content


def test_a_file_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "sandbox.json"
    state: dict[str, object] = {"workspace": {}, "roles": {}, "public_keys": {}}
    save_state(data, state)
    before = data.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        save_state(data, {**state, "roles": {"book": {"a@b.c": "owner"}}})
    assert data.read_bytes() == before


def test_only_what_changed_is_saved(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.json"
    revision = ["first"]
    state: dict[str, object] = {"workspace": {}, "roles": {}, "public_keys": {}}
    saver = Saver(data, lambda: state, lambda: revision[0])
    assert saver.save_if_changed()
    assert not saver.save_if_changed()
    revision[0] = "second"
    assert saver.save_if_changed()
    data.unlink()
    saver.close()
    assert load_state(data) is None


def test_there_is_nothing_to_load_at_first(tmp_path: Path) -> None:
    assert load_state(tmp_path / "none.json") is None


def test_gspread_s_own_changes_are_kept(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.json"
    with SandboxServer(data=data) as server:
        client = gspread_client(server, tmp_path)
        book = client.create("Book")
        book.sheet1.update([["typed"]], "B2")
    saved = json.loads(data.read_text(encoding="utf-8"))
    assert "typed" in json.dumps(saved["workspace"])
    assert saved["roles"][book.id] == {DEFAULT_ACCOUNT: "owner"}

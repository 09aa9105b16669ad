"""Events in the journal, as it would receive them."""

from __future__ import annotations

import io
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from sync_daemon import journald, log
from sync_daemon.log import LogForm


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The journal's end of the socket; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(tmp_path / "journal"))
        bound.settimeout(5)
        monkeypatch.setattr(journald, "SOCKET", str(tmp_path / "journal"))
        yield bound
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def decode(raw: bytes) -> dict[str, str]:
    """A datagram as systemd's journal reads it."""
    fields = {}
    while raw:
        line, _, rest = raw.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            length = int.from_bytes(rest[:8], "little")
            value, raw = rest[8 : 8 + length], rest[8 + length + 1 :]
        else:
            raw = rest
        fields[name.decode()] = value.decode()
    return fields


def test_an_event_has_its_level_and_its_fields(listening: socket.socket) -> None:
    log.configure(form=LogForm.JOURNAL)
    with structlog.contextvars.bound_contextvars(run_id=7):
        structlog.get_logger("sheetd.test").warning("job failed", row_id="k7f3", tries=2)
    assert decode(listening.recv(65536)) == {
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "sheetd",
        "MESSAGE": "job failed row_id=k7f3 tries=2 run_id=7",
        "SHEETD_ROW_ID": "k7f3",
        "SHEETD_TRIES": "2",
        "SHEETD_RUN_ID": "7",
    }


def test_a_traceback_has_a_field_of_its_own_and_no_secret(listening: socket.socket) -> None:
    log.configure(form=LogForm.JOURNAL)
    try:
        int("Bearer ya29.averysecrettoken")
    except ValueError:
        structlog.get_logger("sheetd.test").exception("a defect")
    heard = decode(listening.recv(65536))
    assert heard["PRIORITY"] == "3"
    assert "\nValueError" in heard["SHEETD_TRACEBACK"]
    assert "averysecrettoken" not in str(heard)


def test_a_line_break_in_a_cell_forges_no_field() -> None:
    fields = {"MESSAGE": "a\nPRIORITY=0\nb", "SHEETD_ROW_ID": "x"}
    assert decode(journald.encode(fields)) == fields


def test_a_name_that_the_journal_would_refuse_is_changed() -> None:
    fields = journald.fields_of({"event": "e", "späte zeit": 1, "x" * 99: "y"}, 6)
    assert fields["SHEETD_SP_TE_ZEIT"] == "1"
    assert all(len(name) <= 64 and name.isascii() for name in fields)


def test_what_is_larger_than_a_datagram_is_cut(listening: socket.socket) -> None:
    log.configure(form=LogForm.JOURNAL)
    structlog.get_logger("sheetd.test").error("much", text="x" * 1_000_000)
    assert 0 < len(decode(listening.recv(1 << 20))["SHEETD_TEXT"]) < 100_000


def test_a_stream_is_the_journal_s_if_systemd_says_so() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, os.fdopen(os.dup(ours.fileno()), "w") as stream:
        facts = os.fstat(stream.fileno())
        told = {"JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"}
        assert journald.is_journal(stream, told)
        assert not journald.is_journal(stream, {"JOURNAL_STREAM": "1:2"})
        assert not journald.is_journal(stream, {})
    assert not journald.is_journal(io.StringIO(), told)

"""Kinds of trouble: how each begins, and how it ends."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sqlite3
import ssl
from collections.abc import Callable
from pathlib import Path

import urllib3.util.connection
from filelock import FileLock

from sync_daemon.mirror.database import FILES
from sync_daemon.sandbox import DEFAULT_ACCOUNT
from sync_daemon.sandbox.answers import Answer
from sync_daemon.sandbox.auth import Accounts
from sync_daemon.sandbox.faults import Fault, FaultKind
from tests.trouble.scene import Scene

End = Callable[[], None]
Kind = Callable[[Scene], End]
WRITES = r"^(INSERT|UPDATE|DELETE|BEGIN IMMEDIATE)"
DAY_S, YEAR_S = 86_400.0, 31_536_000.0


def _raise(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def _sql(pattern: str, text: str) -> Kind:
    """SQLite answers so to statements of a kind."""

    def begin(scene: Scene) -> End:
        scene.statements.fail(pattern, _raise(sqlite3.OperationalError(text)))
        return scene.statements.heal

    return begin


def _error(pattern: str, error: BaseException) -> Kind:
    """Something else goes wrong at statements of a kind."""

    def begin(scene: Scene) -> End:
        scene.statements.fail(pattern, _raise(error))
        return scene.statements.heal

    return begin


def _locked(pattern: str) -> Kind:
    """Somebody else holds the database: each statement waits its 30 s in vain."""

    def begin(scene: Scene) -> End:
        def wait() -> None:
            scene.clock.advance(30.0)
            if scene.statements.is_failing:
                raise sqlite3.OperationalError("database is locked")

        scene.statements.fail(pattern, wait)
        return scene.statements.heal

    return begin


def _moved(name: str) -> Kind:
    """A file or folder is away, and comes back; a mirror with its log."""

    def begin(scene: Scene) -> End:
        path, away = scene.folder / name, scene.folder / "away"
        away.mkdir()
        ends = [end for end in FILES if path.with_name(path.name + end).exists()]
        for end in ends:
            path.with_name(path.name + end).rename(away / (path.name + end))

        def bring_back() -> None:
            for end in FILES:
                _remove(path.with_name(path.name + end))
            for end in ends:
                (away / (path.name + end)).rename(path.with_name(path.name + end))
            away.rmdir()

        return bring_back

    return begin


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _in_place_of(name: str, content: bytes | None) -> Kind:
    """Something else lies where a file should: other bytes, or a folder."""

    def begin(scene: Scene) -> End:
        end = _moved(name)(scene)
        path = scene.folder / name
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
        return end

    return begin


def _another_program_writes(scene: Scene) -> End:
    """A transaction of another program, in truth; nobody waits for it as long as outside."""
    scene.statements.fail("^BEGIN", lambda: None)
    other = sqlite3.connect(scene.mirror, isolation_level=None, timeout=0)
    other.execute("BEGIN IMMEDIATE")

    def end() -> None:
        other.execute("ROLLBACK")
        other.close()
        scene.statements.heal()

    return end


def _turn_taken(scene: Scene) -> End:
    """Another sheetd holds the lock of cycles."""
    lock = FileLock(scene.lock, mode=0o600)
    lock.acquire()
    scene.is_turn_taken = True

    def end() -> None:
        lock.release()
        scene.is_turn_taken = False

    return end


def _clock(seconds: float, *, returns: bool = True) -> Kind:
    """The wall clock is wrong, and set right."""

    def begin(scene: Scene) -> End:
        scene.clock.step(seconds)
        return (lambda: scene.clock.step(-seconds)) if returns else (lambda: None)

    return begin


def _restless_clock(scene: Scene) -> End:
    """It is set at each request, forward and back."""
    steps = [7_200.0]

    def act(_request: object) -> None:
        scene.clock.step(steps[0])
        steps[0] = -steps[0]

    scene.loop.server.service.before.append(act)

    def end() -> None:
        scene.loop.server.service.before.remove(act)
        if steps[0] < 0:
            scene.clock.step(steps[0])

    return end


def _google(kind: FaultKind, path: str = "", method: str = "", **more: object) -> Kind:
    """Google, or the way there, fails."""

    def begin(scene: Scene) -> End:
        fault = Fault(kind, path=path, method=method, times=0, **more)  # type: ignore[arg-type]
        scene.loop.server.service.faults.add(fault)
        return scene.loop.server.service.faults.clear

    return begin


def _network(error: OSError) -> Kind:
    """No connection comes about."""

    def begin(scene: Scene) -> End:
        connect = urllib3.util.connection.create_connection
        scene.loop.application.transport.close()  # connections that are open would go on

        def fail(*_: object, **__: object) -> socket.socket:
            raise error

        urllib3.util.connection.create_connection = fail

        def end() -> None:
            urllib3.util.connection.create_connection = connect

        return end

    return begin


def _no_token_endpoint(scene: Scene) -> End:
    """The access token has just expired, and there is no other."""
    scene.loop.server.service.accounts.expire_all()
    grant = Accounts.grant

    def fail(_accounts: Accounts, _body: bytes, _token_uri: str) -> Answer:
        return Answer(503, b"", "text/html")

    Accounts.grant = fail  # type: ignore[method-assign,assignment]

    def end() -> None:
        Accounts.grant = grant  # type: ignore[method-assign]

    return end


def _key(change: Callable[[Path], object]) -> Kind:
    """The key file changes; it is read again, as sheetd does when Google refuses the old one."""

    def begin(scene: Scene) -> End:
        key = scene.folder / "key.json"
        kept = key.read_bytes()
        change(key)
        scene.loop.application.reload_credentials()

        def end() -> None:
            key.unlink(missing_ok=True)
            key.touch(mode=0o600)
            key.write_bytes(kept)

        return end

    return begin


def _key_replaced(scene: Scene) -> End:
    """The old key is revoked for good; a new one comes at the end."""
    key = scene.folder / "key.json"
    scene.loop.server.service.accounts.expire_all()
    scene.loop.server.service.accounts.public_keys.pop(DEFAULT_ACCOUNT)

    def end() -> None:
        key.unlink()
        scene.loop.server.service_account(key)

    return end


def _not_shared(scene: Scene) -> End:
    service, spreadsheet = scene.loop.server.service, scene.loop.spreadsheet_id
    service.sharing.unshare(spreadsheet, DEFAULT_ACCOUNT)
    return lambda: service.sharing.share(spreadsheet, DEFAULT_ACCOUNT, "writer")


def _api_disabled(scene: Scene) -> End:
    sharing = scene.loop.server.service.sharing
    sharing.api_disabled = True

    def end() -> None:
        sharing.api_disabled = False

    return end


def _all_at_once(scene: Scene) -> End:
    """A power cut of the house: no network, a full disk, and a clock that starts in the past."""
    ends = [
        _network(OSError(errno.ENETUNREACH, "Network is unreachable"))(scene),
        _sql(WRITES, "database or disk is full")(scene),
        _clock(-YEAR_S)(scene),
    ]

    def end() -> None:
        for each in ends:
            each()

    return end


KINDS: dict[str, Kind] = {
    # Disk and mirror
    "disk full: every write": _sql(WRITES, "database or disk is full"),
    "disk full: commits": _sql("^COMMIT$", "database or disk is full"),
    "disk full: noting requests": _sql("INTO requests", "database or disk is full"),
    "disk full: noting the schedule": _sql("next_run_at=", "database or disk is full"),
    "disk full: opening a run": _sql("INTO runs", "database or disk is full"),
    "disk full: closing a run": _sql("UPDATE runs", "database or disk is full"),
    "disk full: saving results": _sql("INTO results", "database or disk is full"),
    "disk: I/O error everywhere": _sql("", "disk I/O error"),
    "disk: I/O error on reading": _sql("^SELECT", "disk I/O error"),
    "disk: I/O error after the commit": _sql("^COMMITTED$", "disk I/O error"),
    "disk: read-only": _sql(WRITES, "attempt to write a readonly database"),
    "mirror locked: writes": _locked("^BEGIN IMMEDIATE"),
    "mirror locked: everything": _locked("^BEGIN"),
    "mirror locked by another program": _another_program_writes,
    "mirror: no connection": _sql("^(CONNECT|BEGIN)", "unable to open database file"),
    "mirror: malformed for a while": _sql("^SELECT", "database disk image is malformed"),
    "mirror moved away": _moved("data/sheetd.db"),
    "mirror's folder away": _moved("data"),
    "mirror: an empty file in its place": _in_place_of("data/sheetd.db", b""),
    "mirror: no database in its place": _in_place_of("data/sheetd.db", b"no database " * 999),
    "mirror: a folder in its place": _in_place_of("data/sheetd.db", None),
    "lock held by another sheetd": _turn_taken,
    "lock: a folder in its place": _in_place_of("data/sheetd.db.lock", None),
    "metrics cannot be written": _moved("figures"),
    "state file: a folder in its place": _in_place_of("data/sheetd.db.state", None),
    # The machine
    "no file can be opened": _error("", OSError(errno.EMFILE, os.strerror(errno.EMFILE))),
    "no memory": _error("^INSERT", MemoryError()),
    "no threads": _error("^SELECT", RuntimeError("can't start new thread")),
    # Clock
    "clock: two hours ahead": _clock(7_200.0),
    "clock: two hours back": _clock(-7_200.0),
    "clock: a year ahead": _clock(YEAR_S),
    "clock: a year back": _clock(-YEAR_S),
    "clock: set for good": _clock(-3_600.0, returns=False),
    "clock: the machine slept": _clock(DAY_S, returns=False),
    "clock: set at each request": _restless_clock,
    # Network
    "connections break before": _google(FaultKind.RESET_BEFORE),
    "connections break after": _google(FaultKind.RESET_AFTER),
    "connections break at writes": _google(FaultKind.RESET_AFTER, method="POST"),
    "error 500": _google(FaultKind.SERVER_ERROR, status=500),
    "error 503 with a pause": _google(FaultKind.SERVER_ERROR, status=503, retry_after="20"),
    "error 502 as a page": _google(FaultKind.SERVER_ERROR_HTML),
    "quota used up": _google(FaultKind.RATE_LIMIT),
    "quota used up, as a page": _google(FaultKind.RATE_LIMIT_HTML),
    "quota used up for long": _google(FaultKind.RATE_LIMIT, retry_after="120"),
    "answers cut off": _google(FaultKind.TRUNCATED),
    "answers cut off, with the right length": _google(FaultKind.CUT_JSON),
    "a page of a hotel": _google(FaultKind.GARBAGE),
    "Drive fails": _google(FaultKind.SERVER_ERROR, path="/drive/"),
    "no name service": _network(socket.gaierror(socket.EAI_AGAIN, "Temporary failure")),
    "connections refused": _network(ConnectionRefusedError(errno.ECONNREFUSED, "refused")),
    "no network": _network(OSError(errno.ENETUNREACH, "Network is unreachable")),
    "certificates refused": _network(ssl.SSLCertVerificationError("certificate has expired")),
    # Credentials
    "tokens refused": _google(FaultKind.EXPIRED_TOKEN, path="/v4/"),
    "token endpoint fails": _no_token_endpoint,
    "key file gone": _key(Path.unlink),
    "key file empty": _key(lambda key: key.write_bytes(b"")),
    "key file open to all": _key(lambda key: key.chmod(0o644)),
    "key replaced": _key_replaced,
    "not shared": _not_shared,
    "no permission": _google(FaultKind.NO_PERMISSION),
    "API switched off": _api_disabled,
    # All of it
    "power cut": _all_at_once,
}

UNNOTICED = {
    "lock held by another sheetd",  # it is waited for
    "state file: a folder in its place",
    "clock: two hours ahead",
    "clock: two hours back",
    "clock: a year ahead",
    "clock: a year back",
    "clock: set for good",
    "clock: the machine slept",
    "clock: set at each request",
    "Drive fails",
}
"""Kinds that stop no cycle, so that there is nothing to tell."""

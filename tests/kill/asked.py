"""Requests, killed while they are taken or carried out: each has its effect once or not at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from sync_daemon.domain.access import Role, Scope
from sync_daemon.mirror.tables import results, work_requests
from sync_daemon.mirror.work_requests import OPEN, RequestState, WorkRequest, find_request
from sync_daemon.services.requests import Asking
from sync_daemon.services.tokens import create_token
from tests.kill.campaign import OneKeyServer
from tests.kill.nursery import Ending, Nursery
from tests.kill.scene import Scene

EVERYONE = Scope("killed", Role.OPERATE)
NEW = {"Company": "By request", "Description": "one two three"}
KEY = "the same for each attempt"


class Asked:
    """A sheet of which five things are asked at once: its rows A, B and C are each for one.

    A is to run again, B was deleted and is to come back, C had its results changed by a run
    that is to be undone; a row is to be added; and a cycle is to be run.
    """

    def __init__(self, folder: Path, server: OneKeyServer) -> None:
        self._scene = Scene(folder, server, seed=1)
        self.loop = self._scene.loop
        self.config = str(self.loop.config)
        self.loop.cycle()
        self.a, self.b, self.c, *_ = self.loop.rows()
        self.loop.user.type(self.c["#"] - 1, self.loop.column("Description"), "changed")
        undone = self.loop.run().run_id or 0
        self.loop.user.delete_rows(self.b["#"] - 1, self.b["#"])
        self.loop.cycle()
        application = self.loop.application
        asking = Asking(application.database, application.settings, application.clock.now)
        self.requests = {
            "rerun": asking.rerun(EVERYONE, self.a["sheetd id"]).request_id,
            "restore": asking.restore(EVERYONE, self.b["sheetd id"]).request_id,
            "undo": asking.undo(EVERYONE, undone).request_id,
            "add": asking.add_row(EVERYONE, "jobs", NEW, KEY).request_id,
            "sync": asking.sync(EVERYONE).request_id,
        }
        self.loop.close()

    def carry_out(self, nursery: Nursery, **kill: Any) -> Ending:
        """One process that carries requests out, killed or not."""
        return nursery.run("sync", "now", "--config", self.config, **kill)

    def violations(self) -> list[str]:
        """What is not as each request says; those that are still open say nothing yet."""
        with self._open() as application:
            found = {name: _find(application, id_) for name, id_ in self.requests.items()}
            runs = self._results(application)
        rows = self.loop.rows()
        told = {name: request.state for name, request in found.items()}
        facts = {
            "rerun": runs == 2,
            "restore": _ids(rows, "sheetd id", self.b["sheetd id"]) == 1,
            "undo": any(
                row["Description"] == "changed" and row["Words"] == self.c["Words"] for row in rows
            ),
            "add": _ids(rows, "Company", NEW["Company"]) == 1,
            "sync": True,
        }
        at_most_once = {
            "rerun": runs <= 2,
            "restore": _ids(rows, "Company", self.b["Company"]) <= 1,
            "add": _ids(rows, "Company", NEW["Company"]) <= 1,
        }
        said = [
            f"{name} is {told[name]}"
            for name, is_so in facts.items()
            if told[name] not in OPEN and is_so != (told[name] == RequestState.DONE)
        ]
        twice = [f"{name} came twice" for name, is_so in at_most_once.items() if not is_so]
        if found["undo"].state == RequestState.DONE and "2 cells" not in found["undo"].reason:
            said.append(f"undo says {found['undo'].reason!r}")
        return said + twice

    def unsettled(self) -> list[str]:
        """What has not been done in the end."""
        with self._open() as application:
            found = {name: _find(application, id_) for name, id_ in self.requests.items()}
        return [f"{n} is {r.state}: {r.reason}" for n, r in found.items() if r.state != "done"]

    def _results(self, application: Any) -> int:
        query = select(func.count()).where(results.c.row_id == self.a["sheetd id"])
        with application.database.connect() as connection:
            return int(connection.scalar(query) or 0)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        application = self.loop.open()
        try:
            yield application
        finally:
            application.close()


def steps_of_requests(folder: Path, server: OneKeyServer, nursery: Nursery) -> list[str]:
    """All steps that a process meets which carries out the five."""
    record = folder / "steps"
    asked = Asked(folder / "undisturbed", server)
    ending = asked.carry_out(nursery, record=record)
    assert ending.status == 0, ending.errors
    assert asked.unsettled() == []
    assert asked.violations() == []
    return record.read_text(encoding="utf-8").split()


def kill_at(asked: Asked, nursery: Nursery, step: str) -> list[str]:
    """Die there, start again, and see: what is wrong after the kill, and in the end."""
    ending = asked.carry_out(nursery, kill_at=step)
    if not ending.was_killed:
        return [f"{step}: ended with {ending.status}: {ending.errors}"]
    found = asked.violations()
    ending = asked.carry_out(nursery)
    if ending.status != 0:
        found.append(f"then ended with {ending.status}: {ending.errors}")
    found += [*asked.violations(), *asked.unsettled()]
    return [f"{step}: {violation}" for violation in found]


class Taken:
    """A new row asked for of a dashboard that is killed, and then asked for again."""

    def __init__(self, folder: Path, server: OneKeyServer) -> None:
        self.loop = Scene(folder, server, seed=2).loop
        self.loop.cycle()
        self._token = create_token(self.loop.application, "all", Role.OPERATE, ()).token
        self.loop.close()

    def ask(self, nursery: Nursery, *keys: str, **kill: Any) -> tuple[Ending, list[str]]:
        """A dashboard in a process of its own, asked for a row a key as soon as it listens.

        Returns how it ended, and the ids of the requests that it said it took.
        """
        port = _free_port()
        endings: list[Ending] = []
        arguments = ("dashboard", "--port", str(port), "--config", str(self.loop.config))
        thread = threading.Thread(target=lambda: endings.append(nursery.run(*arguments, **kill)))
        thread.start()
        answers = [self._post(port, thread, key) for key in keys]
        thread.join()
        return endings[0], [answer.json()["request_id"] for answer in answers if answer]

    def ask_again(self) -> str:
        """The same of the next process, which lives: the request's id."""
        application = self.loop.open()
        asking = Asking(application.database, application.settings, application.clock.now)
        try:
            return asking.add_row(Scope("all", Role.OPERATE), "jobs", NEW, KEY).request_id
        finally:
            application.close()

    def requests(self) -> list[str]:
        """The ids of the requests that were kept."""
        application = self.loop.open()
        try:
            with application.database.connect() as connection:
                return list(connection.scalars(select(work_requests.c.id)))
        finally:
            application.close()

    def _post(self, port: int, thread: threading.Thread, key: str) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        body = {"sheet": "jobs", "cells": NEW}
        while thread.is_alive():
            try:
                return httpx.post(
                    f"http://127.0.0.1:{port}/api/v1/rows", json=body, headers=headers,
                    trust_env=False,
                )  # fmt: skip
            except httpx.ConnectError:
                time.sleep(0.02)
            except httpx.TransportError:
                return None  # it was killed before it answered
        return None


def _find(application: Any, request_id: str) -> WorkRequest:
    with application.database.connect() as connection:
        found = find_request(connection, request_id)
    assert found is not None
    return found


def _ids(rows: list[dict[str, Any]], column: str, value: Any) -> int:
    return sum(1 for row in rows if row[column] == value)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

"""Requests: taken by the API, carried out by cycles, once."""

from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.errors import GoogleUnavailableError
from sync_daemon.mirror import work_requests
from sync_daemon.mirror.erasure import forget_row
from sync_daemon.services import carrying_out
from sync_daemon.services.carrying_out import RequestWatch
from tests.integration.web.conftest import Site

KEY = {"Idempotency-Key": "first"}


def new_row(**cells: Any) -> dict[str, Any]:
    return {"sheet": "jobs", "cells": cells}


def test_a_sync_is_carried_out(site: Site) -> None:
    asked = site.post("/sync")
    assert asked.json()["state"] == "queued"
    assert site.outcome(asked)["state"] == "queued"
    assert site.carry_out() == 1

    outcome = site.outcome(asked)
    assert outcome["kind"] == "sync"
    assert outcome["state"] == "done"
    assert site.get(f"/runs/{outcome['run_id']}").status_code == 200


def test_a_rerun_runs_the_steps_again_once(site: Site) -> None:
    row_id = site.items("/rows?limit=1")[0]["row_id"]
    before = site.get("/stats/tools").json()["items"][0]["results"]

    asked = site.post(f"/rows/{row_id}/rerun")
    site.carry_out()
    site.carry_out()

    assert site.outcome(asked)["state"] == "done"
    assert site.get("/stats/tools").json()["items"][0]["results"] == before + 1


def test_a_rerun_killed_after_it_began_is_not_begun_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = site.items("/rows?limit=1")[0]["row_id"]
    asked = site.post(f"/rows/{row_id}/rerun")
    _die_in(monkeypatch, "settle")
    with pytest.raises(_KilledError):
        site.carry_out()
    before = site.get("/stats/tools").json()["items"][0]["results"]
    assert site.outcome(asked)["state"] == "running"
    monkeypatch.undo()

    site.carry_out()

    assert site.outcome(asked)["state"] == "done"
    assert site.get("/stats/tools").json()["items"][0]["results"] == before


def test_a_deleted_row_is_restored(site: Site) -> None:
    row = site.items("/rows", params={"where[Company]": "Company 3"})[0]
    path = f"/rows/{row['row_id']}"
    assert site.post(f"{path}/restore").status_code == 409
    site.loop.user.delete_rows(row["row_number"] - 1, row["row_number"])
    site.loop.cycle()
    assert site.get(path).json()["state"] == "deleted"
    assert site.post(f"{path}/rerun").status_code == 409

    asked = site.post(f"{path}/restore")
    again = site.post(f"{path}/restore")
    site.carry_out()

    assert site.outcome(asked)["state"] == "done"
    assert site.outcome(again)["state"] == "refused"
    assert site.outcome(again)["reason"]
    assert site.get(path).json()["state"] != "deleted"
    companies = [each["Company"] for each in site.loop.rows()]
    assert companies.count("Company 3") == 1


def test_a_run_is_undone(site: Site) -> None:
    run_id = site.items("/runs")[0]["run_id"]
    assert all(row["Words"] == 4 for row in site.loop.rows())

    asked = site.post(f"/runs/{run_id}/undo")
    site.carry_out()

    outcome = site.outcome(asked)
    assert outcome["state"] == "done"
    assert "16 cells" in outcome["reason"]
    assert all(row["Words"] == "" for row in site.loop.rows())
    assert site.post("/runs/999/undo").status_code == 404


def test_a_new_row_stands_below_all_others_once(site: Site) -> None:
    body = new_row(Company="=1+1", Description="one two three")

    asked = site.post("/rows", json=body, headers=KEY)
    again = site.post("/rows", json=body, headers=KEY)
    site.carry_out()
    after = site.post("/rows", json=body, headers=KEY)
    site.carry_out()
    site.loop.settle()

    assert asked.json()["request_id"] == again.json()["request_id"] == after.json()["request_id"]
    outcome = site.outcome(asked)
    assert outcome["state"] == "done", outcome
    last = site.loop.rows()[-1]
    assert (last["Company"], last["Words"]) == ("=1+1", 3)
    assert last["sheetd id"] in outcome["reason"]
    assert len(site.loop.rows()) == 9
    site.loop.assert_right()


@pytest.mark.parametrize("place", ["take_row", "is_placed", "settle"])
@pytest.mark.parametrize("after", [False, True])
def test_a_new_row_killed_at_any_step_comes_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, place: str, after: bool
) -> None:
    asked = site.post("/rows", json=new_row(Company="Killed"), headers=KEY)
    _die_in(monkeypatch, place, after=after)
    with pytest.raises(_KilledError):
        site.carry_out()
    monkeypatch.undo()

    site.loop.cycle()
    site.carry_out()

    assert site.outcome(asked)["state"] == "done"
    assert [row["Company"] for row in site.loop.rows()].count("Killed") == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (new_row(Company="x"), {}, 422, "Idempotency-Key"),
        (new_row(Compny="x"), KEY, 422, "Company"),
        (new_row(Words=3), KEY, 422, "sheetd fills"),
        ({"sheet": "jobs", "cells": {"sheetd id": "a123456789"}}, KEY, 422, "sheetd fills"),
        (new_row(), KEY, 422, "blank"),
        (new_row(Company="x" * 50_001), KEY, 422, "50,000"),
        ({"sheet": "jbos", "cells": {"Company": "x"}}, KEY, 404, "jobs"),
        ({"cells": {}}, KEY, 422, "sheet"),
        ({"sheet": "jobs", "cells": {"Company": [1]}}, KEY, 422, "cells"),
    ],
)
def test_a_new_row_that_does_not_fit_is_refused(
    quiet_site: Site, body: dict[str, Any], headers: dict[str, str], status: int, says: str
) -> None:
    answer = quiet_site.post("/rows", json=body, headers=headers)

    assert answer.status_code == status
    assert says in answer.text


def test_a_key_names_one_row_of_one_token(site: Site) -> None:
    site.token("other", "operate")
    first = site.post("/rows", json=new_row(Company="A"), headers=KEY)

    replayed = site.post("/rows", json=new_row(Company="B"), headers=KEY)
    others = site.post("/rows", json=new_row(Company="B"), headers=KEY, token="other")

    assert replayed.status_code == 409
    assert others.json()["request_id"] != first.json()["request_id"]


def test_a_request_waits_while_google_is_away_and_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = site.post("/rows", json=new_row(Company="Later"), headers=KEY)
    with monkeypatch.context() as patch:
        patch.setattr(site.loop.application.gateway, "fetch", _unavailable)
        patch.setattr(site.loop.application.gateway, "look_up", _unavailable)
        site.carry_out()
    waiting = site.outcome(asked)
    assert waiting["state"] == "running"
    assert "Google is away" in waiting["reason"]
    assert site.carry_out() == 0  # not due yet

    site.loop.cycle()

    assert [row["Company"] for row in site.loop.rows()].count("Later") == 1


def test_a_watch_tells_only_of_what_waits(site: Site) -> None:
    watch = RequestWatch(site.loop.application)
    assert not watch.are_due()

    site.post("/sync")
    assert watch.are_due()
    site.carry_out()

    assert not watch.are_due()


def test_a_forgotten_row_takes_its_requests_along(site: Site) -> None:
    row = site.items("/rows?limit=1")[0]
    asked = site.post(f"/rows/{row['row_id']}/rerun")
    site.carry_out()
    site.loop.user.delete_rows(row["row_number"] - 1, row["row_number"])
    site.loop.cycle()
    application = site.loop.application

    forget_row(application.database, row["row_id"], application.clock.now())

    assert site.get(f"/requests/{asked.json()['request_id']}").status_code == 404


class _KilledError(BaseException):
    """As kill -9 does: nothing after it runs."""


def _die_in(monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool = False) -> None:
    real = getattr(work_requests, name)

    def die(*arguments: Any, **options: Any) -> Any:
        if after:
            real(*arguments, **options)
        raise _KilledError

    monkeypatch.setattr(carrying_out, name, die)


def _unavailable(*_: Any, **__: Any) -> Any:
    raise GoogleUnavailableError("Google is away.")

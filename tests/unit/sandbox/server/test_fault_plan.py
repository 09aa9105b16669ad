from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.sandbox.faults import Fault, FaultKind, FaultPlan


def hits(plan: FaultPlan, *requests: tuple[str, str]) -> list[FaultKind | None]:
    found = [plan.next_for(method, path) for method, path in requests]
    return [fault.kind if fault else None for fault in found]


def test_faults_hit_in_order_and_once() -> None:
    plan = FaultPlan()
    plan.add(Fault(FaultKind.RATE_LIMIT))
    plan.add(Fault(FaultKind.HANG))
    assert hits(plan, *[("GET", "/a")] * 3) == [FaultKind.RATE_LIMIT, FaultKind.HANG, None]


def test_a_fault_hits_what_it_matches_after_so_many_and_so_often() -> None:
    plan = FaultPlan()
    plan.add(Fault(FaultKind.GARBAGE, method="POST", path=r"batchUpdate$", after=1, times=2))
    requests = [("GET", "/x:batchUpdate"), ("POST", "/other"), *[("POST", "/x:batchUpdate")] * 4]
    assert hits(plan, *requests) == [None, None, None, FaultKind.GARBAGE, FaultKind.GARBAGE, None]


def test_no_number_of_times_is_for_ever() -> None:
    plan = FaultPlan()
    plan.add(Fault(FaultKind.NO_PERMISSION, times=0))
    assert hits(plan, *[("GET", "/")] * 50) == [FaultKind.NO_PERMISSION] * 50
    plan.clear()
    assert hits(plan, ("GET", "/")) == [None]


def test_whoever_hangs_is_let_go() -> None:
    plan = FaultPlan()
    waiting = plan.released
    plan.release()
    assert waiting.is_set()
    assert not plan.released.is_set(), "the next one hangs again"


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({}, "kind"),
        ({"kind": "explosion"}, "kind"),
        ({"kind": "slow", "second": 1}, "'second'"),
        ({"kind": "slow", "seconds": "1"}, "seconds"),
        ({"kind": "hang", "times": -1}, "times"),
        ({"kind": "hang", "times": True}, "times"),
        ({"kind": "hang", "after": 1.5}, "after"),
        ({"kind": "hang", "path": "("}, "regular expression"),
        ({"kind": "hang", "method": 5}, "method"),
        ({"kind": "server_error", "status": "503"}, "status"),
    ],
)
def test_what_is_no_fault_is_named(raw: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Fault.from_json(raw)


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_can_be_asked_for_by_its_name(kind: FaultKind) -> None:
    raw = {"kind": kind.value, "path": "^/v4", "seconds": 0.5, "retry_after": "3"}
    assert Fault.from_json(raw) == Fault(kind, path="^/v4", seconds=0.5, retry_after="3")

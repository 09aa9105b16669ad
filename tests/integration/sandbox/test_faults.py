"""Each fault over a real socket: what a client sees, and whether the request took effect."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import requests

from sync_daemon.sandbox import DEFAULT_ACCOUNT, Fault, FaultKind, SandboxServer
from tests.support.sandbox import SCOPES


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """Not compared with Google's description: faults are what that does not describe."""
    with SandboxServer(per_user=0, per_project=0) as running:
        yield running


class Line:
    """One spreadsheet and a token for it."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.path = f"/v4/spreadsheets/{server.add_spreadsheet()}/values/A1"
        token = server.service.accounts.issue(DEFAULT_ACCOUNT, " ".join(SCOPES))
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}

    def write(self, timeout: float = 5) -> requests.Response:
        return requests.put(
            f"{self.server.url}{self.path}?valueInputOption=RAW",
            headers=self.headers,
            json={"values": [["written"]]},
            timeout=timeout,
        )

    @property
    def took_effect(self) -> bool:
        return "values" in self.server.call("GET", self.path)


@pytest.fixture
def line(server: SandboxServer) -> Line:
    return Line(server)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.RATE_LIMIT, 429),
        (FaultKind.RATE_LIMIT_HTML, 429),
        (FaultKind.SERVER_ERROR, 500),
        (FaultKind.SERVER_ERROR_HTML, 502),
        (FaultKind.EXPIRED_TOKEN, 401),
        (FaultKind.NO_PERMISSION, 403),
    ],
)
def test_an_error_answer_means_that_nothing_was_done(
    line: Line, kind: FaultKind, status: int
) -> None:
    line.server.service.faults.add(Fault(kind, retry_after="7"))
    answer = line.write()
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(
        "text/html" if kind.value.endswith("html") else "application/json"
    )
    if status in {429, 500, 502}:
        assert answer.headers["Retry-After"] == "7"
    assert not line.took_effect
    assert line.write().status_code == 200


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.RESET_BEFORE, requests.ConnectionError),
        (FaultKind.RESET_AFTER, requests.ConnectionError),
        (FaultKind.TRUNCATED, requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_broken_connection(
    line: Line, kind: FaultKind, error: type[requests.RequestException]
) -> None:
    line.server.service.faults.add(Fault(kind))
    with pytest.raises(error):
        line.write()
    assert line.took_effect is kind.takes_effect


@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.HANG_AFTER])
def test_no_answer(line: Line, kind: FaultKind) -> None:
    line.server.service.faults.add(Fault(kind))
    with pytest.raises(requests.Timeout):
        line.write(timeout=0.2)
    assert line.took_effect is kind.takes_effect


@pytest.mark.parametrize("kind", [FaultKind.CUT_JSON, FaultKind.GARBAGE])
def test_an_answer_that_is_no_json(line: Line, kind: FaultKind) -> None:
    line.server.service.faults.add(Fault(kind))
    answer = line.write()
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert line.took_effect


def test_a_slow_answer_is_the_right_one(line: Line) -> None:
    line.server.service.faults.add(Fault(FaultKind.SLOW, seconds=0.1))
    started = time.perf_counter()
    assert line.write().json()["updatedCells"] == 1
    assert time.perf_counter() - started >= 0.1


def test_a_fault_hits_only_what_it_was_planned_for(line: Line) -> None:
    line.server.service.faults.add(
        Fault(FaultKind.SERVER_ERROR, method="PUT", path="values/A1$", after=1, times=2, status=503)
    )
    read = requests.get(f"{line.server.url}{line.path}", headers=line.headers, timeout=5)
    assert read.status_code == 200
    assert [line.write().status_code for _ in range(4)] == [200, 503, 503, 200]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({"kind": "earthquake"}, "kind must be one of rate_limit"),
        ({"kind": "hang", "colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_a_fault_that_cannot_be_planned(raw: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Fault.from_json(raw)


def test_a_request_that_hangs_does_not_hold_up_the_end() -> None:
    with SandboxServer() as server:
        line = Line(server)
        server.service.faults.add(Fault(FaultKind.HANG))
        broken: list[requests.RequestException] = []

        def hang() -> None:
            try:
                line.write(timeout=30)
            except requests.RequestException as error:
                broken.append(error)

        arrived = threading.Event()
        server.service.after.append(lambda _request: arrived.set())
        thread = threading.Thread(target=hang)
        thread.start()
        assert arrived.wait(5)
        started = time.perf_counter()
        server.stop()
        assert time.perf_counter() - started < 3
        thread.join(5)
        assert not thread.is_alive()
        assert len(broken) == 1


def test_the_time_of_a_small_request_is_told(line: Line) -> None:
    """Measured, not judged: the machine may be busy."""
    with requests.Session() as session:
        session.headers.update(line.headers)
        times = []
        for _ in range(50):
            started = time.perf_counter()
            assert session.get(f"{line.server.url}{line.path}", timeout=5).status_code == 200
            times.append((time.perf_counter() - started) * 1000)
    print(f"median of a small request: {sorted(times)[25]:.2f} ms")  # noqa: T201 - a measurement

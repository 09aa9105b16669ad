"""The tool as a sheet runs it: through the guarded client, from a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.domain.jobs import Outcome, OutcomeKind
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from tests.support.posting_world import saved


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/jobs/cartographer")
            self.end_headers()
            return
        body = saved("article.html") if self.path == "/jobs/cartographer" else b"<p>" * 2_000_000
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # the client has heard enough
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@contextmanager
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(link: str, *origins: str) -> Outcome:
    registry = load_registry(installed=())
    return run_tool(
        registry,
        "posting_fetcher",
        {"link": link},
        clock=SystemClock(),
        allow_origins=frozenset(origins),
    )


def test_a_page_of_an_allowed_origin_is_read_through_its_redirect() -> None:
    with site() as origin:
        outcome = run(f"{origin}/moved?utm_source=x", origin)
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    assert outcome.values["title"] == "Senior Cartographer"
    assert outcome.values["canonical_link"] == f"{origin}/careers/senior-cartographer".replace(
        "http://", "https://"
    )


@pytest.mark.parametrize(
    ("path", "is_allowed", "said"),
    [("/jobs/cartographer", False, "not fetched"), ("/large", True, "larger than 5 MB")],
)
def test_what_the_guarded_client_refuses_is_final(path: str, is_allowed: bool, said: str) -> None:
    with site() as origin:
        outcome = run(f"{origin}{path}", *([origin] if is_allowed else []))
    assert outcome.kind is OutcomeKind.PERMANENT
    assert said in outcome.error

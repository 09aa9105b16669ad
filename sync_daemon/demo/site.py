"""The made-up web of the demo: pages of postings on loopback, as companies write them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sync_daemon.demo.sample import POSTINGS, Posting

_ROBOTS = b"User-agent: *\nAllow: /\n"


@contextmanager
def serving_postings() -> Iterator[str]:
    """Serve the pages while the demo runs; yields their origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Pages(BaseHTTPRequestHandler):
    server_version = "demo"

    def do_GET(self) -> None:
        """A posting, the rules for robots, or nothing."""
        path = self.path.partition("?")[0]
        if path == "/robots.txt":
            self._send(200, _ROBOTS, "text/plain")
            return
        posting = next((posting for posting in POSTINGS if posting.path == path), None)
        if posting is None:
            self._send(404, b"<!DOCTYPE html><title>Not found</title><p>Not found.", "text/html")
        elif posting.is_closed:
            self._send(410, _closed(posting).encode(), "text/html; charset=utf-8")
        else:
            self._send(200, _page(posting).encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing is logged."""


def _page(posting: Posting) -> str:
    """A page with the markup that search engines ask for (schema.org, JobPosting)."""
    data = json.dumps(_json_ld(posting)).replace("</", "<\\/")
    return (
        f"<!DOCTYPE html><html lang=en><title>{escape(posting.title)}</title>"
        f'<script type="application/ld+json">{data}</script>'
        f"<nav>Home Jobs About</nav><main><h1>{escape(posting.title)}</h1>"
        f"{posting.description}</main><footer>Cookies and imprint</footer></html>"
    )


def _closed(posting: Posting) -> str:
    return (
        f"<!DOCTYPE html><html lang=en><title>{escape(posting.title)}</title>"
        "<p>This position has been filled. We no longer accept applications.</html>"
    )


def _json_ld(posting: Posting) -> dict[str, object]:
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.title,
        "description": posting.description,
        "datePosted": "2026-11-01",
        "validThrough": "2027-01-31",
        "employmentType": "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": posting.company},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": posting.location},
        },
    }
    if posting.salary is not None:
        least, most = posting.salary
        value = {"@type": "QuantitativeValue", "minValue": least, "maxValue": most,
                 "unitText": "YEAR"}  # fmt: skip
        salary = {"@type": "MonetaryAmount", "currency": "EUR", "value": value}
        found["baseSalary"] = salary
    return found

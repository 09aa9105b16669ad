"""What a fetched address may cost."""

from __future__ import annotations

from dataclasses import dataclass

PORTS = frozenset({80, 443, 8080, 8443})
"""Where web servers for strangers listen; elsewhere other protocols could be spoken to."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of the guarded client.

    Attributes:
        total_s: seconds for a request with its redirects, robots.txt and waiting; a tool
            sets another with ``timeout=`` on its request, up to `longest_s`.
        longest_s: see `total_s`.
        connect_s: seconds for one connection, its TLS included.
        body_bytes: bytes of a body after decompression.
        header_bytes: bytes of an answer's header fields.
        header_fields: number of an answer's header fields.
        url_chars: characters of an address.
        redirects: how many redirects are followed.
        per_host: connections to one host at a time.
        overall: connections at a time.
        interval_s: seconds between the starts of two requests to one host.
        turn_s: seconds that a request may wait for its turn.
        cache_bytes: bytes of answers kept for conditional requests.
    """

    total_s: float = 20.0
    longest_s: float = 300.0
    connect_s: float = 10.0
    body_bytes: int = 5_000_000
    header_bytes: int = 65_536
    header_fields: int = 200
    url_chars: int = 4_096
    redirects: int = 5
    per_host: int = 2
    overall: int = 32
    interval_s: float = 1.0
    turn_s: float = 10.0
    cache_bytes: int = 32_000_000

    @property
    def head_wire_bytes(self) -> int:
        """Bytes received until an answer begins: its header, and what announces it."""
        return 4 * self.header_bytes

    @property
    def body_wire_bytes(self) -> int:
        """Bytes received of a body: chunks have a length line each."""
        return 2 * self.body_bytes

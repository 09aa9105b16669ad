"""What a site's robots.txt says about sheetd (RFC 9309)."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling import RobotsRefusedError, RobotsUnknownError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "sheetd"
"""The name by which a robots.txt addresses this program."""
READ_BYTES = 512_000
"""What is beyond is not read; the RFC asks for 500 KiB at least."""

_KEPT_S = 3_600.0
_FAILURE_KEPT_S = 60.0
_MOST_ORIGINS = 256
_MOST_RULES = 10_000
_LONGEST_LINE = 2_048
_LONGEST_DELAY_S = 60.0
_GROUP = re.compile(r"\s*user[- ]?agent\s*:\s*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin.

    Attributes:
        parsed: None when everything is allowed.
        delay_s: the Crawl-delay for us, at most a minute.
    """

    parsed: Protego | None = None
    delay_s: float = 0.0

    def check(self, url: str, host: str) -> None:
        """Raise RobotsRefusedError if ``url`` is forbidden to us."""
        if self.parsed is not None and not self.parsed.can_fetch(url, AGENT):
            raise RobotsRefusedError(
                f"{host} does not allow programs to read this page (robots.txt).",
                hint="Open the page and fill in what is needed by hand.",
            )


@dataclass(frozen=True, slots=True)
class Failure:
    """The rules cannot be read at the moment: nothing is allowed until they can."""

    reason: str


def parse_rules(text: str) -> Rules:
    """The rules that apply to us."""
    from protego import Protego

    parsed = Protego.parse("\n".join(_relevant(text)))
    delay = parsed.crawl_delay(AGENT) or 0.0
    return Rules(parsed, min(delay, _LONGEST_DELAY_S))


def _relevant(text: str) -> Iterator[str]:
    """The lines without the names of other agents.

    A file of many agents with many rules in common would cost their product.
    """
    rules = 0
    for line in text.splitlines():
        group = _GROUP.match(line[:_LONGEST_LINE])
        if group is None:
            rules += 1
            if len(line) <= _LONGEST_LINE and rules <= _MOST_RULES:
                yield line
            continue
        yield f"User-agent: {_our_name(group[1].strip())}"


def _our_name(agent: str) -> str:
    if agent == "*":
        return agent
    found = _TOKEN.match(agent)
    return AGENT if found and found[0].lower() == AGENT else "another"


class RobotsMemory:
    """The rules of the origins that were asked last, each for an hour; of all threads."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Rules | Failure]] = OrderedDict()

    def recall(self, origin: str) -> Rules | None:
        """The rules of ``origin``; None if they have to be fetched.

        Raises:
            RobotsUnknownError: they could not be fetched a moment ago.
        """
        with self._lock:
            until, known = self._known.get(origin, (0.0, None))
        left = until - self._now()
        if left <= 0:
            return None
        if isinstance(known, Failure):
            raise RobotsUnknownError(known.reason, retry_after=left)
        return known

    def keep(self, origin: str, known: Rules | Failure) -> None:
        """Remember what a fetch came to."""
        kept_s = _FAILURE_KEPT_S if isinstance(known, Failure) else _KEPT_S
        with self._lock:
            self._known[origin] = (self._now() + kept_s, known)
            self._known.move_to_end(origin)
            while len(self._known) > _MOST_ORIGINS:
                self._known.popitem(last=False)

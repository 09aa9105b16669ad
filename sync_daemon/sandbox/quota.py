"""Google's request quotas: so many reads and writes a minute, for a user and for the project."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync_daemon.sandbox.answers import google_error

_WINDOW_S = 60.0
_HELP = "https://cloud.google.com/docs/quotas/help/request_increase"


@dataclass(slots=True)
class Quota:
    """Counts requests in a window of a minute; ``now`` is a clock in seconds.

    Zero means no limit.
    """

    now: Callable[[], float]
    per_user: int = 60
    per_project: int = 300
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, user: str, *, is_write: bool) -> dict[str, Any] | None:
        """Count a request; returns the error body of a 429 if it is one too many."""
        kind = "Write" if is_write else "Read"
        limits = ((user, self.per_user, " per user"), ("", self.per_project, ""))
        with self._lock:
            for who, limit, suffix in limits:
                if limit and len(self._recent(kind, who)) >= limit:
                    return exceeded(kind, limit, suffix)
            for who, _, _ in limits:
                self._recent(kind, who).append(self.now())
        return None

    def _recent(self, kind: str, who: str) -> deque[float]:
        times = self._seen[kind, who]
        while times and times[0] <= self.now() - _WINDOW_S:
            times.popleft()
        return times


def exceeded(kind: str, limit: int, suffix: str) -> dict[str, Any]:
    """The body as recorded from Google ("RATE_LIMIT_EXCEEDED").

    Args:
        kind: ``Read`` or ``Write``.
        limit: requests a minute.
        suffix: `` per user``, or nothing for the project's own limit.
    """
    metric = f"{kind} requests"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute{suffix}' of"
        " service 'sheets.googleapis.com' for consumer 'project_number:123456789012'."
    )
    name = kind + "RequestsPerMinutePer" + ("User" if suffix else "Project")
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_limit_value": str(limit),
            "service": "sheets.googleapis.com",
            "consumer": "projects/123456789012",
            "quota_unit": "1/min/{project}/{user}" if suffix else "1/min/{project}",
            "quota_location": "global",
            "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
            "quota_limit": name,
        },
    }
    help_link = {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [{"description": "Request a higher quota limit.", "url": _HELP}],
    }
    return google_error(429, "RESOURCE_EXHAUSTED", message, [info, help_link])

"""What can go wrong between a client and Google, on demand."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class FaultKind(Enum):
    """How a request goes wrong."""

    RATE_LIMIT = "rate_limit"  # 429 with the recorded body
    RATE_LIMIT_HTML = "rate_limit_html"  # as Drive sometimes says it
    SERVER_ERROR = "server_error"  # 500 or ``status``, JSON
    SERVER_ERROR_HTML = "server_error_html"  # 502 or ``status``, an HTML page
    RESET_BEFORE = "reset_before"  # the connection breaks, nothing took effect
    RESET_AFTER = "reset_after"  # it took effect, then the connection breaks
    HANG = "hang"  # no answer, nothing took effect
    HANG_AFTER = "hang_after"  # it took effect, and there is no answer
    TRUNCATED = "truncated"  # fewer bytes than Content-Length says
    CUT_JSON = "cut_json"  # half of the JSON, with the right length
    GARBAGE = "garbage"  # 200 with something that is no JSON
    EXPIRED_TOKEN = "expired_token"  # 401  # noqa: S105 - a kind of fault
    NO_PERMISSION = "no_permission"  # 403
    SLOW = "slow"  # the answer comes after ``seconds``
    DRIP = "drip"  # the answer comes in ten parts, spread over ``seconds``

    @property
    def takes_effect(self) -> bool:
        """Whether the request is carried out all the same."""
        return self in _AFTER


_AFTER = {
    FaultKind.RESET_AFTER, FaultKind.HANG_AFTER, FaultKind.TRUNCATED,
    FaultKind.CUT_JSON, FaultKind.GARBAGE, FaultKind.SLOW, FaultKind.DRIP,
}  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One fault and the requests that it hits.

    Args:
        kind: what happens.
        method: HTTP method, any if empty.
        path: regular expression searched for in the path.
        after: so many matching requests pass first.
        times: so many are hit; 0 for all from then on.
        status: for server errors.
        retry_after: value of a Retry-After header, if any.
        seconds: for slow answers, and the longest that a hang lasts.
    """

    kind: FaultKind
    method: str = ""
    path: str = ""
    after: int = 0
    times: int = 1
    status: int = 0
    retry_after: str = ""
    seconds: float = 3600.0

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Fault:
        """A fault as the control address takes it; ValueError says what is wrong."""
        known = {name: raw[name] for name in raw if name in cls.__slots__}
        unknown = sorted(set(raw) - set(known))
        if unknown:
            message = f"unknown key {unknown[0]!r}; there are {', '.join(cls.__slots__)}"
            raise ValueError(message)
        kinds = {kind.value: kind for kind in FaultKind}
        if raw.get("kind") not in kinds:
            message = f"kind must be one of {', '.join(kinds)}"
            raise ValueError(message)
        fault = cls(**{**known, "kind": kinds[str(raw["kind"])]})
        fault.check()
        return fault

    def check(self) -> None:
        """Raise ValueError for a value that no request can be compared with."""
        for name in ("after", "times", "status"):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                message = f"{name} must be a whole number, not {value!r}"
                raise ValueError(message)
        for name in ("method", "path", "retry_after"):
            if not isinstance(getattr(self, name), str):
                message = f"{name} must be a text, not {getattr(self, name)!r}"
                raise ValueError(message)  # noqa: TRY004 - from_json promises ValueError
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, int | float):
            message = f"seconds must be a number, not {self.seconds!r}"
            raise ValueError(message)  # noqa: TRY004
        try:
            re.compile(self.path)
        except re.error as error:
            message = f"path is not a regular expression: {error}"
            raise ValueError(message) from error


@dataclass(slots=True)
class FaultPlan:
    """The faults to come, in order; thread-safe."""

    released: threading.Event = field(default_factory=threading.Event)
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Plan one more."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults, and let go of requests that hang."""
        with self._lock:
            self._faults.clear()
        self.release()

    def release(self) -> None:
        """Let go of requests that hang now."""
        self.released.set()
        self.released = threading.Event()

    def next_for(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, if one does."""
        with self._lock:
            for fault in self._faults:
                if fault.method not in {"", method} or not re.search(fault.path, path):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times == 1:
                    self._faults.remove(fault)
                elif fault.times > 1:
                    fault.times -= 1
                return fault
        return None

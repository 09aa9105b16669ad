"""A session with Google: each request carries an access token, renewed in time."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import google.auth.credentials
import google.auth.exceptions
import google.auth.transport
import google.auth.transport.requests
import requests
from google.auth.transport import DEFAULT_RETRYABLE_STATUS_CODES

from sync_daemon.tls import check_environment, make_context

TOKEN_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 240.0  # Google itself ends a request after 180 s
_PART = 1 << 20  # bytes
_AGENT = "sheetd (gzip)"  # Google compresses for those who say so here too ("Performance tips")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_PASSING_ERRORS = {"internal_failure", "server_error", "temporarily_unavailable"}  # RFC 6749


class TokenEndpointError(google.auth.exceptions.TransportError):
    """The token endpoint answered, but neither with a token nor with a refusal."""

    def __init__(self, finding: str) -> None:
        super().__init__(finding)  # type: ignore[no-untyped-call]


class TrustingAdapter(requests.adapters.HTTPAdapter):
    """Believes the certificates that the operating system and the environment name."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests makes its pools, with our context."""
        super().init_poolmanager(*args, ssl_context=make_context(), **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The same through a proxy."""
        return super().proxy_manager_for(*args, ssl_context=make_context(), **kwargs)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Add no certificates of requests' own; the context verifies."""


class DirectSession(requests.Session):
    """A session that never asks a proxy of the environment the way to this machine itself."""

    def __init__(self) -> None:
        super().__init__()
        self.mount("https://", TrustingAdapter())
        self.headers["User-Agent"] = _AGENT

    def merge_environment_settings(self, url: Any, *args: Any, **kwargs: Any) -> Any:
        """What the environment says about a request to ``url``, as requests asks for it."""
        check_environment()
        settings = super().merge_environment_settings(url, *args, **kwargs)
        settings["verify"] = True  # by the context, which knows what the environment names
        if is_loopback(str(url)):
            settings["proxies"] = {}
        return settings


class GoogleSession(DirectSession):
    """A session that sends an access token with each request and renews it in time.

    google-auth's own ``AuthorizedSession`` is not used: after a renewal it
    looks up a regional access boundary at another Google host, in a thread of
    its own, and it repeats requests by itself. This one does neither; only the
    public ``refresh`` and ``apply`` of the credentials are called.

    Args:
        credentials: who we are.
        token_timeout_s: for the token endpoint, to connect and for each part of its answer.
        answer_timeout_s: for an answer as a whole; a read time-out begins anew with each part.
    """

    def __init__(
        self,
        credentials: google.auth.credentials.Credentials,
        token_timeout_s: float = TOKEN_TIMEOUT_S,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        super().__init__()
        self.auth = self._sign  # being set, it keeps requests from looking into ~/.netrc
        self._credentials = credentials
        self._token_timeout_s = token_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._is_refused = False
        self._renewal = threading.Lock()
        self._token_session = DirectSession()
        self._token_session.auth = _unsigned
        self._token_request = google.auth.transport.requests.Request(self._token_session)

    def renew(self) -> None:
        """Get a new access token now.

        Raises:
            google.auth.exceptions.GoogleAuthError: refused, or out of reach.
        """
        with self._renewal:
            self._credentials.refresh(self._ask_for_token)  # type: ignore[no-untyped-call]
            self._is_refused = False

    def refuse_token(self) -> None:
        """Google does not take the token any more, whatever its age: renew it before the next."""
        self._is_refused = True

    def request(  # type: ignore[override]
        self, method: str, url: str, **kwargs: Any
    ) -> requests.Response:
        """Send a request as whoever the credentials say."""
        if self._is_refused or not self._credentials.valid:
            self.renew()
        until = time.monotonic() + self._answer_timeout_s
        kwargs |= {"allow_redirects": False, "stream": True}
        response = super().request(method, url, **kwargs)
        _read_whole(response, until)
        return response

    def close(self) -> None:
        """Let go of connections."""
        self._token_session.close()
        super().close()

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self._credentials.apply(request.headers)  # type: ignore[no-untyped-call]
        return request

    def _ask_for_token(self, *args: Any, **kwargs: Any) -> google.auth.transport.Response:
        """google-auth's request, with our time-out and without its own layer of repetition."""
        kwargs |= {"timeout": self._token_timeout_s, "allow_redirects": False}
        answer: google.auth.transport.Response = self._token_request(*args, **kwargs)
        if kwargs.get("method") == "POST":
            _check_token_answer(answer)
        return answer


def _read_whole(response: requests.Response, until: float) -> None:
    """Read the body, as requests would, but not longer than ``until`` of the monotonic clock.

    Raises:
        requests.exceptions.ReadTimeout: it came too slowly.
        urllib3.exceptions.HTTPError: it did not come whole.
    """
    parts = []
    while part := response.raw.read1(_PART, decode_content=True):
        parts.append(part)
        if time.monotonic() > until:
            response.close()
            raise requests.exceptions.ReadTimeout("the answer came too slowly")
    response._content = b"".join(parts)  # noqa: SLF001 - there is no setter
    response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001 - the same


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _check_token_answer(answer: google.auth.transport.Response) -> None:
    """Raise for what google-auth would repeat by itself, or stumble over."""
    if answer.status in DEFAULT_RETRYABLE_STATUS_CODES:
        raise TokenEndpointError(f"it answered {answer.status}")
    try:
        content = json.loads(answer.data.decode("utf-8"))
    except ValueError:
        raise TokenEndpointError(f"it answered {answer.status} without JSON") from None
    if not isinstance(content, dict):
        raise TokenEndpointError(f"it answered {answer.status} without a JSON object")
    if {str(content.get("error")), str(content.get("error_description"))} & _PASSING_ERRORS:
        raise TokenEndpointError(f"it answered {answer.status}, and that it is unavailable")
    token, lifetime = content.get("access_token", ""), content.get("expires_in", 0)
    is_lifetime = re.fullmatch(r"[0-9]{1,8}", str(lifetime)) is not None  # seconds; RFC 6749, 5.1
    if not isinstance(token, str) or not is_lifetime:
        raise TokenEndpointError("it answered with a token of no known form")


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK

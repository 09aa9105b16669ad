from __future__ import annotations

import ssl

import httpcore
import httpx
import pytest

from sync_daemon.fetching.failures import translate

SECRET = "https://user:pw@example.org/?token=abc"


def _caused_by(cause: Exception) -> Exception:
    error = httpcore.ConnectError(SECRET)
    error.__cause__ = cause
    return error


CASES: list[tuple[Exception, type[httpx.TransportError], str]] = [
    (httpcore.ConnectTimeout(SECRET), httpx.ConnectTimeout,
     "Cannot reach example.org within 10 s"),
    (httpcore.ReadTimeout(SECRET), httpx.ReadTimeout, "example.org did not answer in time"),
    (httpcore.WriteTimeout(SECRET), httpx.ReadTimeout, "example.org did not answer in time"),
    (httpcore.ConnectError(SECRET), httpx.ConnectError, "Cannot reach example.org"),
    (_caused_by(ssl.SSLError(1, "wrong version")), httpx.ConnectError,
     "example.org does not speak proper TLS"),
    (httpcore.ReadError(SECRET), httpx.ReadError, "example.org broke off the connection"),
    (httpcore.WriteError(SECRET), httpx.ReadError, "example.org broke off the connection"),
    (httpcore.RemoteProtocolError(SECRET), httpx.RemoteProtocolError,
     "example.org gave an answer that is not proper HTTP"),
    (httpcore.LocalProtocolError(SECRET), httpx.LocalProtocolError,
     "the request to example.org is not proper HTTP"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "kind", "text"), CASES, ids=lambda case: getattr(case, "__name__", "")
)
def test_an_error_of_httpcore_is_one_of_httpx_in_plain_words(
    error: Exception, kind: type[httpx.TransportError], text: str
) -> None:
    translated = translate(error, "example.org", 10.0)
    assert type(translated) is kind
    assert str(translated) == text


def test_each_of_httpcores_errors_is_translated() -> None:
    kinds = [getattr(httpcore, name) for name in httpcore.__all__]
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Exception):
            text = str(translate(kind(SECRET), "example.org", 10.0))
            assert "example.org" in text
            assert "token" not in text

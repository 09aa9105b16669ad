from __future__ import annotations

import httpx
import pytest

from sync_daemon.fetching.urls import check_url, parse_origin
from sync_daemon.tooling import AddressRefusedError

OWN = frozenset({"http://localhost:11434"})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://example.org", "http://example.org:80"),
        ("https://EXAMPLE.org/x", "https://example.org:443"),
        ("https://example.org:8443/", "https://example.org:8443"),
        ("https://example.org./", "https://example.org.:443"),
        ("https://bücher.example/", "https://xn--bcher-kva.example:443"),
        ("https://a_b.example/", "https://a_b.example:443"),
        ("http://93.184.215.14/", "http://93.184.215.14:80"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]:80"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert parse_origin(httpx.URL(url)).origin == origin


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.org/", 'not "ftp:"'),
        ("example.org/jobs", "begin with http://"),
        ("https://me@example.org/", "user name or password"),
        ("https://:secret@example.org/", "user name or password"),
        ("https://a..b/", "not the name of a host"),
        ("https://example.org:25/", "Port 25 is not fetched from, only 80, 443, 8080, 8443"),
        ("https://example.org/" + "a" * 100, "longer than 100 characters"),
    ],
)
def test_a_refusal_says_why_and_repeats_no_secret(url: str, said: str) -> None:
    with pytest.raises(AddressRefusedError, match=r".") as caught:
        check_url(httpx.URL(url), allowed=frozenset(), came_from=None, longest=100)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "came_from", "is_trusted"),
    [
        ("http://localhost:11434/api", None, True),
        ("http://localhost:11434/api", "http://localhost:11434", True),
        ("http://localhost:8080/api", None, False),
        ("https://localhost/", None, False),
        ("http://example.org/", None, False),
    ],
)
def test_the_configuration_allows_exactly_its_origins(
    url: str, came_from: str | None, *, is_trusted: bool
) -> None:
    target = check_url(httpx.URL(url), allowed=OWN, came_from=came_from, longest=100)
    assert target.trusted is is_trusted


def test_an_allowed_origin_is_for_those_who_ask_for_it_themselves() -> None:
    with pytest.raises(AddressRefusedError, match="Port 11434"):
        check_url(
            httpx.URL("http://localhost:11434/"),
            allowed=OWN,
            came_from="https://example.org:443",
            longest=100,
        )

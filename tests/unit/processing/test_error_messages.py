from __future__ import annotations

import httpx
import pytest

from sync_daemon.processing.messages import LONGEST, describe_error, one_line
from sync_daemon.tooling import ToolInputSchema


class Number(ToolInputSchema):
    number: int


@pytest.mark.parametrize(
    "text",
    [
        "Bearer hunter2hunter2",
        "https://me:hunter2hunter2@example.org/x",
        "GET /x?api_key=hunter2hunter2&y=1",
        "password: hunter2hunter2",
        '{"private_key": "hunter2hunter2"}',
        "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----",
        "ya29.hunter2hunter2",
    ],
)
def test_secrets_do_not_show(text: str) -> None:
    assert "hunter2" not in one_line(f"it failed: {text}")
    assert one_line(f"it failed: {text}").startswith("it failed: ")


def test_a_message_is_one_short_line() -> None:
    line = one_line("a\nb\t" + "c " * 1000)
    assert line.startswith("a b c")
    assert len(line) == LONGEST


def test_an_error_is_named_by_class_and_message() -> None:
    assert describe_error(ValueError("bad\nthing")) == "ValueError: bad thing"
    assert describe_error(SystemExit()) == "SystemExit"


def test_a_validation_error_does_not_show_values() -> None:
    with pytest.raises(ValueError, match="number") as caught:
        Number.model_validate({"number": "sensitive"})
    text = describe_error(caught.value)
    assert text.startswith("Number: number: Input should be a valid integer")
    assert "sensitive" not in text


def test_an_exception_that_cannot_be_shown_is_still_named() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert describe_error(BrokenError()) == "BrokenError"


URL = "https://user:pw@example.org/jobs?token=abc"  # parts of it are nobody's business


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            httpx.ConnectError("example.org could not be reached"),
            "example.org could not be reached",
        ),
        (httpx.ReadError(f"no answer from {URL}."), "no answer from example.org"),
        (httpx.ReadTimeout(""), "ReadTimeout"),
        (httpx.InvalidURL("Invalid port: 'secret'"), "the address is malformed"),
        (httpx.TooManyRedirects("…"), "the address leads from one place to another, and so on"),
    ],
)
def test_a_failure_of_the_network_is_told_in_words(error: Exception, text: str) -> None:
    assert describe_error(error) == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, "example.org answered 404 Not Found"),
        (503, "example.org answered 503 Service Unavailable"),
        (799, "example.org answered 799"),
    ],
)
def test_a_status_is_told_without_the_address(status: int, text: str) -> None:
    response = httpx.Response(status, request=httpx.Request("GET", URL))
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    assert describe_error(caught.value) == text

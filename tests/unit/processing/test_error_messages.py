from __future__ import annotations

import httpx
import pytest

from sync_daemon.processing.error_text import LONGEST, describe_error, one_line
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


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ValueError("bad\nthing."),
            "Something unexpected went wrong: bad thing. The log says more.",
        ),
        (SystemExit(), "Something unexpected went wrong. The log says more."),
        (
            FileNotFoundError(2, "No such file or directory", "/srv/plan.pdf"),
            "Something unexpected went wrong: no such file or directory. The log says more.",
        ),
    ],
)
def test_a_defect_is_told_without_class_number_and_path(error: BaseException, text: str) -> None:
    assert describe_error(error) == text


def test_a_validation_error_does_not_show_values() -> None:
    with pytest.raises(ValueError, match="number") as caught:
        Number.model_validate({"number": "sensitive"})
    text = describe_error(caught.value)
    assert text == "Something unexpected went wrong. The log says more."


def test_an_exception_that_cannot_be_shown_is_still_told() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert describe_error(BrokenError()) == "Something unexpected went wrong. The log says more."


URL = "https://user:pw@example.org/jobs?token=abc"  # parts of it are nobody's business


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            httpx.ConnectError("Cannot reach example.org"),
            "Cannot reach example.org. Is the link right?",
        ),
        (
            httpx.ConnectError("example.org has no valid certificate (expired)"),
            "example.org has no valid certificate (expired). Is the link right?",
        ),
        (httpx.ConnectError("refused"), "Cannot reach example.org. Is the link right?"),
        (httpx.ReadError(f"no answer from {URL}."), "Cannot reach example.org."),
        (httpx.ReadTimeout(""), "example.org did not answer in time."),
        (
            httpx.InvalidURL("Invalid port: 'secret'"),
            "This is not a web address. Copy the link again.",
        ),
        (httpx.TooManyRedirects("…"), "example.org redirects in a circle. Is the link right?"),
        (httpx.DecodingError("bad data"), "The answer of example.org cannot be read."),
    ],
)
def test_a_failure_of_the_network_is_told_in_words(error: Exception, text: str) -> None:
    if isinstance(error, httpx.HTTPError):
        error.request = httpx.Request("GET", URL)
    assert describe_error(error) == text


def test_a_failure_of_the_network_outside_a_request() -> None:
    assert describe_error(httpx.ConnectError("refused")).startswith("Cannot reach the site.")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, "example.org answered 404 Not Found."),
        (503, "example.org cannot answer now (503)."),
        (799, "example.org answered 799."),
    ],
)
def test_a_status_is_told_without_the_address(status: int, text: str) -> None:
    response = httpx.Response(status, request=httpx.Request("GET", URL))
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    assert describe_error(caught.value) == text

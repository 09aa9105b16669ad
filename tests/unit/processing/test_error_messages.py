from __future__ import annotations

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

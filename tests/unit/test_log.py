"""The log: its forms, and that no secret gets into any of them."""

from __future__ import annotations

import base64
import io
import json
import logging
import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon import log
from sync_daemon.domain.redaction import redact
from sync_daemon.errors import ConfigError
from sync_daemon.log import LogForm

GONE = "[redacted]"
FORMS = [LogForm.CONSOLE, LogForm.JSON, LogForm.PLAIN]
LETTERS = string.ascii_letters + string.digits

# A secret is long enough to be told from the text around it.
words = st.text(LETTERS, min_size=20, max_size=60).map(lambda word: f"s3cr3t{word}")
prose = st.text(st.characters(codec="utf-8", exclude_characters="-@:/"), max_size=60)
names = st.sampled_from(
    [
        "password",
        "db_password",
        "refresh_token",
        "access_token",
        "accessToken",
        "id_token",
        "client_secret",
        "private_key",
        "api_key",
        "apiKey",
        "Authorization",
    ]
)


def pem(secret: str) -> str:
    return f"-----BEGIN PRIVATE KEY-----\n{secret}\n{secret}\n-----END PRIVATE KEY-----\n"


def jwt(secret: str) -> str:
    encoded = base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{secret}.{encoded}"


SECRET_TEXTS: dict[str, Callable[[str], str]] = {
    "PEM": pem,
    "PEM in JSON": lambda s: json.dumps({"pk": pem(s)}),
    "PEM cut off": lambda s: pem(s)[: -len("-----END PRIVATE KEY-----\n")],
    "JWT": jwt,
    "JWT in an address": lambda s: f"GET /x?next=%2Fy%20{jwt(s)}",
    "Google access token": lambda s: f"ya29.{s}",
    "Google refresh token": lambda s: f"1//0g{s}",
    "Google client secret": lambda s: f"GOCSPX-{s}",
    "Google API key": lambda s: f"AIza{s}",
    "GitHub": lambda s: f"ghp_{s}",
    "GitHub, OAuth": lambda s: f"gho_{s}",
    "GitHub, fine-grained": lambda s: f"github_pat_11AAAAAAA0{s}_{s}",
    "GitLab": lambda s: f"glpat-{s}",
    "OpenAI": lambda s: f"sk-{s}",
    "OpenAI, project": lambda s: f"sk-proj-{s}-{s}_{s}",
    "Anthropic": lambda s: f"sk-ant-api03-{s}",
    "Hugging Face": lambda s: f"hf_{s}",
    "Groq": lambda s: f"gsk_{s}",
    "npm": lambda s: f"npm_{s}",
    "PyPI": lambda s: f"pypi-AgEIcHlwaS5vcmc{s}",
    "Docker": lambda s: f"dckr_pat_{s}",
    "Slack": lambda s: f"xoxb-123456789012-{s}",
    "Slack, app": lambda s: f"xapp-1-A012-{s}",
    "Slack, webhook": lambda s: f"https://hooks.slack.com/services/T0/B0/{s}",
    "Discord, webhook": lambda s: f"https://discord.com/api/webhooks/1234/{s}",
    "Telegram, bot": lambda s: f"https://api.telegram.org/bot123:{s}/sendMessage",
    "AWS": lambda s: f"AKIA{s.upper()}",
    "SendGrid": lambda s: f"SG.{s}.{s}",
    "Stripe": lambda s: f"sk_live_{s}",
    "Shopify": lambda s: f"shpat_{s}",
    "Notion": lambda s: f"ntn_{s}",
    "Linear": lambda s: f"lin_api_{s}",
    "DigitalOcean": lambda s: f"dop_v1_{s}",
    "Vault": lambda s: f"hvs.{s}",
    "Azure": lambda s: f"AccountName=x;AccountKey={s}==;EndpointSuffix=core",
    "behind a line break of a representation": lambda s: repr(f"said:\nghp_{s}"),
    "another scheme": lambda s: f"Authorization: Token {s}",
    "key in a header": lambda s: f"X-Api-Key: {s}",
    "bearer": lambda s: f"Authorization: Bearer {s}",
    "bearer in a list": lambda s: f"[('authorization', 'bearer {s}')]",
    "basic": lambda s: f"Authorization: Basic {s}==",
    "user in an address": lambda s: f"https://me:{s}@example.com/x",
    "password without user": lambda s: f"redis://:{s}@localhost/0",
    "password with an at sign": lambda s: f"postgresql://me:p@{s}@db/hunt",
    "query": lambda s: f"https://example.com/x?key={s}&b=1",
    "later in a query": lambda s: f"https://example.com/x?b=1&sig={s}",
    "form": lambda s: f"client_secret={s}&grant_type=refresh_token",
    "quotes left open": lambda s: f'password="{s} and more {s}',
}


@pytest.mark.parametrize("kind", SECRET_TEXTS)
@given(before=prose, secret=words, after=prose)
def test_no_secret_of_a_known_form_is_left(kind: str, before: str, secret: str, after: str) -> None:
    redacted = redact(f"{before} {SECRET_TEXTS[kind](secret)} {after}")

    assert secret.lower() not in redacted.lower()
    assert GONE in redacted


@given(name=names, secret=words, text=prose)
def test_no_secret_under_its_name_is_left(name: str, secret: str, text: str) -> None:
    values: list[Any] = [secret, f"{secret} {text}\n{secret}", f'{text}"{secret}']
    for value in values:
        document = {"a": 1, name: value, "z": "end"}
        inner = json.dumps(document)
        for written in (inner, repr(document), json.dumps({"body": inner}), str([document])):
            assert secret not in redact(written), written
    for written in (f"{name}={secret}", f"{name}: {secret}", f"--{name} = '{secret}'"):
        assert secret not in redact(written), written


@given(st.text(max_size=200), words, st.sampled_from(sorted(SECRET_TEXTS)))
def test_redacting_twice_changes_nothing_more(text: str, secret: str, kind: str) -> None:
    once = redact(f"{text} {SECRET_TEXTS[kind](secret)}")

    assert redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "The key file service-account.json is readable by others; run chmod 600.",
        "sheets[0].steps[1].tool: unknown key; did you mean 'tool'?",
        'write a duration like "60s", "10m" or "1h30m"',
        "Share the spreadsheet with sheetd@project.iam.gserviceaccount.com (Editor).",
        "https://docs.google.com/spreadsheets/d/1mN0pQrStUvWxYz/edit#gid=0",
        "token_uri = https://oauth2.googleapis.com/token",
        "row k7f3 keywords: ['C++', 'secretary', 'token economics'] 12/34 at 10:30",
        "sk-learn, pk-fire, npm_config, SG.1, key-value, hf_hub and pay: 12345678:30",
        "risk-based, task-oriented, desk-bound work on 1/2/2026",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    libraries = {logging.getLogger(name): logging.getLogger(name).level for name in log._QUIET}
    yield io.StringIO()
    root.handlers = handlers
    root.setLevel(level)
    for library, its_level in libraries.items():
        library.setLevel(its_level)
    structlog.reset_defaults()


def fail(message: str, cause: Exception | None) -> None:
    raise ValueError(message) from cause


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_in_a_field_a_message_or_a_traceback(stream: io.StringIO, form: LogForm) -> None:
    log.configure(level="debug", form=form, stream=stream)
    logger = structlog.get_logger("sheetd.test")
    secret = "s3cr3tOfTheTest1234"
    structlog.contextvars.bind_contextvars(access_token=secret)
    message = f"Bearer {secret}"
    try:
        fail(f"url https://me:{secret}@x/", OSError(f"password={secret}"))
    except ValueError as error:
        logger.exception(message, error=error, inner={"refresh_token": secret})
        logging.getLogger("a.library").exception("failed: %s", pem(secret))
    finally:
        structlog.contextvars.clear_contextvars()
    logger.info("sent", body=[{"client_secret": secret}], raw=f"Bearer {secret}".encode())

    assert secret not in stream.getvalue()
    assert stream.getvalue().count("Traceback") >= 2
    assert stream.getvalue().count(GONE) >= 8


def test_json_is_one_object_a_line_whatever_the_text(stream: io.StringIO) -> None:
    log.configure(form=LogForm.JSON, stream=stream)
    text = "line\nbreak \x1b[2J \ud800 שלום 🙂"

    structlog.get_logger("sheetd.test").warning("odd", row="k7f3", text=text, n=3, path={1: {2}})
    logging.getLogger("a.library").error("%d things", 3)

    odd, foreign = map(json.loads, stream.getvalue().splitlines())
    assert odd["timestamp"].endswith("Z")
    assert {key: odd[key] for key in ("event", "level", "row", "text", "n", "path")} == {
        "event": "odd",
        "level": "warning",
        "row": "k7f3",
        "text": text,
        "n": 3,
        "path": {"1": [2]},
    }
    assert (foreign["event"], foreign["level"]) == ("3 things", "error")


def test_plain_is_one_line_an_event(stream: io.StringIO) -> None:
    log.configure(form=LogForm.PLAIN, stream=stream)

    structlog.get_logger("sheetd.test").info("two\nlines", cell="\x1b[2J")

    assert stream.getvalue().count("\n") == 1
    assert "level='info' event='two\\nlines' cell='\\x1b[2J'" in stream.getvalue()


@pytest.mark.usefixtures("stream")
def test_a_cell_cannot_steer_the_terminal() -> None:
    terminal = Terminal()
    log.configure(form=LogForm.CONSOLE, stream=terminal)

    structlog.get_logger("sheetd.test").info("cell \x1b]0;title\x07", text="\x1b[2J\u202e\ud800")

    shown = terminal.getvalue()
    assert "\\x1b]0;title\\x07" in shown
    assert "\\x1b[2J\\u202e\\ud800" in shown
    assert "\x1b]0;" not in shown
    assert "\x1b[2J" not in shown


@pytest.mark.parametrize(
    ("target", "form", "no_color", "colours"),
    [
        (Terminal, None, "", True),
        (Terminal, LogForm.PLAIN, "", False),
        (Terminal, None, "1", False),
        (io.StringIO, LogForm.CONSOLE, "", False),
        (io.StringIO, None, "", False),
    ],
)
@pytest.mark.usefixtures("stream")
def test_colours_only_on_a_terminal_that_wants_them(
    monkeypatch: pytest.MonkeyPatch,
    target: type[io.StringIO],
    form: LogForm | None,
    no_color: str,
    colours: bool,
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    made = target()
    log.configure(form=form, stream=made)

    structlog.get_logger("sheetd.test").warning("something")

    assert ("\x1b[" in made.getvalue()) is colours


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_levels(stream: io.StringIO, level: str, seen: list[str]) -> None:
    log.configure(level=level, form=LogForm.JSON, stream=stream)
    ours, theirs = structlog.get_logger("sheetd.test"), logging.getLogger("a.library")
    for name in ("debug", "info", "warning", "error"):
        getattr(ours, name)("ours")
        getattr(theirs, name)("theirs")

    levels = [json.loads(line)["level"] for line in stream.getvalue().splitlines()]
    assert levels == [name for name in seen for _ in range(2)]


@pytest.mark.parametrize("level", ["debug", "info", "error"])
@pytest.mark.parametrize("library", ["httpx", "urllib3.connectionpool", "google.auth.transport"])
def test_libraries_do_not_tell_every_request(stream: io.StringIO, library: str, level: str) -> None:
    logging.getLogger(library.partition(".")[0]).propagate = False  # as google-auth may have it
    log.configure(level=level, form=LogForm.JSON, stream=stream)

    logging.getLogger(library).info("GET https://example.com/?b=1")
    logging.getLogger(library).warning("retrying")

    assert ("retrying" in stream.getvalue()) is (level != "error")
    assert "GET" not in stream.getvalue()


def test_configuring_again_replaces(stream: io.StringIO) -> None:
    first = io.StringIO()
    log.configure(stream=first)
    log.configure(form=LogForm.JSON, stream=stream)

    structlog.get_logger("sheetd.test").warning("once")

    assert first.getvalue() == ""
    assert stream.getvalue().count("once") == 1


def test_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str], stream: io.StringIO) -> None:
    del stream
    log.configure()

    structlog.get_logger("sheetd.test").warning("there")

    captured = capsys.readouterr()
    assert "there" in captured.err
    assert captured.out == ""


def test_an_unknown_level() -> None:
    with pytest.raises(ConfigError, match="There is no log level 'loud'") as caught:
        log.configure(level="loud")
    assert "warning" in caught.value.hint


def test_a_traceback_for_the_last_resort_has_no_secret() -> None:
    try:
        fail("Authorization: Bearer s3cr3tOfTheTest1234", None)
    except ValueError as error:
        told = log.redact_traceback(error)

    assert "Traceback" in told
    assert "ValueError" in told
    assert "s3cr3t" not in told

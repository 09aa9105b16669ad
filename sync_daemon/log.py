"""Logging: one event a fact, to standard error, with every secret taken out."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Any, TextIO

import structlog

from sync_daemon.domain.redaction import REDACTED, SECRET_FIELD, redact
from sync_daemon.domain.visible import make_visible
from sync_daemon.errors import ConfigError
from sync_daemon.journald import JournalHandler, is_journal


class LogForm(StrEnum):
    """How an event is shown."""

    CONSOLE = "console"  # for people, with colours on a terminal
    PLAIN = "plain"  # a line of key=value pairs
    JSON = "json"  # an object a line
    JOURNAL = "journal"  # systemd's, with levels and fields


_LEVELS = ("debug", "info", "warning", "error")
_QUIET = ("httpx", "httpcore", "urllib3", "google", "requests", "apscheduler", "alembic")
_STRUCTLOG_KEYS = {"_record", "_from_structlog"}  # how structlog passes the record along


def redact_traceback(error: BaseException) -> str:
    """The error's traceback, without secrets."""
    return redact("".join(traceback.format_exception(error)))


def configure(
    level: str = "info", form: LogForm | None = None, stream: TextIO | None = None
) -> None:
    """Set up logging for this process, once.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        form: by default console on a terminal, journal where standard error leads to
            systemd's, and plain elsewhere.
        stream: where to; standard error by default.

    Raises:
        ConfigError: there is no such level.
    """
    target = stream or sys.stderr
    form = form or _fitting_form(target)
    _check("log level", level, _LEVELS)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler: logging.Handler = logging.StreamHandler(target)
    if form is LogForm.JOURNAL:
        handler = JournalHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(form, colours=target.isatty() and not os.environ.get("NO_COLOR")),
            ],
        )
    )
    root = logging.getLogger()
    for old in root.handlers:
        if isinstance(old, JournalHandler):
            old.close()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)  # libraries quote in them what they read
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _log_thread_failure
    for name in _QUIET:  # their INFO lines hold whole addresses, secrets included
        library = logging.getLogger(name)
        library.setLevel(max(logging.WARNING, root.level))
        library.propagate = True  # google-auth cuts itself off when it logs before this


def _log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    """What Python would print as it is."""
    error = failure.exc_value
    if isinstance(error, Exception):
        name = failure.thread.name if failure.thread else ""
        structlog.get_logger(__name__).error("a thread failed", thread=name, exc_info=error)


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: no secret gets past it, in whatever field it stands."""
    for name, value in event.items():
        if name not in _STRUCTLOG_KEYS:
            event[name] = _redact_field(name, value)
    return event


def _redact_field(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if SECRET_FIELD.search(name):
        return REDACTED
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(key): _redact_field(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_field("", inner) for inner in value]
    return redact(str(value))


def _check(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        message = f"There is no {what} {value!r}."
        raise ConfigError(message, hint=f"Choose one of {', '.join(choices)}.")


def _fitting_form(target: TextIO) -> LogForm:
    if target.isatty():
        return LogForm.CONSOLE
    return LogForm.JOURNAL if is_journal(target) else LogForm.PLAIN


def _renderers(form: LogForm, *, colours: bool) -> list[structlog.types.Processor]:
    match form:
        case LogForm.JSON:
            return [structlog.processors.JSONRenderer(ensure_ascii=True)]
        case LogForm.JOURNAL:
            return [_show_unseen, structlog.processors.JSONRenderer(ensure_ascii=True)]
        case LogForm.CONSOLE:
            # The traceback is text by now; a formatter of its own would make structlog warn.
            plain = structlog.dev.plain_traceback
            return [
                _show_unseen,
                structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain),
            ]
        case _:
            order = ["timestamp", "level", "event"]
            return [structlog.processors.KeyValueRenderer(key_order=order, drop_missing=True)]


def _show_unseen(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: what a stranger wrote in a cell cannot steer the terminal."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = make_visible(value)
    return event

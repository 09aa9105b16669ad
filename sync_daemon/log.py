"""Logging: one event a fact, to standard error, with every secret taken out."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

_GONE = "[redacted]"
_QUIET = ("httpx", "httpcore", "urllib3", "google", "requests", "apscheduler", "alembic")
_SECRETS = (
    r"private_key|refresh_token|access_token|id_token|client_secret|api_?key|apikey|password|passwd"
    r"|secret|token|assertion|authorization|credential|signature|sig|key"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL), _GONE),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), _GONE),  # JSON Web Tokens
    (re.compile(r"\b(?:ya29\.|1//|GOCSPX-|AIza|gh[pousr]_|xox[abprs]-|sk-)[\w.\-/]{8,}"), _GONE),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.\-~+/=]{6,}", re.IGNORECASE), rf"\1 {_GONE}"),
    (re.compile(r"(\w[\w+.-]*://)[^\s/@:]+(?::[^\s/@]*)?@"), rf"\1{_GONE}@"),  # user:password@
    (re.compile(rf"([?&;](?:[\w-]*(?:{_SECRETS}))=)[^&\s#\"']+", re.IGNORECASE), rf"\1{_GONE}"),
    (
        re.compile(
            rf"""(["']?[\w-]*(?:{_SECRETS})["']?\s*[:=]\s*)(["'])(?:\\.|(?!\2).)*\2""",
            re.IGNORECASE,
        ),
        rf"\1\2{_GONE}\2",
    ),
)
_SECRET_FIELD = re.compile(rf"(?:^|_)(?:{_SECRETS})$", re.IGNORECASE)


def redact(text: str) -> str:
    """The text without keys, tokens, passwords and PEM blocks."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_traceback(error: BaseException) -> str:
    """The error's traceback, without secrets."""
    return redact("".join(traceback.format_exception(error)))


def configure(level: str = "info", form: str | None = None, stream: TextIO | None = None) -> None:
    """Set up logging for this process, once.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        form: ``console`` (colours on a terminal), ``json`` or ``plain``; by default
            console on a terminal and plain elsewhere.
        stream: where to; standard error by default.
    """
    target = stream or sys.stderr
    form = form or ("console" if target.isatty() else "plain")
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_event,
                _renderer(form, colours=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:  # their INFO lines hold whole addresses, secrets included
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: no secret gets past it, in whatever field it stands."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _redact_field(name, value)
    return event


def _redact_field(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_FIELD.search(name):
        return _GONE
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _redact_field(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_field("", inner) for inner in value]
    return redact(str(value))


def _renderer(form: str, *, colours: bool) -> structlog.types.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=True)
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_as_text)
    return structlog.processors.KeyValueRenderer(
        key_order=["timestamp", "level", "event"], drop_missing=True
    )


def _as_text(stream: TextIO, info: Any) -> None:
    stream.write("\n" + redact("".join(traceback.format_exception(*info))))

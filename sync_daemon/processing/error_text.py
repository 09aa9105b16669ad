"""What went wrong in a tool, as one short line without secrets."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from sync_daemon.domain.redaction import redact
from sync_daemon.errors import MirrorError

LONGEST = 300
"""Characters of a message; it goes into a status cell."""

UNEXPECTED = "Something unexpected went wrong"
SEE_LOG = "The log says more."


def is_of_httpx(error: BaseException) -> bool:
    """Whether httpx raised it; asked without loading httpx, which most failures have no need of."""
    return any(kind.__module__.partition(".")[0] == "httpx" for kind in type(error).__mro__)


def one_line(text: str) -> str:
    """``text`` on one line, without what looks like a secret, not too long."""
    line = " ".join(redact(text[: LONGEST * 20]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def describe_error(error: BaseException) -> str:
    """What went wrong in a tool that did not say it itself, for the keeper of the sheet.

    No class, path, number of an error or rest of an address: those are in the log.
    """
    if is_of_httpx(error):
        from sync_daemon.processing.http_failures import describe_http  # noqa: PLC0415 - has httpx

        if text := describe_http(error):
            return one_line(text)
    if isinstance(error, ValidationError | PydanticSerializationError):
        return f"{UNEXPECTED}. {SEE_LOG}"
    if isinstance(error, MirrorError):
        return f"sheetd cannot keep what it found. {SEE_LOG}"
    if isinstance(error, OSError) and error.strerror:
        return one_line(f"{UNEXPECTED}: {error.strerror.lower()}. {SEE_LOG}")
    try:
        text = one_line(str(error)).rstrip(".")
    except Exception:  # noqa: BLE001 - a tool's own exception class can be broken too
        text = ""
    return one_line(f"{UNEXPECTED}: {text}. {SEE_LOG}" if text else f"{UNEXPECTED}. {SEE_LOG}")

"""The text of a message. What comes from the sheet stands in it as plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync_daemon.tooling.templates import fill_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .schemas import NotifyInputSchema, NotifyOptions

LONGEST_VALUE = 300
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_CALL = re.compile(r"@(?=\w)")


def subject_and_body(
    entry: NotifyInputSchema, options: NotifyOptions, reasons: Sequence[str]
) -> tuple[str, str]:
    """The message's title and text; lines that hold nothing are left out."""
    values = {
        "title": _plain(entry.title),
        "company": _plain(entry.company),
        "link": _plain(entry.link),
        "score": "" if entry.score is None else f"{entry.score:g}",
        "state": _plain(entry.state),
        "action": _plain(entry.action),
        "due": "" if entry.due is None else entry.due.isoformat(),
        "reasons": "; ".join(reasons),
    }
    subject = " ".join(fill_template(options.subject, values).split())
    subject = subject.removeprefix("at ").removesuffix(" at").strip() or "A row of your sheet"
    lines = fill_template(options.message, values).splitlines()
    return subject, "\n".join(line for line in lines if line.strip())


def _plain(text: str | None) -> str:
    """One line without control characters; @everyone calls nobody."""
    line = " ".join(_NOT_SHOWN.sub(" ", text or "").split())
    line = _CALL.sub("@\u200b", line)
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"

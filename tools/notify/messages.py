"""The text of a message. What comes from the sheet stands in it as plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from sync_daemon.tooling import is_blank
from sync_daemon.tooling.cell_text import one_line
from sync_daemon.tooling.templates import fill_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .schemas import NotifyInputSchema, NotifyOptions

LONGEST_VALUE = 300
LONGEST_LINK = 1_000
BREAK = "\u200b"
"""A space without width: what calls people does not, with it inside."""
# @everyone and <@&role> of Discord, <!channel> of Slack
_CALL = re.compile(r"@(?=[\w&!])|!(?=channel|here|everyone|subteam)", re.IGNORECASE)
_NOT_IN_A_LINK = re.compile(rf"[\s<>|\"{{}}\\^`]|{_CALL.pattern}", re.IGNORECASE)


def subject_and_body(
    entry: NotifyInputSchema, options: NotifyOptions, reasons: Sequence[str]
) -> tuple[str, str]:
    """The message's title and text; lines that hold nothing are left out."""
    values = {
        "title": _plain(entry.title),
        "company": _plain(entry.company),
        "link": _link(entry.link),
        "score": "" if entry.score is None else f"{entry.score:g}",
        "state": _plain(entry.state),
        "action": _plain(entry.action),
        "due": "" if entry.due is None else entry.due.isoformat(),
        "reasons": "; ".join(reasons),
    }
    subject = " ".join(fill_template(options.subject, values).split())
    subject = subject.removeprefix("at ").removesuffix(" at").strip() or "A row of your sheet"
    lines = fill_template(options.message, values).splitlines()
    return subject, "\n".join(line for line in lines if not is_blank(line))


def _plain(text: str | None) -> str:
    """One line without control characters, that calls nobody."""
    line = one_line(text or "", LONGEST_VALUE)
    return _CALL.sub(lambda mark: mark[0] + BREAK, line)


def _link(text: str | None) -> str:
    """An address that can still be followed; a longer one than any real one is left out."""
    link = one_line(text or "", LONGEST_LINK + 1)
    if not link.casefold().startswith(("http://", "https://")):
        return _plain(text)
    if len(link) > LONGEST_LINK:
        return ""
    return _NOT_IN_A_LINK.sub(lambda sign: quote(sign[0], safe=""), link)

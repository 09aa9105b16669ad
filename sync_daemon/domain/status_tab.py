"""What the tab shows that tells how sheetd is: one line a sheet, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import blake2b

ROW_TITLES = ("rows that need you", "row", "state", "what it says", "", "")
TITLES = ("sheet", "last run", "result", "next run", "rows", "what to do")
LINES = 60  # of the tab that are sheetd's: more sheets than that are left off
_LONGEST = 1_000  # characters of a cell


@dataclass(frozen=True, slots=True)
class SheetLine:
    """How one sheet stands; ``error`` and ``hint`` are empty where all is well."""

    sheet: str
    ended_at: datetime | None
    next_run: datetime | None
    rows: Mapping[str, int]  # state → number
    error: str = ""
    hint: str = ""
    failures: int = 0  # cycles, one after the other
    backlog: str = ""
    attention: Sequence[tuple[int, str, str]] = ()  # row number, state, sentence
    note: str = ""  # what the user should know though nothing is wrong


def render(lines: Sequence[SheetLine], zone: tzinfo | None) -> list[list[str]]:
    """The cells of the tab, every line as wide as the titles."""
    shown = [list(TITLES), *(_cells(line, zone) for line in lines)]
    rows = [
        [line.sheet, str(number), state, sentence, "", ""]
        for line in lines
        for number, state, sentence in line.attention
    ]
    if rows:
        shown += [[""] * len(TITLES), list(ROW_TITLES), *rows]
    note = "sheetd rewrites this tab after each run; what you type in its table is overwritten."
    return [*shown[: LINES - 1], [note, *[""] * (len(TITLES) - 1)]]


def tab_id(spreadsheet_id: str, title: str) -> int:
    """The id of our tab: always the same for a title, and no other tab's but by odd chance."""
    digest = blake2b(f"{spreadsheet_id}/{title}".encode(), digest_size=8, person=b"sheetd tab")
    return int.from_bytes(digest.digest()) % (2**31 - 1) + 1


def _cells(line: SheetLine, zone: tzinfo | None) -> list[str]:
    rows = ", ".join(f"{number} {state}" for state, number in sorted(line.rows.items()))
    cells = [
        line.sheet,
        _time(line.ended_at, zone) or "never",
        _result(line),
        _time(line.next_run, zone) or "when you run sheetd",
        rows,
        line.hint or line.note,
    ]
    return [cell[:_LONGEST] for cell in cells]


def _result(line: SheetLine) -> str:
    if not line.error:
        return f"done; {line.backlog}" if line.backlog else "done"
    times = f" {line.failures} times" if line.failures > 1 else ""
    return f"failed{times}: {line.error}"


def _time(moment: datetime | None, zone: tzinfo | None) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""

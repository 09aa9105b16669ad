"""Why a sheet is left alone, and the ways out, in words."""

from __future__ import annotations

from collections.abc import Sequence

from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.domain.keeper import Installation, TabKeeper, described
from sync_daemon.errors import (
    ColumnTakenError,
    GoogleRejectedError,
    KeptElsewhereError,
    SheetRefusedError,
)

_TAKE_OVER = (
    "If that installation is not in use any more, take the tab over: sheetd sync now --take-over"
    " (with --dry-run it only says what it would do)."
)


def kept_elsewhere(sheet: str, keeper: TabKeeper, ours: Installation) -> KeptElsewhereError:
    """Another installation keeps the tab."""
    mark = keeper.mark
    assert mark is not None  # noqa: S101 - who keeps it is known by its mark
    hint = _TAKE_OVER
    if mark.installation == ours.copied_from:
        hint = f"The mirror in use here is a copy of that one's. {_TAKE_OVER}"
    elif mark.host == ours.host:
        hint = f"That is this machine: was the mirror deleted or moved? {_TAKE_OVER}"
    message = (
        f"The tab of sheet {sheet!r} is kept by another sheetd installation, on {described(mark)}."
        " Nothing was changed."
    )
    return KeptElsewhereError(message, hint=hint)


def columns_taken(sheet: ConfiguredSheet, filled: Sequence[str]) -> ColumnTakenError:
    """Columns that results would go to hold something that sheetd did not write."""
    headers = sheet.target.headers
    results = [header for header in filled if header in headers.results]
    named = ", ".join(f'"{header}"' for header in filled)
    are = (
        "is not blank, and sheetd did not fill it"
        if len(filled) == 1
        else ("are not blank, and sheetd did not fill them")
    )
    columns = "Column" if len(filled) == 1 else "Columns"
    message = f"{columns} {named} in sheet {sheet.name!r} {are}. Nothing was changed."
    ways = []
    if results:
        listed = ", ".join(f'"{header}"' for header in results)
        ways.append(
            f"Give the results another title in sheets.steps.outputs, such as"
            f' "{results[0]} (sheetd)", or let sheetd use the column: adopt = [{listed}]; what you'
            " typed there stays."
        )
    for key, header in (("id_column", headers.id), ("status_column", headers.status)):
        if header in filled:
            ways.append(f"Set sheets.{key} to a title that no column of yours has.")
    return ColumnTakenError(message, hint=" ".join(ways))


def write_refused(sheet: str, rejection: GoogleRejectedError) -> SheetRefusedError:
    """Google refuses what we write, whatever is left out of it."""
    return SheetRefusedError(
        f"Google refuses to write to sheet {sheet!r}: {rejection.message}",
        hint="Is a range protected? In the sheet: Data → Protect sheets and ranges; let the"
        " account that sheetd uses edit it. Results are kept, and written when it may.",
    )

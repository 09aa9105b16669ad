"""What the next cycle would do, told without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions
from sync_daemon.domain.access import Scope
from sync_daemon.domain.redaction import redact
from sync_daemon.services.rows import choose_sheets


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """What a cycle would do with a sheet, a sentence each, or why it would do nothing."""

    sheet: str
    planned: Sequence[str]
    error: str | None


def preview_cycle(
    application: Application, scope: Scope, sheet: str | None = None
) -> list[SheetPreview]:
    """Read the sheets and plan, as `sheetd sync now --dry-run` does; nothing is kept or written.

    Raises:
        NotFoundError: no such sheet.
    """
    names = [each.name for each in application.settings.sheets]
    chosen = choose_sheets(scope, sheet, names)
    report = application.run_once(
        [name for name in names if chosen is None or name in chosen],
        trigger="hand",
        options=CycleOptions(dry_run=True),
    )
    return [
        SheetPreview(
            each.name,
            [redact(sentence) for sentence in each.planned],
            redact(str(each.failure)) if each.failure is not None else None,
        )
        for each in report.sheets
    ]

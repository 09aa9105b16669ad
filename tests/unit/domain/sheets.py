"""A sheet in a few lines, for tests of the pure core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import Identification, Identifier, WritePhase
from sync_daemon.domain.ids import make_row_id
from sync_daemon.domain.rows import MirrorRow, OwnedCell, RowState
from sync_daemon.domain.snapshot import SheetRow

HEADERS = OwnedHeaders("sheetd id", "sheetd status", ("Keywords",))
A, B, C, D, E = (make_row_id(n * 7919) for n in range(1, 6))  # five well-formed ids
NEW = [make_row_id(10**14 + n) for n in range(100)]


def sheet_row(
    number: int,
    text: str,
    id_cell: CellValue = "",
    *,
    witness: str | None = None,
    result: CellValue = "",
    more: Mapping[str, CellValue] | None = None,
) -> SheetRow:
    """A row whose content is ``text``; the witness is that of ``id_cell`` unless given."""
    content = encode_cells({"Role": text, "Company": "Acme", **(more or {})} if text else {})
    shown = str(id_cell) if witness is None else witness
    return SheetRow(
        row_number=number,
        id_cell=id_cell,
        status_cell=f"done · #{shown}" if shown else "",
        content=content,
        content_hash=content_hash(content),
        results=(result,),
    )


def mirror_row(
    row_id: str,
    text: str,
    number: int = 0,
    *,
    state: RowState = RowState.LIVE,
    owned: Mapping[str, OwnedCell] | None = None,
    more: Mapping[str, CellValue] | None = None,
) -> MirrorRow:
    """A row of the mirror whose content is ``text``."""
    return MirrorRow(
        row_id=row_id,
        row_number=number,
        state=state,
        content_hash=content_hash(encode_cells({"Role": text, "Company": "Acme", **(more or {})})),
        status="done",
        owned=owned or {},
    )


def identify(
    rows: Iterable[SheetRow],
    known: Mapping[str, str],
    *,
    deleted: Mapping[str, str] | None = None,
    pending: Iterable[str] = (),
    elsewhere: Iterable[str] = (),
    last_phase: WritePhase | None = None,
    more: Mapping[str, CellValue] | None = None,
) -> Identification:
    """Identify rows against a mirror given as id → text; new ids are those of ``NEW``."""
    fresh = iter(NEW)
    texts = {**known, **(deleted or {})}
    more = more or {}
    return Identifier(
        known={
            row_id: mirror_row(
                row_id,
                text,
                state=RowState.PENDING if row_id in pending else RowState.LIVE,
                more=more,
            )
            for row_id, text in known.items()
        },
        deleted={i: mirror_row(i, t, state=RowState.DELETED) for i, t in (deleted or {}).items()},
        buried={mirror_row(i, t).content_hash: [i] for i, t in (deleted or {}).items()},
        elsewhere=set(elsewhere),
        contents={i: {"Role": t, "Company": "Acme", **more} for i, t in texts.items()},
        last_phase=last_phase,
        draw_id=lambda: next(fresh),
    ).identify(rows)


def ids(identification: Identification) -> list[str]:
    """The ids of the rows, from the top of the sheet down."""
    return [identified.row_id for identified in identification.rows]

"""Stage 3: which row of the reading is which row of the mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.lazy_mapping import LazyMapping
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.computed import Columns, forget_read
from sync_daemon.domain.formulas import Layout
from sync_daemon.domain.identity import Identification, Identifier, Recognition, foreign_claims
from sync_daemon.domain.ids import IdSource
from sync_daemon.domain.plan import exceeds_deletion_limit, forget_written
from sync_daemon.domain.reconcile import UnsettledWrite
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.errors import MassDeleteError


@dataclass(frozen=True, slots=True)
class Identified:
    """The rows of a snapshot with their ids, and what the mirror knew of them before."""

    snapshot: Snapshot
    columns: Columns
    identification: Identification
    known: Mapping[str, MirrorRow]  # live and pending, by id
    tombstones: Mapping[str, MirrorRow]
    contents: LazyMapping[dict[str, CellValue]]  # the cells last known, by row id
    unsettled: Sequence[UnsettledWrite]


def identify(context: CycleContext, tab: Tab, snapshot: Snapshot) -> Identified:
    """Give every row of the snapshot its id; only reads.

    Raises:
        MassDeleteError: more rows are gone than may be at once.
    """
    mirror, name = context.mirror, tab.name
    columns = _columns(tab, snapshot)
    known = forget_read(mirror.load_rows(name), columns)
    made_again = {*snapshot.columns.missing, *snapshot.columns.unbound}
    known = forget_written(known, made_again)  # a run has done so by now, a dry run has not
    contents = LazyMapping(mirror.load_cells)
    claims = foreign_claims(snapshot.rows, known)
    tombstones = mirror.load_tombstones(name, claims)
    unsettled = mirror.load_unsettled(name)
    identification = Identifier(
        known=known,
        deleted=tombstones,
        buried=LazyMapping(partial(mirror.load_buried, name)),
        elsewhere=mirror.ids_elsewhere(name, claims),
        contents=contents,
        last_phase=unsettled[-1].phase if unsettled else None,
        draw_id=IdSource(context.ports.random_number, known).draw,
    ).identify(snapshot.rows)
    if not context.options.allow_mass_delete:
        _refuse_mass_delete(tab, identification, len(known))
    return Identified(snapshot, columns, identification, known, tombstones, contents, unsettled)


def find_strangers(identification: Identification) -> str:
    """That rows bear ids which a mirror that knows the sheet does not know; empty if none do."""
    rows = identification.rows
    strangers = sum(1 for row in rows if row.recognition is Recognition.ADOPTED)
    if strangers in {0, len(rows)}:
        return ""
    number = "1 row has an id" if strangers == 1 else f"{strangers} rows have ids"
    return (
        f"{number} that the mirror does not know; they stay as they are. Was a backup restored,"
        " or were rows pasted from another sheet?"
    )


def _columns(tab: Tab, snapshot: Snapshot) -> Columns:
    names = {index: f"{key} (owned)" for key, index in snapshot.columns.owned.items()}
    names |= {index: key for key, index in snapshot.columns.user}
    present = {key for key, _ in snapshot.columns.user}
    return Columns(
        present=present,
        read=set(tab.sheet.needed_headers()),
        layout=Layout(names, tab.sheet.target.header_row),
        links=tab.sheet.link_headers() & present,
    )


def _refuse_mass_delete(tab: Tab, identification: Identification, live: int) -> None:
    deletions = len(identification.missing)
    if not exceeds_deletion_limit(deletions, live, tab.sheet.max_delete_fraction):
        return
    what = "is empty" if not identification.rows else f"lacks {deletions} of its rows"
    raise MassDeleteError(
        f"Sheet {tab.name!r} {what} ({live} are known), so nothing was changed.",
        hint="Undo the deletion in the sheet (File → Version history), or confirm it:"
        " sheetd sync now --allow-mass-delete.",
    )

"""A row's history and where its cells come from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.jobs import FromColumn, Source, StepSpec
from sync_daemon.errors import NotFoundError
from sync_daemon.mirror.read_models import MirrorReader, RowView
from sync_daemon.mirror.tables import results, row_versions, writes, written_rows
from sync_daemon.mirror.versions import RowVersion
from sync_daemon.services.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class BeforeImage:
    """What stood in a cell before a write of ours, and what was written."""

    at: str
    run_id: int
    before: CellValue
    after: CellValue


@dataclass(frozen=True, slots=True)
class CellStory:
    """Where a cell's value comes from."""

    column: str
    value: CellValue
    author: str
    tool: str | None
    tool_version: int | None
    input_hash: str | None
    sources: Mapping[str, Sequence[str]]
    cost: float | None
    run_id: int | None
    at: str | None
    before_images: Sequence[BeforeImage]


def versions_of(connection: Connection, row_id: str) -> list[RowVersion]:
    """What a row held after each change, oldest first."""
    query = select(row_versions).where(row_versions.c.row_id == row_id)
    found = connection.execute(query.order_by(row_versions.c.version)).mappings()
    return [
        RowVersion(
            each["version"],
            each["kind"],
            each["at"],
            each["run_id"],
            decode_cells(each["cells"]),
        )
        for each in found
    ]


def story_of(
    connection: Connection, row: RowView, column: str, steps: Sequence[StepSpec]
) -> CellStory:
    """Where one cell comes from.

    Raises:
        NotFoundError: the row has no such column.
    """
    if column in row.results:
        return _result_story(connection, row, column, steps)
    if column in row.cells:
        return _typed_story(connection, row, column)
    message = f"Row {row.row_id} has nothing in a column {column!r}."
    raise NotFoundError(message, hint=did_you_mean(column, [*row.cells, *row.results]))


def stories_of(connection: Connection, row: RowView, steps: Sequence[StepSpec]) -> list[CellStory]:
    """Where each result of a row comes from."""
    return [_result_story(connection, row, column, steps) for column in row.results]


@dataclass(frozen=True, slots=True)
class Posting:
    """The posting as it was when it was fetched."""

    at: str
    title: str
    text: str


def posting_of(connection: Connection, row_id: str) -> Posting | None:
    """The posting that was last fetched for a row, also after it is gone from the web."""
    query = select(results.c.at, results.c.output).where(
        results.c.row_id == row_id, results.c.tool == "posting_fetcher"
    )
    for at, output in connection.execute(query.order_by(results.c.id.desc())):
        found = json.loads(output)
        if text := found.get("description"):
            return Posting(at, str(found.get("title") or ""), str(text))
    return None


def _typed_story(connection: Connection, row: RowView, column: str) -> CellStory:
    at, run_id, last = None, None, None
    for version in versions_of(connection, row.row_id):
        if version.cells.get(column, "") != last:
            at, run_id, last = version.at, version.run_id, version.cells.get(column, "")
    return CellStory(column, row.cells[column], "user", None, None, None, {}, None, run_id, at, ())


def _result_story(
    connection: Connection, row: RowView, column: str, steps: Sequence[StepSpec]
) -> CellStory:
    outputs = {header: step.name for step in steps for header in step.outputs.values()}
    views = MirrorReader(connection).provenance(row, outputs)
    [view] = [each for each in views if each.column == column]
    spec = next((step for step in steps if step.name == outputs.get(column)), None)
    return CellStory(
        column=column,
        value=view.value,
        author=view.author,
        tool=view.tool or (spec.tool if spec is not None and view.author == "sheetd" else None),
        tool_version=view.tool_version,
        input_hash=view.input_hash,
        sources=_sources(spec),
        cost=_cost(connection, row.row_id, view.step, view.input_hash),
        run_id=view.run_id,
        at=view.at,
        before_images=_before_images(connection, row.row_id, column),
    )


def _sources(spec: StepSpec | None) -> dict[str, list[str]]:
    if spec is None:
        return {}
    return {name: [_in_words(each) for each in given] for name, given in spec.inputs.items()}


def _in_words(source: Source) -> str:
    if isinstance(source, FromColumn):
        return source.header
    return f"{source.step}.{source.output}"


def _cost(
    connection: Connection, row_id: str, step: str | None, input_hash: str | None
) -> float | None:
    query = select(results.c.duration_s).where(
        results.c.row_id == row_id, results.c.step == step, results.c.input_hash == input_hash
    )
    return connection.scalar(query.order_by(results.c.id.desc()).limit(1))


def _before_images(connection: Connection, row_id: str, column: str) -> list[BeforeImage]:
    query = (
        select(writes.c.at, writes.c.run_id, written_rows.c.before, written_rows.c.after)
        .join(written_rows, written_rows.c.write_id == writes.c.id)
        .where(written_rows.c.row_id == row_id)
        .order_by(writes.c.id)
    )
    images = []
    for at, run_id, before, after in connection.execute(query):
        written = json.loads(after)
        if column in written:
            images.append(
                BeforeImage(at, run_id, json.loads(before).get(column, ""), written[column])
            )
    return images

"""Hold against inputs

A value typed over a result was held against the result's input hash, in which the
tool's version and options are; now against what the user typed. What that was when
the value was typed is not known: it counts as what it is when the row is next
planned, which is at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FIRST_INPUTS = "*"
_rows = sa.table(
    "rows",
    sa.column("row_id", sa.String),
    sa.column("owned", sa.Text),
    sa.column("planned", sa.String),
)


def upgrade() -> None:
    """Apply."""

    def with_inputs(cell: list[Any]) -> list[Any]:
        want, wrote, saw, holder, basis, *past = cell
        if isinstance(holder, bool):  # as the first mirrors had it
            holder = "user" if holder else ""
        return [want, wrote, saw, holder, basis, _FIRST_INPUTS, *past]

    _rewrite(with_inputs)


def downgrade() -> None:
    """Revert."""
    _rewrite(
        lambda cell: [*cell[:3], "user" if cell[3] == "lapsed" else cell[3], cell[4], *cell[6:]]
    )


def _rewrite(change: Callable[[list[Any]], list[Any]]) -> None:
    connection = op.get_bind()
    held = sa.select(_rows.c.row_id, _rows.c.owned).where(_rows.c.owned != "{}")
    for row_id, owned in connection.execute(held).all():
        cells = {header: change(cell) for header, cell in json.loads(owned).items()}
        connection.execute(
            _rows.update()
            .where(_rows.c.row_id == row_id)
            .values(owned=json.dumps(cells, separators=(",", ":")))
        )
    connection.execute(_rows.update().values(planned=""))
    connection.execute(sa.text("UPDATE sheets SET settled = ''"))

"""Find rows by place, state and change: what lists, filters and the search index go by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_rows_place": ["place", "touched", "state", "sheet"],
    "ix_rows_touched": ["touched"],
    "ix_rows_standing": ["sheet", "state", "standing", "place"],
}


def upgrade() -> None:
    """Apply: rows have the order in which they were first seen."""
    place = sa.Column("place", sa.Integer(), server_default="0", nullable=False)
    touched = sa.Column("touched", sa.BigInteger(), server_default="0", nullable=False)
    for column in (place, touched):
        op.add_column("rows", column)
    op.execute(
        "UPDATE rows SET place = ordered.number, touched = ordered.number FROM ("
        "SELECT row_id, row_number() OVER (ORDER BY first_seen, row_id) AS number FROM rows"
        ") AS ordered WHERE ordered.row_id = rows.row_id"
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "rows", columns)
    op.drop_index("ix_rows_first_seen", "rows")


def downgrade() -> None:
    """Revert."""
    op.create_index("ix_rows_first_seen", "rows", ["first_seen", "row_id"])
    for name in _INDEXES:
        op.drop_index(name, table_name="rows")
    op.drop_column("rows", "touched")
    op.drop_column("rows", "place")

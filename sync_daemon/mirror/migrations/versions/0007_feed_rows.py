"""Feed rows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "feed_items",
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("waiting_place", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["rows.row_id"], name="fk_feed_items_row_id"),
        sa.ForeignKeyConstraint(["sheet"], ["sheets.name"], name="fk_feed_items_sheet"),
        sa.PrimaryKeyConstraint("sheet", "feed", "key", name="pk_feed_items"),
    )
    op.create_index("ix_feed_items_row_id", "feed_items", ["row_id"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_feed_items_row_id", "feed_items")
    op.drop_table("feed_items")

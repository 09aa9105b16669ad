"""Let tools remember"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tool_memory",
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=True),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["rows.row_id"], name="fk_tool_memory_row_id"),
        sa.PrimaryKeyConstraint("tool", "key", name="pk_tool_memory"),
    )
    op.create_index("ix_tool_memory_row_id", "tool_memory", ["row_id"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_tool_memory_row_id", "tool_memory")
    op.drop_table("tool_memory")

"""Tell the next run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("sheets", sa.Column("next_run_at", sa.String(), nullable=True))
    op.add_column("sheets", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Revert."""
    op.drop_column("sheets", "failures")
    op.drop_column("sheets", "next_run_at")

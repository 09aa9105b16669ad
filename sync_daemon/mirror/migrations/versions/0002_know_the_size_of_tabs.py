"""Know the size of tabs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for name in ("grid_rows", "grid_columns"):
        op.add_column("sheets", sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take back."""
    for name in ("grid_columns", "grid_rows"):
        op.drop_column("sheets", name)

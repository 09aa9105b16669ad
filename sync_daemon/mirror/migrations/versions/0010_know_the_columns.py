"""Know the user's columns in the order of the sheet"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("sheets", sa.Column("layout", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("sheets", "layout")

"""Know the columns in which dates stand as dates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("sheets", sa.Column("dates", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("sheets", "dates")

"""Know which cells hold formulas"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("rows", sa.Column("computed", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("sheets", sa.Column("explained", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("sheets", "explained")
    op.drop_column("rows", "computed")

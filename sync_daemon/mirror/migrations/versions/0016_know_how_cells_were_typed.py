"""Know how cells were typed

A row that is restored comes back with its formulas, dates and formats.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("rows", sa.Column("forms", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("rows", "forms")

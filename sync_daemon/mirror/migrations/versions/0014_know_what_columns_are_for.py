"""Know what columns and steps are for

Titles and names in the configuration may change; what they were for tells which is which.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("sheets", sa.Column("assignment", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("sheets", "assignment")

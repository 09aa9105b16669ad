"""Know the installation

A mirror and what runs on it is an installation; the tabs that it keeps bear its key.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "installation",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("inode", sa.String(), server_default="", nullable=False),
        sa.Column("copied_from", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_installation"),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("installation")

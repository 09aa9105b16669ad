"""Take requests of people and programs, and know who may ask"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_tokens",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sheets", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_api_tokens"),
    )
    op.create_index("ix_api_tokens_digest", "api_tokens", ["digest"], unique=True)
    op.create_table(
        "work_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sheets", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("row_id", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work_requests"),
    )
    op.create_index("ix_work_requests_state", "work_requests", ["state"])
    op.create_index("ix_work_requests_row_id", "work_requests", ["row_id"])
    op.create_index("ix_work_requests_updated_at", "work_requests", ["updated_at"])
    op.create_index(
        "ix_work_requests_asked_by", "work_requests", ["asked_by", "idempotency_key"], unique=True
    )
    op.create_index("ix_rows_first_seen", "rows", ["first_seen", "row_id"])
    op.create_index("ix_rows_last_changed", "rows", ["last_changed"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_rows_last_changed", "rows")
    op.drop_index("ix_rows_first_seen", "rows")
    op.drop_table("work_requests")
    op.drop_table("api_tokens")

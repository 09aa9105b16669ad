"""Find jobs that are due by indexes: every cycle looks for them, and finds none"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INDEXES = {"ix_jobs_state": "state", "ix_jobs_updated_at": "updated_at"}


def upgrade() -> None:
    """Apply."""
    for name, column in _INDEXES.items():
        op.create_index(name, "jobs", [column])


def downgrade() -> None:
    """Revert."""
    for name in _INDEXES:
        op.drop_index(name, table_name="jobs")

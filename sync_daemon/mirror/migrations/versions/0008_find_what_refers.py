"""Find what refers to a run or a result, so that deleting one reads no whole table"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_hand_edits_run_id": ("hand_edits", "run_id"),
    "ix_jobs_result_id": ("jobs", "result_id"),
    "ix_results_run_id": ("results", "run_id"),
    "ix_row_versions_run_id": ("row_versions", "run_id"),
    "ix_writes_run_id": ("writes", "run_id"),
}


def upgrade() -> None:
    """Apply."""
    for name, (table, column) in _INDEXES.items():
        op.create_index(name, table, [column])


def downgrade() -> None:
    """Revert."""
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)

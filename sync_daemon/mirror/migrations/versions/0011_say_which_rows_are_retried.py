"""Say which rows are retried

A row whose job failed in passing was `queued`, with no word for when it is tried
again; and what a row says has at most 120 characters now.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_RETRIED = """
    UPDATE rows SET standing = 'retrying' WHERE standing = 'queued'
    AND EXISTS (SELECT 1 FROM jobs j WHERE j.row_id = rows.row_id AND j.state = 'retrying')
    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.row_id = rows.row_id AND j.state = 'queued')
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_RETRIED)
    op.execute("UPDATE rows SET status = substr(status, 1, 119) || '…' WHERE length(status) > 120")


def downgrade() -> None:
    """Revert."""
    op.execute("UPDATE rows SET standing = 'queued' WHERE standing = 'retrying'")

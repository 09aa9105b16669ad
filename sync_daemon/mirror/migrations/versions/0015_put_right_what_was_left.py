"""Put right what earlier versions left

Migration 0012 made its table without two columns for an hour: mirrors of then say that
they have that schema, and lack half of it. Views of before call functions that a schema
which is not trusted may not call: the next cycle makes them again.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = {
    "file": sa.Column("file", sa.Text(), server_default="", nullable=False),
    "inode": sa.Column("inode", sa.String(), server_default="", nullable=False),
}


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    there = {column["name"] for column in sa.inspect(connection).get_columns("installation")}
    for name, column in _COLUMNS.items():
        if name not in there:
            op.add_column("installation", column)
    for sheet in connection.scalars(sa.text("SELECT name FROM sheets")).all():
        view = "sheet_" + (re.sub(r"\W+", "_", sheet.casefold()).strip("_") or "unnamed")
        quoted = connection.dialect.identifier_preparer.quote_identifier(view)
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {quoted}".replace(":", r"\:")))
    connection.execute(sa.text("UPDATE sheets SET headers = '[]', settled = ''"))


def downgrade() -> None:
    """Revert: an earlier version makes its views again too."""
    op.execute("UPDATE sheets SET headers = '[]', settled = ''")

"""The mirror's tables. SQL stays portable: SQLite by default, PostgreSQL by configuration.

Times are ISO 8601 text in UTC, so that they sort and read the same in every
database; cells and results are JSON text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from sync_daemon.mirror.marks import NextMark, NextPlace

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sheets = Table(
    "sheets",
    metadata,
    Column("name", String, primary_key=True),
    Column("spreadsheet_id", String, nullable=False),
    Column("gid", Integer),
    Column("worksheet", Text, nullable=False, server_default=""),
    Column("locale", String, nullable=False, server_default=""),
    Column("time_zone", String, nullable=False, server_default=""),
    Column("headers", Text, nullable=False, server_default="[]"),  # JSON, as the sheet shows them
    Column("metadata_ids", Text, nullable=False, server_default="{}"),  # JSON: header → id
    Column("grid_rows", Integer, nullable=False, server_default="0"),
    Column("grid_columns", Integer, nullable=False, server_default="0"),
    Column("settled", String, nullable=False, server_default=""),  # digest of the last quiet state
    Column("explained", Text, nullable=False, server_default="{}"),  # JSON: header → digest
    Column("layout", Text, nullable=False, server_default="[]"),  # JSON, the user's columns
    Column("dates", Text, nullable=False, server_default="[]"),  # JSON, headers of ours
    Column("assignment", Text, nullable=False, server_default="{}"),  # JSON, see codec
    Column("drive_version", String, nullable=False, server_default=""),
    Column("pulled_at", String),
    Column("looked_at", String),  # when title, locale and time zone were read
    Column("next_run_at", String),  # as the daemon has planned it
    Column("failures", Integer, nullable=False, server_default="0"),  # cycles, one after the other
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("trigger", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String),
    Column("status", String, nullable=False),
    Column("report", Text, nullable=False, server_default="{}"),
)

rows = Table(
    "rows",
    metadata,
    Column("row_id", String, primary_key=True),
    Column("sheet", ForeignKey("sheets.name"), nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("standing", String, nullable=False, server_default="queued"),
    Column("status", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("planned", String, nullable=False, server_default=""),
    Column("owned", Text, nullable=False, server_default="{}"),  # JSON: header → OwnedCell
    Column("computed", Text, nullable=False, server_default="{}"),  # JSON: header → fingerprint
    Column("forms", Text, nullable=False, server_default="{}"),  # JSON: header → how it was typed
    Column("first_seen", String, nullable=False),
    Column("last_changed", String, nullable=False),
    Column("place", Integer, nullable=False, server_default="0", default=NextPlace()),
    Column(  # a number that is higher after each change of cells or results
        "touched",
        BigInteger,
        nullable=False,
        server_default="0",
        default=NextMark(),
        onupdate=NextMark(),
    ),
    Index("ix_rows_sheet_state", "sheet", "state"),
    Index("ix_rows_standing", "sheet", "state", "standing", "place"),
    Index("ix_rows_place", "place", "touched", "state", "sheet"),
    Index("ix_rows_touched", "touched"),
    Index("ix_rows_last_changed", "last_changed"),
)

row_versions = Table(
    "row_versions",
    metadata,
    Column("row_id", ForeignKey("rows.row_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("cells", Text, nullable=False),  # JSON: header → value
    Index("ix_row_versions_run_id", "run_id"),
)

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("row_id", ForeignKey("rows.row_id"), nullable=False),
    Column("step", String, nullable=False),
    Column("tool", String, nullable=False),
    Column("tool_version", Integer, nullable=False),
    Column("input_hash", String, nullable=False),
    Column("output", Text, nullable=False),  # JSON
    Column("at", String, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Index("ix_results_row_step", "row_id", "step"),
    Index("ix_results_run_id", "run_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("row_id", ForeignKey("rows.row_id"), primary_key=True),
    Column("step", String, primary_key=True),
    Column("input_hash", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", String),
    Column("error", Text, nullable=False, server_default=""),
    Column("result_id", ForeignKey("results.id")),
    Column("updated_at", String, nullable=False),
    Index("ix_jobs_due_at", "due_at"),
    Index("ix_jobs_state", "state"),
    Index("ix_jobs_updated_at", "updated_at"),
    Index("ix_jobs_result_id", "result_id"),
)

writes = Table(
    "writes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("sheet", ForeignKey("sheets.name"), nullable=False),
    Column("phase", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", String, nullable=False),
    Index("ix_writes_sheet_state", "sheet", "state"),
    Index("ix_writes_run_id", "run_id"),
)

written_rows = Table(
    "written_rows",
    metadata,
    Column("write_id", ForeignKey("writes.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("row_id", String),  # none where leftovers on a blank row were cleared
    Column("before", Text, nullable=False),  # JSON: header → value
    Column("after", Text, nullable=False),  # JSON: header → value
    Index("ix_written_rows_row_id", "row_id"),
)

hand_edits = Table(
    "hand_edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("row_id", ForeignKey("rows.row_id"), nullable=False),
    Column("header", Text, nullable=False),
    Column("before", Text, nullable=False),  # JSON value
    Column("value", Text, nullable=False),  # JSON value
    Column("at", String, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Index("ix_hand_edits_row_id", "row_id"),
    Index("ix_hand_edits_run_id", "run_id"),
)

feed_items = Table(
    "feed_items",
    metadata,
    Column("sheet", ForeignKey("sheets.name"), primary_key=True),
    Column("feed", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("row_id", ForeignKey("rows.row_id"), nullable=False),
    Column("waiting_place", Integer, nullable=False),
    Column("at", String, nullable=False),
    Index("ix_feed_items_row_id", "row_id"),
)
"""Postings of feeds that became rows; ``waiting_place`` is 0 once the row was seen in the sheet."""

tool_memory = Table(
    "tool_memory",
    metadata,
    Column("tool", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("row_id", ForeignKey("rows.row_id")),  # while working on which it was kept
    Column("value", Text, nullable=False, server_default=""),
    Column("at", String, nullable=False),
    Index("ix_tool_memory_row_id", "row_id"),
)
"""What tools keep between their calls."""

upkeep = Table(
    "upkeep",
    metadata,
    Column("task", String, primary_key=True),
    Column("at", String, nullable=False),
)
"""When the mirror was last tidied up."""

installation = Table(
    "installation",
    metadata,
    Column("key", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("machine", String, nullable=False),
    Column("file", Text, nullable=False, server_default=""),
    Column("inode", String, nullable=False, server_default=""),
    Column("copied_from", String, nullable=False, server_default=""),
    Column("at", String, nullable=False),
)
"""One row: the installation that this mirror is, and the machine it was last used on."""

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Index("ix_requests_kind_at", "kind", "at"),
)
"""Requests to Google of the last minutes, for the quota."""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False),  # SHA-256: the token itself is kept nowhere
    Column("role", String, nullable=False),
    Column("sheets", Text, nullable=False),  # JSON, names; [] for all
    Column("created_at", String, nullable=False),
    Index("ix_api_tokens_digest", "digest", unique=True),
)
"""Who may use the API."""

work_requests = Table(
    "work_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("sheets", Text, nullable=False),  # JSON, names
    Column("payload", Text, nullable=False),  # JSON
    Column("state", String, nullable=False),
    Column("stage", String, nullable=False, server_default=""),  # "begun" once it has an effect
    Column("reason", Text, nullable=False, server_default=""),
    Column("run_id", Integer),  # no reference: runs are forgotten sooner
    Column("row_id", String),
    Column("asked_by", String, nullable=False),
    Column("idempotency_key", String),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", String),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Index("ix_work_requests_state", "state"),
    Index("ix_work_requests_row_id", "row_id"),
    Index("ix_work_requests_updated_at", "updated_at"),
    Index("ix_work_requests_asked_by", "asked_by", "idempotency_key", unique=True),
)
"""What people and programs ask of the daemon."""

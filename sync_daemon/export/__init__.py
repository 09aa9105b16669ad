"""Rows with their results in files for other programs."""

from __future__ import annotations

from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.export.private import private_file
from sync_daemon.export.table import Export, ExportedRow, collect

__all__ = ["Export", "ExportForm", "ExportedRow", "collect", "private_file", "write_export"]

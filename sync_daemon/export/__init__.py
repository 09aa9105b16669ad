"""Rows with their results in files for other programs."""

from __future__ import annotations

from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.export.table import Export, ExportedRow, collect
from sync_daemon.private_file import private_file

__all__ = ["Export", "ExportForm", "ExportedRow", "collect", "private_file", "write_export"]

"""The ``sheetd`` command."""

from sync_daemon.cli.main import main

__all__ = ["main"]

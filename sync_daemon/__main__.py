"""``python -m sync_daemon`` is ``sheetd``."""

from sync_daemon.cli import main

main()

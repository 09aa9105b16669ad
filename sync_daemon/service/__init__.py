"""sheetd as a service of systemd: what `sheetd service` does."""

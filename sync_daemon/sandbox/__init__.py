"""A local server that behaves like the Google Sheets API; it imports nothing of sheetd."""

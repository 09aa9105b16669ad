"""sheetd: a Google-Sheets-synced automation daemon."""

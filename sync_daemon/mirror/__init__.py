"""The mirror: tables, store and migrations."""

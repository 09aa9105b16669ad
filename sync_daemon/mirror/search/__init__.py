"""The search index beside a SQLite mirror: what full text, filters and sorting go by."""

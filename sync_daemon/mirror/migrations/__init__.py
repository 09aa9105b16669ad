"""Alembic migrations of the mirror, applied at start and by `sheetd db upgrade`."""

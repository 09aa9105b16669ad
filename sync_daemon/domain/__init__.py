"""Decisions, pure: no I/O, clock, logging or randomness in here."""

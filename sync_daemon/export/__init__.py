"""Rows with their results in files for other programs."""

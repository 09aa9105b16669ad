"""Checking the mirror, and making it whole again."""

"""Fixtures for the sandbox's Sheets semantics."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.sheets.client import Client


@pytest.fixture
def client() -> Client:
    """A spreadsheet with one empty sheet."""
    return Client()

"""Mirrors as earlier versions of sheetd left them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

import sync_daemon.mirror.migrations
from sync_daemon.mirror.database import open_engine


def step_back(file: Path, revision: str) -> None:
    """Bring a mirror, which no process uses, back to an earlier schema."""
    config = Config()
    config.set_main_option("script_location", sync_daemon.mirror.migrations.__path__[0])
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()

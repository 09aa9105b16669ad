"""The ``sheetd`` command."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what it needs is imported then."""
    from sync_daemon.cli.command_line import main as run  # noqa: PLC0415

    run(arguments)


__all__ = ["main"]

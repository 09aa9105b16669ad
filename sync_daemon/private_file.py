"""A file that only its owner can read, there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from sync_daemon.errors import ConfigError


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """Write to a new file of mode 0600, which takes the place of ``path`` at the end.

    Raises:
        ConfigError: it cannot be written; an older file at ``path`` stays as it is.
    """
    if path.is_dir():
        raise ConfigError(f"{path} is a folder.", hint="Name a file in it.")
    try:
        descriptor, part = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(part).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            Path(part).unlink()


def write_private(path: Path, text: str) -> None:
    """Write a whole text as :func:`private_file` does, and raise what it raises."""
    with private_file(path) as file:
        file.write(text.encode())


def _unwritable(path: Path, error: OSError) -> ConfigError:
    message = f"{path} cannot be written: {error.strerror}."
    return ConfigError(message, hint="Choose a folder that you may write to and that has space.")

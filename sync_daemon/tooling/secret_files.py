"""Files that hold a secret: nobody but their owner may read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sync_daemon.tooling.errors import ToolError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOST_BYTES = 16_384


def read_secret(path: Path, option: str) -> str:
    """The content of a file, which is `MOST_BYTES` long at most.

    Args:
        path: the file.
        option: what messages call the file.

    Raises:
        ToolError: it cannot be read, can be read by others, is too long, or is no text.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"The {option} cannot be read ({error.strerror})."
        raise ToolError(message, hint="Correct its path in the configuration.") from error
    if mode & _OTHERS:
        message = f"The {option} can be read by others (mode {mode:o})."
        raise ToolError(message, hint="Make it private: chmod 600.")
    if len(content) > MOST_BYTES:
        message = f"The {option} is longer than {MOST_BYTES} bytes."
        raise ToolError(message, hint="Correct its path in the configuration.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        message = f"The {option} is not UTF-8 text."
        raise ToolError(message, hint="Correct its path in the configuration.") from error

"""The key of the endpoint."""

from __future__ import annotations

import re
import shlex
import stat
from pathlib import Path

from pydantic import SecretStr

from sync_daemon.tooling import ToolError

from .schemas import LlmOptions

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOST_BYTES = 4_096
_KEY = re.compile(r"[!-~]{1,2000}")


def find_key(options: LlmOptions) -> SecretStr | None:
    """The key that the options give; None if they give none.

    Raises:
        ToolError: its file cannot be read, can be read by others, or holds no key.
    """
    if options.api_key_file is None:
        return options.api_key and _checked(options.api_key.get_secret_value(), "api_key")
    return _checked(_read(options.api_key_file), "api_key_file")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(_MOST_BYTES)
    except OSError as error:
        message = f"The key file {path} cannot be read ({error.strerror})."
        raise ToolError(message, hint="Correct the option api_key_file.") from error
    if mode & _OTHERS:
        message = f"The key file {path} can be read by others (mode {mode:o})."
        raise ToolError(message, hint=f"chmod 600 {shlex.quote(str(path))}")
    return content.decode("latin-1")


def _checked(text: str, option: str) -> SecretStr:
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise ToolError(f"The option {option} holds no key.", hint="A key is one line of ASCII.")
    return SecretStr(key)

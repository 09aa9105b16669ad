"""The key of the endpoint."""

from __future__ import annotations

import re

from pydantic import SecretStr

from sync_daemon.tooling import ToolError
from sync_daemon.tooling.secret_files import read_secret

from .schemas import LlmOptions

_KEY = re.compile(r"[!-~]{1,2000}")


def find_key(options: LlmOptions) -> SecretStr | None:
    """The key that the options give; None if they give none.

    Raises:
        ToolError: its file cannot be read, can be read by others, or holds no key.
    """
    if options.api_key_file is None:
        return options.api_key and _checked(options.api_key.get_secret_value(), "configuration")
    return _checked(read_secret(options.api_key_file, "key file"), "key file")


def _checked(text: str, place: str) -> SecretStr:
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise ToolError(f"The {place} holds no key.", hint="A key is one line of ASCII.")
    return SecretStr(key)

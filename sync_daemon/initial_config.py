"""The configuration that ``sheetd init`` writes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.errors import ConfigError


@dataclass(frozen=True, slots=True)
class InitialConfig:
    """What a user has to say to begin."""

    name: str
    spreadsheet: str
    worksheet: str
    credentials: Path
    description: str
    resume: Path | None = None
    api_root: str | None = None


def render_config(wanted: InitialConfig) -> str:
    """The configuration as TOML with comments."""
    roots = ""
    if wanted.api_root:
        root = _quoted(wanted.api_root)
        roots = f"api_root = {root}\ndrive_root = {root}\n"
    options = "top = 15"
    if wanted.resume is not None:
        options += f", resume = {_quoted(str(wanted.resume.absolute()))}"
    outputs = 'keywords = "Keywords"'
    if wanted.resume is not None:
        outputs += ', score = "Match %", missing = "Missing"'
    return f"""\
# sheetd: made by `sheetd init`. Every key can be overridden by the environment,
# for instance SHEETD_SCHEDULE__EVERY=5m.

[google]
auth = "service_account"
credentials_file = {_quoted(str(wanted.credentials.absolute()))}   # keep it private: chmod 600
{roots}
[database]
url = "sqlite:///sheetd.db"   # the mirror, beside this file

[schedule]
every = "60s"             # how often a cycle runs
full_pull_every = "10m"   # how often everything is read, whatever Drive says

[[sheets]]
name = {_quoted(wanted.name)}
spreadsheet = {_quoted(wanted.spreadsheet)}
worksheet = {_quoted(wanted.worksheet)}   # the title of the tab
create_columns = true        # missing columns of ours are added at the right end
max_delete_fraction = 0.5    # refuse if more of the rows than this are gone at once

# One step is one tool: which columns it takes, and which it fills.
# `sheetd tools` lists the tools with their inputs, outputs and options.
[[sheets.steps]]
tool = "keyword_analyzer"
inputs = {{ text = {_quoted(wanted.description)} }}
outputs = {{ {outputs} }}
options = {{ {options} }}
"""


def write_config(path: Path, wanted: InitialConfig) -> None:
    """Write the configuration, readable by its owner only, in one piece or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(render_config(wanted))
        part.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise ConfigError(message, hint="Choose another place with --config.") from error


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0); JSON's escapes are a part of TOML's."""
    return json.dumps(text)

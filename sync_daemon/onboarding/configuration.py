"""The configuration that ``sheetd init`` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sync_daemon.onboarding.pipeline import ProposedStep

Auth = Literal["service_account", "oauth", "adc"]
_KEY_COMMENTS: Mapping[Auth, str] = {
    "service_account": "the service account's key; keep it private: chmod 600",
    "oauth": "your permission; `sheetd login` renews it",
    "adc": "not used",
}


@dataclass(frozen=True, slots=True)
class InitialConfig:
    """What a first configuration says; ``credentials`` is None for ``adc``."""

    name: str
    spreadsheet: str
    worksheet: str
    auth: Auth
    credentials: Path | None
    steps: Sequence[ProposedStep]
    header_row: int = 1
    adopt: Sequence[str] = ()
    own_titles: Mapping[str, str] = field(default_factory=dict)  # of id_column and status_column
    api_root: str | None = None


def render_config(wanted: InitialConfig) -> str:
    """The configuration as TOML with comments."""
    return f"""\
# Written by `sheetd init`. The environment can override every key,
# for example SHEETD_SCHEDULE__EVERY=5m. `sheetd doctor` checks this file.

[google]
auth = "{wanted.auth}"
{_google_lines(wanted)}
[database]
url = "sqlite:///sheetd.db"   # the mirror, beside this file

[schedule]
every = "60s"             # how often a cycle runs
full_pull_every = "10m"   # how often everything is read, even if Drive reports no change

[[sheets]]
name = {_quoted(wanted.name)}   # its name in logs and for `--sheet`
spreadsheet = {_quoted(wanted.spreadsheet)}
worksheet = {_quoted(wanted.worksheet)}   # the title of the tab
header_row = {wanted.header_row}               # the row with the column titles
create_columns = true        # add missing result columns at the right end
max_delete_fraction = 0.5    # refuse if a larger share of the rows is gone at once
{_own_titles(wanted.own_titles)}{_adopt_line(wanted.adopt)}
# One step is one tool: the columns it reads and those it fills. Nothing else is written.
# Where an input names several columns, the first that is not blank counts.
# `sheetd tools` lists the tools with their inputs, outputs and options.
{"".join(_step_lines(step) for step in wanted.steps)}"""


def _google_lines(wanted: InitialConfig) -> str:
    lines = ""
    if wanted.credentials is not None:
        path = _quoted(str(wanted.credentials.absolute()))
        lines += f"credentials_file = {path}   # {_KEY_COMMENTS[wanted.auth]}\n"
    if wanted.api_root:
        root = _quoted(wanted.api_root)
        lines += f"api_root = {root}\ndrive_root = {root}\n"
    return lines


def _own_titles(titles: Mapping[str, str]) -> str:
    """Other titles than the usual ones for sheetd's own columns, where the user has those."""
    return "".join(f"{key} = {_quoted(title)}\n" for key, title in titles.items())


def _adopt_line(titles: Sequence[str]) -> str:
    if not titles:
        return ""
    listed = ", ".join(map(_quoted, titles))
    return f"adopt = [{listed}]   # your columns that may be filled in; what they hold stays\n"


def _step_lines(step: ProposedStep) -> str:
    options = f"options = {_table(step.options)}\n" if step.options else ""
    return (
        f"\n# {step.tool} {step.purpose}.\n[[sheets.steps]]\ntool = {_quoted(step.tool)}\n"
        f"inputs = {_table(step.inputs)}\noutputs = {_table(step.outputs)}\n{options}"
    )


def _table(values: Mapping[str, str | Sequence[str]]) -> str:
    return "{ " + ", ".join(f"{key} = {_sources(value)}" for key, value in values.items()) + " }"


def _sources(value: str | Sequence[str]) -> str:
    """One text, or a list of several: the first that is not blank counts."""
    texts = [value] if isinstance(value, str) else list(value)
    quoted = ", ".join(map(_quoted, texts))
    return quoted if len(texts) == 1 else f"[{quoted}]"


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0): JSON's escapes are a part of TOML's, but DEL has none."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

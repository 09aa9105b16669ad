"""The second part of ``sheetd init``: which table it is, and what to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.cli.console import print_failure
from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.errors import (
    ConfigError,
    GoogleUnavailableError,
    HeaderError,
    PermissionDeniedError,
)
from sync_daemon.onboarding.access import MendableError, Patience, find_table
from sync_daemon.onboarding.headers import Role, recognise
from sync_daemon.onboarding.pipeline import TEMPLATES, ProposedStep, propose
from sync_daemon.processing.registry import ToolRegistry
from sync_daemon.settings import GoogleSettings, SheetSettings, parse_spreadsheet
from sync_daemon.sheets.auth import DRIVE_SCOPE, SHEETS_SCOPE, load_credentials
from sync_daemon.sheets.browse import SpreadsheetBrowser, SpreadsheetOutline
from sync_daemon.sheets.transport import SheetsTransport

_ID_COLUMN = SheetSettings.model_fields["id_column"].default


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """A tab and its table; ``is_seen`` says whether anybody could look at it yet."""

    worksheet: str
    header_row: int
    headers: Sequence[str] = ()
    is_seen: bool = True


def open_line(google: GoogleSettings) -> SheetsTransport:
    """The line to Google, once the credentials are known to be accepted.

    Raises:
        SheetdError: they are not, or Google cannot be asked.
    """
    transport = SheetsTransport(google, load_credentials(google, (SHEETS_SCOPE, DRIVE_SCOPE)))
    transport.authenticate()
    return transport


def ask_for_spreadsheet(talk: Dialogue, given: str | None) -> str:
    """The spreadsheet's address or id, as it was given."""
    if given is not None:
        return _checked(given)
    return talk.ask("--spreadsheet", "The spreadsheet's address in the browser", _checked)


def choose_table(
    talk: Dialogue,
    browser: SpreadsheetBrowser,
    patience: Patience,
    *,
    worksheet: str | None,
    header_row: int | None,
) -> ChosenTable:
    """Find the table; where nobody waits, one that cannot be seen yet is taken on trust.

    Raises:
        SheetdError: Google says no, in a way that nothing here can mend.
    """
    try:
        outline = patience.wait_for(browser.outline)
        talk.say(f"This is “{outline.title}”.")
        tab = _choose_tab(talk, outline, worksheet)
        patience.wait_for(browser.check_writable)
        table = patience.wait_for(lambda: find_table(browser, tab, header_row))
    except (PermissionDeniedError, HeaderError, GoogleUnavailableError) as error:
        if talk.is_interactive or worksheet is None:
            raise
        print_failure(error.message, error.hint)
        return ChosenTable(worksheet, header_row or 1, is_seen=False)
    return ChosenTable(tab, table.header_row, table.headers)


def say_what_is_waited_for(talk: Dialogue, error: MendableError) -> None:
    """Tell what somebody has to do before it can go on."""
    talk.say(error.message)
    talk.say(f"→ {error.hint}")
    talk.say("Waiting for it; Ctrl-C ends this, and nothing is written.")


def choose_steps(
    talk: Dialogue,
    headers: Sequence[str],
    registry: ToolRegistry,
    *,
    description: str | None,
    resume: Path | None,
) -> list[ProposedStep]:
    """Propose steps for the columns and let the person choose among them."""
    roles = recognise(headers)
    if description is not None:
        roles[Role.DESCRIPTION] = description
    elif talk.is_interactive and not {Role.DESCRIPTION, Role.LINK} & roles.keys():
        roles |= _ask_for_text(talk, headers)
    steps = propose(
        roles,
        registry.tools,
        taken=_columns_of_the_user(headers),
        resume=str(resume.absolute()) if resume else None,
    )
    _show(talk, roles, steps)
    if not steps or talk.confirm("Use these?", default=True):
        return steps
    wanted = [s for s in steps if talk.confirm(f"{s.tool}, which {s.purpose}?", default=True)]
    return _without_orphans(wanted)


def _checked(value: str) -> str:
    try:
        parse_spreadsheet(value)
    except ValueError as error:
        message = f"{value!r} is no spreadsheet: {error}."
        raise ConfigError(message, hint="Open it in the browser and copy the address.") from error
    return value.strip()


def _choose_tab(talk: Dialogue, outline: SpreadsheetOutline, wanted: str | None) -> str:
    if wanted in outline.tabs:
        return wanted
    if wanted is not None:
        message = f"The spreadsheet has no tab {wanted!r}."
        if not talk.is_interactive:
            hint = f"--worksheet is one of: {', '.join(map(repr, outline.tabs))}."
            raise ConfigError(message, hint=hint)
        talk.say(message)
    elif len(outline.tabs) > 1:
        talk.say("It has several tabs.")
    return outline.tabs[talk.choose("--worksheet", "Which one?", outline.tabs)]


def _ask_for_text(talk: Dialogue, headers: Sequence[str]) -> dict[Role, str]:
    talk.say("No column is called Description or Link.")
    answers = [*headers, "none of them"]
    chosen = talk.choose("--description-column", "Which holds the posting's text?", answers)
    return {Role.DESCRIPTION: headers[chosen]} if chosen < len(headers) else {}


def _columns_of_the_user(headers: Sequence[str]) -> set[str]:
    """Columns that sheetd must not write: all there are, but its own if it was here before."""
    ours = {header for template in TEMPLATES for header in template.outputs.values()}
    return set(headers) - (ours if _ID_COLUMN in headers else set())


def _show(talk: Dialogue, roles: Mapping[Role, str], steps: Sequence[ProposedStep]) -> None:
    if roles:
        known = ", ".join(f"{header!r} ({role.value})" for role, header in roles.items())
        talk.say(f"Columns that sheetd knows: {known}.")
    if not steps:
        talk.say("No tool fits these columns: add one called Description or Link, or see README.")
        return
    talk.say("What it can do with them (only new columns are written, never yours):")
    for step in steps:
        talk.say(f"  {step.tool} {step.purpose} → {', '.join(step.outputs.values())}")


def _without_orphans(steps: Sequence[ProposedStep]) -> list[ProposedStep]:
    """The steps whose inputs from other steps are still there."""
    kept: list[ProposedStep] = []
    for step in steps:
        needed = {source.partition(".")[0] for source in step.inputs.values() if "." in source}
        if needed & {t.tool for t in TEMPLATES} <= {k.tool for k in kept}:
            kept.append(step)
    return kept

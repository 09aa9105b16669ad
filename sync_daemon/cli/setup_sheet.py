"""The second part of ``sheetd init``: which table it is, and what to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync_daemon.cli.console import print_failure
from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.cli.setup_titles import Titles, settle_titles
from sync_daemon.domain.headers import find_header
from sync_daemon.errors import (
    ConfigError,
    GoogleUnavailableError,
    HeaderError,
    PermissionDeniedError,
)
from sync_daemon.onboarding.access import FixableError, Patience, Table, find_table
from sync_daemon.onboarding.headers import Role, recognise
from sync_daemon.onboarding.pipeline import ProposedStep, propose
from sync_daemon.onboarding.titles import another_title, find_taken
from sync_daemon.processing.registry import ToolEntry, ToolRegistry
from sync_daemon.settings import GoogleSettings, SheetSettings, parse_spreadsheet
from sync_daemon.sheets.auth import DRIVE_SCOPE, SHEETS_SCOPE, load_credentials
from sync_daemon.sheets.discovery import SpreadsheetBrowser, SpreadsheetOutline
from sync_daemon.sheets.transport import SheetsTransport

_OPTIONS = {Role.LINK: "--link-column", Role.DESCRIPTION: "--description-column"}


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """A tab and its table; ``is_seen`` says whether anybody could look at it yet."""

    worksheet: str
    table: Table = field(default_factory=lambda: Table(1, ()))
    is_seen: bool = True

    @property
    def titles(self) -> list[str]:
        """All titles in their order, blank ones too."""
        return [column.title for column in self.table.columns]


@dataclass(frozen=True, slots=True)
class ChosenSteps:
    """What is to be done with a table, and the filled columns that may be filled in."""

    steps: Sequence[ProposedStep]
    adopt: Sequence[str] = ()


def open_line(google: GoogleSettings) -> SheetsTransport:
    """The line to Google, once the credentials are known to be accepted.

    Raises:
        SheetdError: they are not, or Google cannot be asked.
    """
    transport = SheetsTransport(google, load_credentials(google, (SHEETS_SCOPE, DRIVE_SCOPE)))
    transport.authenticate()
    return transport


def ask_for_spreadsheet(talk: Dialogue, given: str | None) -> str:
    """The spreadsheet's address or id, as it was given.

    Raises:
        ConfigError: it is neither, and nobody is there to ask again.
    """
    if given is not None:
        try:
            return _checked(given)
        except ConfigError as error:
            if not talk.is_interactive:
                raise
            print_failure(error.message, error.hint)
    return talk.ask("--spreadsheet", "The spreadsheet's address in the browser", _checked)


def open_spreadsheet(
    talk: Dialogue, transport: SheetsTransport, given: str | None, patience: Patience
) -> tuple[str, SpreadsheetBrowser]:
    """A spreadsheet that exists: its address as it was given, and how to look at it.

    Raises:
        ConfigError: there is none of that id, and nobody is there to ask again.
    """
    while True:
        address = ask_for_spreadsheet(talk, given)
        browser = SpreadsheetBrowser(transport, parse_spreadsheet(address))
        try:
            patience.wait_for(browser.outline)
        except ConfigError as error:
            if not talk.is_interactive:
                raise ConfigError(error.message, hint=_NO_SUCH_SPREADSHEET) from error
            print_failure(error.message, _NO_SUCH_SPREADSHEET)
            given = None
        except (PermissionDeniedError, GoogleUnavailableError):
            if talk.is_interactive:
                raise
            return address, browser  # `choose_table` says so
        else:
            return address, browser


_NO_SUCH_SPREADSHEET = (
    "One character may be wrong: open the spreadsheet in the browser and copy its address."
)


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
        SheetdError: Google says no, in a way that cannot be fixed here.
    """
    try:
        outline = patience.wait_for(browser.outline)
        talk.say(f"This is “{outline.title}”.")
        tab = _choose_tab(talk, outline, worksheet)
        patience.wait_for(browser.check_writable)
        table = patience.wait_for(lambda: find_table(browser, tab, header_row))
    except (PermissionDeniedError, GoogleUnavailableError) as error:
        if talk.is_interactive or worksheet is None:
            raise
        print_failure(error.message, error.hint)
        return ChosenTable(worksheet, Table(header_row or 1, ()), is_seen=False)
    return ChosenTable(tab, table)


def say_what_is_waited_for(talk: Dialogue, error: FixableError) -> None:
    """Tell what has to be done before it can go on."""
    talk.say(error.message)
    talk.say(f"→ {error.hint}")
    talk.say("Waiting for that. Ctrl-C ends this; nothing has been written yet.")


def choose_steps(
    talk: Dialogue,
    browser: SpreadsheetBrowser,
    chosen: ChosenTable,
    registry: ToolRegistry,
    *,
    named: Mapping[Role, str | None],
    resume: Path | None,
) -> ChosenSteps:
    """Propose steps for the columns and let the person choose among them.

    Args:
        talk: asks.
        browser: of the spreadsheet.
        chosen: its table.
        registry: the tools that there are.
        named: columns that options name.
        resume: the résumé to compare postings with.

    Raises:
        ConfigError: a column that is named is not there.
        HeaderError: no step fits the columns.
    """
    roles = find_roles(talk, chosen, named)
    steps = _propose(roles, registry.tools, {}, resume)
    if not steps:
        raise _nothing_to_do(chosen)
    titles = _settle(talk, browser, chosen, steps)
    steps = _propose(roles, registry.tools, titles.used, resume)
    _show(talk, roles, steps)
    if steps and not talk.confirm("Use these?", default=True):
        wanted = {
            s.tool for s in steps if talk.confirm(f"{s.tool}, which {s.purpose}?", default=True)
        }
        tools = {name: tool for name, tool in registry.tools.items() if name in wanted}
        steps = _propose(
            roles, tools, titles.used, resume
        )  # anew: one may have been another's source
    used = {title for step in steps for title in step.outputs.values()}
    return ChosenSteps(steps, [title for title in titles.adopted if title in used])


def find_roles(
    talk: Dialogue, chosen: ChosenTable, named: Mapping[Role, str | None]
) -> dict[Role, str]:
    """What the columns mean: as options say, as they are recognised, as the person answers.

    Raises:
        ConfigError: a column that an option names is not there.
    """
    if not chosen.is_seen:
        told = {role: title for role, title in named.items() if title is not None}
        return told or {Role.DESCRIPTION: "Description"}
    roles = recognise(chosen.table.of_the_user)
    for role, title in named.items():
        if title is not None:
            found = _named_column(talk, chosen, _OPTIONS[role], title)
            roles = {r: t for r, t in roles.items() if t != found} | {role: found}
    if talk.is_interactive and not roles.keys() & _OPTIONS.keys():
        roles |= _ask_for_columns(talk, chosen, roles)
    return roles


def _named_column(talk: Dialogue, chosen: ChosenTable, option: str, title: str) -> str:
    """The column that an option names, spelled as the sheet does."""
    places = find_header(title, chosen.titles)
    if len(places) == 1:
        return chosen.titles[places[0]]
    problem = "is there several times" if places else "is not there"
    message = f"The column {title!r} of {option} {problem}."
    choices = [column.title for column in chosen.table.of_the_user]
    if not talk.is_interactive:
        raise ConfigError(message, hint=f"There are: {', '.join(map(repr, choices))}.")
    talk.say(message)
    return choices[talk.choose(option, "Which one is it?", choices, is_proposal=False)]


def _ask_for_columns(
    talk: Dialogue, chosen: ChosenTable, roles: Mapping[Role, str]
) -> dict[Role, str]:
    """Which column holds the postings' links, and which their texts; one of them will do."""
    free = [c.title for c in chosen.table.of_the_user if c.title not in roles.values()]
    answers = [*dict.fromkeys(free), "none of them"]
    questions = {
        Role.LINK: "Which column holds the link to the posting?",
        Role.DESCRIPTION: "Which column holds the text of the posting?",
    }
    talk.say("No column looks like the link to the posting or its text.")
    for role, question in questions.items():
        place = talk.choose(_OPTIONS[role], question, answers, is_proposal=False)
        if place < len(answers) - 1:
            return {role: answers[place]}
    return {}


def _nothing_to_do(chosen: ChosenTable) -> HeaderError:
    there = ", ".join(repr(column.title) for column in chosen.table.of_the_user)
    return HeaderError(
        f"There is nothing to do with the columns of {chosen.worksheet!r}: {there}.",
        hint="Add a column called Link or Description, or say which one it is:"
        " --link-column or --description-column.",
    )


def _propose(
    roles: Mapping[Role, str],
    tools: Mapping[str, ToolEntry],
    titles: Mapping[str, str | None],
    resume: Path | None,
) -> list[ProposedStep]:
    return propose(
        roles,
        tools,
        titles=titles,
        resume=str(resume.absolute()) if resume else None,
    )


def _settle(
    talk: Dialogue,
    browser: SpreadsheetBrowser,
    chosen: ChosenTable,
    steps: Sequence[ProposedStep],
) -> Titles:
    """Titles for the results, where columns of the user's have them; those with a mark stay."""
    wanted = [title for step in steps for title in step.outputs.values()]
    taken = find_taken(wanted, chosen.titles, chosen.table.ours)
    filled = browser.filled_columns(chosen.worksheet, list(taken.values()), chosen.table.header_row)
    theirs = [column.title for column in chosen.table.of_the_user]
    return settle_titles(
        talk,
        {t: chosen.titles[i] for t, i in taken.items()},
        {chosen.titles[i] for i in filled},
        theirs,
    )


def choose_own_titles(
    talk: Dialogue, browser: SpreadsheetBrowser, chosen: ChosenTable
) -> dict[str, str]:
    """Other titles for sheetd's id and status where filled columns of the user's have theirs."""
    fields = SheetSettings.model_fields
    usual = {fields[key].default: key for key in ("id_column", "status_column")}
    taken = find_taken(usual, chosen.titles, chosen.table.ours)
    filled = browser.filled_columns(chosen.worksheet, list(taken.values()), chosen.table.header_row)
    titles = {}
    for title, index in taken.items():
        if index in filled:
            titles[usual[title]] = another = another_title(title, chosen.titles)
            talk.say(f'There is already a column "{title}". sheetd uses "{another}" for its own.')
    return titles


def _checked(value: str) -> str:
    try:
        parse_spreadsheet(value)
    except ValueError as error:
        message = f"{value!r} is not a spreadsheet address: {error}."
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


def _show(talk: Dialogue, roles: Mapping[Role, str], steps: Sequence[ProposedStep]) -> None:
    known = ", ".join(f"{header!r} ({role.value})" for role, header in roles.items())
    talk.say(f"Columns that sheetd understands: {known}.")
    if not roles.keys() & _OPTIONS.keys():
        talk.say("No column holds links to postings or their texts; that would allow more.")
    talk.say("What it can do with them (what you typed stays as it is):")
    for step in steps:
        talk.say(f"  {step.tool} {step.purpose} → {', '.join(step.outputs.values())}")

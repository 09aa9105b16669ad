"""Wiring: from settings to an application that can run."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from sync_daemon.clock import SystemClock
from sync_daemon.daemon_state import state_path
from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.host import Host
from sync_daemon.mirror.database import (
    SchemaAge,
    database_path,
    file_identity,
    known_revisions,
    load_schema,
    open_engine,
    upgrade_with_backup,
    vanished,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine as DatabaseEngine

    from sync_daemon.cycle import ConfiguredSheet, CycleOptions, FeedPorts, RunReport
    from sync_daemon.domain.decoration import ResultField
    from sync_daemon.domain.feeding import Feed
    from sync_daemon.domain.keeper import Installation
    from sync_daemon.domain.sheet_state import SheetTarget
    from sync_daemon.fetching import GuardedHttp
    from sync_daemon.mirror.admin import MirrorAdmin
    from sync_daemon.mirror.preview import Preview
    from sync_daemon.mirror.read_models import MirrorReader
    from sync_daemon.mirror.store import SqlMirror
    from sync_daemon.ports import Clock
    from sync_daemon.processing.executor import LocalExecutor
    from sync_daemon.processing.http import LateHttp
    from sync_daemon.processing.parsers import ParserPool
    from sync_daemon.processing.registry import ToolRegistry
    from sync_daemon.processing.resolved_step import ResolvedStep
    from sync_daemon.settings import Settings, SheetSettings
    from sync_daemon.sheets.gateway import GoogleSheetGateway
    from sync_daemon.sheets.transport import SheetsTransport

log = structlog.get_logger(__name__)

_LARGEST_CLOCK_ERROR_S = 86_400.0


class Application:
    """Everything a command may need, imported and made when it is first asked for.

    Args:
        settings: the configuration.
        clock: the machine's by default.
        host: this machine by default.
        may_upgrade: whether an older mirror is brought to the newest schema, and one that is
            not there is made; otherwise a copy of it is, and it stays as it is.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        host: Host | None = None,
        *,
        may_upgrade: bool = True,
        parsers: ParserPool | None = None,
    ) -> None:
        self.settings = settings
        self._may_upgrade = may_upgrade
        self._preview: Preview | None = None
        self._file: tuple[int, int] | None = None  # the mirror that was last used
        self.before_upgrade: Path | None = None  # a copy of the mirror, where this upgraded it
        self.clock = clock or SystemClock()
        self.host = host or Host.here()
        self.on_attempt: Callable[[], None] = lambda: None  # after each request to Google
        self.on_upgrade: Callable[[], None] = lambda: None  # before migrations, which may take long
        self.is_demo = False  # then Google is played by a server that we started ourselves
        self._given_parsers = parsers
        self._executor: LocalExecutor | None = None
        self._steps: dict[tuple[str, str], ResolvedStep] = {}  # by sheet and step

    def close(self) -> None:
        """Let go of threads and connections; idempotent."""
        if self._executor is not None:
            self._executor.close()
        if "_parsers" in self.__dict__ and self._given_parsers is None:
            self._parsers.close()
        if "_http" in self.__dict__:
            self._http.close()
        if "database" in self.__dict__:
            self.database.dispose()
        if self._preview is not None:
            self._preview.close()

    def use(self, settings: Settings) -> None:
        """Go on with other settings; not while a cycle runs."""
        self.settings = settings
        if "transport" in self.__dict__:
            self.transport.close()
        for made in (
            "registry", "used_registry", "database", "mirror", "reader", "admin", "installation",
            "transport", "gateway",
        ):  # fmt: skip
            self.__dict__.pop(made, None)
        if self._executor is not None:
            self._executor.close()
            self._executor = None
            self._steps = {}
        if "_http" in self.__dict__:
            self._http.close()
            del self._http

    @cached_property
    def _http(self) -> LateHttp:
        """The line of the tools to the web."""
        from sync_daemon.processing.http import LateHttp

        def make() -> GuardedHttp:
            from sync_daemon.fetching import GuardedHttp

            return GuardedHttp(self.settings.tools.allow_origins)

        return LateHttp(make)

    @cached_property
    def _parsers(self) -> ParserPool:
        """The processes in which strangers' bytes are read."""
        from sync_daemon.processing.parsers import ParserPool

        return self._given_parsers or ParserPool()

    @cached_property
    def registry(self) -> ToolRegistry:
        """The tools there are."""
        from sync_daemon.processing.registry import load_registry

        return load_registry(self.settings.tools.paths)

    @cached_property
    def used_registry(self) -> ToolRegistry:
        """The tools that steps use: of sheetd's own no others, each of which takes memory.

        Where one is not found, all are loaded: the nearest name may be among them.
        """
        if "registry" in self.__dict__:
            return self.registry
        from sync_daemon.processing.registry import load_registry

        names = {step.tool for sheet in self.settings.sheets for step in sheet.steps}
        found = load_registry(self.settings.tools.paths, used=names)
        return found if all(found.find(name) for name in names) else self.registry

    @cached_property
    def database(self) -> DatabaseEngine:
        """The mirror's database with the newest schema.

        Raises:
            NewerMirrorError: a newer sheetd made it.
            MirrorError: it cannot be opened, copied or upgraded.
        """
        if not self._may_upgrade:
            from sync_daemon.mirror.preview import Preview

            self._preview = Preview(self.settings.database.url)
            return self._preview.engine
        engine = open_engine(self.settings.database.url)
        try:
            self._upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _upgrade(self, engine: DatabaseEngine) -> None:
        """Bring the mirror to the newest schema, while no cycle runs, with a copy beside it."""
        schema = load_schema(engine)
        if schema.age is SchemaAge.NOW:
            return
        self.on_upgrade()
        with self.hold_cycle_lock():
            copy = upgrade_with_backup(engine, self.clock.now())
        if copy is not None:
            self.before_upgrade = copy
            log.warning("the mirror was upgraded", schema=known_revisions()[-1], backup=str(copy))

    def check_mirror(self) -> None:
        """See that the mirror is still one that this sheetd can use.

        Another may have taken its place while this process ran: a backup, one that
        a newer sheetd has upgraded, or an empty file.
        """
        is_open = "database" in self.__dict__
        if self._preview is None and is_open:
            age = load_schema(self.database).age
            if age is SchemaAge.NONE:
                path = database_path(self.settings.database.url)
                raise vanished(f"The mirror {path} is empty: another file has taken its place.")
            if age is SchemaAge.OLDER:
                self._upgrade(self.database)
        file = file_identity(self.database)
        if file != self._file:
            self._file = file
            self.__dict__.pop("installation", None)

    def reopen_mirror(self) -> None:
        """Let go of connections to the mirror, and of what is known of it; not in a cycle."""
        if "database" in self.__dict__:
            self.database.dispose()
        self.__dict__.pop("installation", None)

    def reload_credentials(self) -> None:
        """Read the key file again for the next request; not in a cycle."""
        if "transport" in self.__dict__:
            self.transport.close()
        for made in ("transport", "gateway"):
            self.__dict__.pop(made, None)

    @cached_property
    def mirror(self) -> SqlMirror:
        """The mirror as cycles use it."""
        from sync_daemon.mirror.store import SqlMirror

        return SqlMirror(self.database)

    @cached_property
    def reader(self) -> MirrorReader:
        """The mirror as people read it."""
        from sync_daemon.mirror.read_models import MirrorReader

        return MirrorReader(self.database)

    @cached_property
    def admin(self) -> MirrorAdmin:
        """What people change in the mirror."""
        from sync_daemon.mirror.admin import MirrorAdmin

        return MirrorAdmin(self.database)

    @cached_property
    def installation(self) -> Installation:
        """The mirror as the marks on its tabs name it."""
        from sync_daemon.mirror.installation import load_installation

        return load_installation(
            self.database,
            self.host,
            self.clock.now(),
            lambda: secrets.token_hex(8),
            database_path(self.settings.database.url),
        )

    @cached_property
    def transport(self) -> SheetsTransport:
        """The line to Google; loads the credentials, and tells if it leads elsewhere."""
        from sync_daemon.mirror.request_log import SqlRequestLog
        from sync_daemon.sheets.auth import load_credentials, needed_scopes
        from sync_daemon.sheets.transport import SheetsTransport

        for root in () if self.is_demo else self.settings.google.other_roots:
            log.warning("this server takes Google's place and gets its tokens", server=root)
        scopes = needed_scopes(self.settings.sheets)
        credentials = load_credentials(self.settings.google, scopes)
        return SheetsTransport(
            self.settings.google,
            credentials,
            clock=self.clock,
            journal=SqlRequestLog(self.database),
            on_attempt=self._end_attempt,
        )

    def _end_attempt(self) -> None:
        self.on_attempt()  # whatever it is by then

    @cached_property
    def gateway(self) -> GoogleSheetGateway:
        """Google Sheets."""
        from sync_daemon.sheets.gateway import GoogleSheetGateway

        return GoogleSheetGateway(self.transport)

    def prepared_steps(self, names: Sequence[str] = ()) -> dict[str, list[ResolvedStep]]:
        """The steps of each sheet, or of those named, in the order of dependency.

        Cheap enough for every cycle: so an edited file that an option names is noticed.

        Raises:
            ConfigError: with every problem of every sheet.
        """
        from sync_daemon.processing.steps import StepPlace, check_steps

        prepared: dict[str, list[ResolvedStep]] = {}
        problems: list[str] = []
        for sheet in self.sheets(names) if names else self.settings.sheets:
            place = StepPlace(
                sheet.name, self.settings.path.parent, sheet.id_column, sheet.status_column
            )
            prepared[sheet.name], faults = check_steps(sheet.steps, self.used_registry, place)
            problems += faults
        if problems:
            hint = "`sheetd tools` lists the tools with their inputs, outputs and options."
            raise ConfigError("\n".join(problems), hint=hint)
        return prepared

    def sheets(self, names: Sequence[str] = ()) -> list[SheetSettings]:
        """The sheets of the configuration, or those named; an unknown name is a ConfigError."""
        by_name = {sheet.name: sheet for sheet in self.settings.sheets}
        if not by_name:
            message = f"The configuration {self.settings.path} names no sheet."
            raise ConfigError(message, hint="Add a [[sheets]] part, or make one: sheetd init.")
        unknown = [name for name in names if name not in by_name]
        if unknown:
            message = f"There is no sheet {', '.join(map(repr, unknown))} in the configuration."
            raise ConfigError(message, hint=f"Sheets there are: {', '.join(by_name)}.")
        return [by_name[name] for name in names] if names else list(by_name.values())

    def configured(self, names: Sequence[str] = ()) -> list[ConfiguredSheet]:
        """The sheets as the engine takes them."""
        from sync_daemon.cycle import ConfiguredSheet

        prepared = self.prepared_steps(names)
        self._use_steps(prepared)
        every = self.settings.schedule.full_pull_every
        return [
            ConfiguredSheet(
                target=make_target(sheet, prepared[sheet.name]),
                steps=prepared[sheet.name],
                create_columns=sheet.create_columns,
                max_delete_fraction=sheet.max_delete_fraction,
                probe=sheet.probe == "drive",
                full_pull_every=every,
                feeds=make_feeds(sheet, prepared[sheet.name]),
                results=make_result_fields(prepared[sheet.name]),
                decorate=sheet.decorate,
                adopt=sheet.adopt,
                links={step.spec.name: step.links for step in prepared[sheet.name]},
            )
            for sheet in self.sheets(names)
        ]

    def run_once(
        self,
        names: Sequence[str] = (),
        *,
        trigger: str,
        options: CycleOptions,
        on_progress: Callable[[str], None] = lambda _: None,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> RunReport:
        """One cycle of the sheets, taking turns with every other process on the same mirror.

        ``on_progress`` is told in words how far long work has come; ``checkpoint`` is
        called while it waits, and may raise StoppedError.
        """
        from sync_daemon.cycle import Engine, Ports

        self.check_mirror()
        sheets = self.configured(names)
        if self._executor is None:
            message = "run_once needs steps"  # configured() has made the executor
            raise AssertionError(message)
        ports = Ports(
            gateway=self.gateway,
            mirror=self.mirror,
            executor=self._executor,
            clock=self.clock,
            installation=self.installation,
            random_number=lambda: secrets.randbits(62),
            on_progress=on_progress,
            checkpoint=checkpoint,
            feeds=self._feed_ports() if self._needs_feeds(sheets) else None,
        )
        with self.hold_cycle_lock(checkpoint):
            self.transport.recall()
            engine = Engine(ports, self.transport.calls)
            report = engine.run_once(sheets, trigger=trigger, options=options)
            if not options.dry_run and not report.is_quiet:
                self._prune_history()
            return report

    def _needs_feeds(self, sheets: Sequence[ConfiguredSheet]) -> bool:
        """Whether rows from outside the sheet are to be put into it, or may be."""
        from sync_daemon.mirror.feed_store import has_waiting

        return any(sheet.feeds for sheet in sheets) or has_waiting(self.database)

    def _feed_ports(self) -> FeedPorts:
        from sync_daemon.cycle import FeedPorts
        from sync_daemon.feeds.reading import HttpFeedReader
        from sync_daemon.mirror.feed_store import SqlFeedStore

        return FeedPorts(HttpFeedReader(self._http, self._parsers), SqlFeedStore(self.database))

    @contextmanager
    def hold_cycle_lock(self, checkpoint: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the lock that lets one process at a time run a cycle.

        To wait for it is no standstill: every few seconds there is a sign of life,
        and ``checkpoint`` is called, which may raise StoppedError.
        """
        from sync_daemon import cycle_lock

        def look() -> None:
            checkpoint()
            self._end_attempt()

        with cycle_lock.hold(self._lock_path, look):
            yield

    @contextmanager
    def hold_cycle_lock_if_free(self) -> Iterator[bool]:
        """Hold that lock if nobody does; whether it is held."""
        from sync_daemon import cycle_lock

        with cycle_lock.hold_if_free(self._lock_path) as is_held:
            yield is_held

    @property
    def _lock_path(self) -> Path:
        return lock_path(self.settings.database.url, self.settings.path)

    @property
    def daemon_state(self) -> Path:
        """The file in which the daemon tells how it is."""
        return state_path(self._lock_path)

    def _prune_history(self) -> None:
        """Once a day, after a run, forget what nobody has to know any more.

        A failure is no failure of the run, whose work is done: the next one tries again.
        By a clock that is days ahead of Google's, everything would be old.
        """
        from sync_daemon.mirror.retention import is_due, plan_retention, prune

        offset = self.transport.clock_offset_s
        if offset is not None and offset < -_LARGEST_CLOCK_ERROR_S:
            log.warning("no history is pruned: the clock is ahead of Google's", by_s=round(-offset))
            return
        database, now = self.settings.database, self.clock.now()
        cutoffs = plan_retention(now, database.keep_history, database.keep_runs)
        try:
            if is_due(self.database, now):
                pruned = prune(self.database, cutoffs, now)
                if pruned.total:
                    log.info("old history pruned", **pruned.entries)
        except MirrorError as error:
            log.warning("old history could not be pruned", error=str(error))

    def _use_steps(self, prepared: dict[str, list[ResolvedStep]]) -> None:
        """Use these sheets' steps from now on, and those of other sheets as they are."""
        from sync_daemon.mirror.tool_memory import SqlToolMemory
        from sync_daemon.mirror.tool_view import ToolMirror
        from sync_daemon.processing.executor import LocalExecutor

        others = {key: step for key, step in self._steps.items() if key[0] not in prepared}
        these = {(name, s.spec.name): s for name, each in prepared.items() for s in each}
        self._steps = others | these
        if self._executor is None:
            self._executor = LocalExecutor(
                self._steps,
                clock=self.clock,
                mirror=ToolMirror(self.reader),
                http=self._http,
                parsers=self._parsers,
                memory=SqlToolMemory(self.database, self.clock).of,
            )
        else:
            self._executor.replace_steps(self._steps)


def make_target(sheet: SheetSettings, steps: Sequence[ResolvedStep]) -> SheetTarget:
    """Which tab of which spreadsheet, and the columns in it that are ours."""
    from sync_daemon.domain.headers import OwnedHeaders
    from sync_daemon.domain.sheet_state import SheetTarget

    results = [header for step in steps for header in step.spec.outputs.values()]
    return SheetTarget(
        name=sheet.name,
        spreadsheet_id=sheet.spreadsheet_id,
        worksheet=sheet.worksheet,
        header_row=sheet.header_row,
        headers=OwnedHeaders(sheet.id_column, sheet.status_column, tuple(results)),
        inputs=tuple(_inputs(sheet, steps)),
    )


def make_result_fields(steps: Sequence[ResolvedStep]) -> dict[str, ResultField]:
    """What the tools declare of each result column."""
    return {
        header: step.result_field(output)
        for step in steps
        for output, header in step.spec.outputs.items()
    }


def _inputs(sheet: SheetSettings, steps: Sequence[ResolvedStep]) -> Iterator[str]:
    from sync_daemon.domain.jobs import FromColumn

    for step in steps:
        for source in step.spec.sources:
            if isinstance(source, FromColumn):
                yield source.header
    for feed in sheet.feeds:
        yield from feed.columns.values()


def make_feeds(sheet: SheetSettings, steps: Sequence[ResolvedStep]) -> list[Feed]:
    """The configured sources of a sheet.

    Raises:
        ConfigError: one has no address of a source, or would fill a column of ours.
    """
    if not sheet.feeds:
        return []
    from sync_daemon.domain.feeding import Feed
    from sync_daemon.feeds.sources import recognise

    headers = make_target(sheet, steps).headers
    owned = {headers.id, headers.status, *headers.results}
    feeds = []
    for number, given in enumerate(sheet.feeds):
        where = f"sheets.{sheet.name}.feeds[{number}]"
        taken = [header for header in given.columns.values() if header in owned]
        if taken:
            message = f"{where}: the column {taken[0]!r} is one that a tool fills."
            raise ConfigError(message, hint="A feed fills columns of yours.")
        recognise(given.source)
        feeds.append(
            Feed(
                name=given.name or given.source,
                source=given.source,
                columns=given.columns,
                wanted=given.match,
                unwanted=given.exclude,
                every=given.every,
                at_most=given.at_most,
            )
        )
    return feeds


def lock_path(url: str, configuration: Path) -> Path:
    """The lock of a mirror: beside its file; for a server where its configuration's state is.

    Never in a temporary folder, of which a service has one of its own, and by
    no name that tells of the address of a server.
    """
    path = database_path(url)
    if path is not None:
        return path.with_name(path.name + ".lock")
    folder = configuration.parent
    if configuration.is_relative_to("/etc"):  # of the machine; see service/place.py
        instance = "" if configuration.stem == "config" else f"-{configuration.stem}"
        folder = Path(f"/var/lib/sheetd{instance}")
    return folder / f"{configuration.stem}.lock"

"""The daemon's rounds on a clock that nobody waits for, and trouble that lasts so long on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sync_daemon import cycle_lock
from sync_daemon.bootstrap import lock_path
from sync_daemon.daemon.rounds import Rounds, Watcher
from sync_daemon.daemon_state import DaemonState, load_state
from sync_daemon.domain.trouble import Trouble, in_words
from sync_daemon.liveness import Liveness
from sync_daemon.mirror import database
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop
from tests.trouble.statements import Statements

SETTINGS = """
[database]
url = "sqlite:///data/sheetd.db"

[metrics]
file = "figures/sheetd.prom"

[tools]
"""
LONGEST_WAIT_S = 2_000.0  # until the next try, whatever happens
_LOOK_S = cycle_lock.LOOK_S


class AlarmClock(FakeClock):
    """Does something when its time has come, also in the middle of a sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: list[tuple[float, Callable[[], None]]] = []

    def advance(self, seconds: float) -> None:
        """Let time pass, ringing on the way."""
        end = self.monotonic() + seconds
        while self.alarms and min(at for at, _ in self.alarms) <= end:
            alarm = min(self.alarms, key=lambda alarm: alarm[0])
            self.alarms.remove(alarm)
            super().advance(max(0.0, alarm[0] - self.monotonic()))
            alarm[1]()
        super().advance(end - self.monotonic())


class Told(ServiceNotifier):
    """What systemd would show."""

    def __init__(self) -> None:
        super().__init__({})
        self.line = ""

    def status(self, text: str) -> None:
        """Keep the newest line."""
        self.line = text


class Scene:
    """One sheet, its user and the daemon; trouble comes, lasts and goes."""

    def __init__(self, loop: Loop, clock: AlarmClock) -> None:
        self.loop = loop
        self.clock = clock
        self.told = Told()
        self.statements = Statements()
        self.liveness = Liveness(clock)
        self.schedule = Schedule(loop.application.settings, clock, lambda: 0.5)
        watcher = Watcher(self.liveness.progress, self._look)
        self.rounds = Rounds(loop.application, self.schedule, self.told, watcher)
        self.is_well = False
        self.is_turn_taken = False  # another sheetd runs a cycle
        self.edits = 0
        self.seen: list[Trouble] = []  # what it told while the last trouble lasted

    @property
    def folder(self) -> Path:
        """Where the configuration lies."""
        return self.loop.folder

    @property
    def mirror(self) -> Path:
        """The file."""
        return self.folder / "data" / "sheetd.db"

    @property
    def lock(self) -> Path:
        """The lock of cycles."""
        return lock_path(self.loop.application.settings.database.url, self.loop.config)

    @property
    def state(self) -> DaemonState:
        """What `sheetd status` would read of the daemon."""
        return load_state(self.loop.application.daemon_state)

    def begin(self) -> None:
        """As the daemon begins, with a cycle that finds nothing wrong."""
        self.rounds.begin()
        self.statements.watch(self.loop.application.database)
        self.cycle()
        self.cycle()
        self.loop.assert_right()

    def cycle(self) -> None:
        """Wait for the next cycle, and run it."""
        name, wait = self.schedule.next_due()
        self.clock.advance(wait)
        self.rounds.run(name)
        assert self.schedule.seconds_to(name) <= LONGEST_WAIT_S
        self.liveness.beat()
        overdue = self.schedule.overdue_s
        assert self.liveness.is_alive(is_idle=True, overdue_s=overdue), "the watchdog would kill it"

    def edit(self) -> str:
        """The user types something new into a row; returns it."""
        self.edits += 1
        text = f"edit number {self.edits}"
        with self.loop.server.workspace.lock:
            self.loop.user.type(1 + self.edits % 8, 2, text)
        return text

    def is_answered(self, text: str) -> bool:
        """Whether the row with this text shows its results."""
        [row] = [row for row in self.loop.rows() if row["Description"] == text]
        return (row["Words"], row["Shout"]) == (len(text.split()), text.upper())

    def suffer(self, begin: Callable[[], Callable[[], None]], lasts_s: float) -> None:
        """Have trouble for so long; ``begin`` returns what ends it."""
        is_over: list[bool] = []
        self.seen = []
        end = begin()

        def relieve() -> None:
            end()
            is_over.append(True)

        self.clock.alarms.append((self.clock.monotonic() + lasts_s, relieve))
        while not is_over:
            self.cycle()
            if self.rounds.troubles:
                self.assert_told()
                self.seen += self.rounds.troubles
            if not is_over and self.schedule.next_due()[1] > self._left(lasts_s):
                self.clock.advance(lasts_s)

    def _left(self, lasts_s: float) -> float:
        ends = [at for at, _ in self.clock.alarms]
        return min(ends, default=lasts_s) - self.clock.monotonic()

    def assert_told(self) -> None:
        """Systemd shows in words what is wrong, and what to do."""
        for line in in_words(self.rounds.troubles):
            assert line in self.told.line
            assert "Traceback" not in line
            assert "defect" not in line, line
        assert all(trouble.hint for trouble in self.rounds.troubles), self.told.line

    def recover(self) -> None:
        """An edit is answered within two cycles, and all is as if there had been no trouble."""
        text = self.edit()
        self.cycle()
        if not self.is_answered(text):
            self.cycle()
        assert self.is_answered(text), self.told.line
        for _ in range(3):  # what was left half done
            self.cycle()
        self.loop.assert_right()
        assert self.rounds.troubles == []
        assert self.state.troubles == ()
        assert database.check(self.loop.application.database) == []
        self.is_well = True

    def _look(self) -> None:
        """Called between the steps of a cycle; each look at a lock that is held takes its time."""
        if self.is_turn_taken:
            self.clock.advance(_LOOK_S)


@contextmanager
def scene_in(folder: Path) -> Iterator[Scene]:
    """A daemon that is well."""
    clock = AlarmClock()
    (folder / "data").mkdir(parents=True)
    (folder / "figures").mkdir()
    waits = cycle_lock.LOOK_S, database.BUSY_TIMEOUT_S
    cycle_lock.LOOK_S = database.BUSY_TIMEOUT_S = 0.0  # these are waited for in truth
    with running_loop(folder, clock=clock) as loop:
        loop.configure("[tools]", SETTINGS.strip())
        scene = Scene(loop, clock)
        scene.begin()
        yield scene
        scene.statements.heal()
        scene.rounds.end()
    cycle_lock.LOOK_S, database.BUSY_TIMEOUT_S = waits

"""Random plans: whatever a dry run says of a sheet is what the run after it does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from sync_daemon.cycle import SheetReport
from sync_daemon.mirror.tables import hand_edits
from tests.chaos.attack import Attacker
from tests.support.loop import Loop

_COUNTED = ("inserted", "updated", "deleted", "moved", "ids_assigned", "ids_repaired")
_WRITES = re.compile(r"write '(.+)' on (\d+) rows?")
_RUNS = re.compile(r"run \w+ on (\d+) rows?")
_RETITLES = re.compile("Column '(.+)' is '(.+)' from now on.")


@dataclass
class Plans:
    """What was compared, and what did not agree."""

    loop: Loop
    attacker: Attacker
    plans: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # of what happened between plans
    faults: list[str] = field(default_factory=list)
    _in_the_way: list[str] = field(default_factory=list)  # titles that the last plan stumbled over

    def try_some(self, number: int) -> None:
        """Let things happen, plan, run and compare, again and again."""
        for _ in range(number):
            self._clear_the_way()
            for _ in range(self.attacker.random.randint(0, 4)):
                self.attacker.act()
            options = self._change_something()
            self._compare(options)
            self.plans += 1

    def _clear_the_way(self) -> None:
        """Do, now and then, what the refusal of the last plan asked for."""
        if self._in_the_way and self.attacker.random.random() < 0.5:
            titles = [str(title).strip().casefold() for title in self.attacker.grid()[0]]
            for title in self._in_the_way:
                if title.casefold() in titles:
                    place = len(titles) - 1 - titles[::-1].index(title.casefold())
                    self.loop.user.type(0, place, f"Mine {self.plans}")

    def _change_something(self) -> dict[str, bool]:
        """Now and then more than the sheet changes; returns how to go on after it."""
        changes: list[Callable[[], dict[str, bool]]] = [
            self._type_over_a_result,
            self._title_a_column_like_ours,
            self._swap_titles_in_the_configuration,
            self._call_the_own_columns_otherwise,
            self._call_the_sheet_otherwise,
            self._call_the_step_otherwise,
            self._install_another_version,
            self._allow_adoption,
            self._lose_the_mirror,
            self._lose_the_mirror_and_say_nothing,
        ]
        if self.attacker.random.random() < 0.5:
            return {}
        change = self.attacker.random.choice(changes)
        self.kinds[change.__name__.strip("_")] += 1
        return change()

    def _type_over_a_result(self) -> dict[str, bool]:
        title = self.attacker.random.choice(["Words", "Shout"])
        rows = self.attacker.filled()
        if title in self.attacker.grid()[0] and rows:
            row = self.attacker.random.choice(rows)
            self.loop.user.type(row, self.loop.column(title), self.attacker.text())
        return {}

    def _title_a_column_like_ours(self) -> dict[str, bool]:
        width = len(self.attacker.grid()[0])
        title = self.attacker.random.choice(["Words", "shout", "Digest", "Loud"])
        self.loop.user.type(0, width, title)
        if self.attacker.random.random() < 0.5:
            self.loop.user.type(self.attacker.random.randint(1, 6), width, "the user's own")
        return {}

    def _swap_titles_in_the_configuration(self) -> dict[str, bool]:
        titles = self.attacker.random.sample(["Words", "Shout", "Digest", "Loud"], 2)
        self._configure(
            r"outputs = .*", f'outputs = {{ words = "{titles[0]}", shout = "{titles[1]}" }}'
        )
        return {}

    def _call_the_own_columns_otherwise(self) -> dict[str, bool]:
        own = self.attacker.random.choice(["sheetd id", "Nr", "No."])
        self._configure(r"(spreadsheet = .*)(\nid_column = .*)?", rf'\1\nid_column = "{own}"')
        return {}

    def _call_the_sheet_otherwise(self) -> dict[str, bool]:
        name = self.attacker.random.choice(["jobs", "hunt", "search"])
        self._configure('name = ".*"\nspreadsheet', f'name = "{name}"\nspreadsheet')
        return {}

    def _call_the_step_otherwise(self) -> dict[str, bool]:
        name = self.attacker.random.choice(["word_count", "count", "words"])
        self._configure(r"tool = .*(\nname = .*)?", f'tool = "word_count"\nname = "{name}"')
        return {}

    def _install_another_version(self) -> dict[str, bool]:
        processor = self.loop.folder / "my-tools" / "word_count" / "processor.py"
        text = processor.read_text(encoding="utf-8")
        version = self.attacker.random.randint(1, 9)
        text = re.sub(r"version = \d", f"version = {version}", text)
        processor.write_text(text, encoding="utf-8")
        self.loop.reopen()
        return {}

    def _allow_adoption(self) -> dict[str, bool]:
        adopt = self.attacker.random.choice(["[]", '["Digest", "Words"]', '["Loud"]'])
        self._configure(r"worksheet = .*(\nadopt = .*)?", f'worksheet = "Jobs"\nadopt = {adopt}')
        return {}

    def _lose_the_mirror(self) -> dict[str, bool]:
        self.loop.lose_mirror()
        return {"take_over": True}

    def _lose_the_mirror_and_say_nothing(self) -> dict[str, bool]:
        keep = self.loop.config.with_name("kept.db")
        self.loop.close()
        database = self.loop.folder / "sheetd.db"
        database.rename(keep)
        self.loop.reopen()
        self._compare({})  # refused
        self.loop.close()
        keep.replace(database)
        self.loop.reopen()
        return {}

    def _configure(self, pattern: str, new: str) -> None:
        text = self.loop.config.read_text(encoding="utf-8")
        self.loop.config.write_text(re.sub(pattern, new, text, count=1), encoding="utf-8")
        self.loop.reopen()

    def _compare(self, options: dict[str, bool]) -> None:
        before = self.attacker.grid()
        planned = self._run(dry_run=True, **options)
        if self.attacker.grid() != before:
            self._fault("a dry run changed the sheet")
        edits = self._count_edits()
        done = self._run(**options)
        after = self.attacker.grid()
        if str(planned.failure) != str(done.failure):
            self._fault(f"said {planned.failure}, did {done.failure}")
        self._in_the_way = re.findall('"(.+?)"', done.failure.message) if done.failure else []
        if done.failure is not None:
            self.refused += 1
            if after != before:
                self._fault(f"refused, and changed the sheet: {done.failure}")
            return
        for name in _COUNTED:
            if getattr(planned, name) != getattr(done, name):
                said, did = getattr(planned, name), getattr(done, name)
                self._fault(f"{name}: said {said}, did {did}")
        self._compare_sentences(planned, done, before, after, self._count_edits() - edits)

    def _compare_sentences(
        self,
        planned: SheetReport,
        done: SheetReport,
        before: list[list[Any]],
        after: list[list[Any]],
        edits: int,
    ) -> None:
        said = planned.planned
        notes = [note for note in done.notes if "taken over" not in note]  # planned as a sentence
        if planned.notes != notes:
            self._fault(f"noted {planned.notes}, then {notes}")
        retitled = [found[2] for s in planned.notes if (found := _RETITLES.match(s))]
        created = [s.split("'")[1] for s in said if s.startswith("create column")]
        new = (Counter(map(str, after[0])) - Counter(map(str, before[0]))).elements()
        unsaid = Counter(title for title in new if title) - Counter([*created, *retitled])
        unmade = Counter(created) - Counter(map(str, after[0]))
        if unsaid or unmade:
            self._fault(f"said it creates {created}, created {unsaid} besides, lacks {unmade}")
        kept = sum(1 for s in said if s.startswith("keep the value typed over"))
        if kept != min(edits, 20):
            self._fault(f"said it keeps {kept} typed values, kept {edits}")
        jobs = sum(int(found[1]) for s in said if (found := _RUNS.match(s)))
        ran = done.jobs.done + done.jobs.failed + done.jobs.retrying
        if jobs != ran:
            self._fault(f"said {jobs} jobs, ran {ran}")
        named = {found[1] for s in said if (found := _WRITES.match(s))}
        if not named and not jobs and done.cells_written:
            self._fault(f"said it writes nothing, wrote {done.cells_written} cells")

    def _count_edits(self) -> int:
        with self.loop.application.database.connect() as connection:
            return connection.scalar(select(func.count()).select_from(hand_edits)) or 0

    def _run(self, **options: bool) -> SheetReport:
        return self.loop.run(allow_mass_delete=True, **options).sheets[0]

    def _fault(self, what: str) -> None:
        self.faults.append(f"plan {self.plans}: {what}; after {self.attacker.log[-6:]}")

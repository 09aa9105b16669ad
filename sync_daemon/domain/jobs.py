"""Jobs: one step of the pipeline on one row for one input hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
"""What JSON can hold; inputs and results are kept in this form."""


@dataclass(frozen=True, slots=True)
class FromColumn:
    """A tool input that is read from a column of the sheet."""

    header: str


@dataclass(frozen=True, slots=True)
class FromStep:
    """A tool input that is another step's output (``step.output`` in the configuration)."""

    step: str
    output: str


Source: TypeAlias = FromColumn | FromStep


class Ask(Enum):
    """How the user is asked for what a tool's input lacks; a tool annotates its fields with it."""

    FILL_IN = "fill in"  # fill in Status
    ADD = "add"  # add a Link
    PASTE = "paste"  # paste the Description


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One configured step as the planner sees it.

    Of an input's sources the first that is not blank counts. ``asks`` says how the
    user is asked for an input, ``remark`` what a row is told while the required
    ones are blank. ``fingerprint`` changes whenever the step's results may change with equal
    inputs: it covers the tool's name and version and the options, with the
    contents of files that the options name.
    """

    name: str
    tool: str
    version: int
    fingerprint: str
    inputs: Mapping[str, Sequence[Source]]
    required: frozenset[str]
    outputs: Mapping[str, str]
    recheck_every: timedelta | None = None
    max_attempts: int = 5
    has_outside_effect: bool = False
    asks: Mapping[str, Ask] = field(default_factory=dict)
    remark: str = ""

    @property
    def sources(self) -> Iterator[Source]:
        """All sources of all inputs."""
        return (source for sources in self.inputs.values() for source in sources)


@dataclass(frozen=True, slots=True)
class Job:
    """Work for an executor. ``inputs`` are validated and in JSON form."""

    row_id: str
    sheet: str
    step: str
    tool: str
    inputs: Mapping[str, JsonValue]
    input_hash: str
    attempt: int = 1


NEVER = timedelta.max
"""A time that does not come, of a job that is not run again by itself."""


class OutcomeKind(Enum):
    """How an attempt at a job ended."""

    DONE = "done"
    TRANSIENT = "transient"  # worth another attempt later
    POSTPONED = "postponed"  # it did not begin: worth another attempt, and does not count as one
    PERMANENT = "permanent"  # the user has to do something


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt at a job.

    ``values`` is the result in JSON form; ``retry_after_s`` is set when the tool
    said when a transient failure is worth another attempt, or a postponed job its first;
    ``recheck_after`` when it said how long this result holds (`NEVER`: for good).
    """

    job: Job
    kind: OutcomeKind
    started_at: datetime
    duration_s: float
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    error: str = ""
    retry_after_s: float | None = None
    recheck_after: timedelta | None = None

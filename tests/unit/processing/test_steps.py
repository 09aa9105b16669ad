from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import Field, FilePath

from sync_daemon.domain.jobs import FromColumn, FromStep
from sync_daemon.errors import ConfigError
from sync_daemon.processing.loading import Origin, ToolEntry, ToolProblem
from sync_daemon.processing.registry import ToolRegistry
from sync_daemon.processing.steps import StepPlace, check_steps, prepare_steps
from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolOptions, ToolResultSchema

if TYPE_CHECKING:
    from pathlib import Path


class Text(ToolInputSchema):
    text: str
    hint: str = ""


class Words(ToolResultSchema):
    words: int
    terms: list[str] = Field(default=[])


class Options(ToolOptions):
    top: int = 5
    resume: FilePath | None = None


class Counter(Tool[Text, Words]):
    """Count."""

    name = "counter"
    version = 2
    Options = Options

    def process(self, entry: Text, context: ToolContext) -> Words:
        return Words(words=0)


BROKEN = ToolProblem("broken", "p.py", "p.py, line 3: invalid syntax.", "Correct it.")
REGISTRY = ToolRegistry({"counter": ToolEntry(Counter(), Origin.BUILT_IN, "counter.py")}, (BROKEN,))


@dataclass(frozen=True)
class Step:
    name: str | None = None
    tool: str = "counter"
    inputs: Mapping[str, str | Sequence[str]] = field(
        default_factory=lambda: {"text": "Description"}
    )
    outputs: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def problems_of(*steps: Step, place: StepPlace | None = None) -> list[str]:
    return check_steps(steps, REGISTRY, place or StepPlace("jobs"))[1]


KEY = "sheets[jobs].steps"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([Step(tool="countr")],
         f'{KEY}[0].tool: there is no tool "countr". Did you mean "counter"?'),
        ([Step(tool="zzz")], f'{KEY}[0].tool: there is no tool "zzz". There are: counter.'),
        ([Step(tool="broken")], f"{KEY}[0].tool: p.py, line 3: invalid syntax. Correct it."),
        ([Step(inputs={"text": "A", "hnt": "B"})],
         f'{KEY}[0].inputs.hnt: counter has no such input. Did you mean "hint"?'),
        ([Step(inputs={})],
         (f"{KEY}[0].inputs.text: counter needs this input; map it to a column"
         ' (text = "Header") or to another step\'s output.')),
        ([Step(inputs={"text": " "})], f"{KEY}[0].inputs.text: names no column."),
        ([Step(outputs={"word": "W"})],
         f'{KEY}[0].outputs.word: counter has no such output. Did you mean "words"?'),
        ([Step(outputs={"words": ""})], f"{KEY}[0].outputs.words: the column has no name."),
        ([Step(options={"tpo": 3})],
         f'{KEY}[0].options.tpo: counter has no such option. Did you mean "top"?'),
        ([Step(options={"top": "many"})],
         (f"{KEY}[0].options.top: Input should be a valid integer, unable to parse string as an"
         " integer.")),
        ([Step(outputs={"words": "W", "terms": "W"})],
         f'{KEY}[0].outputs.terms: column "W" is already written by {KEY}[0].outputs.words.'),
        ([Step(outputs={"words": "Description"})],
         (f'{KEY}[0].inputs.text: column "Description" is written by {KEY}[0].outputs.words;'
         " to take that output, write step.output.")),
        ([Step(outputs={"words": "sheetd id"})],
         f'{KEY}[0].outputs.words: "sheetd id" is the id column; choose another column.'),
        ([Step(inputs={"text": "sheetd status"})],
         f'{KEY}[0].inputs.text: "sheetd status" is the status column, which no tool can read.'),
        ([Step(), Step()],
         (f'{KEY}[1].name: "counter" is also the name of step 0;'
         ' give one of them another (name = "…").')),
        ([Step(name="a.b")], f'{KEY}[0].name: "a.b" must not contain a dot.'),
        ([Step(), Step("b", inputs={"text": "counter.term"})],
         f'{KEY}[1].inputs.text: step "counter" has no output "term". Did you mean "terms"?'),
        ([Step(inputs={"text": ["A", " "]})], f"{KEY}[0].inputs.text[1]: names no column."),
        ([Step(), Step("b", inputs={"text": ["Description", "counter.term"]})],
         f'{KEY}[1].inputs.text[1]: step "counter" has no output "term".'),
        ([Step(inputs={"text": ["A", "W"]}, outputs={"words": "W"})],
         f'{KEY}[0].inputs.text[1]: column "W" is written by {KEY}[0].outputs.words;'),
        ([Step("a", inputs={"text": ["Text", "b.terms"]}), Step("b", inputs={"text": "a.terms"})],
         f"{KEY}: these steps wait for each other: "),
        ([Step("a", inputs={"text": "b.terms"}), Step("b", inputs={"text": "a.terms"})],
         f"{KEY}: these steps wait for each other: "),
        ([Step("a", inputs={"text": "a.terms"})],
         f"{KEY}: these steps wait for each other: a → a."),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_key(steps: list[Step], said: str) -> None:
    (problem,) = problems_of(*steps)
    assert problem.startswith(said)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        prepare_steps(
            [Step(inputs={"txt": "A"}, outputs={"x": "B"}, options={"y": 1}), Step(tool="no")],
            REGISTRY,
            StepPlace("jobs"),
        )
    for part in ("inputs.txt", "inputs.text", "outputs.x", "options.y", "steps[1].tool"):
        assert part in caught.value.message


def prepare(*steps: Step, **place: Any) -> list[Any]:
    return prepare_steps(steps, REGISTRY, StepPlace("jobs", **place))


def test_a_step_follows_those_it_needs_and_others_keep_their_order() -> None:
    names = [
        step.spec.name
        for step in prepare(
            Step("z"),
            Step("late", inputs={"text": "early.terms", "hint": "z.words"}),
            Step("m"),
            Step("early"),
        )
    ]
    assert names == ["z", "m", "early", "late"]


def test_the_spec_says_what_the_planner_needs() -> None:
    first, second = prepare(
        Step(outputs={"words": " Count "}),
        Step("next", inputs={"text": "counter.terms", "hint": "no.step"}),
    )
    assert first.spec.inputs == {"text": (FromColumn("Description"),)}
    assert first.spec.outputs == {"words": "Count"}
    assert (first.spec.name, first.spec.version, first.spec.required) == ("counter", 2, {"text"})
    assert second.spec.inputs == {
        "text": (FromStep("counter", "terms"),),
        "hint": (FromColumn("no.step"),),
    }


def test_several_sources_keep_their_order_and_are_needed_before() -> None:
    steps = prepare(Step("late", inputs={"text": ["Description", "early.terms"]}), Step("early"))
    assert [step.spec.name for step in steps] == ["early", "late"]
    assert steps[1].spec.inputs == {"text": (FromColumn("Description"), FromStep("early", "terms"))}


class Heir(Counter):
    """Count what is given, and no more give it on."""

    name = "heir"
    passed_on = {"pasted": "terms"}  # noqa: RUF012 - as tools write it


def test_an_input_that_was_only_given_on_becomes_a_source_before_the_output() -> None:
    tools = {
        "counter": ToolEntry(Counter(), Origin.BUILT_IN, "counter.py"),
        "heir": ToolEntry(Heir(), Origin.BUILT_IN, "heir.py"),
    }
    steps = prepare_steps(
        [
            Step("first", "heir", inputs={"text": "Link", "pasted": "Description"}),
            Step("next", inputs={"text": "first.terms", "hint": ["Notes", "first.terms"]}),
            Step("other", inputs={"text": "first.words"}),
        ],
        ToolRegistry(tools, ()),
        StepPlace("jobs"),
    )
    pasted = (FromColumn("Description"), FromStep("first", "terms"))
    assert steps[0].spec.inputs == {"text": (FromColumn("Link"),)}
    assert steps[1].spec.inputs == {"text": pasted, "hint": (FromColumn("Notes"), *pasted)}
    assert steps[2].spec.inputs == {"text": (FromStep("first", "words"),)}


def test_the_fingerprint_follows_options_and_the_content_of_files(tmp_path: Path) -> None:
    def fingerprint(folder: Path, **options: Any) -> str:
        (step,) = prepare(Step(options=options), config_dir=folder)
        value: str = step.spec.fingerprint
        return value

    here, there = tmp_path / "a", tmp_path / "b"
    for folder in (here, there):
        folder.mkdir()
        (folder / "cv.md").write_text("Python")
    first = fingerprint(here, resume="cv.md")
    assert fingerprint(there, resume="cv.md") == first
    assert fingerprint(here) != first
    assert fingerprint(here, top=5) == fingerprint(here)
    assert fingerprint(here, top=6) != fingerprint(here)
    (here / "cv.md").write_text("Rust")
    assert fingerprint(here, resume="cv.md") != first


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(
        Step(options={"resume": "cv.md"}), place=StepPlace("jobs", config_dir=tmp_path)
    )
    assert problem.startswith(f"{KEY}[0].options.resume: Path does not point to a file")
    assert str(tmp_path / "cv.md") in problem

"""The page that answers each demand on a backend: every line leads somewhere, or says why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "backend-guide.md"
SUBJECTS = [
    "Structure", "Names", "Layers", "Asynchronous work", "Configuration", "Database", "Schemas",
    "Migrations", "Google Sheets", "Errors", "Background work", "Performance", "Security", "Tests",
    "Pitfalls", "Tooling", "Deployment", "Style",
]  # fmt: skip
FEWEST = 80  # demands; a page that loses them is no answer
_CODE = re.compile(r"`([^`]+)`")
_SHORTEST_REASON = 15


@dataclass(frozen=True)
class Line:
    """One demand and its answer."""

    demand: str
    where: str
    shown: str


def lines_of(text: str) -> list[Line]:
    """The lines of the page's tables, without their heads."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return [Line(*each) for each in cells if each[0] != "demand" and not set(each[0]) <= {"-", " "}]


def faults_of(line: Line, root: Path = ROOT) -> list[str]:
    """What is wrong with a line."""
    paths = [code for code in _CODE.findall(line.where) if "/" in code or "." in code]
    faults = [f"there is no {path}" for path in paths if not (root / path).exists()]
    tests = [code for code in _CODE.findall(line.shown) if "::" in code]
    faults += [f"there is no {test}" for test in tests if not is_test(test, root)]
    if not line.shown.startswith("Not here"):
        faults += [] if paths else ["it names no place"]
        faults += [] if tests else ["it names no test, and no reason"]
    elif len(line.shown.partition(":")[2]) < _SHORTEST_REASON and not tests:
        faults.append("it says no reason")
    return faults


def is_test(name: str, root: Path) -> bool:
    path, _, function = name.partition("::")
    file = root / path
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.search(rf"^def {re.escape(function)}\(", text, re.MULTILINE) is not None


@pytest.mark.parametrize(
    "line", lines_of(PAGE.read_text(encoding="utf-8")), ids=lambda line: str(line.demand)[:50]
)
def test_a_demand_is_met_and_shown_or_a_reason_is_given(line: Line) -> None:
    assert faults_of(line) == []


def test_no_subject_is_left_out() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SUBJECTS
    assert len(lines_of(text)) >= FEWEST


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("| Sound | `sync_daemon/log.py` | yes |", "no test, and no reason"),
        ("| Sound | | `tests/unit/test_log.py::test_x` |", "no place"),
        ("| Sound | `sync_daemon/loud.py` | Not here: " + "x" * 50 + " |", "no sync_daemon/loud"),
        ("| Sound | `sync_daemon/log.py` | `tests/unit/test_log.py::test_loud` |", "::test_loud"),
        ("| Sound | `sync_daemon/log.py` | `tests/unit/loud.py::test_x` |", "no tests/unit/loud"),
        ("| Sound | `sync_daemon/log.py` | Not here. |", "no reason"),
    ],
)
def test_a_line_that_answers_nothing_is_a_fault(line: str, fault: str) -> None:
    [found] = lines_of(f"| demand | where | test |\n| --- | --- | --- |\n{line}\n")

    assert fault in "; ".join(faults_of(found))

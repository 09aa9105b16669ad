from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from tests.support.drawing import examples
from tests.support.fake_clock import StoppedClock

if TYPE_CHECKING:
    from pathlib import Path

    from sync_daemon.domain.jobs import Outcome

REGISTRY = load_registry(installed=())
POSTING = """
<h2>Requirements</h2>
<ul><li>5+ years of experience with Python and k8s, JS or Golang
<li>Bachelor degree in Computer Science, fluent German, AWS Certified
<li>Strong communication skills, TDD, microservices on Azure with Django and GDPR</ul>
<h2>What we offer</h2>
<ul><li>Rust yoga, 30 days of holiday
<li>Elixir</ul>
"""


def run(text: str, **options: Any) -> Outcome:
    return run_tool(REGISTRY, "keyword_analyzer", {"text": text}, options, clock=StoppedClock())


def result(text: str, **options: Any) -> dict[str, Any]:
    outcome = run(text, **options)
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return dict(outcome.values)


def test_a_posting_is_taken_apart_by_kind() -> None:
    found = result(POSTING)
    assert {"Python", "JavaScript", "Go"} <= set(found["languages"])
    assert found["frameworks"] == ["Django"]
    assert {"Kubernetes", "Azure"} <= set(found["tools"])
    assert {"Test-driven development", "Microservices"} <= set(found["methods"])
    assert found["standards"] == ["GDPR"]
    assert found["degrees"] == ["Bachelor degree"]
    assert found["certificates"] == ["AWS Certified"]
    assert found["spoken_languages"] == ["German"]
    assert found["soft_skills"] == ["communication skills"]
    assert found["years_of_experience"] == 5
    assert {"k8s", "JS", "Golang", "TDD"} <= set(found["terms"])
    assert found["kinds"]["Kubernetes"] == "tool"
    assert found["counts"]["Python"] == 1
    assert not {"Rust", "Elixir"} & set(found["keywords"] + found["languages"])


def test_options_limit_what_is_given() -> None:
    assert len(result(POSTING, top=3)["keywords"]) == 3
    assert all(" " not in one for one in result(POSTING, phrases=False)["keywords"])
    text = "Experience with Python. Knowledge of Python and SQL."
    assert result(text, min_count=2)["keywords"] == ["Python"]


def test_the_frequency_table_stays_available() -> None:
    found = result("yoga, yoga, tea", method="frequency")
    assert found["counts"] == {"yoga": 2, "tea": 1}
    assert found["kinds"] == {}
    assert found["languages"] == []


def test_a_trade_far_from_computing_is_read() -> None:
    found = result(
        "Registered nurse with experience in intensive care, BLS certified. Fluent Spanish.\n"
        "Knowledge of wound care and medication administration."
    )
    assert {"Registered nurse", "intensive care"} <= set(found["terms"])
    assert found["spoken_languages"] == ["Spanish"]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Wir suchen Erfahrung mit Python und für die Qualitätssicherung",
         {"Python", "Qualitätssicherung"}, {"und", "für", "die"}),
        ("Nous cherchons une personne avec React et l'ingénierie des données",
         {"React", "ingénierie"}, {"nous", "une", "et"}),
        ("Buscamos una persona con SQL y diseño para nuestro equipo", {"SQL", "diseño"},
         {"una", "con", "y"}),
    ],
)  # fmt: skip
def test_other_languages_do_not_break_it(text: str, wanted: set[str], unwanted: set[str]) -> None:
    found = result(text, phrases=False)["keywords"]
    assert wanted <= set(found)
    assert not {one.casefold() for one in found} & unwanted


def test_a_resume_is_compared_whatever_its_spellings(tmp_path: Path) -> None:
    resume = tmp_path / "cv.md"
    resume.write_text("# Me\n- python, Kubernetes, Javascript\n- REST services", encoding="utf-8")
    found = result("Experience with Python, k8s, JS and Rust is required", resume=str(resume))
    assert set(found["matched"]) == {"Python", "Kubernetes", "JavaScript"}
    assert found["missing"] == ["Rust"]
    assert 60 <= found["score"] < 100


def test_a_text_without_a_term_gives_nothing() -> None:
    found = result("We like dogs.")
    assert (found["keywords"], found["score"], found["years_of_experience"]) == ([], None, None)


@settings(max_examples=examples(60))
@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_any_text_gives_the_same_result_twice(text: str) -> None:
    first, second = run(f"Python {text}"), run(f"Python {text}")
    assert first.kind is OutcomeKind.DONE, first.error
    assert first.values == second.values

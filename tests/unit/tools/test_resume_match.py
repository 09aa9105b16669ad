from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.errors import ConfigError
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.tooling.skills.vocabulary import all_spellings
from tests.support.drawing import examples
from tests.support.fake_clock import StoppedClock
from tools.resume_match.posting import read_posting
from tools.resume_match.processor import labels
from tools.resume_match.profile import read_profile
from tools.resume_match.related import SIMILAR, USES, names, stand_in
from tools.resume_match.scoring import Comparison, compare, hundred_points

REGISTRY = load_registry(installed=())
NOW = datetime(2026, 5, 15, tzinfo=UTC)
TODAY = NOW.date()
POSTING = """
About the role
We build a platform for harbours.

Requirements:
- 5+ years of experience with Python and k8s
- Experience with PostgreSQL and Kafka
- Bachelor's degree in Computer Science
- Fluent German

Nice to have:
- Knowledge of Rust and Terraform

What we offer:
- Free Haskell lessons
"""
RESUME = """# Jo Doe

## Experience
Backend engineer, Acme, Mar 2019 - present
- Python, Django, PostgreSQL and Docker on AWS
Developer, Foo, 2016 - 2019

## Education
MSc in Computer Science, 2010 - 2016

## Languages
German (native), English C1
"""


def run(text: str, title: str | None = None, **options: Any) -> dict[str, Any]:
    inputs = {"text": text} if title is None else {"text": text, "title": title}
    outcome = run_tool(REGISTRY, "resume_match", inputs, options, clock=StoppedClock(NOW))
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return dict(outcome.values)


def score(posting: str, resume: str) -> Comparison:
    return compare(read_posting(posting), read_profile(resume, TODAY))


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    (tmp_path / "cv.md").write_text(RESUME, encoding="utf-8")
    return tmp_path / "cv.md"


def test_a_resume_is_scored_with_its_reasons(cv: Path) -> None:
    found = run(POSTING, resume=str(cv))
    assert {"Python", "PostgreSQL"} <= set(found["matched"])
    assert set(found["missing_required"]) == {"Kubernetes", "Kafka"}
    assert {"Rust", "Terraform"} <= set(found["missing"]) - set(found["missing_required"])
    assert "Haskell" not in found["missing"]
    assert (found["years_required"], found["years_found"]) == (5, 10.4)
    assert 50 <= found["score"] <= 90
    reasons = "\n".join(found["reasons"])
    for part in (
        "required and missing: ",
        "asks for 5 years of experience; 10.4 are shown",
        "asks for a degree (bachelor); master is shown",
        "asks for German C1, which is shown",
    ):
        assert part in reasons


def test_what_is_required_is_missed_before_what_would_be_nice(cv: Path) -> None:
    missing = run(POSTING, resume=str(cv))["missing"]
    assert max(map(missing.index, ("Kubernetes", "Kafka"))) < min(
        map(missing.index, ("Rust", "Terraform"))
    )


def test_the_same_texts_give_the_same_result(cv: Path) -> None:
    assert run(POSTING, resume=str(cv)) == run(POSTING, resume=str(cv))


def test_of_several_the_best_is_named(cv: Path, tmp_path: Path) -> None:
    (tmp_path / "cook.txt").write_text("Cook. I make soup and bread, and I know food hygiene.")
    (tmp_path / "ops.txt").write_text(RESUME + "\nKubernetes, Kafka, Terraform, Rust")
    several = [str(tmp_path / name) for name in ("cook.txt", "ops.txt")]
    found = run(POSTING, resume=str(cv), resumes=several)
    assert found["best_resume"] == "ops.txt"
    scores = found["scores"]
    assert list(scores) == ["cv.md", "cook.txt", "ops.txt"]
    assert scores["cook.txt"] < scores["cv.md"] < scores["ops.txt"] == found["score"]


def test_words_of_the_title_weigh_more(cv: Path) -> None:
    plain, titled = (run(POSTING, title, resume=str(cv)) for title in (None, "Kafka engineer"))
    assert titled["score"] < plain["score"]
    assert titled["missing"][0] == "Kafka"


def test_a_posting_in_html_asks_for_the_same_as_one_in_markdown() -> None:
    html = re.sub(r"(?m)^- (.*)$", r"<li><p>\1</p></li>", POSTING)
    html = re.sub(r"(?m)^(\w[\w ]*):$", r"<h3>\1</h3>", html)
    assert read_posting(html) == read_posting(POSTING)
    short = "<h2>Benefits</h2><li>Laptop with Linux</li><h2>You have</h2><li>Kotlin</li>"
    assert [one.name for one in read_posting(short).terms] == ["Kotlin"]


def test_a_skill_that_only_the_title_names_counts() -> None:
    posting = read_posting("Requirements:\n- Experience with Django", "Python engineer (m/f/d)")
    assert {one.name for one in posting.terms} == {"Django", "Python"}
    assert read_posting("We like dogs.", "Kafka engineer").terms[0].weight == 1.05
    assert not read_posting("We like dogs.", "Head of everything").terms


def test_a_language_that_would_be_nice_weighs_less_than_one_that_is_required() -> None:
    posting = "Requirements:\n- Python\n- Fluent English\n- German is a plus\n"
    without_german, without_english = (
        score(posting, f"Ich arbeite mit Python und der Cloud.\n{language}").score or 0
        for language in ("Englisch C1", "Deutsch")
    )
    assert 0 < without_english < without_german < 100


@pytest.mark.parametrize("posting", [POSTING, "Requirements:\n- German", "- Rust, Go, Kafka, SQL"])
def test_the_points_of_the_reasons_make_the_score(posting: str) -> None:
    found = score(posting, RESUME)
    points = re.findall(r": (\d+) of (\d+) points", "\n".join(found.reasons))
    assert sum(int(have) for have, _ in points) == found.score
    assert sum(int(most) for _, most in points) == 100


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_a_hundred_points_are_shared_by_weight(weights: list[float]) -> None:
    points = hundred_points(weights)
    assert sum(points) == 100
    for point, weight in zip(points, weights, strict=True):
        assert abs(point - 100 * weight / sum(weights)) < 1 + 1e-9


def test_files_of_one_name_are_told_apart_by_their_folders(cv: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "cv.md").write_text("I cook and I bake for the sea and the people.")
    found = run(POSTING, resumes=[str(tmp_path / "old" / "cv.md"), str(cv)])
    assert list(found["scores"]) == ["old/cv.md", f"{tmp_path.name}/cv.md"]
    assert found["best_resume"] == f"{tmp_path.name}/cv.md"
    assert labels([Path("/a/b.pdf"), Path("/a/c.pdf")]) == {
        Path("/a/b.pdf"): "b.pdf",
        Path("/a/c.pdf"): "c.pdf",
    }


def test_a_resume_that_has_all_of_it_scores_100() -> None:
    everything = RESUME + "\n## Skills\nk8s, Kafka, Rust, Terraform, Computer Science, harbours\n"
    assert score(POSTING, everything).score == 100


def test_a_posting_that_asks_for_nothing_has_no_score(cv: Path) -> None:
    found = run("We like dogs.", resume=str(cv))
    assert found["score"] is None
    assert found["reasons"] == ["The posting asks for nothing that can be compared."]


def test_no_resume_is_told_as_an_option_to_set() -> None:
    with pytest.raises(ConfigError, match="set resume, the path of your résumé"):
        run(POSTING)


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_other_languages_do_not_break_it(language: str) -> None:
    posting = {
        "de": "Dein Profil:\n- Mindestens 3 Jahre Erfahrung mit Python\n- Kubernetes von Vorteil\n"
        "- Verhandlungssicheres Deutsch",
        "fr": "Profil recherché :\n- 3 ans d'expérience avec Python\n- Kubernetes serait un plus",
        "es": "Requisitos:\n- 3 años de experiencia con Python\n- Se valorará Kubernetes",
    }[language]
    found = score(posting, "Berufserfahrung\n2020 - heute Python, Deutsch: Muttersprache")
    assert found.matched == ["Python"]
    assert found.missing == ["Kubernetes"]
    assert found.missing_required == []
    assert found.score is not None
    assert found.score > 60


@pytest.mark.parametrize(
    ("asked", "shown", "reason"),
    [
        ("Fluent German", "German B1", "asks for German C1; B1 is shown"),
        ("Fluent German", "I like tea", "asks for German C1; it is not shown"),
        ("German B1", "German C2", "asks for German B1, which is shown"),
        ("English", "I like tea and the sea", "asks for English, which is shown"),
        ("PhD in Physics", "BSc in Physics", "asks for a degree (doctorate); bachelor is shown"),
        ("3 years of experience", "tea", "asks for 3 years of experience; none are shown"),
    ],
)
def test_levels_are_compared(asked: str, shown: str, reason: str) -> None:
    reasons = score(f"Requirements:\n- {asked}", shown).reasons
    assert any(one.startswith(f"{reason}: ") for one in reasons)


def test_related_skills_count_in_part_and_are_told() -> None:
    assert stand_in("SQL", {"PostgreSQL"}) == ("PostgreSQL", USES)
    assert stand_in("Azure", {"AWS"}) == ("AWS", SIMILAR)
    assert stand_in("Azure", {"Python"}) is None
    found = score("Requirements:\n- Experience with Azure and Python", "AWS")
    assert "AWS counts 40% for Azure" in found.reasons
    assert "Azure" in found.missing


def test_related_skills_are_names_of_the_vocabulary() -> None:
    assert names() <= {one.skill.name for one in all_spellings()}


def test_json_resume_dates_and_levels_are_read(tmp_path: Path) -> None:
    resume = {
        "basics": {"name": "Jo", "email": "jo@example.org", "summary": "Engineer"},
        "work": [
            {
                "name": "Acme",
                "position": "Engineer",
                "startDate": "2020-06",
                "highlights": ["Kafka"],
            }
        ],
        "education": [{"studyType": "Bachelor", "area": "Computer Science", "startDate": "2010"}],
        "skills": [{"name": "Web", "keywords": ["Python", "PostgreSQL", "Kubernetes"]}],
        "languages": [{"language": "German", "fluency": "Elementary proficiency"}],
    }
    (tmp_path / "cv.json").write_text(json.dumps(resume))
    found = run(POSTING, resume=str(tmp_path / "cv.json"))
    assert found["years_found"] == 6.0
    assert {"Python", "PostgreSQL", "Kubernetes", "Kafka"} <= set(found["matched"])
    reasons = "\n".join(found["reasons"])
    assert "asks for German C1; A2 is shown: " in reasons
    assert "asks for a degree (bachelor); bachelor is shown: " in reasons


LINES = [line for line in RESUME.splitlines() if line.startswith("- ")] + [
    "Kafka and Go",
    "Terraform",
    "French B2",
    "PhD in Physics",
]


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(LINES), unique=True), st.sampled_from(LINES))
def test_a_line_more_never_lowers_the_score(lines: list[str], more: str) -> None:
    less, longer = (
        score(POSTING, "\n".join(["the résumé", *some])) for some in (lines, [*lines, more])
    )
    assert less.score is not None
    assert longer.score is not None
    assert longer.score >= less.score
    assert set(longer.missing) <= set(less.missing)


SKILLS = st.sampled_from(sorted({one.skill.name for one in all_spellings()}))


@settings(max_examples=examples(60))
@given(st.lists(SKILLS, min_size=1, max_size=12, unique=True), st.data())
def test_a_skill_more_never_lowers_the_score(asked: list[str], data: st.DataObject) -> None:
    posting = "\n".join(["Requirements:", *(f"- Experience with {name}" for name in asked)])
    have = data.draw(st.lists(SKILLS | st.sampled_from(asked), max_size=6))
    more = data.draw(SKILLS | st.sampled_from(asked))
    less, longer = (score(posting, "\n".join(["CV", *some])) for some in (have, [*have, more]))
    assert (longer.score or 0) >= (less.score or 0)
    assert set(longer.missing) <= set(less.missing)


@settings(max_examples=examples(25))
@given(st.permutations(LINES))
def test_the_order_of_a_resumes_lines_does_not_matter(lines: list[str]) -> None:
    assert score(POSTING, "\n".join(lines)) == score(POSTING, "\n".join(LINES))

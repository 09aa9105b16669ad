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


def run(text: str, **options: Any) -> Outcome:
    options = {"method": "frequency", **options}
    return run_tool(REGISTRY, "keyword_analyzer", {"text": text}, options, clock=StoppedClock())


def result(text: str, **options: Any) -> dict[str, Any]:
    outcome = run(text, **options)
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return dict(outcome.values)


def keywords(text: str, **options: Any) -> list[str]:
    found: list[str] = result(text, **{"top": 50, **options})["keywords"]
    return found


def test_terms_are_ranked_by_frequency_without_stop_words() -> None:
    found = result("Python and SQL. We use Python with the SQL of Python, and dbt.")
    assert found["keywords"] == ["Python", "SQL", "dbt"]
    assert found["counts"] == {"Python": 3, "SQL": 2, "dbt": 1}
    assert (found["score"], found["matched"], found["missing"]) == (None, [], [])


def test_options_limit_what_is_given() -> None:
    text = "Python Python, SQL SQL, dbt, machine learning"
    assert keywords(text, top=1) == ["Python"]
    assert keywords(text, min_count=2) == ["Python", "SQL"]
    assert "machine learning" not in keywords(text, phrases=False)
    assert "learning" in keywords(text, phrases=False)


def test_phrases_take_the_place_of_their_words() -> None:
    text = "Knowledge of machine learning and of continuous integration is a plus."
    found = result(text, top=50)
    assert set(found["phrases"]) == {"machine learning", "continuous integration"}
    assert found["keywords"] == found["phrases"]


SYMBOL_NAMES = (
    "C", "R", "C++", "C#", "F#", ".NET", "Node.js", "ASP.NET", "CI/CD", "T-SQL", "Objective-C",
    "Go",
)  # fmt: skip


def test_symbol_and_letter_names_are_kept_apart() -> None:
    found = result(f"Languages: {', '.join(SYMBOL_NAMES)}. A/B testing.", top=50)["counts"]
    assert {name: found.get(name) for name in SYMBOL_NAMES} == dict.fromkeys(SYMBOL_NAMES, 1)
    assert found["A/B testing"] == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Experience programming in C is required", "C"),
        ("Drivers written in C/C++", "C"),
        ("C developer wanted", "C"),
        ("Statistics with R or Python", "R"),
        ("R, Python and SAS", "R"),
        ("python, c, java", "c"),
        ("Backend services in Go and Rust", "Go"),
        ("A Go developer", "Go"),
        ("C#/.NET stack", "C#"),
        ("C#/.NET stack", ".NET"),
        ("Kenntnisse in C und C++", "C"),
    ],
)
def test_a_letter_that_is_a_language_counts(text: str, name: str) -> None:
    assert name in keywords(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our R&D department",
        "Our R & D department",
        "C-level stakeholders",
        "The C suite",
        "Salary grade C",
        "Vitamin C supplements",
        "Driver licence: category C",
        "Our go to market strategy",
        "Go to market and go live",
        "Ready to go? Go further with us",
        "Let's go!",
        "J. R. Smith, owner",
    ],
)
def test_an_ordinary_letter_or_word_does_not(text: str) -> None:
    assert not {"C", "R", "Go", "c", "r", "go"} & set(keywords(text))


def test_case_and_plural_count_as_one_under_the_commonest_spelling() -> None:
    counts = result("APIs, API, APIs. pipelines; pipeline; Pipelines; pipelines", top=50)["counts"]
    assert counts == {"APIs": 3, "pipelines": 4}


def test_spellings_of_one_technology_count_as_one() -> None:
    counts = result("NodeJS, Node.js, Node.js; K8s, Kubernetes, Kubernetes")["counts"]
    assert counts == {"Node.js": 3, "Kubernetes": 3}


def test_markup_bullets_and_addresses_are_no_terms() -> None:
    text = (
        "<style>.x{color:red}</style><p>Java &amp; Kotlin</p><ul><li>Docker<li>Helm</ul>"
        "<script>var tracking=1</script>\n• Terraform\n* Ansible\n- **Grafana**"
        "\nhttps://example.org/careers jobs@example.org"
    )
    assert set(keywords(text)) == {
        "Java", "Kotlin", "Docker", "Helm", "Terraform", "Ansible", "Grafana",
    }  # fmt: skip


def test_boilerplate_ranks_below_the_work() -> None:
    text = (
        "Requirements:\nKafka and Flink\n\nWhat we offer:\nMassage, massage and more massage\n"
        "Applicants are considered regardless of religion, religion and religion.\n"
    )
    found = keywords(text)
    assert found[:2] == ["Kafka", "Flink"]
    assert found.index("Flink") < found.index("massage")


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Wir suchen Erfahrung mit Qualitätssicherung und für die Prüfung", "Qualitätssicherung",
         {"und", "für", "die", "wir", "mit"}),
        ("Nous cherchons l'ingénierie et la sécurité des données", "ingénierie",
         {"nous", "la", "et", "des", "l'ingénierie"}),
        ("Buscamos años de programación y diseño con nosotros", "programación",
         {"de", "y", "con", "años"}),
        ("Wij zoeken ervaring met gegevensanalyse en coördinatie", "coördinatie",
         {"wij", "met", "en", "ervaring"}),
    ],
)  # fmt: skip
def test_other_languages_keep_their_letters_and_lose_their_stop_words(
    text: str, wanted: str, unwanted: set[str]
) -> None:
    found = keywords(text, phrases=False)
    assert wanted in found
    assert not {one.casefold() for one in found} & unwanted


def test_a_resume_is_compared(tmp_path: Path) -> None:
    resume = tmp_path / "cv.md"
    resume.write_text("\ufeff# Me\n- python, Machine Learning\n- pipelines", encoding="utf-8")
    found = result("Python Python Python. machine learning. Rust. A pipeline.", resume=str(resume))
    assert found["matched"] == ["Python", "machine learning", "pipeline"]
    assert found["missing"] == ["Rust"]
    assert 70 <= found["score"] < 100


@pytest.mark.parametrize(("text", "score"), [("Python, Rust", 100), ("Cobol, Fortran", 0)])
def test_the_score_reaches_from_nothing_to_all(tmp_path: Path, text: str, score: int) -> None:
    (tmp_path / "cv.txt").write_text("Rust; Python")
    assert result(text, resume=str(tmp_path / "cv.txt"))["score"] == score


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff\xfe\x00", "is not UTF-8 text"), (b" \n", "is empty")]
)
def test_a_resume_that_is_no_text_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "cv.md").write_bytes(content)
    outcome = run("Python", resume=str(tmp_path / "cv.md"))
    assert outcome.kind is OutcomeKind.PERMANENT
    assert said in outcome.error
    assert outcome.error.startswith("The résumé ")


@settings(max_examples=examples(60))
@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_any_text_gives_the_same_result_twice(text: str) -> None:
    first, second = run(f"x {text}"), run(f"x {text}")
    assert first.kind is OutcomeKind.DONE, first.error
    assert first.values == second.values

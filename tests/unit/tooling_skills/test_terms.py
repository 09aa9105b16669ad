from __future__ import annotations

import pytest

from sync_daemon.tooling.skills.language import is_english
from sync_daemon.tooling.skills.terms import SkillTerm, named_skills, skill_terms
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.years import years_of_experience


def terms(*lines: str, english: bool = True) -> dict[str, SkillTerm]:
    return {one.label: one for one in skill_terms([(line, 1.0) for line in lines], english=english)}


@pytest.mark.parametrize(
    ("written", "name", "kind"),
    [
        ("k8s", "Kubernetes", Kind.TOOL),
        ("JS", "JavaScript", Kind.LANGUAGE),
        ("Golang", "Go", Kind.LANGUAGE),
        ("reactjs", "React", Kind.FRAMEWORK),
        ("TDD", "Test-driven development", Kind.METHOD),
        ("PMP", "PMP", Kind.CERTIFICATE),
        ("German", "German", Kind.SPOKEN_LANGUAGE),
        ("GDPR", "GDPR", Kind.STANDARD),
        ("communication skills", "communication skills", Kind.SOFT),
    ],
)
def test_terms_have_their_usual_names_and_kinds(written: str, name: str, kind: Kind) -> None:
    found = terms(f"Experience with Python, {written} and SQL")
    assert found[name].kind is kind


def test_spellings_of_one_skill_are_counted_together() -> None:
    found = terms("Kubernetes, k8s and K8s", "More k8s")["Kubernetes"]
    assert (found.count, found.texts["k8s"], found.text) == (4, 2, "k8s")


@pytest.mark.parametrize(
    "line",
    [
        "Experience programming in C is required",
        "C developer wanted",
        "Python, C and Java",
        "Kenntnisse in C und C++",
    ],
)
def test_a_letter_that_is_a_language_counts(line: str) -> None:
    assert "C" in terms(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("A Go developer who knows R", "R"),
        ("Backend services in Go and Rust", "Go"),
        ("- C, R and Rust a plus", "C"),
    ],
)
def test_lists_of_letters_are_languages(line: str, name: str) -> None:
    assert name in terms(line)


@pytest.mark.parametrize(
    "line",
    [
        "C-level stakeholders", "The C suite", "Salary grade C", "Vitamin C supplements",
        "Driver licence: category C", "Our go to market strategy", "Ready to go? Go further",
        "Let's go!", "Our R & D department", "J. R. Smith, owner",
    ],
)  # fmt: skip
def test_an_ordinary_letter_or_word_does_not(line: str) -> None:
    assert not {"C", "R", "Go"} & terms(line).keys()


@pytest.mark.parametrize(
    "line",
    [
        "Make sure we meet",
        "- Make it so",
        "• Express yourself",
        "You will combine and boost",
        "Express yourself and play",
    ],
)
def test_words_of_every_day_are_no_tools(line: str) -> None:
    assert not [one for one in skill_terms([(line, 1.0)]) if one.known]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Bachelor in Sinology", Kind.DEGREE),
        ("Zorgon certification", Kind.CERTIFICATE),
        ("the Zorgon framework", Kind.FRAMEWORK),
    ],
)
def test_unknown_terms_get_the_kind_of_their_words(words: str, kind: Kind) -> None:
    found = skill_terms([(f"Experience with {words} and knowledge of {words}", 1.0)])
    assert kind in {one.kind for one in found}


def test_what_stands_in_boilerplate_is_less_sure() -> None:
    low = skill_terms([("Knowledge of Python", 0.1)])[0]
    high = skill_terms([("Knowledge of Python", 1.0)])[0]
    assert low.score < high.score / 5


def test_a_resume_gives_what_the_vocabulary_knows() -> None:
    names = named_skills(["python, k8s", "10 years of bookkeeping with SAP", "C, Rust"])
    assert {"Python", "Kubernetes", "SAP", "C", "Rust"} <= names


def test_a_place_or_an_employer_is_no_term() -> None:
    assert not terms("Senior analyst", "Acme Analytics", "Location: Amsterdam, Netherlands")


def test_other_languages_are_read_by_the_vocabulary_alone() -> None:
    lines = ["Abgeschlossenes Studium der Informatik oder vergleichbare Ausbildung", "Python"]
    found = terms(*lines, english=False)
    assert {"Python", "Informatik"} <= found.keys()
    assert not {"oder", "vergleichbare"} & found.keys()


@pytest.mark.parametrize(
    ("line", "english"),
    [
        ("We are looking for a developer", True),
        ("Wir suchen eine Entwicklerin für das Team", False),
        ("Nous cherchons une ingénieure pour notre équipe", False),
        ("Buscamos una persona con experiencia en el sector", False),
        ("Python, Rust, SQL", True),
        ("", True),
    ],
)
def test_the_language_is_told(line: str, english: bool) -> None:
    assert is_english([line]) is english


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("5+ years of experience with Python", 5),
        ("3-5 years' experience in sales", 3),
        ("3 to 5 years of experience", 3),
        ("At least two (2) years experience", 2),
        ("Experience: 3+ years", 3),
        ("10+ years in Java", 10),
        ("1.5 years of experience", 1.5),
        ("three or more years of experience", 3),
        ("minimum of 4 years working in finance", 4),
        ("2 years of Go experience; 6 years of experience in all", 6),
        ("mindestens 3 Jahre Berufserfahrung", 3),
        ("3 ans d'expérience minimum", 3),
        ("5 años de experiencia", 5),
        ("7 jaar ervaring als kok", 7),
        ("We are a 20 years old company with experience in tea", None),
        ("With over 30 years of experience, our company leads", None),
        ("You must be 18 years of age", None),
        ("401k after 2 years; experience preferred", None),
        ("A 2-year contract", None),
        ("Founded 10 years ago, experienced in tea", None),
        ("", None),
    ],
)
def test_years_of_experience_are_read(line: str, years: float | None) -> None:
    assert years_of_experience([line]) == years

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling.sections import Importance
from tools.resume_match.degrees import Degree, asked_degree, degrees_in, takes_experience
from tools.resume_match.lines import posting_lines
from tools.resume_match.periods import years_of_work
from tools.resume_match.posting import read_posting
from tools.resume_match.spoken import spoken_languages

TODAY = date(2026, 5, 15)


def test_the_parts_of_an_item_are_wanted_each_for_itself() -> None:
    posting = read_posting("Requirements:\n- Fluent English; German is a plus. Rust is optional.")
    assert posting.languages == {
        "English": (4, Importance.REQUIRED),
        "German": (None, Importance.WANTED),
    }
    assert [one.weight for one in posting.terms] == [0.4]
    items = "- Experience with Node.js, e.g. Express; 3 yrs. of it (Sr. Dev.)"
    assert posting_lines(items) == [
        "- Experience with Node.js, e.g. Express",
        "- 3 yrs. of it (Sr. Dev.)",
    ]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Jan 2020 - Dec 2020", 1.0),
        ("2018 – 2020\n2019 – 2021", 4.0),
        ("01/2020 - 06/2020\n2020-07 - 2020-12", 1.0),
        ("März 2024 – heute", 2.2),
        ("seit 2024", 2.4),
        ("2019-03-01 - 2021-02-28", 2.0),
        ("juin 2020 à mai 2021", 1.0),
        ("Education\n2010 - 2016\nExperience\n2016 - 2017", 2.0),
        ("Work experience\n2016 - 2017\nEducation\n2005 - 2010", 2.0),
        ("01.03.2019 - 31.05.2020\n12 June 2020 - 3 August 2020", 1.5),
        ("2019/06 - 2019/11\n2019-12-01 -- 2020-05-31", 1.0),
        ("Sept. 2019 – Feb. 2020\nMar '20 - Aug '20", 1.0),
        ("Jan '99 - Dec '99", 1.0),
        ("January 2025 to date", 1.4),
        ("Marketing 2019 - 2019\nDecathlon 2018 - 2018", 2.0),
        ("Project manager\n2010 - 2013\nLanguage teacher\n2014 - 2017", 8.0),
        ("Education and training\n2005 - 2009\nWork experience & projects\n2010 - 2011", 2.0),
        ("Academic background\n2001 - 2009\nVolunteer experience\n2001 - 2010", None),
        ("2031 - 2035", None),
        ("2026-09 - present", None),
        ("2020 - 2010", None),
        ("1900 - 2020", None),
        ("no dates", None),
    ],
)
def test_years_of_work_are_counted_once(text: str, years: float | None) -> None:
    assert years_of_work(text.splitlines(), TODAY) == years


@given(
    st.lists(st.tuples(st.integers(2000 * 12, 2025 * 12), st.integers(0, 60)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_years_of_work_are_those_of_the_months_that_any_period_covers(
    periods: list[tuple[int, int]], mixer: Random
) -> None:
    lines = [
        f"{start // 12}-{start % 12 + 1:02} - {end // 12}-{end % 12 + 1:02}"
        for start, length in periods
        for end in [min(start + length, 2026 * 12)]
    ]
    mixer.shuffle(lines)
    months = {
        month
        for start, length in periods
        for month in range(start, min(start + length, 2026 * 12) + 1)
    }
    assert years_of_work(lines, TODAY) == (round(len(months) / 12, 1) if periods else None)


@pytest.mark.parametrize("part", ["1", "01.01.", "Jan 2019 ", "2019/", " ", "Jan '", "2019  "])
def test_a_long_line_of_parts_of_dates_is_read_and_has_no_period(part: str) -> None:
    assert years_of_work([part * (200_000 // len(part))], TODAY) is None


@pytest.mark.parametrize(
    ("line", "levels"),
    [
        ("Bachelor's or Master's degree in Physics", {Degree.BACHELOR, Degree.MASTER}),
        ("BSc, MSc, PhD", {Degree.BACHELOR, Degree.MASTER, Degree.DOCTORATE}),
        ("BS in Computer Science", {Degree.BACHELOR}),
        ("Ph.D. preferred", {Degree.DOCTORATE}),
        ("Abgeschlossenes Studium der Informatik", {Degree.BACHELOR}),
        ("Abgeschlossene Berufsausbildung", {Degree.VOCATIONAL}),
        ("MBA", {Degree.MASTER}),
        ("Certified Scrum Master, master data, Webmaster", set()),
        ("MS Office and MS Teams", set()),
        ("You master your craft", set()),
        ("HBO, New York; Boston, MA in the US", set()),
        ("HBO werk- en denkniveau", {Degree.BACHELOR}),
        ("Dr. rer. nat., Doctor of Philosophy", {Degree.DOCTORATE}),
        ("Masterabschluss oder Diplom", {Degree.MASTER}),
        ("Promotion in our stores", set()),
    ],
)
def test_degrees_are_told_from_other_words(line: str, levels: set[Degree]) -> None:
    assert degrees_in(line) == levels


@pytest.mark.parametrize(
    ("line", "degree"),
    [
        ("Master's or Bachelor's degree", Degree.BACHELOR),
        ("No bachelor's degree required", None),
        ("A university degree is not required", None),
        ("PhD in Physics", Degree.DOCTORATE),
    ],
)
def test_the_lowest_degree_of_a_line_is_asked_for(line: str, degree: Degree | None) -> None:
    assert asked_degree(line) is degree


@pytest.mark.parametrize(
    ("line", "does"),
    [
        ("Bachelor's degree or equivalent practical experience", True),
        ("BSc or an equivalent combination of experience", True),
        ("Studium oder vergleichbare Ausbildung", True),
        ("Bachelor in Computer Science or an equivalent degree", False),
    ],
)
def test_experience_may_do_in_place_of_a_degree(line: str, does: bool) -> None:
    assert takes_experience(line) is does


@pytest.mark.parametrize(
    ("line", "languages"),
    [
        ("Fluent German", {"German": 4}),
        ("German (native), English C1, Spanish", {"German": 6, "English": 4, "Spanish": None}),
        ("Very good English, basic French", {"English": 4, "French": 1}),
        ("German – fluent, English – B2", {"German": 4, "English": 3}),
        ("Business fluent in English (German is useful)", {"English": 4, "German": None}),
        ("Bilingual (French/English)", {"French": 4, "English": 4}),
        ("Spanish: elementary proficiency", {"Spanish": 1}),
        ("Spanish (limited working proficiency)", {"Spanish": 2}),
        ("German C1/C2", {"German": 4}),
        ("English is our working language", {"English": None}),
        ("You speak German and enjoy teamwork", {"German": None}),
        ("Maîtrise de l'anglais, français courant", {"English": None, "French": 4}),
        ("We are a German software company", {}),
        ("Work with our French and Spanish customers", {}),
        ("Dutch citizenship, Japanese restaurants", {}),
        ("Deutsch: Muttersprache; Englisch verhandlungssicher", {"German": 6, "English": 4}),
        ("Fluent in Dutch and Polish", {"Dutch": 4, "Polish": 4}),
        ("polish the surface", {}),
    ],
)
def test_spoken_languages_have_levels(line: str, languages: dict[str, int | None]) -> None:
    assert spoken_languages([line]) == languages

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling.board_pages import Board, find_board, most_named_board
from tests.support.company_world import amount, item, page, statement, structured, to_item, year
from tools.company_research.careers import find_careers_link
from tools.company_research.facts import Size
from tools.company_research.names import (
    host_fits_name,
    host_key,
    name_key,
    without_legal_form,
)
from tools.company_research.organisations import (
    find_organisation,
    organisation_facts,
    parse_count,
    parse_year,
)
from tools.company_research.pages import Link, Page, parse_page
from tools.company_research.wikidata import item_facts

TODAY = date(2026, 5, 1)
HOME = "https://acme.example/"


def read(html: str, address: str = HOME, charset: str | None = None) -> Page:
    found = parse_page(html.encode(charset or "utf-8"), address, charset)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH & Co. KG", "müller und söhne"),
        ("ACME, Inc.", "acme"), ("Acme Corp", "Acme Corporation"), ("The Acme Company", "Acme"),
        ("Acme S.p.A.", "ACME SpA"), ("Acme Sp. z o.o.", "Acme"), ("Acme Pty Ltd", "Acme"),
        ("Société Générale S.A.", "societe generale"), ("O'Reilly", "O’Reilly"),
    ],
)  # fmt: skip
def test_names_that_differ_in_form_alone_are_equal(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Rockets"), ("SE", "AG"), ("Meta", "Metal"), ("Co", "Inc"), ("日立", "日本"),
        ("Acme Bank", "Acme Insurance"),
    ],
)  # fmt: skip
def test_other_names_are_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(
    st.text("bjqw ", min_size=1, max_size=30).filter(str.strip),
    st.sampled_from(["GmbH", ", Inc.", "S. A.", "A/S", "Sp. z o. o.", "& Co. KG", "plc", "s.r.l."]),
)
def test_a_legal_form_never_counts(name: str, form: str) -> None:
    assert name_key(f"{name.upper()} {form}") == name_key(name) == " ".join(name.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Acme GmbH", "Acme"), ("Acme, Inc.", "Acme"), ("Søren A/S", "Søren"), ("SE", "SE"),
     ("Bank of America Corporation", "Bank of America"), ("", "")],
)  # fmt: skip
def test_a_search_leaves_out_the_legal_form(name: str, expected: str) -> None:
    assert without_legal_form(name) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("www.acme.com", "acme.com"), ("jobs.acme.co.uk", "acme.co.uk"), ("acme.io.", "acme.io"),
     ("localhost", "localhost"), ("careers.acme.com.au", "acme.com.au")],
)  # fmt: skip
def test_hosts_of_one_owner_have_one_key(host: str, expected: str) -> None:
    assert host_key(host) == expected


@pytest.mark.parametrize(
    ("host", "name", "expected"),
    [
        ("jobs.acme.com", "Acme GmbH", True), ("acme-group.de", "Acme", True),
        ("acme-rockets.de", "Acme Rockets", True), ("acmerockets.de", "Acme", False),
        ("hp.com", "HP", False), ("indeed.com", "Acme", False),
    ],
)  # fmt: skip
def test_a_host_bears_the_whole_name(host: str, name: str, expected: bool) -> None:
    assert host_fits_name(host, name) is expected


@pytest.mark.parametrize(
    ("address", "name", "link"),
    [
        ("https://boards.greenhouse.io/acme/jobs/4", "Greenhouse", "boards.greenhouse.io/acme"),
        (
            "https://boards.greenhouse.io/embed/job_board?for=acme",
            "Greenhouse",
            "boards.greenhouse.io/acme",
        ),
        (
            "https://boards-api.greenhouse.io/v1/boards/acme/jobs",
            "Greenhouse",
            "boards.greenhouse.io/acme",
        ),
        ("https://job-boards.eu.greenhouse.io/acme", "Greenhouse", "boards.greenhouse.io/acme"),
        ("https://jobs.lever.co/acme?team=x", "Lever", "jobs.lever.co/acme"),
        ("https://jobs.eu.lever.co/acme/", "Lever", "jobs.eu.lever.co/acme"),
        ("https://api.lever.co/v0/postings/acme?mode=json", "Lever", "jobs.lever.co/acme"),
        ("https://jobs.ashbyhq.com/Acme%20Inc/embed", None, ""),
        ("https://jobs.ashbyhq.com/Acme/embed", "Ashby", "jobs.ashbyhq.com/Acme"),
        (
            "https://acme.wd3.myworkdayjobs.com/en-US/External/job/Berlin/X_R1",
            "Workday",
            "acme.wd3.myworkdayjobs.com/External",
        ),
        (
            "https://careers.smartrecruiters.com/AcmeInc",
            "SmartRecruiters",
            "careers.smartrecruiters.com/AcmeInc",
        ),
        ("https://apply.workable.com/acme/j/ABC/", "Workable", "apply.workable.com/acme"),
        ("https://acme.workable.com/", "Workable", "apply.workable.com/acme"),
        ("https://acme.recruitee.com/o/baker", "Recruitee", "acme.recruitee.com"),
        ("https://acme.jobs.personio.com/job/1", "Personio", "acme.jobs.personio.com"),
        ("https://apply.workable.com/j/ABC", None, ""),
        ("https://www.workable.com/", None, ""),
        ("https://jobs.lever.co/", None, ""),
        ("https://boards.greenhouse.io/embed/job_board/js", None, ""),
        ("https://boards.greenhouse.io/%2e%2e%2fevil", None, ""),
        ("https://boards.greenhouse.io.evil.test/acme", None, ""),
        ("https://[broken", None, ""),
        ("https://acme.example/greenhouse", None, ""),
    ],
)
def test_boards_are_known_by_their_addresses(address: str, name: str | None, link: str) -> None:
    assert find_board(address) == (Board(name, f"https://{link}") if name else None)


def test_the_board_that_is_named_most_counts() -> None:
    addresses = ["https://jobs.lever.co/partner", *["https://jobs.lever.co/acme/1"] * 2, "x"]
    assert most_named_board(addresses) == Board("Lever", "https://jobs.lever.co/acme")
    assert most_named_board([]) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Careers", "careers"), ("Jobs & Karriere", "unternehmen/jobs"), ("We’re hiring!", "team"),
        ("Nous rejoindre", "nous-rejoindre"), ("Trabaja con nosotros", "trabaja"),
        ("採用情報", "r"), ("Вакансии", "vac"), ("Lavora con noi", "lavora-con-noi"),
        ("Werken bij Acme", "werken"), ("Kariéra", "kariera"), ("", "careers"),
        ("Stellenangebote (12)", "x"), ("Join us", "about/join-us.html"),
    ],
)  # fmt: skip
def test_the_link_to_the_jobs_is_found_in_many_languages(text: str, path: str) -> None:
    wanted = Link(f"{HOME}{path}", text)
    others = [
        Link(f"{HOME}products", "Products"), Link(f"{HOME}blog/jobs-to-be-done", "Jobs to be done"),
        Link("https://www.linkedin.com/company/acme/jobs", "Jobs"),
        Link(f"{HOME}news/careers", "Careers at Acme: an interview"), Link(f"{HOME}about", "Us"),
    ]  # fmt: skip
    assert find_careers_link([*others, wanted]) == wanted
    assert find_careers_link(others) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250", Size(250, "250")), ("1,200", Size(1200, "1,200")), ("1.200", Size(1200, "1,200")),
        ("51-200", Size(51, "51–200")), ("51 – 200 employees", Size(51, "51–200")),
        ("500+", Size(500, "500+")), ("10 000 to 50 000", Size(10_000, "10,000–50,000")),
        ("about 40", Size(40, "40")), ("200-51", None), ("0", None), ("many", None), ("", None),
        ("1 of 200", None), ("99999999999", None), ("5" * 5_000, None),
    ],
)  # fmt: skip
def test_numbers_of_people_are_read(text: str, expected: Size | None) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1998", 1998), (1998, 1998), ("1998-03-01", 1998), ("1998-03-01T00:00:00Z", 1998),
     ("2027", None), ("98", None), ("March 1998", None), (None, None), (["1998"], None)],
)  # fmt: skip
def test_years_are_read(value: object, expected: int | None) -> None:
    assert parse_year(value, TODAY) == expected


def node(name: str, **more: Any) -> dict[str, Any]:
    return {"@type": "Organization", "name": name, **more}


@pytest.mark.parametrize(
    ("nodes", "company", "expected"),
    [
        ([node("Acme")], None, "Acme"),
        ([node("Acme"), node("Beta")], None, None),
        ([node("Beta"), node("Acme Inc.")], "ACME", "Acme Inc."),
        ([node("Beta"), node("Acme", url="https://www.acme.example/about")], None, "Acme"),
        ([node("Beta", url="https://beta.test")], None, None),
        ([{"@type": "Product", "name": "Acme"}], None, None),
        ([{"@graph": [{"@type": ["Thing", "LocalBusiness"], "name": "Acme"}]}], None, "Acme"),
        ([{"@type": "Review", "author": node("Acme", url="https://[broken")}], None, "Acme"),
    ],
)
def test_the_organisation_is_the_one_of_the_page(
    nodes: list[Any], company: str | None, expected: str | None
) -> None:
    found = find_organisation(read(page(head=structured(*nodes))), company)
    assert (found and found["name"]) == expected


@pytest.mark.parametrize(
    "more",
    [
        {"foundingDate": {"a": 1}, "numberOfEmployees": True, "address": 5},
        {"numberOfEmployees": [{"minValue": None}], "address": [{"addressLocality": ["", {}]}]},
        {"description": {"@value": 3}, "industry": [[["deep"]]], "address": {"address": "x"}},
        {"numberOfEmployees": {"value": {"value": 3}}, "sameAs": {"a": "b"}, "@id": 7, "url": [3]},
    ],
)
def test_structured_data_of_any_shape_is_survived(more: dict[str, Any]) -> None:
    facts = organisation_facts(read(page(head=structured(node("Acme", **more)))), None, TODAY)
    assert facts.name is not None
    assert [name for name, _ in facts.known()] == ["name"]


def test_links_are_absolute_and_of_the_web_alone() -> None:
    body = (
        '<base href="/en/"><a href="jobs#top"> Our <b>jobs</b> </a><a href="mailto:a@b.c">Mail</a>'
        '<a href="javascript:alert(1)">x</a><a href="//cdn.test/a"><img alt="Logo"></a>'
        '<a href="https://[broken">y</a><a>none</a><a href="file:///etc/passwd">z</a>'
    )
    assert read(page(body)).links == (
        Link("https://acme.example/en/jobs", "Our jobs"),
        Link("https://cdn.test/a", "Logo"),
    )


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "windows-1252"])
def test_the_charset_of_the_answer_counts(charset: str) -> None:
    assert read("<title>Müller</title>", charset=charset).title == "Müller"
    unknown = parse_page("<title>Müller</title>".encode(), HOME, "no-such-charset")
    assert unknown is not None


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<a href=x>" * 20_000,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">[' + "1," * 140_000 + "1]</script>",
        '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><p>&a;&c;',
        "\x00<p>a",
    ],
    ids=["deep", "links", "deep-json", "long-json", "entities", "nul"],
)
def test_hostile_pages_are_survived(html: str) -> None:
    found = parse_page(html.encode(), HOME)
    assert found is None or (found.nodes == () and len(found.links) <= 3_000)


@pytest.mark.parametrize("content", [b"", b"   ", b"<!-- -->"])
def test_nothing_is_no_page(content: bytes) -> None:
    assert parse_page(content, HOME) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_none(content: bytes) -> None:
    found = parse_page(content, HOME)
    assert found is None or found.address == HOME


@pytest.mark.parametrize(
    ("claims", "founded", "size"),
    [
        ({"P571": [year(1998), year(1990)]}, 1990, None),
        ({"P571": [year(1998), statement(year(2001), rank="preferred")]}, 2001, None),
        ({"P571": [statement(year(1990), rank="deprecated")]}, None, None),
        ({"P571": year(1900, precision=7)}, None, None),
        ({"P571": {"time": "-0044-00-00T00:00:00Z", "precision": 9}}, None, None),
        ({"P571": year(2030)}, None, None),
        ({"P1128": [amount(5), statement(amount(3), P585=year(2020))]}, None, "3 (2020)"),
        ({"P1128": [statement(amount(9), P582=year(2000)), amount(4)]}, None, "4"),
        ({"P1128": [{"amount": "-5"}, {"amount": "+0"}, {"amount": None}, 3]}, None, None),
    ],
)
def test_statements_that_hold_are_read(
    claims: dict[str, Any], founded: int | None, size: str | None
) -> None:
    facts = item_facts(item("Q1", "Acme", **claims), {}, "source", TODAY)
    assert (facts.founded.value if facts.founded else None) == founded
    assert (facts.size.value.words if facts.size else None) == size


def test_only_labels_that_are_known_are_told() -> None:
    company = item("Q1", "Acme", P452=[to_item("Q2"), to_item("Q3")], P159=to_item("Q4"))
    facts = item_facts(company, {"Q3": "aerospace"}, "source", TODAY)
    assert facts.industry is not None
    assert facts.industry.value == "aerospace"
    assert facts.headquarters is None

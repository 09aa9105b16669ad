from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from sync_daemon.tooling import (
    AddressRefusedError,
    HostBusyError,
    RobotsRefusedError,
    ToolError,
    TransientToolError,
)
from tests.support.company_world import (
    NOON,
    WIKIDATA,
    Web,
    World,
    amount,
    item,
    label,
    page,
    statement,
    structured,
    to_item,
    year,
)
from tools.company_research.schemas import CompanyOptions

HOME = "https://acme.example/"
ITEM = f"{WIKIDATA}/wiki/Q1"
API = f"{WIKIDATA}/w/api.php"
ACME_PAGE = page(
    '<a href="/products">Products</a> <a href="/company/careers">Careers</a>',
    '<title>Acme – rockets</title><meta name="description" content="We make rockets.">'
    '<meta property="og:site_name" content="Acme">',
)
CAREERS_PAGE = page('<script src="https://boards.greenhouse.io/embed/job_board/js?for=acmeinc">')
ACME_ITEM = item(
    "Q1", "Acme", aliases=["Acme Inc."], P31=to_item("Q4830453"), P856="https://www.acme.example",
    P571=year(1998), P159=to_item("Q64"), P17=to_item("Q183"), P452=to_item("Q7"),
    P1128=[statement(amount(900), P585=year(2019)), statement(amount(1_200), P585=year(2023))],
)  # fmt: skip
LABELS = {"Q64": label("Q64", "Berlin"), "Q183": label("Q183", "Germany"),
          "Q7": label("Q7", "aerospace")}  # fmt: skip


UNKNOWN = (
    "name", "site", "description", "careers_page", "board", "board_link", "employees", "size",
    "founded", "headquarters", "industry", "wikidata",
)  # fmt: skip


def acme(**more: Any) -> Web:
    pages = {HOME: ACME_PAGE, f"{HOME}company/careers": CAREERS_PAGE}
    return Web({**pages, **more}, {"Q1": ACME_ITEM, **LABELS})


def test_a_site_and_wikidata_together_tell_it_all_with_sources() -> None:
    web = acme(**{"https://acme.example": ACME_PAGE})
    result = World(web).look_up(company="ACME Inc.", site="acme.example")
    assert result.model_dump() == {
        "name": "Acme",
        "site": "https://acme.example",
        "description": "We make rockets.",
        "careers_page": "https://acme.example/company/careers",
        "board": "Greenhouse",
        "board_link": "https://boards.greenhouse.io/acmeinc",
        "employees": 1_200,
        "size": "1,200 (2023)",
        "founded": 1998,
        "headquarters": "Berlin, Germany",
        "industry": "aerospace",
        "wikidata": ITEM,
        "summary": "Acme: aerospace; Berlin, Germany; founded 1998; 1,200 (2023) employees; "
        "jobs on Greenhouse. We make rockets.",
        "note": "",
        "sources": [
            "name, site, description, careers page: https://acme.example",
            "board, board link: https://acme.example/company/careers",
            f"size, founded, headquarters, industry, wikidata: {ITEM}",
        ],
        "as_of": date(2026, 5, 1),
    }
    assert len(web.asked) == 5


def test_a_name_alone_leads_over_wikidata_to_the_site() -> None:
    web = acme()
    web.pages["https://www.acme.example"] = web.pages[HOME]
    web.pages["https://www.acme.example/company/careers"] = CAREERS_PAGE
    result = World(web).look_up(company="Acme GmbH")
    assert (result.site, result.board, result.founded) == (
        "https://www.acme.example", "Greenhouse", 1998,
    )  # fmt: skip
    assert "search=Acme&" in web.asked[0]
    assert len(web.asked) == 5


@pytest.mark.parametrize(
    "other",
    [
        item("Q2", "Acme", P31=to_item("Q4830453")),
        item("Q2", "ACME Ltd", P31=to_item("Q783794"), P856="https://acme.test"),
    ],
)
def test_of_two_companies_with_that_name_neither_is_taken(other: Any) -> None:
    result = World(Web({}, {"Q1": ACME_ITEM, "Q2": other})).look_up(company="Acme")
    assert result.wikidata is None
    assert result.founded is None
    assert result.note == "Nothing sure is known of this company."


def test_a_site_tells_two_companies_of_one_name_apart() -> None:
    web = acme()
    web.items["Q0"] = item("Q0", "Acme", P31=to_item("Q4830453"), P856="https://acme.test")
    web.items = dict(sorted(web.items.items()))
    assert World(web).look_up(company="Acme", site=HOME).wikidata == ITEM


@pytest.mark.parametrize(
    "wrong",
    [
        item("Q1", "Acme", P31=to_item("Q11424"), P571=year(1998)),  # a film
        item("Q1", "Acme Rockets", P31=to_item("Q4830453"), P571=year(1998)),
        item("Q1", "Acmeville", aliases=["Acme town"], P31=to_item("Q4830453")),
        item("Q1", "Acme"),
    ],
)
def test_an_item_that_may_be_something_else_is_not_taken(wrong: Any) -> None:
    result = World(Web({}, {"Q1": wrong})).look_up(company="Acme")
    assert (result.wikidata, result.founded, result.name) == (None, None, None)


def test_an_item_with_another_site_is_not_the_company_although_its_name_is() -> None:
    web = acme()
    web.items["Q1"] = item("Q1", "Acme", P31=to_item("Q4830453"), P856="https://acme.test")
    result = World(web).look_up(company="Acme", site=HOME)
    assert result.wikidata is None
    assert result.description == "We make rockets."


def test_an_unknown_company_is_a_result_and_not_an_error() -> None:
    result = World(Web({})).look_up(company="Nobody Ever Heard Of This")
    assert result.model_dump(exclude={"as_of", "note"}) == {
        **dict.fromkeys(UNKNOWN),
        "summary": "",
        "sources": [],
    }
    assert result.note == "Nothing sure is known of this company."


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "which company"), ({"company": " "}, "which company"),
        ({"link": "https://news.test/a"}, "which company"),
        ({"company": "A", "site": "none"}, "not a web address"),
    ],
)  # fmt: skip
def test_a_row_that_names_no_company_is_an_error(inputs: dict[str, str], words: str) -> None:
    with pytest.raises(ToolError, match=words):
        World(Web({})).look_up(1, **inputs)


def test_the_link_of_a_posting_tells_the_board() -> None:
    link = "https://jobs.lever.co/acme/5ac21346-8e0c-4494-8e7a-3eb92ff77902"
    web = Web({})
    result = World(web).look_up(link=link)
    assert (result.board, result.board_link) == ("Lever", "https://jobs.lever.co/acme")
    assert result.sources == [f"board, board link: {link}"]
    assert web.asked == []


@pytest.mark.parametrize(
    ("company", "link", "is_home"),
    [
        ("Acme Inc", "https://jobs.acme.example/4711", True),
        ("Acme", "https://www.jobportal.example/acme/4711", False),
        ("Acme", "https://www.linkedin.com/jobs/view/4711", False),
    ],
)
def test_the_link_tells_the_site_only_if_its_host_bears_the_name(
    company: str, link: str, is_home: bool
) -> None:
    web = Web({"https://www.acme.example/": ACME_PAGE})
    result = World(web, wikidata=False).look_up(company=company, link=link)
    assert (result.site == "https://www.acme.example/") is is_home
    assert bool(web.asked) is is_home


def test_structured_data_of_the_site_comes_before_wikidata() -> None:
    node = {
        "@type": "Organization", "name": "Acme Rockets", "url": HOME, "foundingDate": "1997-02-01",
        "numberOfEmployees": {"@type": "QuantitativeValue", "minValue": 1001, "maxValue": 5000},
        "address": {"addressLocality": "Kiel", "addressCountry": "DE"},
    }  # fmt: skip
    web = acme(**{HOME: page(head=structured(node))})
    result = World(web).look_up(company="Acme", site=HOME)
    assert (result.name, result.founded, result.employees) == ("Acme Rockets", 1997, 1001)
    assert (result.size, result.headquarters) == ("1,001–5,000", "Kiel, DE")
    assert result.industry == "aerospace"
    assert result.note == "The site names no careers page."


def test_the_item_that_the_site_names_is_read_without_a_search() -> None:
    node = {"@type": "Corporation", "name": "Acme", "sameAs": ["https://x.test", ITEM]}
    data = f"{WIKIDATA}/wiki/Special:EntityData/Q1.json"
    answer = httpx.Response(200, json={"entities": {"Q1": ACME_ITEM}})
    refusal = RobotsRefusedError("www.wikidata.org does not allow programs.")
    web = Web({HOME: page(head=structured(node)), data: answer, API: refusal})
    result = World(web).look_up(site=HOME)
    assert (result.founded, result.employees, result.wikidata) == (1998, 1_200, ITEM)
    assert result.industry is None
    assert 'allow_origins = ["https://www.wikidata.org"] in [tools]' in result.note


def test_what_a_robots_file_forbade_is_asked_for_again_once_the_settings_allow_it() -> None:
    world = World(acme(**{API: RobotsRefusedError("www.wikidata.org does not allow programs.")}))
    assert world.look_up(company="Acme", site=HOME).founded is None
    del world.web.pages[API]
    assert world.look_up(company="Acme", site=HOME).founded == 1998


def test_an_item_that_the_site_names_but_that_names_another_site_is_not_taken() -> None:
    node = {"@type": "Corporation", "name": "Acme", "sameAs": ITEM}
    data = f"{WIKIDATA}/wiki/Special:EntityData/Q1.json"
    stranger = item("Q1", "Acme", P856="https://acme.test", P571=year(1998))
    answer = httpx.Response(200, json={"entities": {"Q1": stranger}})
    web = Web({HOME: page(head=structured(node)), data: answer})
    assert World(web).look_up(site=HOME).wikidata is None


def test_jobs_two_links_away_are_found_and_the_row_costs_six_requests_at_most() -> None:
    first = f"{HOME}company/careers"
    web = acme(**{
        first: page('<a href="/company/careers/">Careers</a><a href="/open">Open positions</a>'),
        f"{HOME}open": page('<iframe src="https://acme.recruitee.com/embed/"></iframe>'),
    })  # fmt: skip
    result = World(web).look_up(company="Acme", site=HOME)
    assert (result.board_link, result.careers_page) == ("https://acme.recruitee.com", first)
    assert len(web.asked) == 6
    assert len(set(web.asked)) == 6


def test_a_careers_link_that_leads_to_a_board_needs_no_visit() -> None:
    body = '<a href="https://acme.jobs.personio.de/?language=en">Karriere</a>'
    web = Web({HOME: page(body)})
    result = World(web, wikidata=False).look_up(site=HOME)
    assert (result.board, result.board_link) == ("Personio", "https://acme.jobs.personio.de")
    assert len(web.asked) == 1


def test_after_a_redirect_the_new_host_counts_too() -> None:
    moved = httpx.Response(301, headers={"Location": HOME})
    web = acme(**{"https://old-acme.test": moved})
    result = World(web).look_up(company="Acme", site="old-acme.test")
    assert result.wikidata == ITEM
    assert result.site == HOME


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectTimeout("x"), httpx.ConnectError("x"), httpx.Response(503), httpx.Response(429)],
)
@pytest.mark.parametrize("where", [HOME, f"{HOME}company/careers", API])
def test_trouble_of_the_network_is_tried_again_and_at_last_noted(
    failure: Exception | httpx.Response, where: str
) -> None:
    world = World(acme(**{where: failure}))
    for attempt in (1, 2):
        with pytest.raises(TransientToolError):
            world.look_up(attempt, company="Acme", site=HOME)
    result = world.look_up(3, company="Acme", site=HOME)
    assert "Cannot reach" in result.note or "cannot answer now" in result.note
    del world.web.pages[where]
    assert world.look_up(company="Acme", site=HOME).note != result.note  # it was not kept


@pytest.mark.parametrize(
    ("field", "wait"), [("90", 90.0), ("9" * 400, 86_400.0), ("soon", None), ("", None)]
)
def test_a_site_says_when_to_come_back(field: str, wait: float | None) -> None:
    answer = httpx.Response(503, headers={"Retry-After": field})
    with pytest.raises(TransientToolError, match=r"cannot answer now \(503\)") as caught:
        World(Web({HOME: answer})).look_up(site=HOME)
    assert caught.value.retry_after_s == wait


@pytest.mark.parametrize(
    "options",
    [
        {"wikidata_address": "ftp://w.test"}, {"wikidata_address": "https://"},
        {"wikidata_address": "https://me:pw@w.test"}, {"wikidata_address": "http://w.test:x"},
        {"language": "English"}, {"keep_days": -1}, {"depth": 3},
    ],
)  # fmt: skip
def test_options_that_cannot_be_meant_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CompanyOptions(**options)


def test_trouble_without_any_fact_stays_trouble() -> None:
    world = World(Web({HOME: httpx.ConnectError("x")}))
    with pytest.raises(TransientToolError, match=r"Cannot reach acme\.example"):
        world.look_up(3, site=HOME)


def test_a_host_that_asks_for_time_gets_it() -> None:
    web = acme(**{HOME: HostBusyError("busy", retry_after=60)})
    with pytest.raises(HostBusyError):
        World(web).look_up(3, company="Acme", site=HOME)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (httpx.Response(404), "does not show the page (404)"),
        (httpx.Response(200, content=b"%PDF", headers={"Content-Type": "application/pdf"}),
         "gave no web page"),
        (httpx.Response(200, html=""), "gave no web page"),
        (RobotsRefusedError("acme.example forbids it."), "acme.example forbids it."),
        (AddressRefusedError("It is not public."), "It is not public."),
        (httpx.Response(302, headers={"Location": HOME}), "gave no proper answer"),
    ],
)  # fmt: skip
def test_a_site_that_shows_nothing_is_noted_and_wikidata_asked_all_the_same(
    answer: Any, note: str
) -> None:
    result = World(acme(**{HOME: answer})).look_up(company="Acme", site=HOME)
    assert note in result.note
    assert result.founded == 1998


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"[]", b"[" * 100_000, b'{"search": {}}', b'{"search": [1, {"id": 5}, {"id": "P1"}]}',
        b'{"entities": [], "search": [{"id": "Q1"}]}',
        json.dumps({
            "search": [{"id": "Q1"}],
            "entities": {"Q1": {"labels": [], "aliases": {"en": 3}, "claims": {"P31": {}}}},
        }).encode(),
    ],
)  # fmt: skip
def test_malformed_answers_of_wikidata_give_no_facts(answer: bytes) -> None:
    web = acme(**{API: httpx.Response(200, content=answer)})
    result = World(web).look_up(company="Acme", site=HOME)
    assert result.wikidata is None
    assert result.board == "Greenhouse"


def test_wikidata_is_left_out_if_wanted() -> None:
    web = acme()
    result = World(web, wikidata=False).look_up(company="Acme", site=HOME)
    assert result.founded is None
    assert not any(address.startswith(WIKIDATA) for address in web.asked)


def test_another_row_of_the_company_costs_nothing_until_it_is_old() -> None:
    world = World(acme(), keep_days=30)
    first = world.look_up(company="Acme", site=HOME)
    count = len(world.web.asked)
    assert world.look_up(company="ACME, Inc.", site=HOME) == first
    assert len(world.web.asked) == count
    world.clock.time = NOON + timedelta(days=30)
    assert world.look_up(company="Acme", site=HOME).as_of == date(2026, 5, 31)
    assert len(world.web.asked) == 2 * count


@pytest.mark.parametrize("change", [{"wikidata": False}, {"language": "de"}, {"keep_days": 0}])
def test_what_other_options_found_is_not_used(change: dict[str, Any]) -> None:
    world = World(acme())
    world.look_up(company="Acme", site=HOME)
    count = len(world.web.asked)
    other = World(world.web, **change)
    other.memory = world.memory
    other.look_up(company="Acme", site=HOME)
    assert len(world.web.asked) > count


def test_texts_of_strangers_are_made_fit_for_cells() -> None:
    head = f'<meta name="description" content="evil\u202e\x07 {"x" * 9_000}">'
    result = World(Web({HOME: page(head=head)}), wikidata=False).look_up(site=HOME)
    assert result.description is not None
    assert result.description.startswith("evil x")
    assert len(result.description) <= 500

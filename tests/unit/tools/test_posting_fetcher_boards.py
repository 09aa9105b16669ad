from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest

from sync_daemon.tooling import RobotsRefusedError, TooLargeError, ToolError, TransientToolError
from tests.support.posting_world import Web, fetch, html, json_of, saved
from tools.posting_fetcher.schemas import PostingResult

GREENHOUSE = (
    "https://boards-api.greenhouse.io/v1/boards/northwind/jobs/5550001"
    "?content=true&pay_transparency=true"
)
LEVER = (
    "https://api.eu.lever.co/v0/postings/CoastWatch/0b9c7c0e-1111-4222-8333-94a5b6c7d8e9?mode=json"
)
ASHBY = "https://api.ashbyhq.com/posting-api/job-board/hive?includeCompensation=true"
HONEY = "https://jobs.ashbyhq.com/hive/99999999-8888-4777-8666-555555555555"
WORKDAY = (
    "https://alpine.wd3.myworkdayjobs.com/wday/cxs/alpine/Ext/job/Zermatt/Glacier-Surveyor_JR-77"
)
SMART = "https://api.smartrecruiters.com/v1/companies/CityLines/postings/744000099887766"
WORKABLE = "https://apply.workable.com/api/v2/accounts/torre/jobs/AB12CD34EF"
RECRUITEE = "https://dehoop.recruitee.com/api/offers/windmill-miller"
PERSONIO = "https://suedroester.jobs.personio.de/xml"


def board(address: str, name: str) -> Web:
    return Web({address: json_of(name)})


def changed(name: str, **fields: Any) -> httpx.Response:
    return httpx.Response(200, json={**json.loads(saved(name)), **fields})


def test_greenhouse_is_read_with_its_escaped_html_and_its_pay() -> None:
    web = board(GREENHOUSE, "greenhouse.json")
    assert fetch("boards.greenhouse.io/northwind/jobs/5550001?gh_src=x", web) == PostingResult(
        title="Ferry Timetable Planner & Analyst",
        company="Northwind Ferries",
        location="Dublin, Ireland (Hybrid)",
        remote="hybrid",
        salary="EUR 52,000-61,500.50 a year",
        description="Plan the crossings of four ports & nine ships.\n\nYou will\n\n"
        "- read tide tables\n- talk to captains",
        posted=date(2026, 3, 30),
        valid_through=date(2026, 6, 30),
        source="greenhouse",
        canonical_link="https://boards.greenhouse.io/northwind/jobs/5550001?gh_jid=5550001",
    )
    assert web.asked == [GREENHOUSE]


def test_lever_is_read_with_its_lists_and_its_region() -> None:
    web = board(LEVER, "lever.json")
    link = "https://jobs.eu.lever.co/CoastWatch/0b9c7c0e-1111-4222-8333-94a5b6c7d8e9/apply"
    assert fetch(link, web) == PostingResult(
        title="Lighthouse Keeper",
        company="CoastWatch",
        location="Bergen; Oslo",
        remote="on-site",
        employment_type="part-time",
        salary="NOK 210-260 an hour",
        description="Keep the light.\n\nMind the fog.\n\nDuties\n- Clean the lens\n"
        "- Log the ships\n\nHousing is included.",
        posted=date(2026, 1, 1),
        source="lever",
        canonical_link="https://jobs.eu.lever.co/CoastWatch/0b9c7c0e-1111-4222-8333-94a5b6c7d8e9",
    )


def test_ashby_is_read_from_its_whole_board() -> None:
    web = board(ASHBY, "ashby.json")
    assert fetch(f"{HONEY}/application?utm_source=x", web) == PostingResult(
        title="Honey Engineer",
        company="Hive",
        location="Paris; Lyon",
        remote="remote",
        employment_type="full-time",
        salary="EUR 50,000-60,000 a year",
        description="About\n\nMeasure honey.",
        posted=date(2026, 2, 11),
        source="ashby",
        canonical_link=HONEY,
    )


def test_workday_is_read_and_a_start_to_come_is_not_when_it_was_posted() -> None:
    web = board(WORKDAY, "workday.json")
    link = "https://alpine.wd3.myworkdayjobs.com/en-US/Ext/job/Zermatt/Glacier-Surveyor_JR-77/apply"
    assert fetch(link, web) == PostingResult(
        title="Glacier Surveyor",
        company="Alpine Institute AG",
        location="Zermatt; Chamonix",
        remote="hybrid",
        employment_type="full-time",
        description="The ice\n\nYou measure it.\n\n- On skis\n- From the air",
        posted=date(2026, 4, 30),
        valid_through=date(2026, 7, 31),
        source="workday",
        canonical_link="https://alpine.wd3.myworkdayjobs.com/Ext/job/Zermatt/Glacier-Surveyor_JR-77",
    )


def test_smartrecruiters_is_read_section_by_section() -> None:
    web = board(SMART, "smartrecruiters.json")
    link = "https://jobs.smartrecruiters.com/CityLines/744000099887766-tram-driver"
    assert fetch(link, web) == PostingResult(
        title="Tram Driver",
        company="City Lines SA",
        location="Ghent, East Flanders, Belgium",
        employment_type="full-time",
        salary="EUR 2,600-3,100 a month",
        description="Company Description\nWe run trams.\n\nJob Description\n- Drive\n"
        "- Ring the bell\n\nAdditional Information\nUniform provided.",
        posted=date(2026, 1, 20),
        source="smartrecruiters",
        canonical_link=link,
    )


def test_workable_is_read() -> None:
    web = board(WORKABLE, "workable.json")
    assert fetch("https://apply.workable.com/torre/j/AB12CD34EF/apply/", web) == PostingResult(
        title="Archivist",
        company="Torre",
        location="Porto, Portugal",
        remote="on-site",
        employment_type="contract",
        description="Sort the letters.\n\nRequirements\n- Patience\n\nBenefits\nGloves",
        posted=date(2026, 3, 3),
        source="workable",
        canonical_link="https://apply.workable.com/torre/j/AB12CD34EF/apply",
    )


def test_recruitee_is_read() -> None:
    web = board(RECRUITEE, "recruitee.json")
    link = "https://dehoop.recruitee.com/l/nl/o/windmill-miller/c/new"
    assert fetch(link, web) == PostingResult(
        title="Miller",
        company="Molen de Hoop",
        location="Zaandam, Noord-Holland, Netherlands",
        remote="on-site",
        employment_type="part-time, temporary",
        salary="EUR 2,400-2,900 a month",
        description="Grind the grain.\n\nStrong arms.",
        posted=date(2026, 4, 1),
        valid_through=date(2026, 5, 31),
        source="recruitee",
        canonical_link="https://dehoop.recruitee.com/o/windmill-miller",
    )


def test_personio_is_read_from_its_feed_in_the_language_of_the_link() -> None:
    web = Web({f"{PERSONIO}?language=de": httpx.Response(200, content=saved("personio.xml"))})
    link = "https://suedroester.jobs.personio.de/job/4242?language=de"
    assert fetch(link, web) == PostingResult(
        title="Röstmeister (m/w/d)",
        company="Kaffeerösterei Süd GmbH",
        location="München; Augsburg",
        employment_type="full-time, permanent",
        description="Deine Aufgaben\n- Rösten\n- Kosten\n\nDein Profil\nGute Nase",
        posted=date(2026, 2, 2),
        source="personio",
        canonical_link="https://suedroester.jobs.personio.de/job/4242",
    )


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("job-boards.greenhouse.io/northwind/jobs/5550001", GREENHOUSE),
        ("https://boards.eu.greenhouse.io/northwind/jobs/5550001", GREENHOUSE),
        ("https://job-boards.eu.greenhouse.io/northwind/jobs/5550001#app", GREENHOUSE),
        ("https://boards.greenhouse.io/embed/job_app?for=northwind&token=5550001", GREENHOUSE),
        ('=HYPERLINK("https://boards.greenhouse.io/northwind/jobs/5550001","Job")', GREENHOUSE),
        ("[the job](https://boards.greenhouse.io/northwind/jobs/5550001)", GREENHOUSE),
        ("  <https://boards.greenhouse.io/northwind/jobs/5550001> ", GREENHOUSE),
        (GREENHOUSE, GREENHOUSE),
        (
            "https://jobs.lever.co/CoastWatch/0b9c7c0e-1111-4222-8333-94a5b6c7d8e9",
            LEVER.replace(".eu", ""),
        ),
        (
            "https://jobs.ashbyhq.com/Two%20Words/" + HONEY[-36:],
            ASHBY.replace("hive", "Two%20Words"),
        ),
        ("https://alpine.wd3.myworkdayjobs.com/Ext/job/Zermatt/Glacier-Surveyor_JR-77", WORKDAY),
        (
            "https://alpine.wd3.myworkdayjobs.com/de-DE/Ext/details/Glacier-Surveyor_JR-77?q=ice",
            WORKDAY.replace("Zermatt/", ""),
        ),
        (
            "https://wd3.myworkdaysite.com/en-US/recruiting/alpine/Ext/job/Zermatt/Surveyor_JR-77",
            "https://wd3.myworkdaysite.com/wday/cxs/alpine/Ext/job/Zermatt/Surveyor_JR-77",
        ),
        (
            "https://careers.smartrecruiters.com/CityLines/744000099887766-tram-driver?oga=true",
            SMART,
        ),
        ("https://torre.workable.com/j/AB12CD34EF", WORKABLE),
        ("https://suedroester.jobs.personio.com/job/4242", PERSONIO.replace(".de", ".com")),
    ],
)
def test_the_first_request_is_for_the_data_of_the_board(link: str, address: str) -> None:
    web = Web({address: httpx.Response(503)})
    with pytest.raises(TransientToolError):
        fetch(link, web)
    assert web.asked == [address]


@pytest.mark.parametrize(
    ("link", "address", "answer"),
    [
        ("https://boards.greenhouse.io/northwind/jobs/5550001", GREENHOUSE, httpx.Response(404)),
        ("https://boards.greenhouse.io/northwind/jobs/5550001", GREENHOUSE, httpx.Response(410)),
        (
            "https://dehoop.recruitee.com/o/windmill-miller",
            RECRUITEE,
            httpx.Response(200, json={"offer": {"title": "Miller", "status": "closed"}}),
        ),
        (
            "https://jobs.smartrecruiters.com/CityLines/744000099887766",
            SMART,
            changed("smartrecruiters.json", active=False),
        ),
        ("https://apply.workable.com/torre/j/AB12CD34EF", WORKABLE,
         changed("workable.json", state="closed")),
        (
            "https://suedroester.jobs.personio.de/job/7",
            PERSONIO,
            httpx.Response(200, content=saved("personio.xml")),
        ),
    ],
)  # fmt: skip
def test_what_the_board_no_longer_has_is_said_to_be_closed(
    link: str, address: str, answer: httpx.Response
) -> None:
    web = Web({address: answer})
    with pytest.raises(ToolError, match="no longer on its job board") as caught:
        fetch(link, web)
    assert not isinstance(caught.value, TransientToolError)
    assert len(web.asked) == 1


def test_a_european_greenhouse_board_that_is_not_known_is_looked_for_on_its_page() -> None:
    data = {"@type": "JobPosting", "title": "Miller", "description": "Grind. " * 20}
    page = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    link = "https://job-boards.eu.greenhouse.io/northwind/jobs/5550001"
    assert fetch(link, Web({GREENHOUSE: httpx.Response(404), link: page})).title == "Miller"


def test_an_ashby_posting_that_is_not_listed_is_looked_for_on_its_page() -> None:
    unlisted = "https://jobs.ashbyhq.com/hive/00000000-8888-4777-8666-555555555555"
    data = {"@type": "JobPosting", "title": "Secret", "description": "Hush. " * 20}
    page = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    web = Web({ASHBY: json_of("ashby.json"), unlisted: page})
    assert fetch(unlisted, web).title == "Secret"
    web = Web(
        {ASHBY: json_of("ashby.json"), unlisted: "<div id=root></div><script src=x></script>"}
    )
    with pytest.raises(ToolError, match="no longer on its job board"):
        fetch(unlisted, web)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403),
        httpx.Response(200, content=b"<html>no json</html>"),
        httpx.Response(200, content=b"[" * 200_000),
        RobotsRefusedError("robots.txt of the board forbids it."),
        TooLargeError("The answer is larger than 5 MB."),
    ],
)
def test_a_board_that_cannot_be_read_is_replaced_by_the_page(
    answer: httpx.Response | Exception,
) -> None:
    link = "https://boards.greenhouse.io/northwind/jobs/5550001"
    web = Web({GREENHOUSE: answer, link: saved("article.html")})
    assert fetch(link, web).title == "Senior Cartographer"
    assert web.asked == [GREENHOUSE, link]


@pytest.mark.parametrize(
    "source",
    [
        '<script src="https://boards.greenhouse.io/embed/job_board/js?for=northwind"></script>',
        r'<script>"https:\/\/boards.greenhouse.io\/embed\/job_board?b=1&for=northwind"</script>',
        '<a href="https://job-boards.greenhouse.io/northwind">All jobs</a>',
        "<script>fetch('https://boards-api.greenhouse.io/v1/boards/northwind/jobs')</script>",
    ],
)
def test_the_board_behind_a_companys_own_page_is_found_in_its_source(source: str) -> None:
    link = "https://northwind.example/careers/job?gh_jid=5550001"
    web = Web({GREENHOUSE: json_of("greenhouse.json"), link: f"<p>Careers</p>{source}"})
    result = fetch(link, web)
    assert (result.source, result.company) == ("greenhouse", "Northwind Ferries")
    assert web.asked == [link, GREENHOUSE]


def test_the_form_of_a_board_on_a_page_of_another_address_is_followed() -> None:
    link = "https://northwind.example/careers/planner"
    form = "https://boards.greenhouse.io/embed/job_app?for=northwind&amp;token=5550001"
    web = Web({link: f"<iframe src='{form}'></iframe>", GREENHOUSE: json_of("greenhouse.json")})
    assert fetch(link, web).source == "greenhouse"


def test_the_ashby_board_behind_a_companys_own_page_is_found() -> None:
    link = f"https://hive.example/careers?ashby_jid={HONEY[-36:]}"
    page = '<script src="https://jobs.ashbyhq.com/hive/embed?version=2"></script>'
    web = Web({ASHBY: json_of("ashby.json"), link: page})
    assert fetch(link, web).title == "Honey Engineer"


def test_a_short_workable_link_is_followed_to_the_employers_board() -> None:
    short = "https://apply.workable.com/j/AB12CD34EF"
    full = "https://apply.workable.com/torre/j/AB12CD34EF/"
    web = Web({
        short: httpx.Response(302, headers={"Location": full}),
        full: html("<div id=app></div><script src=/app.js></script>"),
        WORKABLE: json_of("workable.json"),
    })  # fmt: skip
    assert fetch(short, web).source == "workable"
    assert web.asked == [short, full, WORKABLE]


def test_a_guessed_board_without_the_posting_leaves_the_page_to_be_read() -> None:
    link = "https://northwind.example/jobs/1?gh_jid=5550001"
    page = saved("article.html") + b'<a href="https://boards.greenhouse.io/other">x</a>'
    web = Web({link: page})
    assert fetch(link, web).source == "readability"
    assert len(web.asked) == 2


@pytest.mark.parametrize("payload", [{}, [], "x", 1, None, {"title": 1}, {"jobs": [None, 1]}])
@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://boards.greenhouse.io/northwind/jobs/5550001", GREENHOUSE),
        ("https://jobs.eu.lever.co/CoastWatch/0b9c7c0e-1111-4222-8333-94a5b6c7d8e9", LEVER),
        (HONEY, ASHBY),
        ("https://alpine.wd3.myworkdayjobs.com/Ext/job/Zermatt/Glacier-Surveyor_JR-77", WORKDAY),
        ("https://jobs.smartrecruiters.com/CityLines/744000099887766", SMART),
        ("https://apply.workable.com/torre/j/AB12CD34EF", WORKABLE),
        ("https://dehoop.recruitee.com/o/windmill-miller", RECRUITEE),
        ("https://suedroester.jobs.personio.de/job/4242", PERSONIO),
    ],
)
def test_data_of_another_form_is_an_error_and_no_posting(
    link: str, address: str, payload: Any
) -> None:
    web = Web({address: httpx.Response(200, json=payload)})
    with pytest.raises(ToolError):
        fetch(link, web)


@pytest.mark.parametrize("name", ["greenhouse", "lever", "workday", "smartrecruiters", "workable"])
@pytest.mark.parametrize("value", [None, 7, "text", [], {}, ["x"], [{}], True, 1e300])
def test_fields_of_another_type_are_blank(name: str, value: Any) -> None:
    address, link = {
        "greenhouse": (GREENHOUSE, "https://boards.greenhouse.io/northwind/jobs/5550001"),
        "lever": (LEVER, "https://jobs.eu.lever.co/CoastWatch/" + LEVER.rsplit("/", 1)[-1][:36]),
        "workday": (WORKDAY, WORKDAY.replace("wday/cxs/alpine/", "")),
        "smartrecruiters": (SMART, "https://jobs.smartrecruiters.com/CityLines/744000099887766"),
        "workable": (WORKABLE, "https://apply.workable.com/torre/j/AB12CD34EF"),
    }[name]
    job = json.loads(saved(f"{name}.json"))
    inner = job["jobPostingInfo"] if name == "workday" else job
    titles = {"title", "text", "name", "active", "state"}
    inner.update({key: value for key in inner if key not in titles})
    result = fetch(link, Web({address: httpx.Response(200, json=job)}))
    assert result.title


def test_entities_and_bombs_in_a_feed_are_not_expanded() -> None:
    bomb = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">
    <!ENTITY b "xxxxxxxxxx">]><workzag-jobs><position><id>4242</id><name>Job &b;</name>
    <office>&f;</office></position></workzag-jobs>"""
    link = "https://suedroester.jobs.personio.de/job/4242"
    result = fetch(link, Web({PERSONIO: httpx.Response(200, content=bomb)}))
    assert (result.title, result.location) == ("Job", None)

"""Where the public data of a posting or a board is, and which board a page embeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling import board_data
from sync_daemon.tooling.board_embeds import embedded_greenhouse, find_embedded
from sync_daemon.tooling.board_pages import Board, find_board
from sync_daemon.tooling.links import parse_link
from sync_daemon.tooling.posting_keys import posting_key

EMBED = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (board_data.greenhouse_posting("acme", "41"), "greenhouse:acme:41"),
        (board_data.lever_posting("acme", "a-1"), "lever:acme:a-1"),
        (board_data.lever_posting("acme", "a-1", european=True), "lever:acme:a-1"),
        (board_data.smartrecruiters_posting("Acme", "744"), "smartrecruiters:acme:744"),
    ],
)
def test_the_address_of_a_postings_data_has_the_key_of_the_posting(
    address: str, expected: str
) -> None:
    assert str(posting_key(address)) == expected


@pytest.mark.parametrize(
    ("address", "board"),
    [
        (
            board_data.greenhouse_list("acme"),
            Board("Greenhouse", "https://boards.greenhouse.io/acme"),
        ),
        (board_data.lever_list("acme"), Board("Lever", "https://jobs.lever.co/acme")),
        (
            board_data.lever_list("acme", european=True),
            Board("Lever", "https://jobs.eu.lever.co/acme"),
        ),
        (board_data.ashby_list("Acme"), Board("Ashby", "https://jobs.ashbyhq.com/Acme")),
    ],
)
def test_the_address_of_a_boards_data_belongs_to_the_board(address: str, board: Board) -> None:
    assert find_board(address) == board


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            board_data.workable_posting("acme", "ab1c"),
            "https://apply.workable.com/api/v2/accounts/acme/jobs/AB1C",
        ),
        (
            board_data.workable_list("acme"),
            "https://apply.workable.com/api/v1/widget/accounts/acme",
        ),
        (
            board_data.recruitee_offer("jobs.acme.com", "baker"),
            "https://jobs.acme.com/api/offers/baker",
        ),
        (
            board_data.personio_list("acme.jobs.personio.de"),
            "https://acme.jobs.personio.de/xml",
        ),
        (
            board_data.personio_list("acme.jobs.personio.de", "en"),
            "https://acme.jobs.personio.de/xml?language=en",
        ),
        (board_data.greenhouse_list("a/../b?c"), "https://boards-api.greenhouse.io/v1/boards/a%2F..%2Fb%3Fc/jobs?content=true"),
    ],
)  # fmt: skip
def test_data_is_where_the_board_documents_it(address: str, expected: str) -> None:
    assert address == expected


WORKDAY = "https://acme.wd3.myworkdayjobs.com/wday/cxs/acme/External/job/Berlin/X_R1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://acme.wd3.myworkdayjobs.com/en-US/External/job/Berlin/X_R1", WORKDAY),
        ("https://acme.wd3.myworkdayjobs.com/de/External/job/Berlin/X_R1/apply", WORKDAY),
        ("https://acme.wd3.myworkdayjobs.com/External/job/Berlin/X_R1/login", WORKDAY),
        (
            "https://acme.wd3.myworkdayjobs.com/External/details/X_R1",
            WORKDAY.replace("/Berlin", ""),
        ),
        (WORKDAY, WORKDAY),
        (
            "https://wd5.myworkdaysite.com/en-US/recruiting/acme/External/job/Berlin/X_R1",
            "https://wd5.myworkdaysite.com/wday/cxs/acme/External/job/Berlin/X_R1",
        ),
        ("https://acme.wd3.myworkdayjobs.com/External", None),
        ("https://acme.wd3.myworkdayjobs.com/job/X_R1", None),
    ],
)  # fmt: skip
def test_workdays_data_is_below_the_employers_host(text: str, expected: str | None) -> None:
    link = parse_link(text)
    assert link is not None
    assert board_data.workday_posting(link) == expected


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (
            "https://acme.wd3.myworkdayjobs.com/de/External/job/Berlin/X_R1",
            "https://acme.wd3.myworkdayjobs.com/External",
        ),
        (
            "https://acme.wd3.myworkdayjobs.com/zh_Hans/External",
            "https://acme.wd3.myworkdayjobs.com/External",
        ),
        (
            "https://wd5.myworkdaysite.com/en-US/recruiting/acme/External/job/Berlin/X_R1",
            "https://wd5.myworkdaysite.com/recruiting/acme/External",
        ),
    ],
)
def test_a_locale_is_no_workday_board(address: str, link: str) -> None:
    assert find_board(address) == Board("Workday", link)


@pytest.mark.parametrize(
    ("folded", "text", "expected"),
    [
        ("acme", "https://jobs.ashbyhq.com/Acme/1", "Acme"),
        ("acme inc", "https://jobs.ashbyhq.com/Acme%20Inc/1", "Acme Inc"),
        ("other", "https://jobs.ashbyhq.com/Acme/1", "other"),
    ],
)
def test_a_part_of_a_key_is_given_in_the_letters_of_its_link(
    folded: str, text: str, expected: str
) -> None:
    link = parse_link(text)
    assert link is not None
    assert board_data.as_written(folded, link) == expected


GREENHOUSE = "https://acme.com/careers?gh_jid=41"
FOUND = "https://boards.greenhouse.io/acme/jobs/41"


@pytest.mark.parametrize(
    ("address", "source", "expected"),
    [
        (GREENHOUSE, EMBED, FOUND),
        (GREENHOUSE, EMBED.replace("?for", "?b=1&amp;for"), FOUND),
        (GREENHOUSE, EMBED.replace("/", "\\/"), FOUND),
        (GREENHOUSE, "fetch('https://boards-api.greenhouse.io/v1/boards/acme/jobs/')", FOUND),
        (GREENHOUSE, '<a href="https://boards.greenhouse.io/acme">', FOUND),
        (GREENHOUSE, '<a href="https://boards.greenhouse.io/assets/x.css">', None),
        (GREENHOUSE, "", None),
        (
            "https://acme.com/jobs?ashby_jid=b7",
            '<script src="https://jobs.ashbyhq.com/acme/embed">',
            "https://jobs.ashbyhq.com/acme/b7",
        ),
        (
            "https://acme.com/jobs/1",
            '<iframe src="https://boards.greenhouse.io/embed/job_app?for=acme&token=41">',
            FOUND,
        ),
        (
            "https://acme.com/jobs/1",
            " ".join(f"boards.greenhouse.io/embed/job_app?for=acme&token={n}" for n in (41, 42)),
            None,
        ),
        ("https://jobs.lever.co/acme/a-1", EMBED, None),
    ],
)
def test_the_board_behind_a_companys_page_is_found(
    address: str, source: str, expected: str | None
) -> None:
    assert find_embedded(address, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (EMBED, "acme"),
        (EMBED.replace("acme", "acme%20inc"), "acme inc"),
        ('<a href="https://boards.greenhouse.io/acme">', None),
    ],
)
def test_a_mere_link_embeds_no_board(source: str, expected: str | None) -> None:
    assert embedded_greenhouse(source) == expected


@given(st.text(), st.sampled_from([GREENHOUSE, "https://acme.com/x", "", "http://[::1"]))
def test_any_source_is_read(source: str, address: str) -> None:
    found = find_embedded(address, f'greenhouse.io/embed/job_app?for={source}&token=1"')
    assert found is None or found.startswith("https://boards.greenhouse.io/")


@pytest.mark.parametrize(
    "part", ["greenhouse.io/embed/job_board?", "a=1&", "greenhouse.io/embed/job_app?f&"]
)
def test_a_hostile_source_embeds_no_board(part: str) -> None:
    assert find_embedded(GREENHOUSE, part * 1_000) is None
    assert embedded_greenhouse("greenhouse.io/embed/job_board?" + part * 1_000) is None

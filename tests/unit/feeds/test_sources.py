"""Boards by their addresses, and what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.feeding import Feed, FeedField, FeedItem, choose, matches, plain_link
from sync_daemon.errors import ConfigError
from sync_daemon.feeds.parsing import FeedError, parse, plain
from sync_daemon.feeds.sources import Source, SourceKind, recognise

GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true"
LEVER = "https://api.lever.co/v0/postings/acme?mode=json"
ASHBY = "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://boards.greenhouse.io/acme", GREENHOUSE),
        ("https://job-boards.greenhouse.io/acme/jobs/123", GREENHOUSE),
        ("https://boards.greenhouse.io/embed/job_board?for=acme", GREENHOUSE),
        (GREENHOUSE, GREENHOUSE),
        ("https://jobs.lever.co/acme", LEVER),
        ("https://jobs.lever.co/acme/uuid/apply", LEVER),
        ("https://jobs.eu.lever.co/acme", LEVER.replace("api.", "api.eu.")),
        ("https://jobs.lever.co/acme.eu.co", LEVER.replace("acme", "acme.eu.co")),
        (LEVER, LEVER),
        ("https://jobs.ashbyhq.com/acme", ASHBY),
        (ASHBY, ASHBY),
        ("https://clever.co/jobs.rss", "https://clever.co/jobs.rss"),
        (" https://example.com/jobs.rss ", "https://example.com/jobs.rss"),
    ],
)
def test_a_board_is_known_by_its_address(address: str, found: str) -> None:
    assert recognise(address).address == found


@pytest.mark.parametrize(
    "address",
    ["", "acme", "ftp://example.com/x", "https://boards.greenhouse.io/", "https://jobs.lever.co",
     "https://jobs.ashbyhq.com/../x", "https://jobs.lever.co/..", "http://[::1"],
)  # fmt: skip
def test_an_address_of_nothing_is_refused(address: str) -> None:
    with pytest.raises(ConfigError):
        print(recognise(address))  # noqa: T201 - shows what came of it


def read(kind: SourceKind, answer: Any) -> list[FeedItem]:
    return parse(Source(kind, "https://x", "acme"), json.dumps(answer).encode())


def test_greenhouse() -> None:
    job = {
        "id": 123, "title": "Developer",
        "absolute_url": "https://boards.greenhouse.io/acme/jobs/123",
        "location": {"name": "Berlin"}, "departments": [{"name": "R&D"}],
        "content": "&lt;p&gt;Build &amp;amp; run&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Python&lt;/li&gt;"
        "&lt;/ul&gt;",
        "first_published": "2026-11-02T10:00:00-05:00", "company_name": "Acme Inc",
    }  # fmt: skip
    [item] = read(SourceKind.GREENHOUSE, {"jobs": [job]})
    assert item.key == "greenhouse:acme:123"
    assert item.fields == {
        FeedField.TITLE: "Developer",
        FeedField.COMPANY: "Acme Inc",
        FeedField.LINK: "https://boards.greenhouse.io/acme/jobs/123",
        FeedField.LOCATION: "Berlin",
        FeedField.DESCRIPTION: "Build & run\n\n- Python",
        FeedField.DEPARTMENT: "R&D",
        FeedField.POSTED: "2026-11-02",
    }


def test_lever() -> None:
    job = {
        "id": "uuid", "text": "Developer", "hostedUrl": "https://jobs.lever.co/acme/uuid",
        "categories": {"location": "Remote", "team": "Platform"}, "descriptionPlain": "Build it",
        "lists": [{"text": "You know", "content": "<li>Python</li>"}], "createdAt": 1767225600000,
    }  # fmt: skip
    [item] = read(SourceKind.LEVER, [job])
    assert item.text(FeedField.DESCRIPTION) == "Build it\n\nYou know\n- Python"
    assert item.text(FeedField.POSTED) == "2026-01-01"


def test_ashby_lists_only_what_is_open() -> None:
    job = {
        "id": "a", "title": "Developer", "jobUrl": "https://jobs.ashbyhq.com/acme/a",
        "location": "Paris", "descriptionHtml": "<p>Build</p>",
        "publishedAt": "2026-01-01T00:00:00Z",
        "compensation": {"compensationTierSummary": "€60K – €80K"},
    }  # fmt: skip
    items = read(SourceKind.ASHBY, {"jobs": [job, {**job, "id": "b", "isListed": False}]})
    assert [item.key for item in items] == ["ashby:acme:a"]
    assert items[0].text(FeedField.SALARY) == "€60K – €80K"


def test_atom_and_rss() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title>A &amp; B</title>'
        '<link href="https://example.com/1"/><updated>2026-01-01T00:00:00Z</updated>'
        "<published>2026-01-02T00:00:00Z</published><summary>short</summary>"
        '<content type="html">&lt;p&gt;the longer one&lt;/p&gt;</content></entry></feed>'
    )
    [item] = parse(Source(SourceKind.FEED, "x"), atom.encode())
    assert item.fields == {
        FeedField.TITLE: "A & B",
        FeedField.LINK: "https://example.com/1",
        FeedField.DESCRIPTION: "the longer one",
        FeedField.POSTED: "2026-01-02",
    }


def test_a_link_that_is_none_is_left_out() -> None:
    job = {"id": 1, "title": "Developer", "absolute_url": "javascript:alert(1)"}
    assert FeedField.LINK not in read(SourceKind.GREENHOUSE, {"jobs": [job]})[0].fields


@pytest.mark.parametrize("content", [b"", b"[", b"5", b'{"error": "no board"}', b"<html>", b"null"])
@pytest.mark.parametrize("kind", [SourceKind.GREENHOUSE, SourceKind.LEVER, SourceKind.ASHBY])
def test_a_board_that_answers_nonsense_is_said_to(kind: SourceKind, content: bytes) -> None:
    with pytest.raises(FeedError):
        parse(Source(kind, "https://x", "acme"), content)


@pytest.mark.parametrize("content", [b"", b"<html><p>Not found", b"{}", b"\0\xff" * 99])
def test_a_page_that_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(FeedError, match="neither RSS nor Atom"):
        parse(Source(SourceKind.FEED, "https://x"), content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "title", "text", "location", "categories", "lists", "content",
                         "departments", "createdAt", "updated_at", "publishedAt", "compensation"]),
        inner,
    ),
)  # fmt: skip


@given(st.sampled_from([SourceKind.GREENHOUSE, SourceKind.LEVER, SourceKind.ASHBY]), JSON)
def test_whatever_a_board_answers_it_is_postings_or_an_error(kind: SourceKind, entry: Any) -> None:
    try:
        items = read(kind, {"jobs": [entry]} if kind is not SourceKind.LEVER else [entry])
    except FeedError:
        return
    assert all(isinstance(text, str) for item in items for text in item.fields.values())


@given(st.text())
def test_any_markup_becomes_text(text: str) -> None:
    assert plain(plain(text)) is not None


@pytest.mark.parametrize("reference", ["&#1;", "&#x8;", "&#xD800;", "&#65535;", "\x00", "&#11;"])
def test_signs_that_markup_cannot_hold_are_left_out(reference: str) -> None:
    text = plain(f"<p>{reference}a{reference}</p>{reference}b<br>{reference}c")
    assert "".join(sign for sign in text if sign.isascii() and sign.isalpha()) == "abc"


def feed(**changes: Any) -> Feed:
    return Feed("f", "https://x", {FeedField.TITLE: "Role"}, **changes)


def item(title: str, key: str = "", **fields: str) -> FeedItem:
    named = {FeedField(name): text for name, text in fields.items()}
    return FeedItem(key or title, {FeedField.TITLE: title, **named})


@pytest.mark.parametrize(
    ("title", "wanted", "unwanted", "expected"),
    [
        ("Java developer", ["java"], [], True),
        ("JavaScript developer", ["java"], [], False),
        ("C++ developer", ["c++"], [], True),
        ("Senior C++ developer", ["c++"], ["senior"], False),
        ("ENTWICKLER:IN (m/w/d)", ["entwickler"], [], True),
        ("Anything", [], [], True),
    ],
)
def test_words_are_whole_and_case_does_not_count(
    title: str, wanted: list[str], unwanted: list[str], expected: bool
) -> None:
    made = feed(
        wanted={FeedField.TITLE: wanted} if wanted else {},
        unwanted={FeedField.TITLE: unwanted} if unwanted else {},
    )
    assert matches(item(title), made) is expected


def test_every_field_that_is_named_has_to_match() -> None:
    made = feed(wanted={FeedField.TITLE: ["dev"], FeedField.LOCATION: ["berlin", "remote"]})
    assert matches(item("dev", location="Remote, EU"), made)
    assert not matches(item("dev", location="Paris"), made)
    assert not matches(item("dev"), made)


@given(st.lists(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.integers(1, 5))
def test_each_item_is_chosen_once_the_oldest_first(
    keys: list[int], taken: set[int], at_most: int
) -> None:
    items = [item("t", key=str(key)) for key in keys]
    chosen = [i.key for i in choose(items, feed(at_most=at_most), {str(t) for t in taken}, [])]
    expected = list(dict.fromkeys(str(key) for key in reversed(keys) if key not in taken))
    assert chosen == expected[:at_most]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.com/job/1/", "http://example.com/job/1"),
        ("https://EXAMPLE.com/job?id=1", "https://example.com/job?id=1"),
    ],
)
def test_links_are_the_same_but_for_what_tells_nothing(one: str, other: str) -> None:
    assert plain_link(one) == plain_link(other) != ""


def test_text_that_is_no_link_is_none() -> None:
    assert plain_link("ask Jo") == plain_link("") == plain_link("mailto:a@b.c") == ""

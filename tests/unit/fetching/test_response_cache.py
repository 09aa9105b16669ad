from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.fetching.exchange import Fields
from sync_daemon.fetching.response_cache import ResponseCache

URL = "https://example.org/jobs?page=2"
TAGGED: Fields = [(b"ETag", b'"1"'), (b"Content-Type", b"text/html")]


def asking(url: str = URL, method: str = "GET", **fields: str) -> httpx.Request:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return httpx.Request(method, url, headers=headers)


def memory_of(*fields: tuple[bytes, bytes], **request: str) -> ResponseCache:
    memory = ResponseCache(1_000_000)
    memory.offer(asking(**request), list(fields), b"body")
    return memory


@pytest.mark.parametrize(
    "fields",
    [
        [(b"ETag", b'"1"')],
        [(b"Last-Modified", b"Mon, 02 Mar 2026 09:00:00 GMT")],
        [(b"ETag", b'"1"'), (b"Cache-Control", b"private, no-cache, max-age=0")],
    ],
)
def test_an_answer_that_can_be_asked_about_is_kept(fields: Fields) -> None:
    kept = memory_of(*fields).recall(asking())
    assert kept is not None
    assert kept.body == b"body"


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [(b"Expires", b"Mon, 02 Mar 2099 09:00:00 GMT")],
        [(b"ETag", b'"1"'), (b"Cache-Control", b"private, NO-STORE")],
        [(b"ETag", b'"1"'), (b"Vary", b"Accept, *")],
    ],
)
def test_another_is_not(fields: Fields) -> None:
    memory = memory_of(*fields)
    assert memory.recall(asking()) is None
    assert memory.size == 0


@pytest.mark.parametrize(
    "request_",
    [
        asking("https://example.org/jobs?page=3"),
        asking("http://example.org/jobs?page=2"),
        asking(method="HEAD"),
        asking(method="POST"),
        asking(Authorization="Bearer x"),
        asking(Cookie="a=b"),
        asking(Range="bytes=0-9"),
        asking(If_None_Match='"9"'),
    ],
    ids=lambda request: f"{request.method} {request.url} {list(request.headers)[-1]}",
)
def test_another_request_does_not_get_it(request_: httpx.Request) -> None:
    assert memory_of(*TAGGED).recall(request_) is None


def test_the_answer_to_one_who_said_who_he_is_is_not_kept() -> None:
    assert memory_of(*TAGGED, Authorization="Bearer x").size == 0


def test_a_fragment_is_no_part_of_the_address() -> None:
    assert memory_of(*TAGGED).recall(asking(f"{URL}#top")) is not None


def test_an_answer_that_varies_is_for_equal_requests() -> None:
    memory = memory_of(*TAGGED, (b"Vary", b"Accept, Accept-Language"), Accept="text/html")
    assert memory.recall(asking(Accept="text/html")) is not None
    assert memory.recall(asking(Accept="application/json")) is None
    assert memory.recall(asking(Accept="text/html", Accept_Language="de")) is None


def test_conditions_repeat_what_the_server_said_byte_by_byte() -> None:
    kept = memory_of((b"etag", b'W/"\xff"'), (b"Last-Modified", b"yesterday")).recall(asking())
    assert kept is not None
    assert kept.conditions() == [
        (b"If-None-Match", b'W/"\xff"'),
        (b"If-Modified-Since", b"yesterday"),
    ]


def test_a_304_renews_what_it_is_meant_to_and_nothing_else() -> None:
    kept = memory_of(*TAGGED).recall(asking())
    assert kept is not None
    renewed = kept.refreshed([(b"etag", b'"2"'), (b"content-type", b"evil"), (b"X-New", b"y")])
    assert sorted(renewed.fields) == [(b"Content-Type", b"text/html"), (b"etag", b'"2"')]


def test_what_may_not_be_kept_any_more_is_forgotten() -> None:
    memory = memory_of(*TAGGED)
    memory.offer(asking(), [(b"Cache-Control", b"no-store")], b"secret")
    assert memory.recall(asking()) is None
    assert memory.size == 0


def test_what_was_used_last_stays() -> None:
    memory = ResponseCache(12_000)
    for number in range(3):
        memory.offer(asking(f"https://{number}.example/"), TAGGED, bytes(2_000))
    assert memory.recall(asking("https://0.example/")) is not None
    memory.offer(asking("https://3.example/"), TAGGED, bytes(4_000))
    there = [memory.recall(asking(f"https://{number}.example/")) for number in range(4)]
    assert [one is not None for one in there] == [True, False, False, True]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4_000)), max_size=40))
def test_it_never_holds_more_than_its_bytes(answers: list[tuple[int, int]]) -> None:
    memory = ResponseCache(10_000)
    for number, size in answers:
        memory.offer(asking(f"https://{number}.example/"), TAGGED, bytes(size))
        assert memory.size <= 10_000
    assert memory.size == sum(kept.size for kept in memory._kept.values())

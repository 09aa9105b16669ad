from __future__ import annotations

import pytest

from sync_daemon.fetching.robots import Failure, RobotsMemory, Rules, parse_rules
from sync_daemon.tooling import RobotsRefusedError, RobotsUnknownError

PAGE = "https://example.org/jobs/1"


def is_allowed(text: str, url: str = PAGE) -> bool:
    try:
        parse_rules(text).check(url, "example.org")
    except RobotsRefusedError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("nonsense", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /jobs", False),
        ("User-agent: *\nDisallow: /admin", True),
        ("User-agent: *\nDisallow: /jobs\nAllow: /jobs/1", True),
        ("User-agent: sheetd\nDisallow: /", False),
        ("User-agent: SheetD/0.1\nDisallow: /", False),
        ("user agent : sheetd # us\nDisallow: /", False),
        ("User-agent: sheet\nDisallow: /", True),
        ("User-agent: sheetdog\nDisallow: /", True),
        ("User-agent: GPTBot\nDisallow: /", True),
        ("User-agent: GPTBot\nUser-agent: sheetd\nDisallow: /", False),
        ("User-agent: GPTBot\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: sheetd\nAllow: /", True),
        ("User-agent: sheetd\nAllow: /\nUser-agent: *\nDisallow: /", True),
        ("User-agent: GPTBot\nDisallow: /\nUser-agent: CCBot\nDisallow: /jobs", True),
        ("User-agent: *\nDisallow: /*/1$", False),
        ("User-agent: *\nDisallow: /*/2$", True),
    ],
)
def test_the_rules_of_our_group_apply(text: str, *, allowed: bool) -> None:
    assert is_allowed(text) is allowed


def test_a_refusal_names_the_host_and_what_to_do() -> None:
    with pytest.raises(
        RobotsRefusedError, match=r"example\.org .* \(robots\.txt\)\. Open the page"
    ):
        parse_rules("User-agent: *\nDisallow: /").check(PAGE, "example.org")


def test_a_query_is_a_part_of_the_address() -> None:
    text = "User-agent: *\nDisallow: /*?apply="
    assert is_allowed(text, PAGE)
    assert not is_allowed(text, f"{PAGE}?apply=now")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 5", 5.0),
        ("User-agent: *\nCrawl-delay: 86400", 60.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: other\nCrawl-delay: 5", 0.0),
    ],
)
def test_a_crawl_delay_is_at_most_a_minute(text: str, delay_s: float) -> None:
    assert parse_rules(text).delay_s == delay_s


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rules_are_known_for_an_hour() -> None:
    clock = Clock()
    memory = RobotsMemory(clock)
    rules = Rules()
    assert memory.recall("https://example.org:443") is None
    memory.keep("https://example.org:443", rules)
    clock.now += 3_599
    assert memory.recall("https://example.org:443") is rules
    assert memory.recall("http://example.org:80") is None
    clock.now += 1
    assert memory.recall("https://example.org:443") is None


def test_a_failure_is_known_for_a_minute() -> None:
    clock = Clock()
    memory = RobotsMemory(clock)
    memory.keep("https://example.org:443", Failure("It cannot be read."))
    clock.now += 20
    with pytest.raises(RobotsUnknownError, match="cannot be read") as caught:
        memory.recall("https://example.org:443")
    assert caught.value.retry_after_s == 40
    clock.now += 40
    assert memory.recall("https://example.org:443") is None


def test_the_rules_of_the_origins_asked_last_are_known() -> None:
    memory = RobotsMemory(Clock())
    for number in range(300):
        memory.keep(f"https://{number}.example:443", Rules())
    assert memory.recall("https://43.example:443") is None
    assert memory.recall("https://44.example:443") is not None

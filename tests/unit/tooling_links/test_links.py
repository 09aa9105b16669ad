"""Links are read as people paste them, and equal where they lead to one posting."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling.links import canonical_link, find_address, parse_link
from sync_daemon.tooling.posting_keys import link_key, long_numbers_in, numbers_in, posting_key

UUID = "8c2f1c9e-0b1a-4f6e-9d2b-5a7c1e3f4b6d"

PASTED = {
    "https://acme.com/jobs/1": "https://acme.com/jobs/1",
    "  acme.com/jobs/1\n": "https://acme.com/jobs/1",
    "<https://acme.com/jobs/1>": "https://acme.com/jobs/1",
    "[Engineer](https://acme.com/jobs/1)": "https://acme.com/jobs/1",
    "[Engineer](<https://acme.com/jobs/1>)": "https://acme.com/jobs/1",
    "[x](https://acme.com/wiki/Job_(1))": "https://acme.com/wiki/Job_(1)",
    "[to the top](#top) https://acme.com/jobs/1": "https://acme.com/jobs/1",
    '=HYPERLINK("https://acme.com/jobs/1";"Engineer")': "https://acme.com/jobs/1",
    "(see https://acme.com/jobs/1)": "https://acme.com/jobs/1",
    "“https://acme.com/jobs/1”": "https://acme.com/jobs/1",
    "https://acme.com/jobs/1, via Ann": "https://acme.com/jobs/1",
    "Found at https://acme.com/jobs/1!": "https://acme.com/jobs/1",
    "https:/acme.com/jobs/1": "https://acme.com/jobs/1",
    "https//acme.com/jobs/1": "https://acme.com/jobs/1",
    "//acme.com/jobs/1": "https://acme.com/jobs/1",
    "HTTP://acme.com/jobs/1": "http://acme.com/jobs/1",
    "https://acme.com/j?a=1&amp;b=2": "https://acme.com/j?a=1&b=2",
    "https://acme.com/j?a=1&copy=2": "https://acme.com/j?a=1&copy=2",
    "https://acme.com/jobs\u200b/1": "https://acme.com/jobs/1",
    "acme.com": "https://acme.com",
    "(acme.com)": "https://acme.com",
    "apply at www.acme.com today": "https://www.acme.com",
    "acme.com/go?to=https://other.org/1": "https://acme.com/go?to=https://other.org/1",
    "http://localhost:8080/job/1": "http://localhost:8080/job/1",
}
NO_LINKS = (
    "", " ", "-", "N/A", "n.a.", "Senior Engineer", "we use Node.js and C++", "ann@acme.com",
    "https://", "12.5", "3.500,00 EUR", "mailto:ann@acme.com", "e.g. remote", "http:// acme",
    "https://acme.com/" + "a" * 5000,
)  # fmt: skip


@pytest.mark.parametrize(("text", "address"), PASTED.items())
def test_an_address_is_found_in_what_was_pasted(text: str, address: str) -> None:
    assert find_address(text) == address


@pytest.mark.parametrize("text", NO_LINKS)
def test_other_text_is_no_link(text: str) -> None:
    assert find_address(text) is None
    assert canonical_link(text) is None
    assert link_key(text) is None


SAME = (
    ("https://acme.com/jobs/1", "http://acme.com/jobs/1"),
    ("https://acme.com/jobs/1", "https://ACME.com:443/jobs/1/"),
    ("https://acme.com/jobs/1", "http://www.acme.com:80/jobs//1"),
    ("https://acme.com/jobs/1", "https://m.acme.com/jobs/1"),
    ("https://acme.com/jobs/1", "https://acme.com./jobs/1"),
    ("https://acme.com/jobs/1", "https://acme.com/x/../jobs/./1"),
    ("https://acme.com/jobs/1", "https://acme.com/jobs/1#how-to-apply"),
    ("https://acme.com/jobs/1", "https://acme.com/jobs/1#:~:text=Engineer%201"),
    ("https://acme.com/jobs/1", "https://acme.com/jobs/1;jsessionid=7F?utm_source=x"),
    ("https://acme.com/jobs/1", "https://acme.com/jobs/1/amp"),
    ("https://acme.com/jobs/1", "https://www.google.com/amp/s/acme.com/jobs/1/amp/"),
    ("https://acme.com/jobs/1", "https://acme-com.cdn.ampproject.org/c/s/acme.com/jobs/1"),
    ("https://acme.com/jobs/1", "https://www.google.com/url?sa=D&q=https%3A%2F%2Facme.com%2Fjobs%2F1"),
    ("https://acme.com/jobs/1", "https://l.facebook.com/l.php?u=https%3A%2F%2Facme.com%2Fjobs%2F1&h=AT"),
    (
        "https://acme.com/jobs/1",
        "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.com%2Fjobs%2F1&data=05",
    ),
    ("https://acme.com/j?a=1&b=2", "https://acme.com/j?b=2&a=1&a=1&c="),
    ("https://acme.com/j?a=x%20y", "https://acme.com/j?a=x+y"),
    ("https://acme.com/~a%C3%A4", "https://acme.com/%7ea%c3%a4"),
    ("https://acme.com/a%C3%A4", "https://acme.com/aä"),
    ("https://acme.com/%C3%A4", "https://acme.com/a\u0308"),
    ("https://bücher.de/1", "https://xn--bcher-kva.de/1"),
    ("https://acme.com/#/job/123", "https://acme.com/#!/job/123/?utm_source=x"),
    ("https://acme.com/job/1", "https://acme.com/job/1?lang=de&ref=home"),
)  # fmt: skip
DIFFERENT = (
    ("https://acme.com/jobs/1", "https://acme.com/jobs/2"),
    ("https://acme.com/jobs/1", "https://acme.org/jobs/1"),
    ("https://acme.com/jobs/1", "https://acme.com:8443/jobs/1"),
    ("https://acme.com/Jobs/Ab", "https://acme.com/Jobs/aB"),
    ("https://acme.com/j?id=1", "https://acme.com/j?id=2"),
    ("https://acme.com/j?reqId=1", "https://acme.com/j?reqId=2"),
    ("https://acme.com/j?job=1", "https://acme.com/j?job=2"),
    ("https://acme.com/j?posting=a", "https://acme.com/j?posting=b"),
    ("https://acme.com/j?position=1", "https://acme.com/j?position=2"),
    ("https://acme.com/j?4711", "https://acme.com/j?4712"),
    ("https://acme.com/job.php?ref=4711", "https://acme.com/job.php?ref=4712"),
    ("https://acme.com/#/job/1", "https://acme.com/#/job/2"),
    ("https://acme.com/jobs#job-1", "https://acme.com/jobs#job-2"),
    ("https://acme.com/jobs#jobId=1", "https://acme.com/jobs#jobId=2"),
    ("https://acme.com/a%2Fb", "https://acme.com/a/b"),
    ("https://m.de/jobs/1", "https://www.de/jobs/1"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_does_not_tell_postings_apart_is_dropped(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other) is not None


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_tells_postings_apart_is_kept(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)
    assert link_key(one) != link_key(other)


KEYS = {
    "https://boards.greenhouse.io/Acme/jobs/4012345?gh_src=abc": "greenhouse:acme:4012345",
    "https://job-boards.greenhouse.io/acme/jobs/4012345#app": "greenhouse:acme:4012345",
    "https://job-boards.eu.greenhouse.io/acme/jobs/4012345": "greenhouse:acme:4012345",
    "https://boards.greenhouse.io/embed/job_app?for=acme&token=4012345": "greenhouse:acme:4012345",
    "https://boards-api.greenhouse.io/v1/boards/acme/jobs/4012345": "greenhouse:acme:4012345",
    "https://acme.com/careers/engineer?gh_jid=4012345&utm_source=x": "greenhouse:4012345",
    f"https://jobs.lever.co/acme/{UUID}/apply?lever-source=LinkedIn": f"lever:acme:{UUID}",
    f"https://jobs.eu.lever.co/acme/{UUID.upper()}": f"lever:acme:{UUID}",
    f"https://jobs.ashbyhq.com/Acme%20Inc/{UUID}/application": f"ashby:acme inc:{UUID}",
    f"https://acme.com/jobs?ashby_jid={UUID}": f"ashby:{UUID}",
    "https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Berlin/Senior-Engineer_R-0012345":
        "workday:acme:r-0012345",
    "https://acme.wd5.myworkdayjobs.com/Careers/job/Senior-Engineer_R-0012345/apply/applyManually":
        "workday:acme:r-0012345",
    "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers/job/Berlin/Engineer_R-0012345":
        "workday:acme:r-0012345",
    "https://acme.wd5.myworkdayjobs.com/Careers/details/Engineer_R-0012345?q=x":
        "workday:acme:r-0012345",
    "https://wd5.myworkdaysite.com/recruiting/acme/Careers/job/Berlin/Engineer_R-0012345":
        "workday:acme:r-0012345",
    "https://jobs.smartrecruiters.com/Acme/743999712345678-engineer":
        "smartrecruiters:acme:743999712345678",
    "https://api.smartrecruiters.com/v1/companies/Acme/postings/743999712345678":
        "smartrecruiters:acme:743999712345678",
    "https://apply.workable.com/acme/j/A1B2C3D4E5/": "workable:acme:a1b2c3d4e5",
    "https://apply.workable.com/j/A1B2C3D4E5": "workable:a1b2c3d4e5",
    "https://acme.recruitee.com/o/senior-engineer/c/new": "recruitee:acme:senior-engineer",
    "https://acme.jobs.personio.de/job/123456?language=de": "personio:acme:123456",
    "https://acme.teamtailor.com/de/jobs/123456-engineer": "teamtailor:acme:123456",
    "https://acme.breezy.hr/p/0123456789ab-engineer": "breezy:acme:0123456789ab",
    "https://acme.bamboohr.com/careers/42": "bamboohr:acme:42",
    "https://acme.bamboohr.com/jobs/view.php?id=42&source=x": "bamboohr:acme:42",
    "https://careers-acme.icims.com/jobs/1234/engineer/job?mode=job": "icims:careers-acme:1234",
    f"https://ats.rippling.com/de-DE/acme/jobs/{UUID}": f"rippling:acme:{UUID}",
    "https://career5.successfactors.eu/career?company=acme&career_job_req_id=77":
        "successfactors:acme:77",
    "https://www.linkedin.com/jobs/view/3812345678/?refId=a&trackingId=b": "linkedin:3812345678",
    "https://de.linkedin.com/jobs/view/senior-engineer-at-acme-3812345678": "linkedin:3812345678",
    "https://www.linkedin.com/jobs/view/123": "linkedin:123",
    "https://www.linkedin.com/comm/jobs/view/3812345678": "linkedin:3812345678",
    "https://www.linkedin.com/jobs/search/?currentJobId=3812345678&keywords=x":
        "linkedin:3812345678",
    "https://www.linkedin.com/jobs/collections/recommended/?currentJobId=3812345678":
        "linkedin:3812345678",
    "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/3812345678": "linkedin:3812345678",
    "https://de.indeed.com/viewjob?jk=0123456789abcdef&from=serp": "indeed:0123456789abcdef",
    "https://www.indeed.com/jobs?q=x&vjk=0123456789abcdef": "indeed:0123456789abcdef",
    "https://uk.indeed.com/rc/clk?jk=0123456789abcdef": "indeed:0123456789abcdef",
    "https://www.glassdoor.de/job-listing/x-JV_IC1.htm?jl=1009123456": "glassdoor:1009123456",
    "https://www.stepstone.de/stellenangebote--Engineer-Berlin-Acme--10713399-inline.html":
        "stepstone:10713399",
    "https://www.xing.com/jobs/berlin-engineer-123456789": "xing:123456789",
    "https://www.welcometothejungle.com/en/companies/acme/jobs/engineer_berlin":
        "welcometothejungle:acme:engineer_berlin",
}  # fmt: skip
NO_KEYS = (
    "https://boards.greenhouse.io/acme",
    "https://jobs.lever.co/acme",
    "https://jobs.ashbyhq.com/acme",
    "https://acme.wd5.myworkdayjobs.com/Careers",
    "https://www.linkedin.com/company/acme",
    "https://www.linkedin.com/jobs/search?keywords=python",
    "https://evil.com/jobs.lever.co/acme/1",
    f"https://jobs.lever.co.evil.com/acme/{UUID}",
    "https://acme.com/jobs/1",
)


@pytest.mark.parametrize(("link", "key"), KEYS.items())
def test_a_board_is_known_by_every_form_of_its_links(link: str, key: str) -> None:
    assert str(posting_key(link)) == key
    assert link_key(link) == key
    assert str(posting_key(str(parse_link(link)))) == key


@pytest.mark.parametrize("link", NO_KEYS)
def test_a_page_of_no_posting_has_no_number_at_a_board(link: str) -> None:
    assert posting_key(link) is None
    assert link_key(link) == canonical_link(link) is not None


WRAPPED = "https://www.google.com/url?q="


def test_a_link_wrapped_in_links_is_unwrapped_but_not_for_ever() -> None:
    link = "https://acme.com/jobs/1"
    for _ in range(3):
        link = WRAPPED + quote(link, safe="")
    assert canonical_link(link) == "https://acme.com/jobs/1"
    for _ in range(6):
        link = WRAPPED + quote(link, safe="")
    assert canonical_link(link) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.com:99999/",
        "https://acme.com:x/",
        "https://[::1/",
        "https://\u2100.com/",
        "https://-.-/",
        "https://xn--\u00e4.com/",
        "https://...../",
    ],
)
def test_an_address_with_a_broken_host_is_no_link(address: str) -> None:
    assert canonical_link(address) is None


def test_bytes_that_are_no_text_stay_what_they_are() -> None:
    one, other = (
        canonical_link("https://acme.com/%E4%FF"),
        canonical_link("https://acme.com/%E4%FE"),
    )
    assert one is not None
    assert one != other
    assert canonical_link(one) == one


def test_a_number_without_its_site_fits_the_one_with_it() -> None:
    unknown = posting_key("https://acme.com/careers?gh_jid=4012345")
    known = posting_key("https://boards.greenhouse.io/acme/jobs/4012345")
    other = posting_key("https://boards.greenhouse.io/other/jobs/4012345")
    assert unknown
    assert known
    assert other
    assert unknown.is_same(known)
    assert known.is_same(unknown)
    assert not known.is_same(other)


def test_numbers_of_a_posting_are_found_in_paths_and_parameters() -> None:
    link = parse_link("https://acme.com/jobs/R-0012-engineer?id=4711&p=2")
    assert link is not None
    assert numbers_in(link) == {"r-0012", "4711", "2"}
    assert long_numbers_in(link) == {"r-0012", "4711"}


NAMES = st.sampled_from(["id", "job", "reqId", "posting", "a", "ref", "source", "jk", "gh_jid"])
VALUES = st.text(max_size=12)
TRACKING = st.sampled_from(
    ["utm_source", "utm_Campaign", "gclid", "fbclid", "refId", "trk", "trackingId", "gh_src",
     "lever-source", "_hsenc", "_hsmi", "mc_cid", "mc_eid"]
)  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
PATHS = st.lists(st.text(min_size=1, max_size=8), max_size=4)
HOSTS = st.sampled_from(
    ["acme.com", "www.m.acme.com", "bücher.de", "jobs.lever.co", "localhost:8080", "www.google.com",
     "x.cdn.ampproject.org", "acme.wd5.myworkdayjobs.com", "de.linkedin.com"]
)  # fmt: skip


def address(host: str, path: list[str], pairs: list[tuple[str, str]], fragment: str = "") -> str:
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
    return f"https://{host}/{'/'.join(quote(one, safe='') for one in path)}?{query}#{fragment}"


@given(st.one_of(st.text(max_size=80), st.text("htps:/acme.o?&=#%2F!()[]. ", max_size=60)))
def test_any_text_is_read_and_reading_again_changes_nothing(text: str) -> None:
    once = canonical_link(text)
    assert once is None or canonical_link(once) == once


@given(HOSTS, st.text(max_size=40), PAIRS, st.text(max_size=20))
def test_a_canonical_link_is_canonical(
    host: str, path: str, pairs: list[tuple[str, str]], fragment: str
) -> None:
    once = canonical_link(address(host, [], pairs, fragment).replace("/?", f"/{path}?"))
    assert once is None or canonical_link(once) == once


@given(HOSTS, PATHS, PAIRS, st.randoms())
def test_the_order_of_parameters_does_not_matter(
    host: str, path: list[str], pairs: list[tuple[str, str]], random: object
) -> None:
    turned = sorted(pairs, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert canonical_link(address(host, path, pairs)) == canonical_link(address(host, path, turned))


@given(HOSTS, PATHS, PAIRS, st.lists(st.tuples(TRACKING, VALUES), max_size=4), st.integers(0, 5))
def test_tracking_parameters_never_matter(
    host: str,
    path: list[str],
    pairs: list[tuple[str, str]],
    tracking: list[tuple[str, str]],
    at: int,
) -> None:
    marked = [*pairs[:at], *tracking, *pairs[at:]]
    plain, followed = address(host, path, pairs), address(host, path, marked)
    assert canonical_link(plain) == canonical_link(followed)
    assert link_key(plain) == link_key(followed)


@pytest.mark.parametrize(
    "text",
    [
        "](" * 10_000, "[x](" + "(a)" * 6000, "a." * 10_000, "http:/" * 3000, "-" * 20_000,
        "https://acme.com/#" + "job" * 1300, "https://a.wd5.myworkdayjobs.com" + "/job/a_a" * 480,
        "https://linkedin.com" + "/jobs/view/1-1" * 280, "https://xing.com/jobs/" + "-12345" * 600,
        "a-" * 10_000 + ".com", "https://acme.com" + ")" * 4000,
    ],
)  # fmt: skip
def test_hostile_text_names_no_posting(text: str) -> None:
    link_key(text)

"""The link check says closed only where a board or a page says so."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.domain.pipeline import JobRecord, Unbindable, record_after
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import NoRows, run_tool
from sync_daemon.processing.steps import StepPlace, prepare_steps
from sync_daemon.tooling import AddressRefusedError, RobotsRefusedError, RobotsUnknownError
from tests.support.drawing import examples
from tests.support.parsers import shared_pool

REGISTRY = load_registry(installed=())
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
UUID = "8c2f1c9e-0b1a-4f6e-9d2b-5a7c1e3f4b6d"
ACME = "https://acme.com/jobs/4711-engineer"
TEXT = "<p>" + "You will build reliable software with a small team in Berlin. " * 40 + "</p>"

Answer = httpx.Response | Exception
Answers = Mapping[str, Answer]


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


@dataclass(frozen=True)
class Step:
    """What a configuration says of the step."""

    options: Mapping[str, Any]
    name: str | None
    tool: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


def page(body: str, status: int = 200, title: str = "Engineer at Acme") -> httpx.Response:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return httpx.Response(status, html=text)


def posting_page(more: str = "", **posting: Any) -> httpx.Response:
    data = {"@context": "https://schema.org", "@type": "JobPosting", "title": "E", **posting}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return page(f"{script}<h1>Engineer</h1>{TEXT}{more}")


def moved(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": to})


class Web:
    """Clients of a web that consists of a few addresses; others answer 404."""

    def __init__(self, answers: Answers) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        address = str(request.url)
        self.asked.append(address)
        found = self.answers.get(address, page("nothing", 404))
        if isinstance(found, Exception):
            raise found
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    def client(self) -> httpx.Client:
        raise AssertionError

    def async_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer), max_redirects=5)

    async def aclose(self) -> None:
        """Nothing stays open."""

    def close(self) -> None:
        """Nothing stays open."""


class Desk:
    """The tool as sheetd runs it, on one row and one link."""

    def __init__(self, answers: Answers, **options: Any) -> None:
        self.web = Web(answers)
        self.clock = Clock()
        step = Step(options, None, "link_check", {"link": "Link"}, {})
        (self.step,) = prepare_steps([step], REGISTRY, StepPlace("Jobs", Path()))
        self._executor = LocalExecutor(
            {("Jobs", "link_check"): self.step},
            clock=self.clock,
            mirror=NoRows(),
            http=self.web,
            parsers=shared_pool(),
        )

    def look(self, link: str, attempt: int = 3) -> Outcome:
        bound = self.step.bind({"link": link}, CellLocale(UTC))
        assert not isinstance(bound, Unbindable), bound
        job = Job("row", "Jobs", "link_check", "link_check", bound.inputs, "hash", attempt)
        self._executor.submit(job)
        (outcome,) = self._executor.wait(30)
        return outcome

    def record(self, link: str) -> JobRecord:
        return record_after(self.look(link), None, self.step.spec, self.clock.time)

    def close(self) -> None:
        self._executor.close()


Open = Callable[..., Desk]


@pytest.fixture
def desk() -> Iterator[Open]:
    made: list[Desk] = []

    def make(answers: Answers, **options: Any) -> Desk:
        made.append(Desk(answers, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def state(outcome: Outcome) -> str:
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return str(outcome.values["state"])


def test_the_result_says_what_was_seen_and_when(desk: Open) -> None:
    outcome = desk({ACME: page(f"{TEXT}<p>This position has been filled.</p>")}).look(ACME)
    assert outcome.values == {
        "state": "closed",
        "checked": "2026-05-01",
        "reason": "The page says: this position has been filled.",
    }


GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/acme/jobs/41"
LEVER = f"https://api.lever.co/v0/postings/acme/{UUID}?mode=json"
ASHBY = "https://api.ashbyhq.com/posting-api/job-board/Acme?includeCompensation=true"
SMART = "https://api.smartrecruiters.com/v1/companies/Acme/postings/743999712345678"
WORKABLE = "https://apply.workable.com/api/v1/widget/accounts/acme"
RECRUITEE = "https://acme.recruitee.com/api/offers/engineer"
WORKDAY = "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers/job/Berlin/Engineer_R-1"
BOARDS = (
    ("https://boards.greenhouse.io/acme/jobs/41", GREENHOUSE, {"id": 41, "title": "E"}, None),
    ("https://job-boards.eu.greenhouse.io/acme/jobs/41",
     GREENHOUSE, {"id": 41}, None),
    (f"https://jobs.lever.co/acme/{UUID}/apply", LEVER, {"id": UUID, "text": "E"}, None),
    (f"https://jobs.eu.lever.co/acme/{UUID}", LEVER.replace("api.", "api.eu."), {"id": UUID}, None),
    (f"https://jobs.ashbyhq.com/Acme/{UUID}", ASHBY, {"jobs": [{"id": UUID}]},
     {"jobs": [{"id": "other"}]}),
    ("https://jobs.smartrecruiters.com/Acme/743999712345678-engineer", SMART,
     {"id": "743999712345678", "active": True}, {"id": "743999712345678", "active": False}),
    ("https://apply.workable.com/acme/j/A1B2C3", WORKABLE, {"jobs": [{"shortcode": "A1B2C3"}]},
     {"jobs": [{"shortcode": "OTHER1"}]}),
    ("https://acme.recruitee.com/o/engineer", RECRUITEE, {"offer": {"id": 1}},
     {"offer": {"id": 1, "status": "closed"}}),
    ("https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Berlin/Engineer_R-1/apply", WORKDAY,
     {"jobPostingInfo": {"title": "E", "canApply": True}},
     {"jobPostingInfo": {"title": "E", "canApply": False}}),
)  # fmt: skip


@pytest.mark.parametrize(("link", "address", "listed", "unlisted"), BOARDS)
def test_a_board_is_asked_by_its_public_json(
    desk: Open, link: str, address: str, listed: Any, unlisted: Any
) -> None:
    made = desk({address: httpx.Response(200, json=listed)})
    assert state(made.look(link)) == "open"
    assert made.web.asked == [address]
    assert state(desk({address: httpx.Response(404, json={})}).look(link)) == "closed"
    if unlisted is not None:
        assert state(desk({address: httpx.Response(200, json=unlisted)}).look(link)) == "closed"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"https://jobs.ashbyhq.com/Acme/{UUID}", ASHBY),
        ("https://apply.workable.com/acme/j/A1B2C3", WORKABLE),
        ("https://job-boards.eu.greenhouse.io/acme/jobs/41", GREENHOUSE),
    ],
)
def test_a_list_that_is_gone_does_not_close_a_posting(desk: Open, link: str, address: str) -> None:
    gone = httpx.Response(404, json={})
    made = desk({address: gone, link: page(f"<h1>Cook</h1>{'We cook soup. ' * 60}Apply now")})
    assert state(made.look(link)) != "closed"
    assert made.web.asked == [address, link]


@pytest.mark.parametrize(("link", "address", "listed", "unlisted"), BOARDS)
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, text="no"),
        httpx.Response(500, text="no"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"jobs": None, "offer": 1, "jobPostingInfo": "x"}),
        httpx.Response(200, text="[" * 100_000),
        httpx.ConnectTimeout("slow"),
        RobotsRefusedError("no"),
        moved("https://acme.com/"),
    ],
)
def test_a_board_that_gives_no_answer_closes_nothing(
    desk: Open, link: str, address: str, listed: Any, unlisted: Any, answer: Answer
) -> None:
    made = desk({address: answer, link: page(TEXT), "https://acme.com/": page(TEXT)})
    assert state(made.look(link)) == "unknown", (listed, unlisted)
    assert made.web.asked[-1] == link


@pytest.mark.parametrize(
    "link",
    [
        "https://apply.workable.com/j/A1B2C3",
        f"https://jobs.smartrecruiters.com/Acme/{UUID}-engineer",
        f"https://acme.com/jobs?ashby_jid={UUID}",
        "https://wd5.myworkdaysite.com/recruiting/acme/Careers/job/Berlin/Engineer_R-1",
        "https://acme.wd5.myworkdayjobs.com/job/Engineer_R-1",
        "https://www.linkedin.com/jobs/view/3812345678",
    ],
)
def test_where_there_is_nobody_to_ask_the_page_is_read(desk: Open, link: str) -> None:
    made = desk({link: posting_page()})
    assert state(made.look(link)) == "open"
    assert made.web.asked == [link]


def test_a_workday_link_of_its_own_json_is_asked_as_it_is(desk: Open) -> None:
    made = desk({WORKDAY: httpx.Response(200, json={"jobPostingInfo": {"title": "E"}})})
    assert state(made.look(WORKDAY)) == "open"
    assert made.web.asked == [WORKDAY]


def test_greenhouse_on_a_company_page_is_asked_once_the_page_names_its_board(desk: Open) -> None:
    link = "https://acme.com/careers?gh_jid=41"
    embed = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
    answers = {link: page(embed), GREENHOUSE: httpx.Response(200, json={"id": 41})}
    assert state(desk(answers).look(link)) == "open"
    assert state(desk({link: page(embed)}).look(link)) == "closed"
    assert state(desk({link: page("")}).look(link)) == "unknown"


def test_greenhouse_of_the_eu_on_a_company_page_closes_no_posting_that_it_does_not_know(
    desk: Open,
) -> None:
    link = "https://acme.com/careers?gh_jid=41"
    embed = '<script src="https://boards.eu.greenhouse.io/embed/job_board/js?for=acme"></script>'
    assert state(desk({link: page(embed)}).look(link)) == "unknown"


CLOSED = (
    "This job is no longer accepting applications.",
    "No longer accepting applications",
    "We are no longer accepting applications for this role.",
    "This position has been filled.",
    "Sorry, this job has expired.",
    "The job you are looking for is no longer open.",
    "The job posting you are looking for has expired",
    "This vacancy is now closed.",
    "This job posting is no longer available.",
    "This job has expired on Indeed",
    "Applications for this role are now closed.",
    "The requisition you selected is no longer available.",
    "Diese Stelle ist leider nicht mehr verfügbar.",
    "Die Stelle wurde bereits besetzt.",
    "Diese Stellenanzeige ist abgelaufen.",
    "Die Bewerbungsfrist ist abgelaufen.",
    "Bewerbungen werden nicht mehr angenommen.",
    "Das Stellenangebot existiert nicht mehr.",
    "Cette offre n'est plus disponible.",
    "L’offre d’emploi a été pourvue.",
    "Cette annonce a expirée.",
    "Ce poste est déjà pourvu.",
    "Les candidatures sont closes.",
    "Esta oferta ya no está disponible.",
    "La vacante ha sido cerrada.",
    "Ya no se aceptan más solicitudes.",
    "Deze vacature is helaas niet meer beschikbaar.",
    "Questa offerta non è più disponibile.",
    "Esta vaga já não está disponível.",
    "Job not found",
    "Position closed",
)
NOT_CLOSED = (
    "If this job is no longer available, have a look at the others.",
    "We accept applications until the position has been filled.",
    "The advert is taken down once the position is filled.",
    "This role is filled with challenges.",
    "This position is not open to agencies.",
    "Sobald die Stelle besetzt ist, sagen wir Bescheid.",
    "Si cette offre n'est plus disponible, dites-le.",
    "Our office is closed on Sundays.",
    "Applications are closed on 30 June.",
    "We are not accepting applications by e-mail.",
    "Once this job has been filled out by you, send it.",
    "You run a job board, where a job expired means work for you.",
    "This job is not available in your region.",
    "Bitte keine Bewerbungen an unsere Läden.",
    "Die Stelle ist ab sofort zu besetzen.",
    "Les candidatures sont acceptées jusqu'en mai.",
    "Ce poste est ouvert à tous.",
    "No se aceptan solicitudes por correo.",
    "Questa posizione è disponibile da subito.",
    "Esta vaga está disponível.",
    "You closed deals, and closed positions in our books.",
    "<div hidden>This job has expired.</div>",
    "<div style='display: none'>This job has expired.</div>",
    "<div class='banner hidden'>This job has expired.</div>",
    "<script>var text = 'This job has expired.';</script>",
    "<template>This job has expired.</template>",
    "<aside>Engineer in Bonn: this job has expired.</aside>",
    "<!-- This job has expired. -->",
)


@pytest.mark.parametrize("sentence", CLOSED)
def test_a_page_that_says_so_is_closed(desk: Open, sentence: str) -> None:
    assert state(desk({ACME: page(f"{TEXT}<p>{sentence}</p>")}).look(ACME)) == "closed"
    assert state(desk({ACME: posting_page(f"<b>{sentence}</b>")}).look(ACME)) == "closed"


@pytest.mark.parametrize("sentence", NOT_CLOSED)
def test_words_that_do_not_say_so_close_nothing(desk: Open, sentence: str) -> None:
    shown = page(f"{TEXT}{sentence}<button>Apply now</button>")
    assert state(desk({ACME: shown}).look(ACME)) == "open"


@pytest.mark.parametrize("status", [401, 403, 405, 406, 429, 451, 500, 502, 503, 520, 999])
def test_blocks_and_errors_are_unknown(desk: Open, status: int) -> None:
    shown = page("<p>This job has expired.</p>", status)
    assert state(desk({ACME: shown}).look(ACME)) == "unknown"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_closed(desk: Open, status: int) -> None:
    assert state(desk({ACME: page("Not found", status)}).look(ACME)) == "closed"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("no such host"),
        httpx.RemoteProtocolError("garbage"),
        httpx.DecodingError("garbage"),
        httpx.TooManyRedirects("round and round"),
        RobotsRefusedError("acme.com does not let programs read this page."),
        RobotsUnknownError("The robots.txt of acme.com cannot be read."),
        moved(ACME),
    ],
)
def test_a_site_that_cannot_be_read_is_unknown(desk: Open, answer: Answer) -> None:
    assert state(desk({ACME: answer}).look(ACME)) == "unknown"


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectTimeout("slow"), RobotsUnknownError("later"), page("", 503), page("", 429)],
)
def test_what_may_pass_is_tried_again_first(desk: Open, answer: Answer) -> None:
    made = desk({ACME: answer})
    assert made.look(ACME, attempt=1).kind is OutcomeKind.TRANSIENT
    assert made.look(ACME, attempt=2).kind is OutcomeKind.TRANSIENT
    assert made.look(ACME, attempt=3).kind is OutcomeKind.DONE


def test_a_busy_site_is_asked_again_when_it_says(desk: Open) -> None:
    busy = httpx.Response(503, headers={"retry-after": "120"})
    assert desk({ACME: busy}).look(ACME, attempt=1).retry_after_s == 120


def test_a_busy_site_may_name_a_moment(desk: Open) -> None:
    busy = httpx.Response(503, headers={"retry-after": "Fri, 01 May 2026 12:05:00 GMT"})
    assert desk({ACME: busy}).look(ACME, attempt=1).retry_after_s == 300


ELSEWHERE = (
    "https://acme.com/",
    "https://acme.com/careers",
    "https://acme.com/login?next=/jobs/4711-engineer",
    "https://login.acme.com/sso/start",
    "https://acme.com/jobs/4712-designer",
    "https://acme.com/v2/jobs",
)


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_redirect_that_lost_its_way_closes_nothing(desk: Open, to: str) -> None:
    lost = {ACME: moved(to), to: posting_page("<button>Apply now</button>")}
    assert state(desk(lost).look(ACME)) == "unknown"
    gone = {ACME: moved(to), to: page("Not found", 404)}
    assert state(desk(gone).look(ACME)) == "unknown"
    said = {ACME: moved(to), to: page("<p>The job you requested is no longer available.</p>")}
    assert state(desk(said).look(ACME)) == "closed"


MARKED = {
    "https://www.linkedin.com/jobs/view/3812345678":
        "https://www.linkedin.com/jobs/engineer-jobs-berlin?trk=expired_jd_redirect",
    "https://boards.greenhouse.io/acme/jobs/41/": "https://boards.greenhouse.io/acme?error=true",
}  # fmt: skip


@pytest.mark.parametrize(("link", "to"), MARKED.items())
def test_a_board_that_marks_the_redirect_of_an_expired_posting_is_believed(
    desk: Open, link: str, to: str
) -> None:
    jobs = page(f"{TEXT}<a>Apply now</a>")
    answers = {link: moved(to), to: jobs, GREENHOUSE: httpx.Response(500)}
    assert state(desk(answers).look(link)) == "closed"
    unmarked = to.partition("?")[0]
    answers = {link: moved(unmarked), unmarked: jobs, GREENHOUSE: httpx.Response(500)}
    assert state(desk(answers).look(link)) == "unknown"


def test_a_redirect_that_keeps_to_the_posting_is_followed(desk: Open) -> None:
    to = "https://www.acme.com/en/jobs/4711"
    assert state(desk({ACME: moved(to), to: posting_page()}).look(ACME)) == "open"
    assert state(desk({ACME: moved(to), to: page("", 404)}).look(ACME)) == "closed"


WALLS = (
    "<h1>Join LinkedIn</h1><p>Sign in to continue to LinkedIn.</p>",
    "<p>Please log in to view this job.</p>",
    "<h1>Just a moment...</h1><p>Checking your browser.</p><button>Apply now</button>",
    "<p>Verify you are human: solve the captcha.</p>",
    '<div id="root"></div><script>start()</script>',
    "",
    "<p>Our company is a good place to work at, and it has a garden with many old trees.</p>",
)


@pytest.mark.parametrize("body", WALLS)
def test_a_wall_or_an_empty_page_is_unknown(desk: Open, body: str) -> None:
    assert state(desk({ACME: page(body)}).look(ACME)) == "unknown"


def test_a_wall_behind_not_found_closes_nothing(desk: Open) -> None:
    assert state(desk({ACME: page("Are you a robot?", 404)}).look(ACME)) == "unknown"


VALID = {
    "2026-04-01": "closed",
    "2026-04-29": "closed",
    "2026-05-01": "open",
    "2026-04-30T23:59:59+02:00": "closed",
    "2026-05-01T12:00:01Z": "open",
    "2026-05-01T11:59:59Z": "closed",
    "2026-05-01T06:00": "open",
    "2027-01-01": "open",
    "soon": "open",
    "": "open",
    "9999-12-31": "open",
    "0001-01-01T00:00:00+14:00": "closed",
}


@pytest.mark.parametrize(("until", "expected"), VALID.items())
def test_structured_data_says_until_when_a_posting_is_valid(
    desk: Open, until: str, expected: str
) -> None:
    assert state(desk({ACME: posting_page(validThrough=until)}).look(ACME)) == expected


def test_of_several_postings_on_a_page_that_of_the_link_counts(desk: Open) -> None:
    old, new = "2026-01-01", "2027-01-01"
    nodes = [
        {"@type": "JobPosting", "url": "https://acme.com/jobs/1", "validThrough": old},
        {"@type": ["JobPosting"], "url": f"{ACME}?utm_source=x", "validThrough": new},
    ]
    script = f'<script type="application/ld+json">{json.dumps({"@graph": nodes})}</script>'
    assert state(desk({ACME: page(script + TEXT)}).look(ACME)) == "open"
    unlike = script.replace("4711-engineer", "4712-other")
    assert state(desk({ACME: page(unlike + TEXT)}).look(ACME)) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "JobPosting", "validThrough": "2026-01-01",}',
        '<!-- {"@type": "JobPosting", "validThrough": "2026-01-01"} -->',
        '//<![CDATA[\n{"@type": "JobPosting", "validThrough": "2026-01-01"}\n//]]>',
        '{"@type": "JobPosting", "description": "a\nb", "validThrough": "2026-01-01"}',
        '{"@type": "JobPosting", "validThrough": "2026-01-01"}'.replace('"', "&quot;"),
        '[[{"x": [{"@type": "https://schema.org/JobPosting", "validThrough": "2026-01-01"}]}]]',
    ],
)
def test_structured_data_is_read_as_pages_write_it(desk: Open, text: str) -> None:
    shown = page(f'<script type="application/ld+json">{text}</script>{TEXT}')
    assert state(desk({ACME: shown}).look(ACME)) == "closed"


def test_a_file_is_unknown(desk: Open) -> None:
    pdf = httpx.Response(200, headers={"content-type": "application/pdf"}, content=b"%PDF-1.7")
    assert state(desk({ACME: pdf}).look(ACME)) == "unknown"


@pytest.mark.parametrize("link", ["ask Ann", "-", "ann@acme.com"])
def test_text_that_is_no_link_is_refused(desk: Open, link: str) -> None:
    outcome = desk({}).look(link)
    assert (outcome.kind, outcome.error[:26]) == (
        OutcomeKind.PERMANENT,
        "This is not a web address.",
    )


def test_an_address_that_is_not_public_is_refused(desk: Open) -> None:
    refused = AddressRefusedError("localhost is not on the public web.")
    outcome = desk({"http://localhost/1": refused}).look("http://localhost/1")
    assert outcome.kind is OutcomeKind.PERMANENT


def test_an_open_posting_is_looked_at_again_after_a_day(desk: Open) -> None:
    assert desk({ACME: posting_page()}).record(ACME).due_at == NOW + timedelta(hours=24)
    weekly = desk({ACME: posting_page()}, recheck_hours=168)
    assert weekly.record(ACME).due_at == NOW + timedelta(days=7)


def test_a_posting_found_closed_twice_a_day_apart_is_left_alone(desk: Open) -> None:
    made = desk({ACME: page("", 410)})
    assert made.record(ACME).due_at == NOW + timedelta(hours=24)
    made.clock.time += timedelta(hours=1)
    assert made.record(ACME).due_at == NOW + timedelta(hours=25)
    made.clock.time += timedelta(hours=23)
    assert made.record(ACME).due_at is None


def test_a_posting_that_opened_again_begins_anew(desk: Open) -> None:
    made = desk({ACME: page("", 410)})
    made.record(ACME)
    made.web.answers[ACME] = posting_page()
    made.clock.time += timedelta(days=1)
    made.record(ACME)
    made.web.answers[ACME] = page("", 410)
    made.clock.time += timedelta(days=1)
    assert made.record(ACME).due_at == made.clock.time + timedelta(hours=24)


def test_another_link_in_the_row_begins_anew(desk: Open) -> None:
    made = desk({})
    made.record(ACME)
    made.clock.time += timedelta(days=1)
    assert made.record("https://acme.com/jobs/4712").due_at is not None


def test_closed_postings_can_be_looked_at_for_ever(desk: Open) -> None:
    made = desk({ACME: page("", 410)}, stop_after_closed=False)
    made.record(ACME)
    made.clock.time += timedelta(days=9)
    assert made.record(ACME).due_at is not None


class Site(BaseHTTPRequestHandler):
    """A company's site: one posting, one that is gone, one that moved to the list."""

    def do_GET(self) -> None:
        """Answer."""
        status, body = {
            "/jobs/1": (200, f"<h1>Engineer</h1>{TEXT}<a>Apply now</a>"),
            "/jobs/2": (302, ""),
            "/jobs": (200, f"<h1>Our jobs</h1>{TEXT}"),
        }.get(self.path, (404, "Not found"))
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Location", "/jobs")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "expected"), [("/jobs/1", "open"), ("/jobs/2", "unknown"), ("/jobs/3", "closed")]
)
def test_a_real_server_is_looked_at_through_the_guarded_client(
    site: str, path: str, expected: str
) -> None:
    link = {"link": f"{site}{path}"}
    allowed = frozenset({site})
    outcome = run_tool(REGISTRY, "link_check", link, clock=Clock(), allow_origins=allowed)
    assert state(outcome) == expected
    refused = run_tool(REGISTRY, "link_check", link, clock=Clock())
    assert refused.kind is OutcomeKind.PERMANENT


HOSTILE = (
    "<div>" * 50_000,
    "<p>this job " * 20_000,
    "this position has been " * 10_000,
    "if " * 60_000 + "this job has expired",
    "<script type='application/ld+json'>" + '{"a":' * 50_000 + "</script>",
    '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    '<script type="application/ld+json">' + ",  " * 100_000 + "</script>",
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p>&b;</p>',
    "greenhouse.io/embed/job_board?" + "a=1&" * 50_000,
    "sign in " * 30_000,
)


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_page_is_read(desk: Open, body: str) -> None:
    link = f"{ACME}?gh_jid=41"
    made = desk({link: page(body)})
    assert made.look(link).kind is OutcomeKind.DONE


@settings(max_examples=examples(20))  # each is read in another process
@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/html; charset=x", "", "a/b"]))
def test_whatever_a_site_answers_there_is_a_state(body: bytes, kind: str) -> None:
    made = Desk({ACME: httpx.Response(200, headers={"content-type": kind}, content=body)})
    assert state(made.look(ACME)) in ("open", "closed", "unknown")
    made.close()

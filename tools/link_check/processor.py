"""Whether a posting can still be applied to."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

import httpx

from sync_daemon.tooling import (
    AddressRefusedError,
    CertificateError,
    FetchRefusedError,
    HostBusyError,
    RobotsUnknownError,
    Tool,
    ToolContext,
    ToolError,
    TransientToolError,
)
from sync_daemon.tooling.board_embeds import embedded_greenhouse
from sync_daemon.tooling.links import Link, find_address, parse_link
from sync_daemon.tooling.posting_keys import key_of
from sync_daemon.tooling.retry_after import parse_retry_after

from .boards import Question, greenhouse_question, question_for, read_answer
from .pages import Fetched, verdict_of
from .schemas import LinkInputSchema, LinkOptions, LinkResult
from .verdicts import Verdict, is_unknown

_TRIES = 3  # of a site that fails, before the state is said to be unknown
_BUSY = (408, 425, 429)
_SETTLED = timedelta(hours=20)  # between the looks that found a posting closed
_PASSING = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
)


class LinkCheck(Tool[LinkInputSchema, LinkResult]):
    """Look whether a posting is still open, again and again.

    It asks the public JSON of Greenhouse, Lever, Ashby, SmartRecruiters,
    Workable, Recruitee and Workday, and reads the page of other links: what it
    says in words (in seven languages) and in structured data. Closed is said
    only where a board or the page says so, or the page is gone. A login, a
    wall against programs, an error or a redirect to elsewhere is unknown.
    """

    name = "link_check"
    version = 1
    Options = LinkOptions
    timeout = 90.0
    recheck_every = timedelta(hours=24)
    remark_without = "no link, so not checked whether it is open"

    async def process(
        self, entry: LinkInputSchema, context: ToolContext[LinkOptions]
    ) -> LinkResult:
        """Look at one posting."""
        address, link = find_address(entry.link), parse_link(entry.link)
        if address is None or link is None:
            raise ToolError("This is not a web address.", hint="Copy the link again.")
        verdict = await _look(address, link, context)
        _remember(verdict, link, context)
        return LinkResult(
            state=verdict.state, checked=context.clock.now().date(), reason=verdict.reason
        )

    def recheck_after(
        self, result: LinkResult, context: ToolContext[LinkOptions]
    ) -> timedelta | None:
        """After the hours of the option; never where closed was found to stay closed."""
        if result.state == "closed" and context.options.stop_after_closed:
            since = _closed_since(context)
            if since is not None and context.clock.now() - since >= _SETTLED:
                return None
        return timedelta(hours=context.options.recheck_hours)


async def _look(address: str, link: Link, context: ToolContext[LinkOptions]) -> Verdict:
    question = question_for(link)
    if question is not None and (verdict := await _ask(question, context)):
        return verdict
    try:
        response = await context.http_async.get(address, follow_redirects=True)
    except (*_PASSING, RobotsUnknownError) as error:
        return _failed(error, context)
    except (AddressRefusedError, HostBusyError):
        raise
    except FetchRefusedError as error:
        return is_unknown(str(error))
    except httpx.InvalidURL as error:
        message = "This is not a web address."
        raise ToolError(message, hint="Copy the link again.") from error
    except httpx.TooManyRedirects:
        return is_unknown("The link leads from one place to another, and so on.")
    except CertificateError as error:
        return is_unknown(f"{error}.")
    except httpx.HTTPError:
        return is_unknown("The answer of the site cannot be read.")
    _raise_if_busy(response, context)
    judged, embedded = await context.parse_async(
        judge, _fetched(link, response), context.clock.now()
    )
    if judged.state != "closed" and embedded is not None:
        return await _ask(embedded, context) or judged
    return judged


async def _ask(question: Question, context: ToolContext[LinkOptions]) -> Verdict | None:
    """The board's own word; None where it does not give it."""
    try:
        response = await context.http_async.get(
            question.address, headers={"Accept": "application/json"}, follow_redirects=True
        )
    except (httpx.HTTPError, FetchRefusedError, RobotsUnknownError):
        return None
    if response.url.host != httpx.URL(question.address).host:
        return None
    return await context.parse_async(read_answer, question, response.status_code, response.content)


def _fetched(link: Link, response: httpx.Response) -> Fetched:
    return Fetched(
        asked=link,
        address=str(response.url),
        status=response.status_code,
        media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding,
        body=response.content,
    )


def judge(fetched: Fetched, now: datetime) -> tuple[Verdict, Question | None]:
    """What a page says, and whom to ask besides."""
    return verdict_of(fetched, now), _embedded_question(fetched.asked, fetched.body)


def _embedded_question(link: Link, body: bytes) -> Question | None:
    """How to ask Greenhouse of a posting that a company shows on its own page."""
    key = key_of(link)
    if key is None or key.board != "greenhouse" or key.site:
        return None
    source = body.decode("ascii", "replace")
    site = embedded_greenhouse(source)
    if site is None:
        return None
    return greenhouse_question(site, key.number, european=".eu.greenhouse.io" in source)


def _raise_if_busy(response: httpx.Response, context: ToolContext[LinkOptions]) -> None:
    status = response.status_code
    if context.attempt < _TRIES and (status in _BUSY or response.is_server_error):
        wait = parse_retry_after(response.headers.get("Retry-After", ""), context.clock.now())
        raise TransientToolError(
            f"{response.url.host} cannot answer now ({status}).", retry_after=wait
        )


def _failed(error: Exception, context: ToolContext[LinkOptions]) -> Verdict:
    """What a failing network means: another try, and after some of them unknown."""
    if context.attempt < _TRIES:
        raise error
    return is_unknown("The site cannot be reached.")


def _remember(verdict: Verdict, link: Link, context: ToolContext[LinkOptions]) -> None:
    """Keep since when the posting is closed."""
    if verdict.state != "closed":
        context.memory.release(_memory_key(context))
        return
    digest = blake2b(str(link).encode(), digest_size=8).hexdigest()
    kept = context.memory.get(_memory_key(context))
    if kept is None or not kept.startswith(digest):
        context.memory.put(_memory_key(context), f"{digest} {context.clock.now().isoformat()}")


def _closed_since(context: ToolContext[LinkOptions]) -> datetime | None:
    kept = context.memory.get(_memory_key(context))
    try:
        return datetime.fromisoformat(kept.partition(" ")[2]) if kept else None
    except ValueError:
        return None


def _memory_key(context: ToolContext[LinkOptions]) -> str:
    return f"closed:{context.row_id}"

"""Where the public data of job boards is: of one posting, or of all of an employer's.

The addresses are those that the boards document, or that their own pages ask. ``site`` is
the board's short name for the employer, in the letters of the link: some boards tell
capitals apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from sync_daemon.tooling.links import Link

_LOCALE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_JOB = ("job", "details")
_AFTER_JOB = ("apply", "login")


def greenhouse_posting(site: str, number: str) -> str:
    """developers.greenhouse.io/job-board.html, "Retrieve a job"."""
    return f"https://boards-api.greenhouse.io/v1/boards/{_part(site)}/jobs/{_part(number)}"


def greenhouse_list(site: str) -> str:
    """All postings with their texts."""
    return f"https://boards-api.greenhouse.io/v1/boards/{_part(site)}/jobs?content=true"


def lever_posting(site: str, number: str, *, european: bool = False) -> str:
    """github.com/lever/postings-api, "Get a specific job posting"."""
    return f"{_lever(european)}/{_part(site)}/{_part(number)}?mode=json"


def lever_list(site: str, *, european: bool = False) -> str:
    """All postings with their texts."""
    return f"{_lever(european)}/{_part(site)}?mode=json"


def ashby_list(site: str) -> str:
    """developers.ashbyhq.com, "Job Postings API": it has no address for one posting."""
    return f"https://api.ashbyhq.com/posting-api/job-board/{_part(site)}?includeCompensation=true"


def smartrecruiters_posting(site: str, number: str) -> str:
    """developers.smartrecruiters.com, "Posting API"."""
    return f"https://api.smartrecruiters.com/v1/companies/{_part(site)}/postings/{_part(number)}"


def workable_posting(site: str, number: str) -> str:
    """What Workable's own pages ask; the number in capitals."""
    return f"https://apply.workable.com/api/v2/accounts/{_part(site)}/jobs/{_part(number.upper())}"


def workable_list(site: str) -> str:
    """What Workable's widget asks."""
    return f"https://apply.workable.com/api/v1/widget/accounts/{_part(site)}"


def recruitee_offer(host: str, name: str) -> str:
    """docs.recruitee.com, "Careers Site API", on the employer's own host."""
    return f"https://{host}/api/offers/{_part(name)}"


def personio_list(host: str, language: str = "") -> str:
    """developer.personio.de, "Open positions": XML, on the employer's own host."""
    return f"https://{host}/xml{'?language=' if language else ''}{_part(language)}"


def workday_posting(link: Link) -> str | None:
    """What Workday's own pages ask, on an employer's host or the common one.

    The locale, and what follows the posting in the link, are left out; None if the link does
    not say enough.
    """
    segments = list(link.segments)
    if segments[:2] == ["wday", "cxs"]:
        segments = segments[3:]
    if segments and _LOCALE.fullmatch(segments[0]):
        del segments[0]
    tenant = link.host.split(".")[0]
    if link.host.endswith("myworkdaysite.com"):
        tenant, segments = (segments[1:2] or [""])[0], segments[2:]
    start = next((at for at, one in enumerate(segments) if one in _JOB), 0)
    if not start:
        return None
    path = segments[start + 1 :]
    end = next((at for at, one in enumerate(path) if one in _AFTER_JOB), len(path))
    below = "/".join(path[:end])
    return f"https://{link.host}/wday/cxs/{tenant}/{segments[start - 1]}/job/{below}"


def as_written(folded: str, link: Link) -> str:
    """A part of a `PostingKey` in the letters of its link."""
    pattern = rf"(?<![A-Za-z0-9]){re.escape(folded)}"
    match = re.search(pattern, unquote(str(link)), re.IGNORECASE)
    return match.group() if match else folded


def _lever(european: bool) -> str:  # noqa: FBT001 - passed on
    return f"https://api{'.eu' if european else ''}.lever.co/v0/postings"


def _part(text: str) -> str:
    return quote(text, safe="")

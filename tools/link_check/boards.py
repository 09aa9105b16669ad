"""What the boards' public JSON says of a posting: one question each, and how to read the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sync_daemon.tooling.board_data import (
    as_written,
    ashby_list,
    greenhouse_posting,
    lever_posting,
    recruitee_offer,
    smartrecruiters_posting,
    workable_list,
    workday_posting,
)
from sync_daemon.tooling.markup_bounds import check_json
from sync_daemon.tooling.posting_keys import PostingKey, key_of

from .verdicts import Verdict, is_closed, is_open

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync_daemon.tooling.links import Link

_GONE = (404, 410)
_OK = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a board, and what its answer means.

    Attributes:
        board: the board's name, for the reason.
        address: what to GET.
        read: the JSON of a good answer → the verdict; None if it says nothing.
        is_of_posting: whether the address is the posting's own, so that it is gone if the
            board does not know the address. A list that is gone says nothing: companies
            switch theirs off, and boards change them.
    """

    board: str
    address: str
    read: Callable[[Any], Verdict | None]
    is_of_posting: bool = True

    def verdict(self, status: int, body: bytes) -> Verdict | None:
        """What an answer says; None where it says nothing and the page has to be looked at."""
        if status in _GONE and self.is_of_posting:
            return is_closed(f"{self.board} has the posting no more ({status}).")
        if status != _OK:
            return None
        check_json(body)
        try:
            return self.read(json.loads(body))
        except (ValueError, RecursionError):
            return None


def read_answer(question: Question, status: int, body: bytes) -> Verdict | None:
    """What the answer to a question says; raises TooComplexError for one that no board gives."""
    return question.verdict(status, body)


def question_for(link: Link) -> Question | None:
    """How to ask the board that ``link`` leads to; None if it has no public JSON."""
    key = key_of(link)
    if key is None or not key.number:
        return None
    ask = _ASKING.get(key.board)
    return ask(link, key) if ask is not None else None


def greenhouse_question(site: str, number: str, *, european: bool = False) -> Question:
    """How to ask Greenhouse, once the site is known.

    There are contradicting reports on whether the one public host knows the boards of the EU
    region: of those it is believed only when it knows the posting.
    """
    return Question(
        "Greenhouse",
        greenhouse_posting(site, number),
        partial(_listed, board="Greenhouse", number=number),
        is_of_posting=not european,
    )


def _greenhouse(link: Link, key: PostingKey) -> Question | None:
    if not key.site:
        return None
    return greenhouse_question(key.site, key.number, european=".eu.greenhouse.io" in link.host)


def _lever(link: Link, key: PostingKey) -> Question | None:
    is_european = ".eu.lever.co" in link.host
    address = lever_posting(as_written(key.site, link), key.number, european=is_european)
    return Question("Lever", address, partial(_listed, board="Lever", number=key.number))


def _ashby(link: Link, key: PostingKey) -> Question | None:
    if not key.site:
        return None
    address = ashby_list(as_written(key.site, link))
    return Question("Ashby", address, partial(_read_ashby, number=key.number), is_of_posting=False)


def _read_ashby(board: Any, number: str) -> Verdict | None:
    jobs = _dicts(board, "jobs")
    if jobs is None:
        return None
    if any(str(job.get("id", "")).lower() == number for job in jobs):
        return is_open("Ashby lists the posting.")
    return is_closed("Ashby does not list the posting any more.")


def _smartrecruiters(link: Link, key: PostingKey) -> Question | None:
    if not key.number.isdigit():
        return None
    address = smartrecruiters_posting(as_written(key.site, link), key.number)
    return Question("SmartRecruiters", address, partial(_read_smartrecruiters, number=key.number))


def _read_smartrecruiters(posting: Any, number: str) -> Verdict | None:
    if isinstance(posting, dict) and posting.get("active") is False:
        return is_closed("SmartRecruiters says that the posting is not active.")
    return _listed(posting, "SmartRecruiters", number)


def _workable(link: Link, key: PostingKey) -> Question | None:
    if not key.site:
        return None
    address = workable_list(as_written(key.site, link))
    read = partial(_read_workable, number=key.number)
    return Question("Workable", address, read, is_of_posting=False)


def _read_workable(account: Any, number: str) -> Verdict | None:
    jobs = _dicts(account, "jobs")
    if not jobs:  # an account that lists nothing may hide everything
        return None
    if any(str(job.get("shortcode", "")).lower() == number for job in jobs):
        return is_open("Workable lists the posting.")
    return is_closed("Workable does not list the posting any more.")


def _recruitee(link: Link, key: PostingKey) -> Question | None:
    return Question("Recruitee", recruitee_offer(link.host, key.number), _read_recruitee)


def _read_recruitee(answer: Any) -> Verdict | None:
    offer = answer.get("offer") if isinstance(answer, dict) else None
    if not isinstance(offer, dict) or "id" not in offer:
        return None
    if offer.get("status", "published") != "published":
        return is_closed("Recruitee says that the offer is not published.")
    return is_open("Recruitee lists the offer.")


def _workday(link: Link, key: PostingKey) -> Question | None:  # noqa: ARG001 - the others' form
    if not link.host.endswith("myworkdayjobs.com"):
        return None  # what the common host answers of a closed posting is not known
    address = workday_posting(link)
    return Question("Workday", address, _read_workday) if address else None


def _read_workday(answer: Any) -> Verdict | None:
    info = answer.get("jobPostingInfo") if isinstance(answer, dict) else None
    if not isinstance(info, dict) or "title" not in info:
        return None
    if info.get("canApply") is False or info.get("posted") is False:
        return is_closed("Workday takes no applications for the posting.")
    return is_open("Workday shows the posting.")


def _listed(found: Any, board: str, number: str) -> Verdict | None:
    if isinstance(found, dict) and str(found.get("id", "")).lower() == number:
        return is_open(f"{board} lists the posting.")
    return None


def _dicts(found: Any, name: str) -> list[Mapping[str, Any]] | None:
    rows = found.get(name) if isinstance(found, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


_ASKING: Mapping[str, Callable[[Link, PostingKey], Question | None]] = {
    "greenhouse": _greenhouse,
    "lever": _lever,
    "ashby": _ashby,
    "smartrecruiters": _smartrecruiters,
    "workable": _workable,
    "recruitee": _recruitee,
    "workday": _workday,
}

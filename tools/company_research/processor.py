"""What is public about a company."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, TypeVar

from sync_daemon.tooling import Tool, ToolContext
from sync_daemon.tooling.cell_text import one_line

from .cache import keep, recall, subject_digest
from .facts import Fact, Facts, listed_sources
from .research import Research
from .schemas import CompanyInputSchema, CompanyOptions, CompanyResult
from .subject import find_subject
from .visits import Visits

T = TypeVar("T")

_LONGEST_NOTE = 500


class CompanyResearch(Tool[CompanyInputSchema, CompanyResult]):
    """Look up what is public about a company, each fact with its source.

    From its web site: name, description, the careers page and the job board behind
    it (Greenhouse, Lever, Ashby, Workday, SmartRecruiters, Workable, Recruitee or
    Personio), and what its structured data says of size, foundation and address.
    From Wikidata: size, foundation, headquarters and industry, if it is sure that
    its item is this company: the name is equal and so is the site, or the item is
    the only company of that name.

    What is not sure is left empty. A row costs at most six requests, and other rows
    of the same company none for a month.
    """

    name = "company_research"
    version = 1
    Options = CompanyOptions
    timeout: ClassVar[float] = 150.0
    concurrency: ClassVar[int | None] = 2
    max_attempts: ClassVar[int] = 3

    def process(
        self, entry: CompanyInputSchema, context: ToolContext[CompanyOptions]
    ) -> CompanyResult:
        """Look up one company."""
        subject, today = find_subject(entry), context.clock.now().date()
        digest = subject_digest(subject, context.options)
        kept = recall(context.memory, digest, today, context.options.keep_days)
        if kept is not None:
            return kept
        is_last = context.attempt >= self.max_attempts
        research = Research(subject, Visits(context), context.options, today, is_last)
        research.run()
        if research.trouble and not research.facts.is_any:
            raise research.trouble
        result = make_result(research.facts, research.notes, today)
        if research.trouble is None and not research.is_refused:
            keep(context.memory, digest, result)
        return result


def make_result(facts: Facts, notes: list[str], today: date) -> CompanyResult:
    """The facts as cells."""
    size = _value(facts.size)
    return CompanyResult(
        name=_value(facts.name),
        site=_value(facts.site),
        description=_value(facts.description),
        careers_page=_value(facts.careers_page),
        board=_value(facts.board),
        board_link=_value(facts.board_link),
        employees=size.least if size else None,
        size=size.words if size else None,
        founded=_value(facts.founded),
        headquarters=_value(facts.headquarters),
        industry=_value(facts.industry),
        wikidata=_value(facts.wikidata),
        summary=summarise(facts),
        note=one_line(" ".join(notes), _LONGEST_NOTE),
        sources=listed_sources(facts),
        as_of=today,
    )


def summarise(facts: Facts) -> str:
    """The facts in a sentence or two; empty without any."""
    size, founded = _value(facts.size), _value(facts.founded)
    parts = [
        _value(facts.industry),
        _value(facts.headquarters),
        f"founded {founded}" if founded else None,
        f"{size.words} employees" if size else None,
        f"jobs on {facts.board.value}" if facts.board else None,
    ]
    told = "; ".join(part for part in parts if part)
    name, described = _value(facts.name), _value(facts.description)
    head = ": ".join(part for part in (name, told) if part)
    return " ".join(filter(None, [f"{head}." if head else None, described]))


def _value(fact: Fact[T] | None) -> T | None:
    return fact.value if fact else None

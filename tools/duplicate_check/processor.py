"""Whether another row of the sheet has the same posting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sync_daemon.tooling import Tool, ToolContext, ToolError

from .postings import Posting, read_posting
from .reading import PostingShelf
from .schemas import DuplicateInputSchema, DuplicateOptions, DuplicateResult

if TYPE_CHECKING:
    from collections.abc import Mapping


class DuplicateCheck(Tool[DuplicateInputSchema, DuplicateResult]):
    """Find the older row of the sheet that has the same posting. Nothing is merged or deleted.

    Two rows are the same if their links lead to one posting, however they were
    pasted; else if company, title and location are the same, spelling aside. The
    same title in another city, at another level, or with another number at the
    same board is another posting. The row that was there first stays clean.

    It looks at a duplicate again after the option recheck_minutes, and at other
    rows once a day.
    """

    name = "duplicate_check"
    version = 1
    Options = DuplicateOptions
    timeout = 60.0
    recheck_every = timedelta(days=1)

    def __init__(self) -> None:
        self._shelf = PostingShelf()

    def process(
        self, entry: DuplicateInputSchema, context: ToolContext[DuplicateOptions]
    ) -> DuplicateResult:
        """Compare one row with those before it."""
        posting = read_posting(
            *(part or "" for part in (entry.link, entry.company, entry.title, entry.location))
        )
        if not posting.is_comparable:
            return DuplicateResult(why=_nothing_to_compare(entry))
        _require_columns(entry, context)
        postings = self._shelf.postings(_columns(context), context)
        match = postings.first_like(posting, context.row_id, titles=context.options.titles)
        if match is None:
            return DuplicateResult(duplicate=False)
        of = f"{match.row.name} ({match.why})"
        return DuplicateResult(duplicate_of=of, duplicate=True, why=_full(match.why, posting))

    def recheck_after(
        self, result: DuplicateResult, context: ToolContext[DuplicateOptions]
    ) -> timedelta | None:
        """Soon where the flag may have to go away, or an older row is still being looked up."""
        if result.duplicate is None:
            return None
        soon = timedelta(minutes=context.options.recheck_minutes)
        postings = self._shelf.postings(_columns(context), context)
        if result.duplicate or postings.is_early(context.row_id, context.clock.now() - soon):
            return soon
        return self.recheck_every


def _columns(context: ToolContext[DuplicateOptions]) -> Mapping[str, str]:
    """Where other rows have what this row was given."""
    named = {str(part): header for part, header in context.options.columns.items()}
    return {**context.input_columns, **named}


def _require_columns(entry: DuplicateInputSchema, context: ToolContext[DuplicateOptions]) -> None:
    """Raise a ToolError if a part that this row has is in no column of the others."""
    columns = _columns(context)
    for part in ("link", "company", "title"):
        if getattr(entry, part) and part not in columns:
            message = f"The {part} of other rows is in no column, so it cannot be compared."
            hint = "Give it a column in the configuration."
            raise ToolError(message, hint=hint)


def _nothing_to_compare(entry: DuplicateInputSchema) -> str:
    if entry.link:
        return "The link is not a web address; company and title are missing too."
    return "Nothing to compare yet: give a link, or company and title."


def _full(why: str, posting: Posting) -> str:
    if why == "same link" and posting.address is not None:
        return f"same link: {posting.address.key or posting.address.link}"
    return why

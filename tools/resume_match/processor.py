"""How a résumé answers a job description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling import Tool, ToolContext
from sync_daemon.tooling.documents import document_text

from .posting import read_posting
from .profile import read_profile
from .schemas import ResumeMatchInputSchema, ResumeMatchOptions, ResumeMatchResult
from .scoring import compare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ResumeMatch(Tool[ResumeMatchInputSchema, ResumeMatchResult]):
    """Score how a résumé answers a job description, and say why.

    What a posting requires weighs more than what it would like; languages,
    frameworks and tools more than soft skills; benefits nothing. Years of work,
    degrees and spoken languages are compared by their level. A skill that implies
    another counts for it in part, and the reasons say so. Of several résumés the one
    that fits best is named. Nothing is left to chance: the same texts give the same
    score.
    """

    name = "resume_match"
    version = 1
    Options = ResumeMatchOptions

    def process(
        self, entry: ResumeMatchInputSchema, context: ToolContext[ResumeMatchOptions]
    ) -> ResumeMatchResult:
        """Compare one description with all résumés."""
        options = context.options
        today = context.clock.now().date()
        posting = read_posting(entry.text, entry.title)
        profiles = {
            path: read_profile(document_text(path, option, context.parsers), today)
            for path, option in _resumes(options)
        }
        found = {path: compare(posting, profile) for path, profile in profiles.items()}
        # At equal scores the first one that is configured.
        best = max(found, key=lambda path: found[path].score or 0)
        comparison = found[best]
        label_of = labels(list(found))
        return ResumeMatchResult(
            score=comparison.score,
            reasons=comparison.reasons,
            matched=comparison.matched[: options.top],
            missing=comparison.missing[: options.top],
            missing_required=comparison.missing_required[: options.top],
            years_required=posting.years,
            years_found=profiles[best].years,
            best_resume=label_of[best],
            scores={
                label_of[path]: one.score for path, one in found.items() if one.score is not None
            },
        )


def _resumes(options: ResumeMatchOptions) -> list[tuple[Path, str]]:
    """The files, each once, with what messages call it."""
    single = [options.resume] if options.resume else []
    files = [*single, *(path for path in options.resumes if path != options.resume)]
    if len(files) == 1:
        return [(files[0], "résumé")]
    return [(path, f"résumé {number}") for number, path in enumerate(files, start=1)]


def labels(paths: Sequence[Path]) -> dict[Path, str]:
    """Each file's name, with as many of its folders as tell it from the others."""
    found: dict[Path, str] = {}
    for path in paths:
        others = {other for other in paths if other != path}
        sizes = range(1, len(path.parts) + 1)
        tails = (path.parts[-size:] for size in sizes)
        tail = next(
            (one for one in tails if all(other.parts[-len(one) :] != one for other in others)),
            path.parts,
        )
        found[path] = "/".join(tail)
    return found

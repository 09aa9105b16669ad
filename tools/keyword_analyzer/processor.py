"""The keywords of a job description, and how a résumé matches them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sync_daemon.tooling import Tool, ToolContext, ToolError

from .plain_text import MAX_CHARACTERS
from .ranking import Match, match_terms, rank_terms
from .schemas import KeywordInputSchema, KeywordOptions, KeywordResult
from .terms import collect_terms

if TYPE_CHECKING:
    from pathlib import Path


class KeywordAnalyzer(Tool[KeywordInputSchema, KeywordResult]):
    """Rank the terms of a job description, and compare them with a résumé.

    Words and phrases are counted, with stop words of English, German, French,
    Spanish and Dutch dropped, and names such as C, R, C++, C#, .NET, Node.js
    and Go kept. Benefits and legal boilerplate count little. With the option
    ``resume`` the match in percent and the missing terms are given too.
    """

    name = "keyword_analyzer"
    version = 1
    Options = KeywordOptions

    def process(
        self, entry: KeywordInputSchema, context: ToolContext[KeywordOptions]
    ) -> KeywordResult:
        """Analyse one description."""
        options = context.options
        ranked = rank_terms(
            collect_terms(entry.text),
            top=options.top,
            min_count=options.min_count,
            phrases=options.phrases,
        )
        match = Match(None, [], [])
        if options.resume is not None:
            match = match_terms(ranked, load_resume(options.resume))
        return KeywordResult(
            keywords=[term.surface for term in ranked],
            counts={term.surface: term.count for term in ranked},
            phrases=[term.surface for term in ranked if term.is_phrase],
            score=match.score,
            matched=match.matched,
            missing=match.missing,
        )


def load_resume(path: Path) -> str:
    """The text of the résumé.

    Raises:
        ToolError: it cannot be read, is no text, or is empty.
    """
    try:
        stamp = path.stat().st_mtime_ns
        text = _load_text(path, stamp)
    except OSError as error:
        message = f"The résumé {path} cannot be read ({error.strerror})."
        raise ToolError(message, hint="Correct the option resume.") from error
    except UnicodeDecodeError as error:
        message = f"The résumé {path} is not UTF-8 text."
        raise ToolError(message, hint="Save it as plain text or Markdown.") from error
    if not text.strip():
        message = f"The résumé {path} is empty."
        raise ToolError(message)
    return text


@lru_cache(maxsize=4)
def _load_text(path: Path, stamp: int) -> str:  # noqa: ARG001 - the stamp keeps the cache true
    with path.open(encoding="utf-8-sig") as file:
        return file.read(MAX_CHARACTERS)

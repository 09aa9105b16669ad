"""Measure the terms that keyword_analyzer finds against postings with marked ones.

Usage: make bench-keywords DATA=path, a file of JSON lines as `scripts/train_keywords.py`
reads them. The model was trained on another part of the same data.

Strict F1 counts a term when both its ends are right. R@10 and P@10 compare the first
ten of the tool's `terms` (as the posting writes them) with the posting's different marked
terms, in small letters, and are means over the postings: R is of at most ten terms, P of
the terms given. "names" are the same figures for `keywords`, where k8s has become
Kubernetes and the data's own spelling is lost. Postings a second are those that the tool
itself does on one core, the fastest of three rounds, the model's loading left out.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sync_daemon.tooling.skills.finder import term_spans
from tools.keyword_analyzer.processor import KeywordAnalyzer
from tools.keyword_analyzer.schemas import KeywordInputSchema, KeywordOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync_daemon.tooling import ToolContext
    from tools.keyword_analyzer.schemas import KeywordResult

TOP = 10
ROUNDS = 3
Span = tuple[int, int]


@dataclass(slots=True)
class Posting:
    """A posting: its sentences, and the terms marked in each."""

    source: str
    sentences: list[list[str]] = field(default_factory=list)
    marked: list[list[Span]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As a person would paste it."""
        return "\n".join(" ".join(tokens) for tokens in self.sentences)

    @property
    def terms(self) -> set[str]:
        """Its different terms, in small letters."""
        return {
            " ".join(tokens[start:end]).lower()
            for tokens, spans in zip(self.sentences, self.marked, strict=True)
            for start, end in spans
        }


def read_postings(path: Path) -> list[Posting]:
    """The postings of a file, in the order of their first sentences."""
    found: dict[tuple[str, int], Posting] = {}
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        posting = found.setdefault((row["source"], row["idx"]), Posting(row["source"]))
        posting.sentences.append(row["tokens"])
        posting.marked.append(list(_spans(row["tags_knowledge"])))
    return list(found.values())


def _spans(tags: Sequence[str]) -> Iterable[Span]:
    for start, tag in enumerate(tags):
        if tag == "B":
            end = start + 1
            while end < len(tags) and tags[end] == "I":
                end += 1
            yield start, end


def strict(postings: Iterable[Posting]) -> tuple[float, float, float]:
    """F1, precision and recall over all terms of all postings."""
    count: Counter[str] = Counter()
    for posting in postings:
        for found, marked in zip(term_spans(posting.sentences), posting.marked, strict=True):
            count["right"] += len(set(found) & set(marked))
            count["found"] += len(found)
            count["marked"] += len(marked)
    precision = count["right"] / max(1, count["found"])
    recall = count["right"] / max(1, count["marked"])
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def analyse(posting: Posting) -> KeywordResult:
    """What the tool gives for a posting."""
    context = SimpleNamespace(options=KeywordOptions(top=TOP))
    entry = KeywordInputSchema(text=posting.text)
    return KeywordAnalyzer().process(entry, cast("ToolContext[KeywordOptions]", context))


def at_ten(postings: Iterable[Posting], output: str) -> tuple[float, float]:
    """R@10 and P@10 of one output of the tool, over the postings with a marked term."""
    recalls, precisions = [], []
    for posting in postings:
        terms = posting.terms
        if not terms:
            continue
        given = map(str.lower, getattr(analyse(posting), output))
        found = list(dict.fromkeys(given))[:TOP]
        right = sum(one in terms for one in found)
        recalls.append(right / min(TOP, len(terms)))
        precisions.append(right / max(1, len(found)))
    return statistics.fmean(recalls), statistics.fmean(precisions)


def postings_per_second(postings: Sequence[Posting]) -> float:
    """How many the tool does, by the processor's time of the fastest round."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for posting in postings:
            analyse(posting)
        rounds.append(time.process_time() - began)
    return len(postings) / min(rounds)


HEAD = ("postings", "F1", "precision", "recall", "R@10", "P@10", "R names", "P names")


def main() -> None:
    """Print the figures of the file named on the command line."""
    postings = read_postings(Path(sys.argv[1]))
    by_source: dict[str, list[Posting]] = defaultdict(list)
    for posting in postings:
        by_source[posting.source].append(posting)
    print(f"{'':6}" + "".join(f"{name:>10}" for name in HEAD))
    for name, some in [("all", postings), *sorted(by_source.items())]:
        figures = (*strict(some), *at_ten(some, "terms"), *at_ten(some, "keywords"))
        print(f"{name:6}{len(some):10}" + "".join(f"{one:10.3f}" for one in figures))
    print(f"{postings_per_second(postings):.0f} postings a second on one core")
    print("goal on all: F1 .600, R@10 .620 with P@10 .580, 200 postings a second")


if __name__ == "__main__":
    main()

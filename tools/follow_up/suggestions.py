"""Known statuses that look like one that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from sync_daemon.tooling.stages import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEAR = 80  # of 100, how alike a word has to be to be proposed
_MOST = 3


def near_stages(status: str, words: Mapping[str, str]) -> list[str]:
    """The stages whose words come near ``status``, the nearest first.

    Args:
        status: as typed.
        words: known words, folded → their stages.
    """
    near = process.extract(
        folded(status), words.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=10
    )
    return list(dict.fromkeys(words[match] for match, _, _ in near))[:_MOST]

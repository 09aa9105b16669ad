"""The kind of a term that the vocabulary does not have, from its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.evidence import begins_line
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import word_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_daemon.tooling.skills.matcher import SkillMatch

_HEADS = {
    Kind.DEGREE: "degree diploma bachelor master phd doctorate msc bsc mba studium abschluss",
    Kind.CERTIFICATE: "certification certificate certified clearance accreditation zertifikat",
    Kind.FRAMEWORK: "framework library sdk",
    Kind.LANGUAGE: "programming scripting",
    Kind.STANDARD: "standard protocol regulation law directive specification act gaap",
    Kind.TOOL: """
        tool software platform suite system server database application app service stack
        environment cloud package infrastructure device api
        """,
    Kind.SOFT: "communication teamwork leadership attitude mindset creativity motivation",
    Kind.METHOD: """
        management development testing analysis design engineering modelling modeling planning
        process methodology method practice principle pattern technique architecture automation
        integration deployment reporting research strategy optimization optimisation monitoring
        processing administration maintenance control assurance review support
        """,
}
_KIND_OF = {head: kind for kind, heads in _HEADS.items() for head in heads.split()}
_ANYWHERE = (Kind.DEGREE, Kind.CERTIFICATE)


def kind_of(words: Sequence[str], start: int, end: int, inner: Sequence[SkillMatch]) -> Kind:
    """What sort of thing the words from ``start`` up to ``end`` of a line name.

    Args:
        words: those of the line.
        start: the first of the term.
        end: the one after its last.
        inner: what the vocabulary has of it.
    """
    keys = [_KIND_OF.get(word_key(word)) for word in words[start:end]]
    for kind in _ANYWHERE:
        if kind in keys:
            return kind
    if inner and inner[-1].end == end:
        return inner[-1].skill.kind
    if keys[-1] is not None:
        return keys[-1]
    if inner:
        return inner[0].skill.kind
    return (
        Kind.TOOL
        if _is_name(" ".join(words[start:end]), starts_line=begins_line(words, start))
        else Kind.DOMAIN
    )


def _is_name(text: str, *, starts_line: bool) -> bool:
    """Whether it is written like a name: DTrace, S3, or a capital inside a line."""
    if any(letter.isupper() or letter.isdigit() for letter in text[1:]):
        return True
    return text[:1].isupper() and not starts_line

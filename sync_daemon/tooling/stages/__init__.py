"""The stages of a job application, and how people's status words say them."""

from __future__ import annotations

from sync_daemon.tooling.stages.reading import StageReader, folded, stage_named
from sync_daemon.tooling.stages.words import (
    ACCEPTED,
    APPLIED,
    CLOSED,
    CONSIDERING,
    EXPIRED,
    IN_PROGRESS,
    NOT_PURSUING,
    OFFERED,
    REJECTED,
    STAGES,
    WITHDRAWN,
    WORDS,
)

__all__ = [
    "ACCEPTED",
    "APPLIED",
    "CLOSED",
    "CONSIDERING",
    "EXPIRED",
    "IN_PROGRESS",
    "NOT_PURSUING",
    "OFFERED",
    "REJECTED",
    "STAGES",
    "WITHDRAWN",
    "WORDS",
    "StageReader",
    "folded",
    "stage_named",
]

"""Answers kept so that an equal question costs nothing: as many as there are places."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, ValidationError

from sync_daemon.tooling import ToolMemory

from .question import Question
from .reading import Answer
from .schemas import LlmOptions

PLACES = 1_000
"""A question has one place, by its digest; a newer one takes the place of an older."""
_LONGEST = 40_000


class KeptAnswer(BaseModel):
    """An answer with the digest of its question."""

    model_config = ConfigDict(frozen=True)

    digest: str
    model: str
    answer: Answer


def question_digest(question: Question, options: LlmOptions) -> str:
    """Equal for questions whose answers would be equal."""
    asked = (options.endpoint, options.model, options.max_answer_tokens, question.identity())
    return hashlib.sha256(repr(asked).encode("utf-8", "replace")).hexdigest()


def recall(memory: ToolMemory, digest: str) -> KeptAnswer | None:
    """The answer to a question asked before."""
    try:
        kept = KeptAnswer.model_validate_json(memory.get(_place(digest)) or "")
    except ValidationError:
        return None
    return kept if kept.digest == digest else None


def keep(memory: ToolMemory, kept: KeptAnswer) -> None:
    """Keep an answer, unless it is unreasonably long."""
    value = kept.model_dump_json()
    if len(value) <= _LONGEST:
        memory.put(_place(kept.digest), value)


def _place(digest: str) -> str:
    return f"answer:{int(digest[:12], 16) % PLACES}"

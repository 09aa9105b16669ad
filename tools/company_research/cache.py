"""What was found, kept for other rows of the same company: as many as there are places."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from sync_daemon.tooling import ToolMemory

from .schemas import CompanyOptions, CompanyResult
from .subject import Subject

PLACES = 2_000
"""A company has one place, by its digest; a newer one takes the place of an older."""
_LONGEST = 30_000


class KeptResult(BaseModel):
    """A result with the digest of what it was asked for."""

    model_config = ConfigDict(frozen=True)

    digest: str
    result: CompanyResult


def subject_digest(subject: Subject, options: CompanyOptions) -> str:
    """Equal for rows whose results would be equal."""
    where = (options.wikidata, options.wikidata_address, options.language)
    return hashlib.sha256(repr((subject.identity(), where)).encode()).hexdigest()


def recall(memory: ToolMemory, digest: str, today: date, keep_days: int) -> CompanyResult | None:
    """What was found for the same company, if that is not too long ago."""
    try:
        kept = KeptResult.model_validate_json(memory.get(_place(digest)) or "")
    except ValidationError:
        return None
    age = today - kept.result.as_of
    is_good = kept.digest == digest and timedelta() <= age < timedelta(days=keep_days)
    return kept.result if is_good else None


def keep(memory: ToolMemory, digest: str, result: CompanyResult) -> None:
    """Keep a result, unless it is unreasonably long."""
    value = KeptResult(digest=digest, result=result).model_dump_json()
    if len(value) <= _LONGEST:
        memory.put(_place(digest), value)


def _place(digest: str) -> str:
    return f"company:{int(digest[:12], 16) % PLACES}"

"""How a question is put: no two endpoints take quite the same request."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sync_daemon.tooling import ToolMemory

from .schemas import LlmOptions

Form = Literal["json_schema", "json_object", "text"]

_LOOSER: dict[Form, Form] = {"json_schema": "json_object", "json_object": "text"}
_PLACES = 16


class Dialect(BaseModel):
    """One way to put a question; as made, the strictest.

    Attributes:
        form: how the form of the answer is demanded.
        limit: what the limit of tokens is called.
        has_temperature: whether a temperature of 0 is asked for.
    """

    model_config = ConfigDict(frozen=True)

    form: Form = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    has_temperature: bool = True

    def after(self, complaint: str) -> Dialect | None:
        """The dialect to try when an endpoint complains; None if it complains of something else."""
        complaint = complaint.lower()
        if self.limit == "max_tokens" and "max_completion_tokens" in complaint:
            return self.model_copy(update={"limit": "max_completion_tokens"})
        if self.has_temperature and "temperature" in complaint:
            return self.model_copy(update={"has_temperature": False})
        looser = _LOOSER.get(self.form)
        if looser is not None and ("format" in complaint or "json_schema" in complaint):
            return self.model_copy(update={"form": looser})
        return None


def recall_dialect(memory: ToolMemory, options: LlmOptions) -> Dialect:
    """The dialect that this model took before, else the strictest."""
    try:
        return Dialect.model_validate_json(memory.get(_place(options)) or "")
    except ValidationError:
        return Dialect()


def keep_dialect(memory: ToolMemory, options: LlmOptions, dialect: Dialect) -> None:
    """Remember what this model takes."""
    memory.put(_place(options), dialect.model_dump_json())


def _place(options: LlmOptions) -> str:
    name = f"{options.endpoint} {options.model}".encode("utf-8", "replace")
    return f"manner:{int(hashlib.sha256(name).hexdigest()[:12], 16) % _PLACES}"

"""Inputs, options and result of the link check."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sync_daemon.tooling import (
    Ask,
    Format,
    LinkText,
    ToolInputSchema,
    ToolOptions,
    ToolResultSchema,
)

State = Literal["open", "closed", "unknown"]


class LinkInputSchema(ToolInputSchema):
    """What is looked at."""

    link: Annotated[LinkText, Ask.ADD] = Field(
        description="The link to the posting, as it was pasted."
    )


class LinkOptions(ToolOptions):
    """How often it is looked at."""

    recheck_hours: int = Field(
        default=24, ge=1, le=720, description="After how many hours it is looked at again."
    )
    stop_after_closed: bool = Field(
        default=True,
        description="Look no more at a posting that was found closed twice, a day or more apart.",
    )


class LinkResult(ToolResultSchema):
    """What was found."""

    state: Annotated[State, Format.WORD] = Field(
        description="open or closed; unknown where the page does not let us see it."
    )
    checked: date = Field(description="The day of the last look, in UTC.")
    reason: str = Field(description="What says so.")

"""The name of a time zone, as an option."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"there is no time zone {name!r}; write it like Europe/Berlin"
        raise ValueError(message) from error
    return name


TimeZoneName = Annotated[str, AfterValidator(_known)]

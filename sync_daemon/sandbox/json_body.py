"""Bodies as Google's parser reads them: no number that JSON cannot hold, no bottomless nesting."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from sync_daemon.sandbox.api_errors import ApiError, invalid_argument

_REFUSED = "Invalid JSON payload received. "


def parse_json(body: bytes) -> Any:
    """The JSON value of a body; None if there is no body.

    Raises:
        ApiError: 400 for what is not JSON, or holds a number beyond a double.
    """
    if not body:
        return None
    try:
        return json.loads(body, parse_float=_finite, parse_int=_whole, parse_constant=_not_a_number)
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        raise _refusal(str(error)) from error


def too_deep() -> ApiError:
    """The 400 for what is nested without end."""
    return _refusal("Message too deep. Max recursion depth reached.")


def _refusal(text: str) -> ApiError:
    return invalid_argument(_REFUSED + text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _refusal("Number exceeds the range of double.")
    return number


def _whole(text: str) -> int:
    _finite(text)
    return int(text)


def _not_a_number(text: str) -> NoReturn:
    """``NaN`` and ``Infinity``, which Python reads and JSON does not have."""
    raise _refusal(f"Unexpected token.\n{text}\n^")

"""Which examples the property tests draw, and how many.

By default the same ones in every run, on every machine. With ``SHEETD_TEST_TIMES``
(``make test-drawn``) that many times as many, and others each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

TIMES = int(os.environ.get("SHEETD_TEST_TIMES", "1"))
_USUAL = 100  # Hypothesis's own default


def examples(number: int) -> int:
    """How many examples a test draws which says that it takes ``number``."""
    return number * TIMES


def choose_examples() -> None:
    """Load the profile; before the modules with tests are imported."""
    if TIMES == 1:
        _ignore_constants_of_modules()
    settings.register_profile(
        "sheetd",
        max_examples=examples(_USUAL),
        derandomize=TIMES == 1,
        database=None,
        deadline=None,  # a busy machine is no finding
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("sheetd")


def _ignore_constants_of_modules() -> None:
    """Keep Hypothesis from drawing constants of our modules.

    It would take those that happen to be imported: that depends on which tests
    ran before in the same process, and with two workers on chance.
    """
    HypothesisProvider._local_constants = Constants()  # type: ignore[assignment]

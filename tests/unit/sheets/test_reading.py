"""An answer that only parsing shows to be no answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sync_daemon.errors import ExitStatus, GarbledAnswerError, TornReadError
from sync_daemon.sheets.reading import parse_whole

TARGET: Any = SimpleNamespace(name="jobs", header_row=1)


@pytest.mark.parametrize("text", ['{"valueRanges": [{"dataFilters": []}', "{a}", "", "{]}"])
def test_what_is_no_json_means_that_google_is_not_well(text: str) -> None:
    with pytest.raises(GarbledAnswerError, match="cut off or garbled") as caught:
        parse_whole(TARGET, {}, [text])
    assert caught.value.exit_status is ExitStatus.UNAVAILABLE


def test_an_answer_without_the_tab_is_refused() -> None:
    with pytest.raises(TornReadError, match="does not hold the tab") as caught:
        parse_whole(TARGET, {}, ['{"valueRanges": []}'])
    assert caught.value.exit_status is ExitStatus.REFUSED

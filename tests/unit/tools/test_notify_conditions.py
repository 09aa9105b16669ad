from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tools.notify.conditions import Answer, judge
from tools.notify.schemas import Condition, NotifyInputSchema, NotifyOptions

TODAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"when": [{"score_at_least": 1}]}, "set urls or urls_file"),
        ({"urls": ["json://x"], "when": []}, "at least 1"),
        ({"urls": ["json://x"], "when": [{}]}, "names at least one of score_at_least"),
        ({"urls": ["json://x"], "when": [{"score_at_least": float("nan")}]}, "finite number"),
        ({"urls": ["json://x"], "when": [{"colour": "red"}]}, "Extra inputs"),
        ({"urls": ["json://x"], "when": [{"due_within_days": -1}]}, "greater than or equal"),
        ({"urls": ["json://x"], "when": [{"score_at_least": 1}], "message": "{titel}"}, "{titel}"),
        ({"urls": ["json://x"], "when": [{"score_at_least": 1}], "timezone": "Mars"}, "time zone"),
    ],
)
def test_options_out_of_order_are_told(content: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        NotifyOptions.model_validate(content)
    assert "json://x" not in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "inputs", "answer"),
    [
        ({"score_at_least": 80}, {"score": 80}, Answer.MET),
        ({"score_at_least": 80}, {"score": 79.9}, Answer.UNMET),
        ({"score_at_least": 80}, {}, Answer.UNKNOWN),
        ({"state_is": ["closed"]}, {"state": " CLOSED "}, Answer.MET),
        ({"state_is": ["closed"]}, {"state": "open"}, Answer.UNMET),
        ({"state_is": ["closed"]}, {"state": "unknown"}, Answer.UNKNOWN),
        ({"due_within_days": 0}, {"due": TODAY}, Answer.MET),
        ({"due_within_days": 0}, {"due": TODAY + timedelta(days=1)}, Answer.UNMET),
        ({"due_within_days": 0}, {}, Answer.UNMET),
        ({"text_has": ["C++", "remote"]}, {"text": "We love c++."}, Answer.MET),
        ({"text_has": ["remote"]}, {"text": "remotely"}, Answer.UNMET),
        ({"text_has": ["remote"]}, {}, Answer.UNKNOWN),
        ({"score_at_least": 80, "state_is": ["open"]}, {"score": 90, "state": "open"}, Answer.MET),
        ({"score_at_least": 80, "state_is": ["open"]}, {"score": 90}, Answer.UNKNOWN),
        ({"score_at_least": 80, "state_is": ["open"]}, {"score": 1}, Answer.UNMET),
    ],
)
def test_conditions(condition: dict[str, Any], inputs: dict[str, Any], answer: Answer) -> None:
    entry = NotifyInputSchema.model_validate(inputs)
    assert judge(Condition.model_validate(condition), entry, TODAY).answer is answer

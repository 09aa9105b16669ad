from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.notify.messages import BREAK, LONGEST_LINK, LONGEST_VALUE, subject_and_body
from tools.notify.schemas import NotifyInputSchema, NotifyOptions

CALLS = st.sampled_from(["@everyone", "@HERE", "<@1>", "<@&1>", "<@!1>", "<!channel>", "<!here|x>"])
CELLS = st.lists(st.text(max_size=50) | CALLS, max_size=12).map("".join)


def shown(template: str, **inputs: str) -> tuple[str, str]:
    """The subject and the body that a template makes of a row."""
    plain = NotifyOptions.model_validate(
        {
            "urls": ["json://x"],
            "when": [{"score_at_least": 1}],
            "subject": template,
            "message": template,
        }
    )
    return subject_and_body(NotifyInputSchema.model_validate(inputs), plain, [])


@given(CELLS)
def test_what_stands_in_a_cell_is_one_plain_line_that_calls_nobody(text: str) -> None:
    for made in (*shown("{title}", title=f"x{text}"), *shown("{action}", action=f"x{text}")):
        assert len(made.splitlines()) == 1
        assert len(made.replace(BREAK, "")) <= LONGEST_VALUE
        assert not calls_somebody(made)


@given(CELLS)
def test_a_link_is_one_word_that_calls_nobody(text: str) -> None:
    _, body = shown("{link}", link=f"https://acme.example/{text}")
    assert len(body.split()) == 1
    assert not calls_somebody(body)


def calls_somebody(text: str) -> bool:
    return bool(re.search(r"@\w|<@[&!]?\d|<!(?:channel|here|everyone)", text, re.IGNORECASE))


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("https://acme.example/jobs/1?a=b&c=%20d#!x", "https://acme.example/jobs/1?a=b&c=%20d#!x"),
        ("https://medium.example/@acme/1", "https://medium.example/%40acme/1"),
        ("https://acme.example/a b", "https://acme.example/a%20b"),
        ("https://acme.example/<!channel>", "https://acme.example/%3C%21channel%3E"),
        ("https://bücher.example/stelle", "https://bücher.example/stelle"),
        ("see @everyone", f"see @{BREAK}everyone"),
    ],
)
def test_a_link_can_still_be_followed(link: str, told: str) -> None:
    assert shown("{link}", link=link)[1] == told


def test_a_long_link_is_whole_or_left_out() -> None:
    link = "https://acme.example/".ljust(LONGEST_LINK, "a")
    assert shown("{link}", link=link)[1] == link
    assert shown("{link}", link=f"{link}a")[1] == ""


def test_nobody_is_called_by_a_cell() -> None:
    subject, body = shown("{title} at {company}", title="@everyone look", company="A\nB <!here>")
    assert subject == body == f"@{BREAK}everyone look at A B <!{BREAK}here>"

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling import HostBusyError, ToolContext, ToolError
from sync_daemon.tooling import TransientToolError as Transient
from tests.support.inbox import Inbox, running_inbox
from tools.notify.processor import Notify
from tools.notify.schemas import Condition, NotifyInputSchema, NotifyOptions
from tools.notify.sending import Receiver

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass
class Memory:
    """What survives: a claim is there before anything is sent."""

    kept: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, value: str) -> None:
        self.kept[key] = value

    def claim(self, key: str) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = ""
        return True

    def release(self, key: str) -> None:
        self.kept.pop(key, None)


@dataclass
class Clock:
    time: datetime = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with running_inbox() as server:
        yield server


def context(options: NotifyOptions, memory: Memory, clock: Clock, row: str = "r1") -> ToolContext:
    nothing: Any = object()
    return ToolContext(
        row, "jobs", options, structlog.get_logger(), clock, nothing, nothing, memory
    )


@dataclass
class Row:
    """One row under one configuration, looked at again and again."""

    options: NotifyOptions
    memory: Memory = field(default_factory=Memory)
    clock: Clock = field(default_factory=Clock)

    def look(self, *, row: str = "r1", **inputs: Any) -> dict[str, Any]:
        entry = NotifyInputSchema.model_validate(inputs)
        around = context(self.options, self.memory, self.clock, row)
        return Notify().process(entry, around).model_dump()


def options(*urls: str, **others: Any) -> NotifyOptions:
    return NotifyOptions.model_validate({"urls": urls, **others})


def subjects(inbox: Inbox) -> list[str]:
    return [message["subject"] for message in inbox.messages]


def test_a_message_tells_what_is_the_case(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}]))
    found = row.look(
        title="Cook", company="Acme", score=85, action="Apply", link="https://acme.example/1"
    )
    assert inbox.messages == [
        {
            "subject": "Cook at Acme",
            "body": "score 85 (at least 80)\nApply\nhttps://acme.example/1",
        }
    ]
    assert found == {
        "notified": "score 85 (at least 80): told 2026-05-01",
        "last": NOON.replace(tzinfo=None),
    }


def test_days_and_times_are_those_of_the_time_zone(inbox: Inbox) -> None:
    given = options(inbox.url, when=[{"score_at_least": 80}], timezone="Pacific/Kiritimati")
    found = Row(given).look(score=85)
    assert found["notified"] == "score 85 (at least 80): told 2026-05-02"
    assert found["last"] == datetime(2026, 5, 2, 2, 0)  # noqa: DTZ001 - as it stands in a cell


def test_an_event_is_told_once_and_again_only_after_it_has_ceased(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}, {"state_is": ["closed"]}]))
    for score, state, messages in [
        (85, "open", 1),
        (90, "open", 1),
        (90, "closed", 2),
        (90, None, 2),
        (90, "unknown", 2),
        (90, "Closed", 2),
        (None, "open", 2),
        (85, "open", 2),
        (70, "closed", 3),
        (80, "closed", 4),
    ]:
        row.look(score=score, state=state)
        assert len(inbox.messages) == messages, (score, state)


def test_a_state_that_becomes_another_wanted_one_is_told(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"state_is": ["interview", "Job  offer"]}]))
    for state, messages in [
        ("interview", 1),
        ("Interview ", 1),
        ("unknown", 1),
        ("job offer", 2),
        ("Job  Offer", 2),
        ("interview", 3),
        ("open", 3),
        ("interview", 4),
    ]:
        row.look(state=state)
        assert len(inbox.messages) == messages, state


def test_a_state_with_a_due_date_is_told_once_for_each_pair(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"state_is": ["a", "b"], "due_within_days": 9}]))
    for state, due, messages in [
        ("a", "2026-05-03", 1),
        ("b", "2026-05-03", 2),
        ("b", "2026-05-04", 3),
        ("b", "2026-05-04", 3),
        ("a", "2026-05-04", 4),
    ]:
        row.look(state=state, due=due)
        assert len(inbox.messages) == messages, (state, due)


def test_a_score_that_is_no_number_changes_nothing(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}]))
    for score in (90, "nan", 90):
        row.look(score=score)
    assert len(inbox.messages) == 1


STATES = st.sampled_from([None, "unknown", "open", "interview", "offer"])
ENDS = st.sampled_from(["taken", "refused", "killed before", "killed after"])


@given(st.lists(st.tuples(STATES, ENDS), max_size=20))
def test_a_state_is_never_told_twice_and_always_once_if_nothing_was_killed(
    looks: list[tuple[str | None, str]],
) -> None:
    row = Row(options("json://x", when=[{"state_is": ["interview", "offer"]}]))
    told: list[int] = []  # the spell of one state in which each message went out
    spell, last, ends = 0, "open", list[str]()
    for state, end in looks:
        if state not in (None, "unknown", last):
            spell, last, ends = spell + 1, str(state), []
        known = state in ("interview", "offer")
        look_once(row, state, end, told, spell)
        ends += [end] if known else []
        certain = "taken" in ends and not any("killed" in one for one in ends)
        assert told.count(spell) == 1 if certain else told.count(spell) <= 1


def look_once(row: Row, state: str | None, end: str, told: list[int], spell: int) -> None:
    """Look at a row while sending ends in some way; what goes out is noted in ``told``."""

    def send(self: Receiver, subject: str, body: str) -> None:
        del self, subject, body
        if end == "refused":
            raise Transient("down")
        if end != "killed before":
            told.append(spell)
        if end != "taken":
            raise SystemExit

    with pytest.MonkeyPatch.context() as patch, suppress(Transient, SystemExit):
        patch.setattr(Receiver, "send", send)
        row.look(state=state)


def test_a_due_date_is_told_once_and_a_new_one_again(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"due_within_days": 1}]))
    row.look(due="2026-05-04", action="Ask")
    assert inbox.messages == []
    row.clock.time += timedelta(days=2)
    for _ in range(3):
        row.look(due="2026-05-04", action="Ask")
        row.clock.time += timedelta(days=1)
    assert [one["body"] for one in inbox.messages] == ["due 2026-05-04\nAsk"]
    row.look(due="2026-05-05")
    assert inbox.messages[1]["body"] == "overdue since 2026-05-05"


def test_rows_and_receivers_are_told_apart(inbox: Inbox) -> None:
    other = f"{inbox.url}/other"
    row = Row(options(inbox.url, inbox.url, other, when=[{"score_at_least": 80}]))
    row.look(score=90, title="A")
    row.look(score=90, title="B", row="r2")
    row.look(score=90, title="B", row="r2")
    assert subjects(inbox) == ["A", "A", "B", "B"]


def test_what_was_not_taken_is_tried_again(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}]))
    inbox.status = 503
    with pytest.raises(Transient, match="did not take the message") as caught:
        row.look(score=90)
    assert "s3cret" not in f"{caught.value}{caught.value.__cause__}"
    inbox.status = 200
    row.look(score=90)
    row.look(score=90)
    assert len(inbox.messages) == 1


def test_a_second_receiver_that_fails_does_not_repeat_the_first(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Row(options(inbox.url, f"{inbox.url}/second", when=[{"score_at_least": 80}]))
    send, calls = Receiver.send, []

    def fails_once(self: Receiver, subject: str, body: str) -> None:
        calls.append(self.place)
        if len(calls) == 2:
            raise Transient("down")
        send(self, subject, body)

    monkeypatch.setattr(Receiver, "send", fails_once)
    with pytest.raises(Transient):
        row.look(score=90)
    row.look(score=90)
    assert calls == ["address 1 of urls", "address 2 of urls", "address 2 of urls"]
    assert len(inbox.messages) == 2


@pytest.mark.parametrize("delivered", [True, False])
def test_a_kill_while_sending_never_sends_twice_and_is_told(
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    delivered: bool,
) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}]))
    send = Receiver.send

    def killed(self: Receiver, subject: str, body: str) -> None:
        if delivered:
            send(self, subject, body)
        raise SystemExit

    monkeypatch.setattr(Receiver, "send", killed)
    with pytest.raises(SystemExit):
        row.look(score=90)
    monkeypatch.setattr(Receiver, "send", send)
    found = row.look(score=90)
    assert len(inbox.messages) == delivered
    assert "perhaps not told" in found["notified"]
    assert found["last"] is None


def test_the_messages_of_a_day_are_limited_and_go_on_the_next(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}], most_a_day=2))
    for name in ("r1", "r2"):
        row.look(score=90, row=name)
    with pytest.raises(HostBusyError, match="2 messages went out today") as caught:
        row.look(score=90, row="r3")
    assert caught.value.retry_after_s == pytest.approx(12 * 3600, abs=60)
    row.clock.time += timedelta(days=1)
    row.look(score=90, row="r3")
    assert len(inbox.messages) == 3


def test_messages_that_were_not_taken_do_not_use_up_the_day(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 80}], most_a_day=1))
    inbox.status = 503
    for _ in range(3):
        with pytest.raises(Transient, match="did not take"):
            row.look(score=90)
    inbox.status = 200
    row.look(score=90)
    assert len(inbox.messages) == 1
    with pytest.raises(HostBusyError):
        row.look(score=90, row="r2")


def test_addresses_are_read_from_a_private_file(inbox: Inbox, tmp_path: Path) -> None:
    file = tmp_path / "receivers"
    file.write_text(f"# mine\n\n  # not now\n {inbox.url} \n")
    file.chmod(0o600)
    row = Row(NotifyOptions(urls_file=file, when=(Condition(score_at_least=1),)))
    row.look(score=5)
    assert len(inbox.messages) == 1
    file.chmod(0o644)
    with pytest.raises(ToolError, match="can be read by others"):
        row.look(score=5, row="r2")
    file.chmod(0o600)
    file.write_text("# nobody\n")
    with pytest.raises(ToolError, match="names no address"):
        row.look(score=5, row="r2")


@pytest.mark.parametrize(
    "address",
    [
        "nonsense://user:s3cret-pw@host",
        "s3cret-pw",  # Apprise logs the whole of it,
        "slack://s3cret-pw",  # and the token that it finds too short
        "discord://s3cret-pw",
    ],
)
def test_an_address_that_apprise_does_not_know_is_told_without_it(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    row = Row(options(address, when=[{"score_at_least": 1}]))
    with pytest.raises(
        ToolError, match="address 1 of urls is not one that Apprise knows"
    ) as caught:
        row.look(score=5)
    assert "s3cret" not in f"{caught.value}{caught.value.hint}"
    assert "s3cret" not in caplog.text
    assert "s3cret" not in repr(row.options)


@pytest.mark.parametrize("status", [200, 503])
def test_apprise_logs_nothing_of_an_address_that_it_sends_to(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(1)
    inbox.status = status
    row = Row(options(inbox.url, when=[{"score_at_least": 1}]))
    with suppress(Transient):
        row.look(score=5)
    assert "s3cret" not in caplog.text
    assert not [one for one in caplog.records if one.name.startswith("apprise")]


def test_nothing_in_the_memory_tells_the_address(inbox: Inbox) -> None:
    row = Row(options(inbox.url, when=[{"score_at_least": 1}]))
    row.look(score=5)
    assert "s3cret" not in repr(row.memory.kept)
    assert "127.0.0.1" not in repr(row.memory.kept)


def test_only_due_dates_are_looked_at_again() -> None:
    plain = options("json://x", when=[{"score_at_least": 1}])
    due = options("json://x", when=[{"score_at_least": 1}, {"due_within_days": 3}])
    result = Notify.result_schema()
    waits = [
        Notify().recheck_after(result, context(one, Memory(), Clock()))  # type: ignore[arg-type]
        for one in (plain, due)
    ]
    assert waits == [None, timedelta(hours=1)]

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.processing.tool_queues import Limits, ToolQueues


def test_tools_take_turns() -> None:
    lanes: ToolQueues[str] = ToolQueues()
    for item in ("a1", "a2", "a3", "b1"):
        lanes.offer(item[0], Limits(), item)
    assert [lanes.take(0) for _ in range(5)] == ["a1", "b1", "a2", "a3", None]


def test_no_more_run_at_once_than_the_tool_allows() -> None:
    lanes: ToolQueues[int] = ToolQueues()
    for item in range(3):
        lanes.offer("a", Limits(concurrency=1), item)
    assert (lanes.take(0), lanes.take(0), lanes.wait_s(0)) == (0, None, None)
    lanes.finish("a")
    assert lanes.take(0) == 1


def test_a_rate_below_one_spaces_single_starts() -> None:
    lanes: ToolQueues[int] = ToolQueues()
    for item in range(2):
        lanes.offer("a", Limits(rate=0.5), item)
    assert (lanes.take(0), lanes.take(119.9), lanes.wait_s(100)) == (0, None, 20)
    assert lanes.take(120) == 1


def test_what_is_dropped_is_handed_back() -> None:
    lanes: ToolQueues[int] = ToolQueues()
    for item in range(3):
        lanes.offer("a", Limits(), item)
    lanes.take(0)
    assert lanes.clear() == [1, 2]
    assert lanes.take(0) is None


@given(st.integers(1, 5), st.lists(st.floats(0, 40), max_size=40))
def test_never_more_starts_in_a_minute_than_the_rate(rate: int, steps: list[float]) -> None:
    lanes: ToolQueues[int] = ToolQueues()
    for item in range(len(steps)):
        lanes.offer("a", Limits(rate=rate), item)
    now, starts = 0.0, []
    for step in steps:
        now += step
        if lanes.take(now) is not None:
            starts.append(now)
    for first, last in zip(starts, starts[rate:], strict=False):
        assert last - first >= 59.999
    assert all(a <= b for a, b in pairwise(starts))

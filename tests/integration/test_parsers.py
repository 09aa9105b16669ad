"""The pool of parser processes: whatever a parser does, its own task alone pays for it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.processing.parsers import ParserPool, PoolLimits
from sync_daemon.processing.parsers.process import Bounds, environment
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.tooling import TooComplexError, ToolError, TransientToolError
from tests.support import parsing
from tests.support.fake_clock import StoppedClock

SMALL = Bounds(memory_mb=40, processor_s=1, wall_s=4.0)
ROOT = Path(__file__).parents[2]


def made(**given: Any) -> ParserPool:
    return ParserPool(PoolLimits(**{"usual": 1, "most": 2, "bounds": SMALL, **given}))


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    pool = made()
    yield pool
    pool.close()


@pytest.fixture
def own_pool() -> Iterator[Callable[..., ParserPool]]:
    pools: list[ParserPool] = []

    def make(**given: Any) -> ParserPool:
        pools.append(made(**given))
        return pools[-1]

    yield make
    for one in pools:
        one.close()


def call(pool: ParserPool, read: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return pool.call(read, arguments, named)


def until(condition: Callable[[], bool], patience_s: float = 30.0) -> None:
    ends = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < ends
        threading.Event().wait(0.01)


def test_a_value_comes_from_another_process_that_is_used_again(pool: ParserPool) -> None:
    first, second = (call(pool, parsing.whereabouts)[0] for _ in range(2))
    assert first == second != os.getpid()
    assert call(pool, parsing.echo, value={"a": [1, None, "ü\ud800"]}) == {
        "a": [1, None, "ü\ud800"]
    }


@pytest.mark.parametrize(
    ("read", "arguments"),
    [
        (parsing.spin, (100,)),
        (parsing.sleep, (100,)),
        (parsing.grow, (2_000,)),
        (parsing.swallow, (2_000,)),
        (parsing.recurse, ()),
    ],
)
def test_what_takes_too_much_is_ended_and_the_next_is_served(
    pool: ParserPool, read: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(TooComplexError, match="The page is too complex to read"):
        call(pool, read, *arguments)
    assert call(pool, parsing.grow, 10) == 10 * parsing.MB


def test_a_crash_is_the_tasks_own(pool: ParserPool) -> None:
    with pytest.raises(ToolError, match="cannot be read") as caught:
        call(pool, parsing.crash)
    assert not isinstance(caught.value, TooComplexError)
    assert call(pool, parsing.echo, 1) == 1


def test_errors_come_as_they_were_with_the_traceback(pool: ParserPool) -> None:
    with pytest.raises(ToolError) as caught:
        call(pool, parsing.fail, "why not")
    assert (caught.value.message, caught.value.hint) == ("why not", "a hint")
    assert "tests/support/parsing.py" in caught.value.__notes__[0]
    with pytest.raises(parsing.OddError) as odd:
        call(pool, parsing.fail_oddly)
    assert (odd.value.message, odd.value.hint) == ("odd", "even")
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        call(pool, parsing.leave)


def test_a_function_that_no_other_process_finds_is_refused(pool: ParserPool) -> None:
    def inner() -> None: ...

    for function in (inner, lambda: None, pool.close):
        with pytest.raises(TypeError, match="top level"):
            call(pool, function)
    assert call(pool, parsing.echo, 1) == 1


def test_one_that_was_killed_from_outside_is_tried_once_more(
    pool: ParserPool, tmp_path: Path
) -> None:
    assert call(pool, parsing.kill_once, tmp_path / "killed") == "done"


def test_slow_tasks_keep_no_other_waiting(
    own_pool: Callable[..., ParserPool], tmp_path: Path
) -> None:
    """There are as many processes as usual, and more while those are busy."""
    pool = own_pool(usual=1, most=3, bounds=Bounds(wall_s=60.0))
    gates = [tmp_path / "a", tmp_path / "b"]
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(call, pool, parsing.wait_for, gate) for gate in gates]
        until(lambda: all(gate.with_suffix(".begun").exists() for gate in gates))
        assert [call(pool, parsing.echo, number) for number in range(5)] == list(range(5))
        assert not any(one.done() for one in slow)
        assert len(pool.pids) == 3
        for gate in gates:
            gate.touch()
        assert [one.result() for one in slow] == ["done", "done"]


def test_where_all_are_busy_until_the_deadline_it_is_for_later(
    own_pool: Callable[..., ParserPool], tmp_path: Path
) -> None:
    pool = own_pool(usual=1, most=1, bounds=Bounds(wall_s=60.0))
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(call, pool, parsing.wait_for, tmp_path / "a")
        until((tmp_path / "a.begun").exists)
        with pytest.raises(TransientToolError, match="at once"):
            pool.until(time.monotonic() + 0.7).call(parsing.echo, (1,), {})
        (tmp_path / "a").touch()
        assert slow.result() == "done"


def test_the_deadline_of_an_attempt_ends_it(pool: ParserPool) -> None:
    call(pool, parsing.echo, 1)  # a process is there
    with pytest.raises(TooComplexError):
        pool.until(time.monotonic() + 1.0).call(parsing.sleep, (100,), {})


def test_an_idle_pool_has_no_process(own_pool: Callable[..., ParserPool]) -> None:
    pool = own_pool(idle_s=0.01)
    assert pool.pids == []
    call(pool, parsing.echo, 1)
    until(lambda: pool.pids == [])
    until(lambda: pool._reaper is None)
    assert call(pool, parsing.echo, 2) == 2


def test_one_that_holds_memory_is_not_kept(own_pool: Callable[..., ParserPool]) -> None:
    pool = own_pool()
    call(pool, parsing.keep, 25)
    assert pool.pids == []
    assert call(pool, parsing.echo, 1) == 1


def test_closing_ends_those_at_work(own_pool: Callable[..., ParserPool], tmp_path: Path) -> None:
    pool = own_pool(bounds=Bounds(wall_s=60.0))
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(call, pool, parsing.wait_for, tmp_path / "a")
        until((tmp_path / "a.begun").exists)
        pool.close()
        with pytest.raises(TransientToolError, match="stopping"):
            slow.result()
    with pytest.raises(TransientToolError, match="stopping"):
        call(pool, parsing.echo, 1)
    pool.close()


def test_a_worker_is_told_no_secret_and_has_no_file_of_ours(
    pool: ParserPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment({"PATH": "/bin", "LC_ALL": "C", "SECRET_TOKEN": "x"}).keys() == {
        "PATH", "LC_ALL", "PYTHONPATH",
    }  # fmt: skip
    monkeypatch.setenv("LLM_API_KEY", "hush")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        _, environ, files = call(pool, parsing.whereabouts)
    assert "LLM_API_KEY" not in environ
    assert not [one for one in files if one.startswith(str(tmp_path))]
    assert sum(one.startswith(("socket:", "pipe:")) for one in files) == 2


def test_signals_to_the_group_leave_a_worker_to_its_parent(pool: ParserPool) -> None:
    """A stop of the service, or Ctrl-C, tells all processes; the cycle in hand goes on."""
    (pid, _, _) = call(pool, parsing.whereabouts)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(pid, number)
    assert call(pool, parsing.whereabouts)[0] == pid
    assert os.getpgid(pid) != os.getpgrp()


PARENT = """
import sys, threading
from pathlib import Path
from sync_daemon.processing.parsers import ParserPool
from tests.support import parsing
pool = ParserPool()
read, argument = getattr(parsing, sys.argv[1]), Path(sys.argv[2])
if sys.argv[1] == "echo":
    pool.call(read, (argument,), {})
    argument.touch()
else:
    threading.Thread(target=pool.call, args=(read, (argument,), {}), daemon=True).start()
    while not argument.exists():
        pass
print(*pool.pids, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("read", ["echo", "hold_interpreter"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_parent(tmp_path: Path, read: str, number: int) -> None:
    """Idle, or deep in C code that lets no other code of Python run."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, read, str(tmp_path / "begun")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert parent.stdout is not None
    (worker,) = map(int, parent.stdout.readline().split())
    watch = os.pidfd_open(worker)
    parent.send_signal(number)
    parent.communicate()
    assert select.select([watch], [], [], 30.0)[0], "it still runs"
    os.close(watch)


def test_an_event_loop_goes_on_meanwhile(
    own_pool: Callable[..., ParserPool], tmp_path: Path
) -> None:
    pool = own_pool(bounds=Bounds(wall_s=60.0))

    async def run() -> list[Any]:
        parsers = pool.until(time.monotonic() + 60)
        gate = tmp_path / "a"
        slow = asyncio.create_task(parsers.call_async(parsing.wait_for, (gate,), {}))
        quick = await parsers.call_async(parsing.echo, (1,), {})
        assert not slow.done()
        with pytest.raises(ToolError, match="why"):
            await parsers.call_async(parsing.fail, ("why",), {})
        gate.touch()
        given_up = asyncio.create_task(parsers.call_async(parsing.echo, (2,), {}))
        await asyncio.sleep(0)
        given_up.cancel()
        return [quick, await slow]

    assert asyncio.run(run()) == [1, "done"]


TOOL = """
import os
from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema
from .parts import read

class Input(ToolInputSchema):
    text: str

class Result(ToolResultSchema):
    read: str
    elsewhere: bool

class Reader(Tool[Input, Result]):
    \"\"\"Read.\"\"\"
    name = "reader"
    version = 1

    {process}
"""
PROCESSES = {
    "def": """def process(self, entry: Input, context: ToolContext) -> Result:
        text, pid = context.parse(read, entry.text)
        return Result(read=text, elsewhere=pid != os.getpid())""",
    "async def": """async def process(self, entry: Input, context: ToolContext) -> Result:
        text, pid = await context.parse_async(read, entry.text)
        return Result(read=text, elsewhere=pid != os.getpid())""",
}
PARTS = "import os\n\ndef read(text):\n    return {made}, os.getpid()\n"


@pytest.mark.parametrize("kind", PROCESSES)
def test_a_users_tool_parses_elsewhere(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "processor.py").write_text(TOOL.format(process=PROCESSES[kind]))
    (folder / "parts.py").write_text(PARTS.format(made="text.upper()"))
    registry = load_registry([tmp_path], built_in=tmp_path / "none", installed=())
    outcome = run_tool(registry, "reader", {"text": "a"}, clock=StoppedClock())
    assert (outcome.kind, outcome.values) == (
        OutcomeKind.DONE,
        {"read": "A", "elsewhere": True},
    )


def test_an_edited_tool_is_read_again_by_a_worker_that_has_it(
    tmp_path: Path, own_pool: Callable[..., ParserPool]
) -> None:
    folder, pool = tmp_path / "reader", own_pool()
    folder.mkdir()
    (folder / "processor.py").write_text(TOOL.format(process=PROCESSES["def"]))
    pids = set()
    for made_of in ("text.upper()", "text.title() + '!'"):
        (folder / "parts.py").write_text(PARTS.format(made=made_of))
        registry = load_registry([tmp_path], built_in=tmp_path / "none", installed=())
        module = sys.modules[type(registry.get("reader").tool).__module__]
        text, pid = call(pool, vars(module)["read"], "a")
        pids.add(pid)
    assert (text, len(pids)) == ("A!", 1)


def test_libraries_that_only_readers_need_stay_out_of_the_daemon() -> None:
    """They are some 25 MB, and a process that reads has them before its task is measured."""
    code = (
        "import sys; from sync_daemon.processing.registry import load_registry;"
        "import sync_daemon.bootstrap; load_registry(installed=()).check_built_in();"
        "print({'pypdf', 'docx', 'trafilatura', 'feedparser'} & sys.modules.keys())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stdout.strip() == "set()"


def test_what_a_function_reads_with_is_there_before_its_task(pool: ParserPool) -> None:
    assert call(pool, parsing.is_loaded, "pypdf")
    assert not call(pool, parsing.is_loaded, "docx.oxml")

"""The collector is out of the way where it would look at code, and only in a process of ours."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from pytest_mock import MockerFixture

from sync_daemon.gc_pause import CodeLoading, collector_paused


@pytest.fixture(autouse=True)
def _thaw(mocker: MockerFixture) -> Iterator[None]:
    mocker.patch("atexit.register")
    yield
    gc.unfreeze()
    gc.enable()


def test_inside_a_process_of_ours_nothing_is_collected_and_code_is_never_looked_at() -> None:
    loading = CodeLoading()
    loading.begin()
    before = gc.get_freeze_count()
    with loading:
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before


def test_the_objects_of_another_process_are_left_alone() -> None:
    before = gc.get_freeze_count()
    with CodeLoading():
        assert gc.isenabled()
    assert gc.get_freeze_count() == before


def test_a_pause_inside_a_pause_ends_with_the_outer_one() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()

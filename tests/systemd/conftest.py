"""One machine for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.systemd.machine import CannotBootError, Machine, booted
from tests.systemd.service import FOLDERS, Sandbox, Service


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    try:
        with booted(FOLDERS) as found:
            yield found
    except CannotBootError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sandbox(machine: Machine) -> Sandbox:
    return Sandbox(machine)


@pytest.fixture(scope="session")
def installed(machine: Machine, sandbox: Sandbox) -> Service:
    """The plain service."""
    return Service(machine, sandbox)


@pytest.fixture
def service(installed: Service) -> Iterator[Service]:
    """The plain service, running, with a Google that answers at once."""
    installed.start()
    yield installed
    installed.sandbox.slow_down(0)


@pytest.fixture(scope="session")
def anna(machine: Machine, sandbox: Sandbox) -> Service:
    """One of several services."""
    return Service(machine, sandbox, "anna")

"""The texts of the unit files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync_daemon.service.systemd import ServiceError
from sync_daemon.service.units import (
    UnitNames,
    command_words,
    is_untouched,
    sealed,
    shipped,
    template,
)


def test_a_sealed_text_is_known_again() -> None:
    assert is_untouched(sealed("[Unit]\n"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text + "# mine\n",
        lambda text: text.replace("[Unit]", "[Unit ]"),
        lambda text: text.partition("\n")[2],
        lambda text: "\n" + text,
        lambda text: "",
    ],
)
def test_an_edited_one_is_not(edit: Callable[[str], str]) -> None:
    assert not is_untouched(edit(sealed("[Unit]\nDescription=x\n")))


@pytest.mark.parametrize(
    ("instance", "service", "timer"),
    [
        (None, "sheetd.service", "sheetd-backup.timer"),
        ("anna", "sheetd@anna.service", "sheetd-backup@anna.timer"),
    ],
)
def test_the_names_of_the_units(instance: str | None, service: str, timer: str) -> None:
    names = UnitNames(instance)

    assert (names.service, names.timer) == (service, timer)


@pytest.mark.parametrize("name", ["", "Anna", "a b", "../x", "a" * 24, "-a", "a.b", "%i", "a\n"])
def test_a_name_that_could_not_be_a_user_s_is_refused(name: str) -> None:
    with pytest.raises(ServiceError):
        UnitNames(name)


def test_a_longest_name_makes_a_user_name_that_linux_takes() -> None:
    assert len(f"sheetd-{UnitNames('a' * 23).instance}") <= 31


@pytest.mark.parametrize("name", ["sheetd@.service", "sheetd-backup@.service"])
def test_two_instances_share_neither_user_nor_folder_nor_key(name: str) -> None:
    lines = template(name).splitlines()
    settings = [line for line in lines if line and line[0] not in "#["]
    own = ("ExecStart=", "User=", "StateDirectory=", "WorkingDirectory=", "LoadCredential=")

    assert [line for line in settings if line.startswith(own) and "%i" not in line] == []


def test_comments_say_name_where_settings_say_percent_i() -> None:
    comments = [
        line for text in shipped().values() for line in text.splitlines() if line.startswith("#")
    ]

    assert [line for line in comments if "%i" in line] == []


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["/opt/sheetd/bin/sheetd"], "/opt/sheetd/bin/sheetd"),
        (["/opt/python3", "-m", "sync_daemon"], "/opt/python3 -m sync_daemon"),
        (["/opt/my apps/sheetd"], '"/opt/my apps/sheetd"'),
        (["/opt/100%/$x", "$HOME"], "/opt/100%%/$x $$HOME"),
        (['/opt/a"b\\c'], '"/opt/a\\"b\\\\c"'),
    ],
)
def test_a_command_is_quoted_as_systemd_reads_it(words: list[str], written: str) -> None:
    assert command_words(words) == written

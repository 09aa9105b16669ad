"""A configuration that somebody else can change, or has planted, is refused."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_daemon import file_permissions
from sync_daemon.errors import ConfigError, ExitStatus
from sync_daemon.file_permissions import Trust, find_fault
from sync_daemon.settings import load_settings
from sync_daemon.settings.permissions import (
    refuse_if_others_may_change,
    refuse_if_others_may_plant,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
STRANGER = 4242


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "above" / "mine"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "sheetd.toml").write_text("")
    (folder / "sheetd.toml").chmod(0o644)
    return folder / "sheetd.toml"


def widen(path: Path, bits: int) -> None:
    path.chmod(path.stat().st_mode & 0o7777 | bits)


def test_one_of_the_users_own_is_used(config: Path) -> None:
    assert load_settings(config, {}).path == config


def everybodys(config: Path) -> str:
    widen(config, 0o002)
    return f"everybody may write {config}. chmod o-w"


def in_an_open_folder(config: Path) -> str:
    widen(config.parent, 0o002)
    return f"everybody may write {config.parent}. chmod o-w"


def in_a_folder_as_tmp_is(config: Path) -> str:
    widen(config.parent, 0o1002)
    return f"everybody may write {config.parent}. Move it to a folder of your own"


def below_an_open_folder(config: Path) -> str:
    widen(config.parent.parent, 0o002)
    return f"everybody may write {config.parent.parent}."


def behind_a_link(config: Path) -> str:
    target = config.parent.parent / "elsewhere" / "real.toml"
    target.parent.mkdir()
    config.rename(target)
    config.symlink_to("../elsewhere/real.toml")
    widen(target.parent, 0o002)
    return f"everybody may write {target.parent}."


def a_strangers(config: Path) -> str:
    os.chown(config, STRANGER, -1)
    return f"{config} belongs to user {STRANGER}, who is neither you nor root"


def in_a_strangers_folder(config: Path) -> str:
    os.chown(config.parent, STRANGER, -1)
    return f"{config.parent} belongs to user {STRANGER}"


def for_a_group(config: Path) -> str:
    os.chown(config, -1, STRANGER)
    widen(config, 0o020)
    return f"group {STRANGER} may write {config}. chmod g-w"


def in_a_folder_for_a_group(config: Path) -> str:
    os.chown(config.parent, -1, STRANGER)
    widen(config.parent, 0o020)
    return f"group {STRANGER} may write {config.parent}. chmod g-w"


def for_one_by_an_acl(config: Path) -> str:
    """acl(5): owner, one user, group, mask, others; the mask stands where the group's bits do."""
    entries = [(1, 6, -1), (2, 6, STRANGER), (4, 0, -1), (16, 6, -1), (32, 0, -1)]
    packed = b"".join(struct.pack("<HHi", *entry) for entry in entries)
    os.setxattr(config, "system.posix_acl_access", struct.pack("<I", 2) + packed)
    return f"may write {config}. chmod g-w"


CASES = [
    everybodys,
    in_an_open_folder,
    in_a_folder_as_tmp_is,
    below_an_open_folder,
    behind_a_link,
    *(
        pytest.param(case, marks=as_root)
        for case in (
            a_strangers,
            in_a_strangers_folder,
            for_a_group,
            in_a_folder_for_a_group,
            for_one_by_an_acl,
        )
    ),
]


@pytest.mark.parametrize("change", CASES)
def test_what_others_may_change_is_refused(config: Path, change: Callable[[Path], str]) -> None:
    said = change(config)
    with pytest.raises(ConfigError) as caught:
        load_settings(config, {})
    assert caught.value.exit_status is ExitStatus.USAGE
    words = f"{caught.value.message} {caught.value.hint}".replace("Run: ", "")
    assert f"{config} is not safe to use" in words
    assert said in words


def test_a_planted_one_in_the_working_folder_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    widen(config.parent, 0o1002)
    monkeypatch.chdir(config.parent)
    with pytest.raises(ConfigError, match="everybody may write"):
        load_settings(None, {})


def test_none_is_written_where_it_would_not_be_used(config: Path) -> None:
    new = config.with_name("new.toml")
    refuse_if_others_may_plant(new)
    for folder, bits in ((config.parent, 0o1002), (config.parent.parent, 0o002)):
        folder.chmod(0o755 | bits)
        with pytest.raises(ConfigError, match=f"everybody may write {folder}"):
            refuse_if_others_may_plant(new)
        folder.chmod(0o755)


def test_a_sticky_folder_further_up_is_no_danger(config: Path) -> None:
    widen(config.parent.parent, 0o1002)
    assert load_settings(config, {}).path == config


@as_root
def test_a_sticky_folder_with_a_strangers_folder_is(config: Path) -> None:
    widen(config.parent.parent, 0o1002)
    os.chown(config.parent, STRANGER, -1)
    with pytest.raises(ConfigError, match="not safe to use"):
        load_settings(config, {})


@as_root
def test_a_pipe_is_judged_by_its_owner_alone(tmp_path: Path) -> None:
    """`--config <(…)` names one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    widen(tmp_path, 0o002)
    refuse_if_others_may_change(pipe)
    os.chown(pipe, STRANGER, -1)
    with pytest.raises(ConfigError, match="belongs to user"):
        refuse_if_others_may_change(pipe)


@as_root
@pytest.mark.parametrize(
    ("home", "refused"), [("above/mine", False), ("above", False), ("elsewhere", True)]
)
def test_in_a_namespace_without_root_only_a_home_and_what_is_above_it_is_roots(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str, *, refused: bool
) -> None:
    """There root's files look like nobody's, as anybody else's do."""
    os.chown(config.parent.parent, file_permissions._overflow_id(), -1)
    monkeypatch.setattr(file_permissions, "_home", lambda _user: tmp_path / home)
    assert (find_fault(config, Trust(0, lacks_root=True)) is not None) is refused
    assert find_fault(config, Trust(0)) is not None


def test_a_group_with_one_member_shares_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the user's name and without others, as distributions make one for each user."""
    uid, gid = os.getuid(), config.stat().st_gid
    own = {"pw_name": "carl", "pw_gid": gid, "pw_dir": "/home/carl"}
    members: list[str] = []
    group = {"gr_name": "carl", "gr_mem": members}
    monkeypatch.setattr("pwd.getpwuid", lambda _: _record(own))
    monkeypatch.setattr("grp.getgrgid", lambda _: _record(group))
    assert file_permissions._is_private(gid, uid)
    members.append("carl")
    assert file_permissions._is_private(gid, uid)
    members.append("eve")
    assert not file_permissions._is_private(gid, uid)
    assert not file_permissions._is_private(gid + 1, uid)


def _record(fields: dict[str, Any]) -> Any:
    return type("Record", (), fields)

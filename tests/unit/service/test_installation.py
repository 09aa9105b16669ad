"""Installing and removing, with a systemd that writes down what it is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync_daemon.service.installation import Service, install, uninstall
from sync_daemon.service.paths import Place
from sync_daemon.service.systemd import ServiceError, Systemd
from sync_daemon.service.units import UnitNames, is_untouched
from sync_daemon.settings import Settings, load_settings
from tests.unit.service.conftest import FakeSystemd

CONFIG = """
[google]
credentials_file = "{key}"
{google}

[database]
url = "{url}"

[[sheets]]
name = "jobs"
spreadsheet = "1mN0pQrStUvWxYz-paste_yours_here"
worksheet = "Jobs"
"""
PROGRAM = ["/opt/sheetd-1.0/bin/sheetd"]
STATE = "sqlite:////var/lib/sheetd/sheetd.db"


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who the tests run as must not matter, nor where their Python lies."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "base_prefix", "/usr")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "units", Path("/etc/sheetd"), is_user=False)


def settings(
    folder: Path, url: str = STATE, key: str = "service-account.json", google: str = ""
) -> Settings:
    file = folder / "read.toml"
    file.write_text(CONFIG.format(url=url, key=key, google=google), encoding="utf-8")
    return load_settings(file, {})


def wanted(
    place: Place, name: str | None = None, found: Settings | None = None, config: str = ""
) -> Service:
    names = UnitNames(name)
    path = Path(config) if config else place.configuration(names)
    return Service(place, names, path, found, PROGRAM)


def lines_of(place: Place, file: str) -> list[str]:
    return (place.units / file).read_text(encoding="utf-8").splitlines()


def test_the_units_run_this_sheetd(place: Place, systemd: FakeSystemd) -> None:
    install(wanted(place), Systemd())

    assert "ExecStart=/opt/sheetd-1.0/bin/sheetd run --config /etc/sheetd/config.toml" in lines_of(
        place, "sheetd.service"
    )
    assert sorted(path.name for path in place.units.iterdir()) == [
        "sheetd-backup.service", "sheetd-backup.timer", "sheetd.service",
    ]  # fmt: skip


def test_the_files_are_verified_before_they_are_in_place_and_read_by_systemd_after(
    place: Place, systemd: FakeSystemd
) -> None:
    install(wanted(place), Systemd())

    verified, reloaded = systemd.calls[1:]
    assert verified.startswith("systemd-analyze --system verify /")
    assert str(place.units) not in verified
    assert reloaded == "systemctl --system --no-pager daemon-reload"


def test_what_systemd_finds_odd_is_handed_on(place: Place, systemd: FakeSystemd) -> None:
    odd = "sheetd.service:31: Unknown key name 'WatchdogSec' in section 'Service', ignoring."
    systemd.answer("verify", err=f"other.service:1: something else\n{odd}")

    assert install(wanted(place), Systemd()) == [odd]


def test_a_second_installation_replaces_the_first(place: Place, systemd: FakeSystemd) -> None:
    install(wanted(place), Systemd())
    other = Service(place, UnitNames(), place.configuration(UnitNames()), None, ["/opt/2/sheetd"])

    install(other, Systemd())

    assert "ExecStart=/opt/2/sheetd run" in "\n".join(lines_of(place, "sheetd.service"))


@pytest.mark.parametrize("file", ["sheetd.service", "sheetd-backup.timer"])
@pytest.mark.parametrize(
    "act",
    [
        lambda place: install(wanted(place, config="/etc/other.toml"), Systemd()),
        lambda place: uninstall(place, UnitNames(), Systemd()),
    ],
    ids=["install", "uninstall"],
)
def test_a_file_that_somebody_edited_is_left_alone_and_so_are_the_others(
    place: Place, systemd: FakeSystemd, file: str, act: Callable[[Place], object]
) -> None:
    install(wanted(place), Systemd())
    edited = (place.units / file).read_text(encoding="utf-8") + "# mine\n"
    (place.units / file).write_text(edited, encoding="utf-8")
    before = {path: path.read_bytes() for path in place.units.iterdir()}

    with pytest.raises(ServiceError, match="was edited"):
        act(place)

    assert {path: path.read_bytes() for path in place.units.iterdir()} == before
    assert not any("disable" in call for call in systemd.calls)


def test_another_configuration_is_named_in_all_units(place: Place, systemd: FakeSystemd) -> None:
    install(wanted(place, config="/srv/my sheets/100%.toml"), Systemd())

    for file in ("sheetd.service", "sheetd-backup.service"):
        [start] = [line for line in lines_of(place, file) if line.startswith("ExecStart=")]
        assert start.endswith('--config "/srv/my sheets/100%%.toml"')


def test_the_key_is_the_one_that_the_configuration_names(
    tmp_path: Path, place: Place, systemd: FakeSystemd
) -> None:
    install(wanted(place, found=settings(tmp_path, key="/etc/my keys/100%.json")), Systemd())

    # systemd takes quotes for a part of this path
    key = "LoadCredential=100%%.json:/etc/my keys/100%%.json"
    assert key in lines_of(place, "sheetd.service")


def test_google_s_own_defaults_need_no_key(
    tmp_path: Path, place: Place, systemd: FakeSystemd
) -> None:
    install(wanted(place, found=settings(tmp_path, google='auth = "adc"')), Systemd())

    text = "\n".join(lines_of(place, "sheetd.service"))
    assert "LoadCredential" not in text
    assert "UMask=0077" in text


def test_a_database_with_tools_of_its_own_gets_no_backup(
    tmp_path: Path, place: Place, systemd: FakeSystemd
) -> None:
    service = wanted(place, found=settings(tmp_path, url="postgresql://localhost/sheetd"))

    install(service, Systemd())

    assert [path.name for path in place.units.iterdir()] == ["sheetd.service"]
    assert service.units == ["sheetd.service"]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (None, "sqlite:///sheetd.db"),
        (None, "sqlite:////var/lib/sheetd-anna/sheetd.db"),
        ("anna", STATE),
    ],
)
def test_a_mirror_that_the_service_could_not_write_is_refused(
    tmp_path: Path, place: Place, systemd: FakeSystemd, name: str | None, url: str
) -> None:
    found = settings(tmp_path, url=url, key="anna.json")

    with pytest.raises(ServiceError, match="can write only /var/lib/sheetd") as caught:
        install(wanted(place, name, found), Systemd())

    assert "[database] url" in caught.value.hint
    assert not place.units.exists()


def test_a_key_that_an_instance_would_not_find_is_refused(
    tmp_path: Path, place: Place, systemd: FakeSystemd
) -> None:
    found = settings(tmp_path, url="sqlite:////var/lib/sheetd-anna/sheetd.db")

    with pytest.raises(ServiceError, match=r"anna\.json, not service-account\.json"):
        install(wanted(place, "anna", found), Systemd())


def test_a_name_and_a_configuration_elsewhere_exclude_each_other(
    place: Place, systemd: FakeSystemd
) -> None:
    with pytest.raises(ServiceError, match="in its own place"):
        install(wanted(place, "anna", config="/srv/x.toml"), Systemd())


@pytest.mark.parametrize(
    ("program", "config"),
    [
        ("/root/.local/bin/sheetd", "/etc/sheetd/config.toml"),
        ("/home/anna/venv/bin/sheetd", "/etc/sheetd/config.toml"),
        ("/opt/sheetd/bin/sheetd", "/home/anna/sheetd.toml"),
    ],
)
def test_what_a_service_of_the_machine_does_not_see_is_refused(
    place: Place, systemd: FakeSystemd, program: str, config: str
) -> None:
    with pytest.raises(ServiceError, match="cannot see"):
        install(Service(place, UnitNames(), Path(config), None, [program]), Systemd())


def test_only_root_installs_for_the_machine(
    place: Place, systemd: FakeSystemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(ServiceError, match="Only root"):
        install(wanted(place), Systemd())

    assert systemd.calls == []


def test_without_systemd_nothing_is_written(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ServiceError, match="no systemctl here"):
        install(wanted(place), Systemd())

    assert not place.units.exists()


@pytest.mark.parametrize("is_user", [False, True])
def test_a_systemd_that_does_not_answer_is_told_of(
    place: Place, systemd: FakeSystemd, is_user: bool
) -> None:
    systemd.answer("show", err="Failed to connect to bus: Host is down", status=1)

    with pytest.raises(ServiceError, match="Host is down") as caught:
        install(wanted(place), Systemd(is_user))

    assert ("sudo" in caught.value.hint) == is_user


def test_a_folder_that_cannot_be_written_is_told_of(place: Place, systemd: FakeSystemd) -> None:
    place.units.write_text("a file")

    with pytest.raises(ServiceError, match="cannot be written"):
        install(wanted(place), Systemd())


def test_removal_stops_the_units_and_removes_the_files(place: Place, systemd: FakeSystemd) -> None:
    install(wanted(place), Systemd())
    (place.units / "other.service").touch()

    removed = uninstall(place, UnitNames(), Systemd())

    assert [path.name for path in place.units.iterdir()] == ["other.service"]
    assert len(removed) == 3
    disabled, reloaded = systemd.calls[-2:]
    assert disabled.endswith("disable --now sheetd.service sheetd-backup.timer")
    assert reloaded.endswith("daemon-reload")


def test_there_is_nothing_to_remove_where_nothing_was_installed(
    place: Place, systemd: FakeSystemd
) -> None:
    with pytest.raises(ServiceError, match=r"There is no sheetd\.service"):
        uninstall(place, UnitNames(), Systemd())


@pytest.mark.parametrize("is_enabled", [False, True])
def test_the_template_stays_while_another_instance_needs_it(
    place: Place, systemd: FakeSystemd, is_enabled: bool
) -> None:
    install(wanted(place, "anna"), Systemd())
    if is_enabled:
        (place.units / "multi-user.target.wants").mkdir()
        (place.units / "multi-user.target.wants" / "sheetd@ben.service").touch()
    else:
        systemd.answer("is-active", status=0)

    assert uninstall(place, UnitNames("anna"), Systemd()) == []
    assert (place.units / "sheetd@.service").exists()
    assert any("sheetd@anna.service sheetd-backup@anna.timer" in c for c in systemd.calls)


def test_the_last_instance_takes_the_template_with_it(place: Place, systemd: FakeSystemd) -> None:
    install(wanted(place, "anna"), Systemd())
    systemd.answer("is-active", status=3)

    assert len(uninstall(place, UnitNames("anna"), Systemd())) == 3
    assert list(place.units.iterdir()) == []


def test_a_user_s_service_may_write_where_its_configuration_wants_the_mirror(
    tmp_path: Path, systemd: FakeSystemd
) -> None:
    place = Place(tmp_path / "units", tmp_path / "sheetd", is_user=True)
    found = settings(tmp_path, url=f"sqlite:///{tmp_path}/my data/sheetd.db")

    install(wanted(place, found=found), Systemd(is_user=True))

    for file in ("sheetd.service", "sheetd-backup.service"):
        assert f'ReadWritePaths="{tmp_path}/my data"' in lines_of(place, file)
        assert is_untouched((place.units / file).read_text(encoding="utf-8"))


def test_a_user_s_configuration_elsewhere_takes_the_writable_folder_with_it(
    tmp_path: Path, systemd: FakeSystemd
) -> None:
    place = Place(tmp_path / "units", tmp_path / "sheetd", is_user=True)
    found = settings(tmp_path, url="sqlite:///sheetd.db")

    install(wanted(place, found=found, config=str(found.path)), Systemd(is_user=True))

    text = (place.units / "sheetd-backup.service").read_text(encoding="utf-8")
    assert f"db backup {tmp_path}/backups --keep 14 --config {tmp_path}/read.toml\n" in text
    assert f"\nReadWritePaths={tmp_path}\n" in text
    assert "%h/.config/sheetd" not in text
    assert text.count("ReadWritePaths=") == 1

"""Finding a configuration, reading it, and what the environment changes in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.errors import ConfigError
from sync_daemon.settings import Settings, StepSettings, find_config, load_settings

Load = Callable[..., Settings]

CONTRACT = """
[google]
auth = "service_account"
credentials_file = "service-account.json"
api_root = "https://sheets.googleapis.com"
drive_root = "https://www.googleapis.com"
reads_per_minute = 50
writes_per_minute = 40

[database]
url = "sqlite:///sheetd.db"

[schedule]
every = "90s"
full_pull_every = "1h30m"

[tools]
paths = ["my-tools", "/opt/tools"]

[[sheets]]
name = "jobs"
spreadsheet = "https://docs.google.com/spreadsheets/d/1mN0pQrStUvWxYz/edit"
worksheet = "Jobs"
header_row = 2
id_column = "my id"
status_column = "my status"
create_columns = false
max_delete_fraction = 0.25
adopt = ["Keywords"]
probe = "none"

[[sheets.steps]]
tool = "keyword_analyzer"
name = "keywords"
inputs = { text = "Description" }
outputs = { keywords = "Keywords", score = "Match %" }
options = { top = 15 }
"""
SHEET = '[[sheets]]\nname = "jobs"\nspreadsheet = "1mN0pQrStUvWxYz"\nworksheet = "Jobs"\n'


def test_every_key_of_the_contract(load: Load, tmp_path: Path) -> None:
    settings = load(CONTRACT)

    assert settings.path == tmp_path / "sheetd.toml"
    assert settings.google.credentials_file == tmp_path / "service-account.json"
    assert (settings.google.reads_per_minute, settings.google.writes_per_minute) == (50, 40)
    assert settings.database.url == f"sqlite:///{tmp_path}/sheetd.db"
    assert settings.schedule.every == timedelta(seconds=90)
    assert settings.schedule.full_pull_every == timedelta(minutes=90)
    assert settings.tools.paths == (tmp_path / "my-tools", Path("/opt/tools"))
    step = StepSettings(
        tool="keyword_analyzer",
        name="keywords",
        inputs={"text": ("Description",)},
        outputs={"keywords": "Keywords", "score": "Match %"},
        options={"top": 15},
    )
    assert [each.steps for each in settings.sheets] == [(step,)]
    assert settings.sheets[0].model_dump(exclude={"steps"}) == {
        "name": "jobs",
        "spreadsheet_id": "1mN0pQrStUvWxYz",
        "worksheet": "Jobs",
        "header_row": 2,
        "id_column": "my id",
        "status_column": "my status",
        "create_columns": False,
        "max_delete_fraction": 0.25,
        "adopt": ("Keywords",),
        "decorate": True,
        "probe": "none",
        "status_tab": "",
        "feeds": (),
    }


def test_equal_files_give_equal_settings(load: Load) -> None:
    assert load(CONTRACT) == load(CONTRACT)
    assert load(CONTRACT) != load(CONTRACT, SHEETD_SCHEDULE__EVERY="91s")


@pytest.mark.parametrize(
    ("variable", "value", "seen"),
    [
        ("SHEETD_SCHEDULE__EVERY", "5m", lambda s: s.schedule.every == timedelta(minutes=5)),
        ("SHEETD_GOOGLE__READS_PER_MINUTE", "7", lambda s: s.google.reads_per_minute == 7),
        ("SHEETD_GOOGLE__AUTH", "adc", lambda s: s.google.auth == "adc"),
        ("SHEETD_DATABASE__URL", "sqlite:////x/y.db", lambda s: s.database.url[10:] == "/x/y.db"),
        ("SHEETD_TOOLS__PATHS", '["/a"]', lambda s: s.tools.paths == (Path("/a"),)),
        ("SHEETD_SHEETS__0__WORKSHEET", "Other", lambda s: s.sheets[0].worksheet == "Other"),
        (
            "SHEETD_SHEETS__0__STEPS__0__OPTIONS",
            '{"top": 3}',
            lambda s: s.sheets[0].steps[0].options == {"top": 3},
        ),
    ],
)
def test_the_environment_wins_and_changes_nothing_else(
    load: Load, variable: str, value: str, seen: Callable[[Settings], bool]
) -> None:
    assert not seen(load(CONTRACT))

    settings = load(CONTRACT, **{variable: value})

    assert seen(settings)
    assert settings.google.writes_per_minute == 40
    assert settings.sheets[0].steps[0].tool == "keyword_analyzer"


def test_the_environment_is_the_one_given(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEETD_SCHEDULE__EVERY", "5m")
    monkeypatch.setenv("SHEETD_PATH", "/elsewhere")

    assert load(CONTRACT).schedule.every == timedelta(seconds=90)


def test_other_variables_that_begin_alike_are_left_alone(load: Load, tmp_path: Path) -> None:
    settings = load(SHEET, SHEETD_PATH="/elsewhere", SHEETD_CONFIG="x", SHEETD_LIVE_SPREADSHEET="y")

    assert settings.path == tmp_path / "sheetd.toml"


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("sqlite:///rel.db", "sqlite:///{folder}/rel.db"),
        ("sqlite:///data/my%20hunt.db", "sqlite:///{folder}/data/my hunt.db"),
        ("sqlite+pysqlite:///rel.db?timeout=5", "sqlite+pysqlite:///{folder}/rel.db?timeout=5"),
        ("sqlite:////var/lib/sheetd/sheetd.db", "sqlite:////var/lib/sheetd/sheetd.db"),
        ("sqlite:///~/hunt.db", "sqlite:////home/tester/hunt.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://me:p%40ss@db/hunt", "postgresql://me:p%40ss@db/hunt"),
    ],
)
@pytest.mark.parametrize("by_environment", [False, True])
def test_the_mirror_lies_beside_the_configuration(
    load: Load,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    absolute: str,
    by_environment: bool,
) -> None:
    monkeypatch.setenv("HOME", "/home/tester")
    if by_environment:
        settings = load(SHEET, SHEETD_DATABASE__URL=url)
    else:
        settings = load(f'[database]\nurl = "{url}"\n{SHEET}')

    assert settings.database.url == absolute.format(folder=tmp_path)


@pytest.mark.parametrize("by_environment", [False, True])
def test_the_key_file_lies_beside_the_configuration(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.chdir("/")
    if by_environment:
        settings = load(SHEET, SHEETD_GOOGLE__CREDENTIALS_FILE="k/key.json")
    else:
        settings = load(f'[google]\ncredentials_file = "k/key.json"\n{SHEET}')

    assert settings.google.credentials_file == tmp_path / "k" / "key.json"


def test_a_relative_name_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here.toml").write_text(SHEET, encoding="utf-8")

    settings = load_settings(Path("here.toml"), {})

    assert settings.path == tmp_path / "here.toml"
    assert settings.database.url == f"sqlite:///{tmp_path}/sheetd.db"


def test_the_key_that_systemd_hands_in_comes_first(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    google = load(SHEET).google
    handed_in = tmp_path / "credentials"
    handed_in.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed_in))
    assert google.credentials_path == tmp_path / "service-account.json"

    (handed_in / "service-account.json").touch()

    assert google.credentials_path == handed_in / "service-account.json"


def test_the_mark_that_some_editors_put_first(tmp_path: Path) -> None:
    path = tmp_path / "sheetd.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHEET.replace("\n", "\r\n").encode())

    assert load_settings(path, {}).sheets[0].worksheet == "Jobs"


class Places:
    """A user's machine with every place that is searched."""

    def __init__(self, folder: Path) -> None:
        self.environ = {"HOME": str(folder / "home"), "SHEETD_CONFIG": str(folder / "env.toml")}
        self.by_environment = folder / "env.toml"
        self.here = folder / "here" / "sheetd.toml"
        self.of_user = folder / "home" / ".config" / "sheetd" / "config.toml"
        for place in (self.by_environment, self.here, self.of_user):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(SHEET, encoding="utf-8")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """With ``here`` as the current folder."""
    made = Places(tmp_path)
    monkeypatch.chdir(made.here.parent)
    return made


def test_the_order_of_the_search(places: Places, tmp_path: Path) -> None:
    named = tmp_path / "named.toml"
    assert find_config(named, places.environ) == named
    assert find_config(None, places.environ) == places.by_environment
    del places.environ["SHEETD_CONFIG"]
    assert find_config(None, places.environ) == Path("sheetd.toml")
    places.here.unlink()
    assert find_config(None, places.environ) == places.of_user
    assert load_settings(None, places.environ).path == places.of_user


def test_a_configuration_that_is_named_and_missing_is_not_replaced_by_another(
    places: Places,
) -> None:
    places.by_environment.unlink()

    with pytest.raises(ConfigError, match=r"env\.toml is not there") as caught:
        load_settings(None, places.environ)

    assert "sheetd init" in caught.value.hint


def test_the_folder_of_configurations_may_be_another(places: Places, tmp_path: Path) -> None:
    places.here.unlink()
    place = tmp_path / "xdg" / "sheetd" / "config.toml"
    place.parent.mkdir(parents=True)
    place.touch()

    environ = {"HOME": places.environ["HOME"], "XDG_CONFIG_HOME": str(tmp_path / "xdg")}

    assert find_config(None, environ) == place


def test_without_a_configuration_it_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if Path("/etc/sheetd/config.toml").exists():
        monkeypatch.setattr(os.path, "isfile", lambda _: False)

    with pytest.raises(ConfigError) as caught:
        load_settings(None, {"HOME": str(tmp_path)})

    for place in ("sheetd.toml", f"{tmp_path}/.config/sheetd/config.toml", "/etc/sheetd/"):
        assert place in caught.value.message
    assert "`sheetd init`" in caught.value.hint
    assert "--config" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[google]\nauth = "service_account\n', "line 2, column 24"),
        (b"[[sheets]]\nname = jobs\n", "line 2, column 8"),
        (b'[google]\nauth = "\xff"\n', "not UTF-8 text (byte 17)"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "sheetd.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})

    assert str(path) in caught.value.message
    assert expected in caught.value.message
    assert caught.value.hint


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_settings(tmp_path, {})


def test_settings_cannot_be_changed(load: Load) -> None:
    settings: Any = load(SHEET)

    with pytest.raises(AttributeError):
        settings.path = Path("x")
    with pytest.raises(ValueError, match="frozen"):
        settings.google.auth = "adc"

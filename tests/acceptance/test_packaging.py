"""What is built: a wheel that holds all that sheetd needs and nothing else, from tree and sdist."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 120

# Builds with the poetry-core of the locked dependencies: no network, no isolated environment.
BUILD = """\
import sys
from poetry.core.masonry import api
print(getattr(api, "build_" + sys.argv[1])(sys.argv[2]))
"""
# What the script that pip writes for an entry point does.
COMMAND = """\
import sys
from importlib.metadata import entry_points
(sheetd,) = entry_points(group="console_scripts", name="sheetd")
sys.exit(sheetd.load()())
"""


def build(kind: str, source: Path, target: Path) -> Path:
    """Build an ``sdist`` or a ``wheel`` of ``source`` in the folder ``target``."""
    command = [sys.executable, "-c", BUILD, kind, str(target)]
    result = subprocess.run(
        command, cwd=source, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert result.returncode == 0, result.stderr
    return target / result.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def files_under(folder: str) -> set[str]:
    """The files of the working tree, without what Python and editors leave there."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_the_wheel_holds_the_package_and_the_tools_inside_it(wheel: Path) -> None:
    tools = {f"sync_daemon/{name}" for name in files_under("tools")}
    contents = {name for name in names_in(wheel) if ".dist-info/" not in name}

    assert contents == files_under("sync_daemon") | tools


def test_nothing_but_the_package_lands_in_site_packages(wheel: Path) -> None:
    top_level = {name.split("/")[0] for name in names_in(wheel)}

    assert {name.split("-")[0] for name in top_level} == {"sync_daemon", "sheetd"}


@pytest.mark.parametrize(
    "name",
    [
        "sync_daemon/mirror/migrations/script.py.mako",
        "sync_daemon/mirror/migrations/versions/0001_create_the_mirror.py",
        "sync_daemon/py.typed",
        "sync_daemon/sandbox/sheets/protocol.json",
        "sync_daemon/tools/keyword_analyzer/processor.py",
    ],
)
def test_the_wheel_holds_what_is_loaded_by_name(wheel: Path, name: str) -> None:
    assert name in names_in(wheel)


def test_the_sdist_builds_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()

    again = build("wheel", source, tmp_path)

    assert names_in(again) == names_in(wheel)


def test_no_address_or_path_of_the_machine_is_built_in(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        leaks = [name for name in archive.namelist() if str(ROOT).encode() in archive.read(name)]

    assert leaks == []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel in it, as pip and pipx lay it out.

    The dependencies are those of the running environment, so that no network is needed.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.EnvBuilder(symlinks=True).create(home)
    [site_packages] = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)  # noqa: S202 - the wheel is our own
    dependencies = Path(pytest.__file__).parents[1]
    (site_packages / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return home / "bin" / "python"


@pytest.mark.parametrize(
    ("arguments", "shown"), [(["tools"], "keyword_analyzer"), (["demo"], "Keywords")]
)
def test_the_installed_command_needs_no_checkout(
    installed: Path, tmp_path: Path, arguments: list[str], shown: str
) -> None:
    """Its tools, migrations and data come from the wheel."""
    result = subprocess.run(
        [str(installed), "-P", "-c", COMMAND, *arguments],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert shown in result.stdout

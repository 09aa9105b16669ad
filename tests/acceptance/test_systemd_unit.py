"""The unit file: systemd accepts it in silence, and it is locked down."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "sheetd.service"
WORST_EXPOSURE = 15  # tenths of systemd's score

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not installed (Debian: apt install systemd)",
)


class _Repeating(dict[str, str]):
    """Joins the values of a key that stands several times, as systemd does."""

    def __setitem__(self, key: str, value: str) -> None:
        if isinstance(value, list) and key in self:
            value = [*self[key], *value]
        super().__setitem__(key, value)


def _service_keys() -> dict[str, str]:
    unit = RawConfigParser(strict=False, dict_type=_Repeating, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    return dict(unit["Service"])


def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def _installed(tmp_path: Path, extra: str = "") -> Path:
    """A copy whose command exists: verify complains of a missing one."""
    text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8"))
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace("[Service]\n", f"[Service]\n{extra}"), encoding="utf-8")
    return copy


@needs_systemd
def test_systemd_accepts_the_unit_in_silence(tmp_path: Path) -> None:
    verdict = _analyze("verify", str(_installed(tmp_path)))

    assert (verdict.returncode, verdict.stderr) == (0, "")


@needs_systemd
def test_the_check_notices_a_misspelt_key(tmp_path: Path) -> None:
    verdict = _analyze("verify", str(_installed(tmp_path, "DynamicUsr=yes\n")))

    assert "DynamicUsr" in verdict.stderr


@needs_systemd
def test_the_service_is_locked_down(tmp_path: Path) -> None:
    options = ("--offline=yes", f"--threshold={WORST_EXPOSURE}")

    verdict = _analyze("security", *options, str(_installed(tmp_path)))

    assert verdict.returncode == 0, verdict.stdout


def test_the_service_gets_its_key_from_systemd_and_writes_only_its_state() -> None:
    keys = _service_keys()

    assert keys["Type"] == "notify"
    assert keys["DynamicUser"] == "yes"
    assert keys["StateDirectory"] == "sheetd"
    assert keys["LoadCredential"] == "service-account.json:/etc/sheetd/service-account.json"
    assert "ReadWritePaths" not in keys


def test_the_command_is_one_that_sheetd_has() -> None:
    program, *arguments = _service_keys()["ExecStart"].split()

    assert Path(program) == Path("/opt/sheetd/bin/sheetd")  # as the file's head installs it
    assert f"python3 -m venv {Path(program).parents[1]}" in UNIT.read_text(encoding="utf-8")
    sheetd = shutil.which("sheetd", path=".venv/bin") or shutil.which("sheetd")
    assert sheetd is not None
    assert arguments == ["run", "--config", "/etc/sheetd/config.toml"]
    shown = subprocess.run(
        [sheetd, arguments[0], "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    assert arguments[1] in shown.stdout

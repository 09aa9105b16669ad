"""sheetd as processes of its own: the daemon with its signals, and the sandbox alone."""

from __future__ import annotations

import signal
from pathlib import Path

import gspread
import requests

from tests.support.loop import Loop
from tests.support.processes import PATIENCE_S, Systemd, started, wait_until


def test_the_daemon_from_start_to_stop(hunt: Loop, systemd: Systemd, tmp_path: Path) -> None:
    config, log = hunt.config, tmp_path / "log"
    config.write_text(config.read_text() + '\n[schedule]\nevery = "1s"\n')
    right = config.read_text()
    with started("run", log=log, NOTIFY_SOCKET=systemd.address) as daemon:
        systemd.hear("READY=1")
        hunt.user.type_rows(4, 0, [["Late", "Role", "typed while it runs"]])
        wait_until(lambda: hunt.rows()[-1].get("Words") == 4)
        hunt.assert_right()

        config.write_text(right.replace("Words", "Length"))
        daemon.send_signal(signal.SIGHUP)
        systemd.hear("RELOADING=1")
        systemd.hear("READY=1")
        wait_until(lambda: hunt.rows()[0].get("Length") == 3)

        config.write_text(right + "\nnonsense = 1\n")
        daemon.send_signal(signal.SIGHUP)
        wait_until(lambda: "the old configuration stays" in log.read_text())
        hunt.user.type(1, 2, "still at work")
        wait_until(lambda: hunt.rows()[0].get("Shout") == "STILL AT WORK")

        daemon.send_signal(signal.SIGTERM)
        systemd.hear("STOPPING=1")
        assert daemon.wait(PATIENCE_S) == 0
    assert any(message.startswith("STATUS=jobs: ") for message in systemd.heard)


def test_ctrl_c_ends_the_daemon_as_it_ends_other_commands(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    with started("run", log=tmp_path / "log", NOTIFY_SOCKET=systemd.address) as daemon:
        systemd.hear("READY=1")
        daemon.send_signal(signal.SIGINT)
        systemd.hear("STOPPING=1")
        assert daemon.wait(PATIENCE_S) == 130
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_daemon_with_a_wrong_configuration_does_not_start(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    hunt.config.write_text(hunt.config.read_text().replace("word_count", "word_cuont"))
    with started("run", log=tmp_path / "log", NOTIFY_SOCKET=systemd.address) as daemon:
        assert daemon.wait(PATIENCE_S) == 2
    assert "word_cuont" in (tmp_path / "log").read_text()


def test_a_killed_daemon_holds_no_lock_and_its_work_is_not_lost(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    hunt.config.write_text(hunt.config.read_text() + '\n[schedule]\nevery = "1s"\n')
    with started("run", log=tmp_path / "log", NOTIFY_SOCKET=systemd.address) as daemon:
        wait_until(lambda: hunt.rows()[0].get("Words") == 3)
        hunt.user.type(1, 2, "changed just before the end")
        daemon.kill()
        daemon.wait(PATIENCE_S)
    hunt.settle()
    hunt.assert_right()


def test_the_sandbox_serves_gspread_and_keeps_its_data(tmp_path: Path) -> None:
    arguments = [
        "sandbox",
        "--data",
        str(tmp_path / "data.json"),
        "--key",
        str(tmp_path / "key.json"),
    ]
    with started(*arguments, log=tmp_path / "log") as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        client = _client(tmp_path / "key.json", url)
        spreadsheet = client.create("Kept")
        spreadsheet.sheet1.update([["Company", "Role"], ["Acme", "Dev"]], "A1")
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0
    with started(*arguments[:3], log=tmp_path / "log") as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        page = requests.get(url, timeout=5)
        assert page.status_code == 200
        control = {"X-Sandbox-Control": "1"}
        listed = requests.get(f"{url}/_sandbox/spreadsheets", headers=control, timeout=5).json()
        assert [one["title"] for one in listed["result"]] == ["Kept"]
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE_S) == 130


def _client(key: Path, url: str) -> gspread.Client:
    class Rooted(gspread.HTTPClient):
        def request(
            self, method: str, endpoint: str, *args: object, **kwargs: object
        ) -> requests.Response:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, url)
            return super().request(method, endpoint, *args, **kwargs)  # type: ignore[arg-type]

    return gspread.service_account(filename=str(key), http_client=Rooted)


def test_the_demo_serves_the_sheet_the_daemon_and_the_dashboard(tmp_path: Path) -> None:
    with started("demo", "--serve", log=tmp_path / "log") as demo:
        assert demo.stdout is not None
        said = {}
        for line in demo.stdout:
            what, _, address = line.partition(": ")
            said[what] = address.strip()
            if what == "Open the dashboard":
                break
        person = requests.Session()
        today = person.get(said["Open the dashboard"], timeout=PATIENCE_S)
        assert (today.status_code, "Quay Analytics" in today.text) == (200, True)
        assert requests.get(said["Edit the sheet"], timeout=PATIENCE_S).status_code == 200
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE_S) == 130
    assert "Traceback" not in (tmp_path / "log").read_text()

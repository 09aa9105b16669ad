"""The samples for reverse proxies: nginx before a dashboard, with TLS; Caddy's by its own check."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.certificates import Authority
from tests.support.loop import running_loop
from tests.support.processes import started, wait_until

CONFIG = Path(__file__).parents[2] / "config"
HOST = "sheetd.example.com"
PROGRAMS = f"{os.environ.get('PATH', '')}:/usr/sbin"


@dataclass
class Proxied:
    """A dashboard behind nginx.

    Attributes:
        client: speaks to nginx.
        login: the path to sign in at.
        log: what nginx logs.
    """

    client: httpx.Client
    login: str
    log: Path


def program(name: str) -> str:
    found = shutil.which(name, path=PROGRAMS)
    if found is None:
        if os.environ.get("SHEETD_TEST_NGINX") == "required" and name == "nginx":
            pytest.fail("nginx is not here, though it has to be")
        pytest.skip(f"{name} is not here; on Debian: apt install {name}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nginx_configuration(folder: Path, port: int, upstream: str) -> str:
    """The sample in a whole configuration, its places put into a folder."""
    text = (CONFIG / "nginx-sheetd.conf").read_text(encoding="utf-8")
    for there, here in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "/etc/ssl/sheetd/fullchain.pem": str(folder / f"{HOST}.pem"),
        "/etc/ssl/sheetd/key.pem": str(folder / f"{HOST}.pem"),
        "/var/log/nginx/sheetd.log": str(folder / "access.log"),
        "http://127.0.0.1:8787": upstream,
    }.items():
        assert there in text
        text = text.replace(there, here)
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    return (
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f"events {{}} http {{ {temporary}\n{text}\n}}\n"
    )


@contextmanager
def running_nginx(folder: Path, port: int, upstream: str) -> Iterator[None]:
    nginx, file = program("nginx"), folder / "nginx.conf"
    file.write_text(nginx_configuration(folder, port, upstream), encoding="utf-8")
    command = [nginx, "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(file)]
    with subprocess.Popen(command) as process:
        try:
            wait_until(lambda: (folder / "nginx.pid").exists() and can_connect(port))
            yield
        finally:
            process.terminate()


def can_connect(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    program("nginx")
    authority = Authority(tmp_path)
    authority.server(HOST)
    with running_loop(tmp_path) as loop:
        loop.cycle()
        text = loop.config.read_text(encoding="utf-8")
        loop.config.write_text(f"{text}\n[dashboard]\nbehind_proxy = true\n", encoding="utf-8")
        config = ("--config", str(loop.config))
        log = tmp_path / "dashboard.log"
        with started("dashboard", "--port", "0", *config, log=log) as dashboard:
            assert dashboard.stdout is not None
            upstream, _, code = dashboard.stdout.readline().strip().partition("/login")
            port = free_port()
            trusted = ssl.create_default_context(cafile=str(authority.path))
            trusted.check_hostname = False
            with (
                running_nginx(tmp_path, port, upstream),
                httpx.Client(
                    base_url=f"https://127.0.0.1:{port}", verify=trusted, trust_env=False,
                    headers={"Host": HOST},
                ) as client,
            ):  # fmt: skip
                yield Proxied(client, f"/login{code}", tmp_path / "access.log")
            dashboard.terminate()


def test_one_signs_in_works_and_listens_through_nginx(proxied: Proxied) -> None:
    client, code = proxied.client, proxied.login.partition("code=")[2]

    signed_in = client.get(proxied.login)
    assert signed_in.status_code == 303
    assert "secure" in signed_in.headers["set-cookie"].lower()
    assert signed_in.headers["strict-transport-security"]
    client.headers["Cookie"] = signed_in.headers["set-cookie"].partition(";")[0]
    page = client.get("/")
    assert page.status_code == 200
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/rows").text + page.text)
    assert csrf is not None

    own = {"Origin": f"https://{HOST}", "X-CSRF-Token": csrf[1]}
    assert client.post("/api/v1/sync", headers=own).status_code == 202
    foreign = own | {"Origin": "https://elsewhere.example"}
    assert client.post("/api/v1/sync", headers=foreign).status_code == 403
    assert client.post("/api/v1/rows", content=b"x" * 1_100_000, headers=own).status_code == 413

    with client.stream("GET", "/api/v1/events") as stream:
        assert next(stream.iter_lines()).startswith("retry:"), "before the stream ends"

    logged = proxied.log.read_text(encoding="utf-8")
    assert '"GET /login" 303' in logged
    assert code not in logged


def test_an_error_of_nginx_at_the_login_is_not_logged_with_its_code(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server(HOST)
    port, dead = free_port(), free_port()
    trusted = ssl.create_default_context(cafile=str(authority.path))
    trusted.check_hostname = False
    with running_nginx(tmp_path, port, f"http://127.0.0.1:{dead}"):
        base = f"https://127.0.0.1:{port}"
        with httpx.Client(base_url=base, verify=trusted, trust_env=False) as client:
            assert client.get("/login?code=secret").status_code == 502
            assert client.get("/rows").status_code == 502

    logs = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    assert "/rows" in logs
    assert "secret" not in logs


def test_caddy_accepts_its_sample(tmp_path: Path) -> None:
    caddy = program("caddy")
    command = [caddy, "adapt", "--config", str(CONFIG / "Caddyfile"), "--adapter", "caddyfile"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "REDACTED" in json.dumps(json.loads(ended.stdout))

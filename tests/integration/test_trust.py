"""A company's own certificate authority: for Google's line and for tools alike."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from sync_daemon.domain.jobs import JsonValue
from sync_daemon.errors import ConfigError, GoogleUnavailableError
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport
from sync_daemon.tls import VARIABLES, make_context
from sync_daemon.tooling import CertificateError, TransientToolError
from tests.support.certificates import Authority
from tests.support.fake_clock import StoppedClock
from tests.support.fetching_world import Mode, World, always, answer, get, running
from tests.support.line import Line
from tools.notify.schemas import Condition, NotifyOptions
from tools.notify.sending import receivers

LLM: dict[str, JsonValue] = {
    "endpoint": "https://site.example/v1",
    "model": "m",
    "prompt": "What?",
}
ANSWER = {"values": [["Acme"]], "access_token": "token", "expires_in": 3600}
MODES: list[Mode] = ["sync", "async"]
ONE_FILE = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that neither the system nor the environment knows yet."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    return Authority(tmp_path)


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


@contextmanager
def google(tls: ssl.SSLContext) -> Iterator[str]:
    """A Google on this machine, behind TLS; yields its root."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(ANSWER).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that does not believe us goes away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()


def ask(line: Line, root: str) -> None:
    """Get a token and read a sheet, both over TLS."""
    content = json.loads(line.key.read_text(encoding="utf-8"))
    line.key.write_text(json.dumps({**content, "token_uri": f"{root}/token"}), encoding="utf-8")
    transport: SheetsTransport = line.open(api_root=root)
    with closing(transport):
        read = transport.json("GET", line.path, idempotency=Idempotency.SAFE, kind=RequestKind.READ)
    assert read["values"] == [["Acme"]]


@pytest.mark.parametrize("variable", ONE_FILE)
def test_google_is_believed_by_an_authority_that_the_environment_names(
    line: Line, authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(authority.path))
    with google(authority.server("localhost")) as root:
        ask(line, root)


def test_a_certificate_of_nobody_known_is_refused_and_the_variables_are_named(
    line: Line, authority: Authority
) -> None:
    with (
        google(authority.server("localhost")) as root,
        pytest.raises(GoogleUnavailableError, match="certificate is not accepted") as caught,
    ):
        ask(line, root)
    assert all(name in caught.value.hint for name in VARIABLES[:3])
    assert line.clock.sleeps == []


def test_the_name_is_checked_whoever_vouches_for_it(
    line: Line, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with (
        google(authority.server("sheets.example")) as root,
        pytest.raises(GoogleUnavailableError, match="certificate is not accepted"),
    ):
        ask(line, root)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("variable", ONE_FILE)
def test_a_tool_believes_it_too(
    world: World, authority: Authority, monkeypatch: pytest.MonkeyPatch, mode: Mode, variable: str
) -> None:
    world.serve(always(answer(b"ours")), tls=authority.server("site.example"))
    monkeypatch.setenv(variable, str(authority.path))
    assert get(world.http(), "https://site.example/", mode).text == "ours"


@pytest.mark.parametrize("mode", MODES)
def test_a_tool_that_does_not_believe_it_names_the_variable(
    world: World, authority: Authority, mode: Mode
) -> None:
    world.serve(always(answer(b"ours")), tls=authority.server("site.example"))
    with pytest.raises(httpx.ConnectError, match=r"^site\.example has no valid certif") as caught:
        get(world.http(), "https://site.example/", mode)
    assert isinstance(caught.value, CertificateError)
    assert str(caught.value).endswith("; SSL_CERT_FILE can name its authority)")


@pytest.mark.parametrize(
    ("tool", "inputs", "options"),
    [
        ("posting_fetcher", {"link": "https://site.example/job/1"}, {}),
        ("link_check", {"link": "https://site.example/job/1"}, {}),
        ("company_research", {"company": "Site", "site": "https://site.example/"}, {}),
        ("llm_assistant", {"text": "Bake"}, LLM),
    ],
)
def test_what_a_tool_says_of_it_names_the_variable(
    world: World,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    tool: str,
    inputs: dict[str, str],
    options: dict[str, JsonValue],
) -> None:
    world.serve(always(answer(b"ours")), tls=authority.server("site.example"))
    monkeypatch.setattr(
        "sync_daemon.processing.run_tool.GuardedHttp", lambda *_, **__: world.http()
    )
    outcome = run_tool(
        load_registry(installed=()), tool, dict(inputs), options, clock=StoppedClock()
    )
    said = f"{outcome.error} {outcome.values}"
    assert "site.example has no valid certificate" in said
    assert "SSL_CERT_FILE" in said


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl names the files of a folder")
def test_a_folder_of_certificates_is_believed(
    line: Line, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(authority.path)]
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    folder = tmp_path / "certificates"
    folder.mkdir()
    shutil.copy(authority.path, folder / f"{name}.0")
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    with google(authority.server("localhost")) as root:
        ask(line, root)


@pytest.mark.parametrize("variable", ONE_FILE)
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_what_cannot_be_read_is_named(tmp_path: Path, variable: str, content: str | None) -> None:
    path = tmp_path / "broken.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=variable) as caught:
        make_context({variable: str(path)})
    assert str(path) in caught.value.message


def test_where_openssl_finds_nothing_there_are_certificates_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = ssl.DefaultVerifyPaths(None, None, "", "", "", "")  # type: ignore[arg-type]
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", lambda _: None)
    assert len(make_context({}).get_ca_certs()) > 50
    monkeypatch.setattr("os.path.isfile", lambda _: False)
    assert len(make_context({}).get_ca_certs()) > 50


def test_a_service_that_is_told_of_a_row_is_believed_too(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with google(authority.server("localhost")) as root:
        urls = (SecretStr(root.replace("https:", "jsons:")),)
        condition = Condition(score_at_least=1)
        (receiver,) = receivers(NotifyOptions(urls=urls, when=(condition,)))
        with pytest.raises(TransientToolError):
            receiver.send("Subject", "body")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
        (receiver,) = receivers(NotifyOptions(urls=urls, when=(condition,)))
        receiver.send("Subject", "body")

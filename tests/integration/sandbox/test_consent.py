"""Permission given in the browser: the sandbox's pages, and our end of it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sync_daemon.errors import ConfigError, CredentialsError, GoogleUnavailableError
from sync_daemon.onboarding.permission import obtain_permission
from sync_daemon.sandbox import SandboxServer
from sync_daemon.sandbox.answers import HTML, Answer
from sync_daemon.sandbox.service import SandboxService
from sync_daemon.sheets.consent import ConsentRequest, OAuthClient, read_client, redeem
from sync_daemon.sheets.loopback import LoopbackReceiver

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
BACK = "http://127.0.0.1:9"


@pytest.fixture
def client(server: SandboxServer, tmp_path: Path) -> OAuthClient:
    return read_client(server.installed_application(tmp_path / "client.json"))


def press(address: str, **pressed: str) -> requests.Response:
    """Press a button of the page; returns the redirection."""
    form = {"answer": "allow", "email": "person@example.com", **pressed}
    return requests.post(address, data=form, timeout=10, allow_redirects=False)


def query_of(response: requests.Response) -> dict[str, str]:
    parts = urlsplit(response.headers["Location"])
    return {key: values[0] for key, values in parse_qs(parts.query).items()}


@pytest.fixture
def asked(client: OAuthClient) -> ConsentRequest:
    return ConsentRequest(client, BACK, SCOPES, "some state")


def test_the_page_says_who_asks_and_what_for(asked: ConsentRequest) -> None:
    page = requests.get(asked.address, timeout=10)
    assert page.status_code == 200
    assert SCOPES[0] in page.text
    assert asked.client.client_id in page.text


def test_a_code_becomes_a_token_that_works(server: SandboxServer, asked: ConsentRequest) -> None:
    back = query_of(press(asked.address))
    assert back["state"] == "some state"
    permission = redeem(asked, back["code"])
    form = {"grant_type": "refresh_token", **permission}
    answer = requests.post(f"{server.url}/token", data=form, timeout=10).json()
    book = server.add_spreadsheet(share="person@example.com")
    opened = requests.get(
        f"{server.url}/v4/spreadsheets/{book}",
        headers={"Authorization": f"Bearer {answer['access_token']}"},
        timeout=10,
    )
    assert opened.status_code == 200


def test_a_code_is_worth_something_once(asked: ConsentRequest) -> None:
    code = query_of(press(asked.address))["code"]
    redeem(asked, code)
    with pytest.raises(CredentialsError, match="Malformed auth code"):
        redeem(asked, code)


def test_a_code_is_worth_nothing_after_ten_minutes(
    server: SandboxServer, asked: ConsentRequest
) -> None:
    code = query_of(press(asked.address))["code"]
    server.service.advance(601)
    with pytest.raises(CredentialsError, match="Malformed auth code"):
        redeem(asked, code)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda asked: replace(asked, verifier="w" * 43), "Invalid code verifier"),
        (lambda asked: replace(asked, redirect_uri="http://127.0.0.1:8"), "Bad Request"),
        (
            lambda asked: replace(asked, client=replace(asked.client, client_secret="guessed")),
            "client secret is invalid",
        ),
        (
            lambda asked: replace(asked, client=replace(asked.client, client_id="nobody")),
            "client was not found",
        ),
    ],
    ids=["verifier", "address", "secret", "client"],
)
def test_who_does_not_own_the_code_cannot_use_it(
    asked: ConsentRequest, spoil: Callable[[ConsentRequest], ConsentRequest], said: str
) -> None:
    code = query_of(press(asked.address))["code"]
    with pytest.raises(CredentialsError, match=said):
        redeem(spoil(asked), code)


def test_an_unticked_box_is_noticed(asked: ConsentRequest) -> None:
    code = query_of(press(asked.address, scope="openid"))["code"]
    with pytest.raises(CredentialsError, match="Not everything was allowed"):
        redeem(asked, code)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"redirect_uri": "https://evil.example"}, "redirect_uri_mismatch"),
        ({"redirect_uri": f"{BACK}/\r\nSet-Cookie: a=b"}, "redirect_uri_mismatch"),
        ({"redirect_uri": f"{BACK}/\nX: y"}, "redirect_uri_mismatch"),
        ({"redirect_uri": f"{BACK}/\u2028"}, "redirect_uri_mismatch"),
        ({"redirect_uri": f"{BACK}/#part"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1@evil.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://evil@127.0.0.1/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://[::1"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1:99999/"}, "redirect_uri_mismatch"),
        ({"client": OAuthClient("nobody", "x")}, "invalid_client"),
        ({"scopes": ()}, "invalid_request"),
    ],
)
def test_the_page_refuses_a_wrong_question(
    asked: ConsentRequest, changes: dict[str, object], said: str
) -> None:
    wrong = replace(asked, **changes)  # type: ignore[arg-type]
    wrong = replace(wrong, client=replace(wrong.client, auth_uri=asked.client.auth_uri))
    page = requests.get(wrong.address, timeout=10)
    assert page.status_code == 400
    assert said in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8080"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_another_page_cannot_press_the_button(
    asked: ConsentRequest, headers: dict[str, str]
) -> None:
    for method in ("GET", "POST"):
        answer = requests.request(
            method, asked.address, headers=headers, data={"answer": "allow"}, timeout=10,
            allow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 403
        assert "Location" not in answer.headers


def test_the_page_is_shown_in_no_frame_and_runs_nothing(asked: ConsentRequest) -> None:
    policy = requests.get(asked.address, timeout=10).headers["Content-Security-Policy"]
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))


def test_a_token_endpoint_out_of_reach_is_said_to_be_so(asked: ConsentRequest) -> None:
    lost = replace(asked, client=replace(asked.client, token_uri="http://127.0.0.1:9/token"))
    with pytest.raises(GoogleUnavailableError, match="cannot be reached"):
        redeem(lost, "code")


def test_the_whole_way_through_the_browser(client: OAuthClient) -> None:
    with ThreadPoolExecutor(1) as browser:
        pages: list[str] = []

        def show(address: str, _port: int) -> None:
            pages.append(address)
            browser.submit(lambda: requests.get(press(address).headers["Location"], timeout=10))

        permission = obtain_permission(client, SCOPES, show)
    assert permission["refresh_token"].startswith("1//")
    assert permission["scopes"] == list(SCOPES)


def test_no_header_of_an_answer_holds_a_line_break(
    server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever part of the sandbox takes it from a request."""
    answer = Answer(200, b"", HTML, {"X-Told": "a\r\nSet-Cookie: b=c"})
    monkeypatch.setattr(SandboxService, "_consent", lambda *_: answer)
    got = requests.get(f"{server.url}/o/oauth2/auth", timeout=10)
    assert got.headers["X-Told"] == "aSet-Cookie: b=c"
    assert "Set-Cookie" not in got.headers


class TestLoopback:
    def test_an_answer_to_another_question_is_not_taken(self) -> None:
        with LoopbackReceiver() as receiver:
            stranger = requests.get(
                receiver.redirect_uri, params={"code": "c", "state": "guessed"}, timeout=10
            )
            assert stranger.status_code == 404
            with pytest.raises(CredentialsError, match="Nobody allowed it"):
                receiver.wait(timeout_s=0.1)

    def test_a_connection_that_says_nothing_holds_nobody_up(self) -> None:
        with (
            LoopbackReceiver() as receiver,
            socket.create_connection(("127.0.0.1", receiver.port)),
        ):
            told = {"code": "the code", "state": receiver.state}
            requests.get(f"{receiver.redirect_uri}/", params=told, timeout=10)
            assert receiver.wait(timeout_s=10) == "the code"

    def test_a_refusal_is_told(self) -> None:
        with LoopbackReceiver() as receiver:
            told = {"error": "access_denied", "state": receiver.state}
            assert "not allowed" in requests.get(receiver.redirect_uri, told, timeout=10).text
            with pytest.raises(CredentialsError, match="access_denied"):
                receiver.wait(timeout_s=10)

    def test_a_port_that_is_taken_is_said_to_be(self) -> None:
        with LoopbackReceiver() as receiver, pytest.raises(ConfigError, match="cannot be used"):
            LoopbackReceiver(receiver.port)

"""Who gets in: the token endpoint, scopes, sharing and quotas, over HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google.auth.exceptions
import pytest
import requests
from google.auth import crypt, jwt
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from tests.support.sandbox import SCOPES, session

NOW = 1_750_000_000.0
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
STRANGER = "stranger@sandbox-project.iam.gserviceaccount.com"


@dataclass
class Times:
    """The sandbox's two clocks, in seconds."""

    wall: float = NOW
    monotonic: float = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def timed(times: Times) -> Iterator[SandboxServer]:
    """A sandbox with Google's quotas, whose clocks stand still until a test moves them."""
    with SandboxServer(now=lambda: times.wall, monotonic=lambda: times.monotonic) as running:
        yield running


@pytest.fixture
def key(timed: SandboxServer, tmp_path: Path) -> dict[str, str]:
    text = timed.service_account(tmp_path / "key.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def claims(server: SandboxServer, **changes: Any) -> dict[str, Any]:
    return {
        "iss": DEFAULT_ACCOUNT,
        "aud": f"{server.url}/token",
        "scope": " ".join(SCOPES),
        "iat": int(NOW),
        "exp": int(NOW) + 3600,
        **changes,
    }


def grant(server: SandboxServer, key: dict[str, str], said: dict[str, Any]) -> requests.Response:
    sign: Callable[[dict[str, str]], Any] = crypt.RSASigner.from_service_account_info
    encode: Callable[[Any, dict[str, Any]], bytes] = jwt.encode
    return ask(server, {"grant_type": GRANT, "assertion": encode(sign(key), said).decode()})


def ask(server: SandboxServer, form: dict[str, str]) -> requests.Response:
    return requests.post(f"{server.url}/token", data=form, timeout=5)


def bearer(server: SandboxServer, *scopes: str, email: str = DEFAULT_ACCOUNT) -> dict[str, str]:
    issued = server.service.accounts.issue(email, " ".join(scopes or SCOPES))
    return {"Authorization": f"Bearer {issued['access_token']}"}


class TestTokenEndpoint:
    def test_google_auth_gets_a_token_that_opens_the_sheet(
        self, server: SandboxServer, tmp_path: Path
    ) -> None:
        book = server.add_spreadsheet("Book", [["a"]])
        answer = session(server, tmp_path).get(f"{server.url}/v4/spreadsheets/{book}/values/A1")
        assert answer.json()["values"] == [["a"]]

    def test_a_grant_answers_as_google_does(
        self, timed: SandboxServer, key: dict[str, str]
    ) -> None:
        for audience in (f"{timed.url}/token", "https://oauth2.googleapis.com/token"):
            answer = grant(timed, key, claims(timed, aud=audience))
            assert answer.status_code == 200
            assert set(answer.json()) == {"access_token", "expires_in", "token_type"}
            assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3599)

    @pytest.mark.parametrize(
        ("changes", "error", "description"),
        [
            ({"iss": STRANGER}, "invalid_grant", "account not found"),
            ({"aud": "https://example.com/token"}, "invalid_grant", "audience"),
            ({"iat": int(NOW) - 9000, "exp": int(NOW) - 5400}, "invalid_grant", "short-lived"),
            ({"iat": int(NOW) + 900, "exp": int(NOW) + 4500}, "invalid_grant", "short-lived"),
            ({"exp": int(NOW) + 7200}, "invalid_grant", "short-lived"),
            ({"exp": "soon"}, "invalid_grant", "integers"),
            ({"scope": ""}, "invalid_scope", "scope"),
        ],
    )
    def test_claims_that_do_not_hold(
        self,
        timed: SandboxServer,
        key: dict[str, str],
        changes: dict[str, Any],
        error: str,
        description: str,
    ) -> None:
        answer = grant(timed, key, claims(timed, **changes))
        assert answer.status_code == 400
        assert answer.json()["error"] == error
        assert description in answer.json()["error_description"]

    def test_another_key_s_signature(
        self, timed: SandboxServer, key: dict[str, str], tmp_path: Path
    ) -> None:
        other = timed.service_account(tmp_path / "other.json", STRANGER)
        forged = json.loads(other.read_text(encoding="utf-8"))
        answer = grant(timed, forged, claims(timed))
        assert answer.status_code == 400
        assert answer.json() == {
            "error": "invalid_grant",
            "error_description": "Invalid JWT Signature.",
        }

    def test_an_unsigned_assertion(self, timed: SandboxServer, key: dict[str, str]) -> None:
        parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims(timed))]
        assertion = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        answer = ask(timed, {"grant_type": GRANT, "assertion": assertion.decode() + "."})
        assert answer.json()["error_description"] == "Invalid JWT Signature."

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({}, "invalid_request"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": GRANT, "assertion": "no jwt"}, "invalid_grant"),
        ],
    )
    def test_what_is_no_grant(self, timed: SandboxServer, form: dict[str, str], error: str) -> None:
        answer = ask(timed, form)
        assert (answer.status_code, answer.json()["error"]) == (400, error)

    def test_google_auth_reports_a_deleted_account(
        self, server: SandboxServer, tmp_path: Path
    ) -> None:
        path = server.service_account(tmp_path / "key.json")
        server.service.accounts.public_keys.clear()
        make: Callable[..., Credentials] = Credentials.from_service_account_file
        refresh: Callable[[Request], None] = make(str(path), scopes=SCOPES).refresh
        with pytest.raises(google.auth.exceptions.RefreshError, match="account not found"):
            refresh(Request())

    def test_the_key_file_is_its_owner_s_alone(self, server: SandboxServer, tmp_path: Path) -> None:
        assert server.service_account(tmp_path / "key.json").stat().st_mode & 0o777 == 0o600


class TestTokens:
    def test_a_token_ends_after_an_hour(self, timed: SandboxServer, times: Times) -> None:
        address = f"{timed.url}/v4/spreadsheets/{timed.add_spreadsheet()}"
        headers = bearer(timed)
        times.wall += 3598
        assert requests.get(address, headers=headers, timeout=5).status_code == 200
        times.wall += 1
        answer = requests.get(address, headers=headers, timeout=5)
        assert answer.status_code == 401
        assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
        assert "invalid_token" in answer.headers["WWW-Authenticate"]

    def test_no_token_at_all(self, server: SandboxServer) -> None:
        answer = requests.get(f"{server.url}/v4/spreadsheets/x", timeout=5)
        assert answer.status_code == 401

    def test_a_token_to_read_does_not_write(self, server: SandboxServer) -> None:
        address = f"{server.url}/v4/spreadsheets/{server.add_spreadsheet()}"
        headers = bearer(server, "https://www.googleapis.com/auth/spreadsheets.readonly")
        assert requests.get(address, headers=headers, timeout=5).status_code == 200
        answer = requests.post(f"{address}/values/A1:clear", headers=headers, timeout=5)
        assert answer.status_code == 403
        [detail] = answer.json()["error"]["details"]
        assert detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


class TestSharing:
    def test_each_role_may_do_its_own(self, server: SandboxServer) -> None:
        book = server.add_spreadsheet("Book", share=None)
        address = f"{server.url}/v4/spreadsheets/{book}"
        headers = bearer(server)
        seen = {}
        for role in ("", "reader", "commenter", "writer", "owner"):
            if role:
                server.service.sharing.share(book, DEFAULT_ACCOUNT, role)
            read = requests.get(f"{address}/values/A1", headers=headers, timeout=5)
            write = requests.put(
                f"{address}/values/A1?valueInputOption=RAW",
                headers=headers,
                json={"values": [[role]]},
                timeout=5,
            )
            seen[role] = (read.status_code, write.status_code)
        assert seen == {
            "": (403, 403),
            "reader": (200, 403),
            "commenter": (200, 403),
            "writer": (200, 200),
            "owner": (200, 200),
        }

    @pytest.mark.parametrize(
        ("role", "status"), [("reader", 403), (None, 403), ("writer", 200), ("owner", 200)]
    )
    def test_a_tab_is_copied_only_to_where_the_caller_may_write(
        self, server: SandboxServer, role: str | None, status: int
    ) -> None:
        source = server.add_spreadsheet("Own")
        target = server.add_spreadsheet("Other", share=None)
        if role is not None:
            server.service.sharing.share(target, DEFAULT_ACCOUNT, role)
        address = f"{server.url}/v4/spreadsheets/{source}/sheets/0:copyTo"
        answer = requests.post(
            address,
            headers=bearer(server),
            json={"destination_spreadsheet_id": target},
            timeout=5,
        )
        assert answer.status_code == status
        assert len(server.workspace.get(target).sheets) == (2 if status == 200 else 1)

    def test_a_slash_opens_no_other_door(self, server: SandboxServer) -> None:
        private = server.add_spreadsheet("Private", share=None)
        address = f"{server.url}/v4/spreadsheets/{private}/"
        assert requests.get(address, headers=bearer(server), timeout=5).status_code == 403

    def test_an_id_that_is_none(self, server: SandboxServer) -> None:
        address = f"{server.url}/v4/spreadsheets/unknown"
        answer = requests.get(address, headers=bearer(server), timeout=5)
        assert answer.status_code == 404
        assert answer.json()["error"]["status"] == "NOT_FOUND"

    def test_an_api_that_is_not_enabled(self, server: SandboxServer) -> None:
        server.service.sharing.api_disabled = True
        address = f"{server.url}/v4/spreadsheets/{server.add_spreadsheet()}"
        answer = requests.get(address, headers=bearer(server), timeout=5)
        assert answer.status_code == 403
        reasons = [detail.get("reason") for detail in answer.json()["error"]["details"]]
        assert "SERVICE_DISABLED" in reasons
        assert "console.developers.google.com" in answer.json()["error"]["message"]


class TestQuotas:
    def test_the_sixty_first_reading_of_a_minute(self, timed: SandboxServer, times: Times) -> None:
        address = f"{timed.url}/v4/spreadsheets/{timed.add_spreadsheet()}"
        headers = bearer(timed)

        def read(who: dict[str, str] = headers) -> requests.Response:
            return requests.get(f"{address}/values/A1", headers=who, timeout=5)

        for _ in range(60):
            assert read().status_code == 200
            times.monotonic += 0.5
        refused = read()
        assert refused.status_code == 429
        error = refused.json()["error"]
        assert error["status"] == "RESOURCE_EXHAUSTED"
        assert error["message"].startswith(
            "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute"
            " per user' of service 'sheets.googleapis.com'"
        )
        info, link = error["details"]
        assert info["reason"] == "RATE_LIMIT_EXCEEDED"
        assert info["metadata"]["quota_limit_value"] == "60"
        assert link["@type"].endswith("google.rpc.Help")
        # writes have a quota of their own, and so has another user
        clear = requests.post(f"{address}/values/A1:clear", headers=headers, timeout=5)
        assert clear.status_code == 200
        assert read(bearer(timed, email=STRANGER)).status_code == 403
        times.monotonic = 60.0  # the first reading is a minute old, the second is not
        assert [read().status_code, read().status_code] == [200, 429]

    def test_the_project_has_a_quota_too(self, timed: SandboxServer) -> None:
        timed.service.quota.per_project = 2
        address = f"{timed.url}/v4/spreadsheets/{timed.add_spreadsheet()}"
        users = [f"user-{number}@example.com" for number in range(3)]
        statuses = [
            requests.get(address, headers=bearer(timed, email=user), timeout=5).status_code
            for user in users
        ]
        assert statuses == [403, 403, 429]


class TestApiKeys:
    """With a key and no token, anybody reads what is shared with anyone, and writes nothing."""

    @staticmethod
    def ask(server: SandboxServer, method: str, rest: str, key: str) -> requests.Response:
        address = f"{server.url}/v4/spreadsheets/{rest}"
        body = {"values": [["x"]]} if method == "PUT" else None
        query = {"key": key, **({"valueInputOption": "RAW"} if method == "PUT" else {})}
        return requests.request(method, address, params=query, json=body, timeout=5)

    @pytest.mark.parametrize(
        ("role", "method", "rest", "status", "words"),
        [
            ("reader", "GET", "/values/A1", 200, "a"),
            ("writer", "GET", "", 200, "Book"),
            ("", "GET", "", 403, "The caller does not have permission"),
            ("writer", "PUT", "/values/A1", 401, "API keys are not supported by this API"),
        ],
    )
    def test_a_key_reads_what_is_public(
        self, server: SandboxServer, role: str, method: str, rest: str, status: int, words: str
    ) -> None:
        book = server.add_spreadsheet("Book", rows=[["a"]])
        if role:
            server.service.sharing.share(book, "anyone", role)
        key = server.service.accounts.make_api_key()
        answer = self.ask(server, method, book + rest, key)
        assert (answer.status_code, words in answer.text) == (status, True)

    def test_a_key_that_nobody_was_given_is_not_valid(self, server: SandboxServer) -> None:
        book = server.add_spreadsheet()
        error = self.ask(server, "GET", book, "AIzaMadeUp").json()["error"]
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        assert error["details"][0]["reason"] == "API_KEY_INVALID"

    def test_drive_says_that_it_takes_none(self, server: SandboxServer) -> None:
        address = f"{server.url}/drive/v3/files"
        answer = requests.get(address, params={"key": "AIza"}, timeout=5)
        assert answer.status_code == 501
        assert "API keys for the Sheets API only" in answer.text

    def test_each_key_has_a_quota_of_its_own(self, timed: SandboxServer) -> None:
        book = timed.add_spreadsheet()
        timed.service.sharing.share(book, "anyone", "reader")
        first, second = (timed.service.accounts.make_api_key() for _ in range(2))
        codes = [self.ask(timed, "GET", book, first).status_code for _ in range(61)]
        assert codes == [200] * 60 + [429]
        assert self.ask(timed, "GET", book, second).status_code == 200

"""Secrets in every place where a user could put one: none comes out again.

A canary is planted in each place; every command then runs with the fullest log,
and what it printed, what stands in the sheet and what was exported is searched.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop, running_loop

CANARY = "c4naryB1rdOfTheTest"
Said = Callable[..., str]
TOOL = '''
from pydantic import SecretStr

from sync_daemon.tooling import (
    Tool, ToolContext, ToolError, ToolInputSchema, ToolOptions, ToolResultSchema,
)


class WordCountInputSchema(ToolInputSchema):
    text: str


class WordCountResult(ToolResultSchema):
    words: int
    shout: str


class WordCountOptions(ToolOptions):
    api_key: SecretStr = SecretStr("")


class WordCount(Tool[WordCountInputSchema, WordCountResult]):
    """Count the words of a text, and fail in each way there is."""

    name = "word_count"
    version = 1
    Options = WordCountOptions

    def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
        key = context.options.api_key.get_secret_value()
        context.log.debug("begins", options=context.options, api_key=key, header=f"Bearer {key}")
        if "raise" in entry.text:
            raise RuntimeError(f"refused: Authorization: Bearer {key}")
        if "tell" in entry.text:
            raise ToolError(f"the service refused api_key={key}", hint=f"look at ?token={key}")
        if "fetch" in entry.text:
            context.http.get(f"http://me:{key}@127.0.0.1:9/x?access_token={key}").raise_for_status()
        return WordCountResult(words=len(entry.text.split()), shout="ok")
'''
SECRET = "c4naryB1rdOfTheTestWhichSings"
TOKENS = {
    "github": f"ghp_{SECRET}",
    "github app": f"gho_{SECRET}",
    "github fine": f"github_pat_11ABCDEFG0{SECRET}",
    "gitlab": f"glpat-{SECRET}",
    "ntfy": "tk_q8s7d6f5g4h3j2k1l0z9x8c7v6b5",
    "tailscale": f"tskey-auth-{SECRET}",
    "openai": f"sk-{SECRET}",
    "openai project": f"sk-proj-{SECRET}",
    "google key": f"AIzaSy{SECRET}",
    "google client": f"GOCSPX-{SECRET}",
    "google access": f"ya29.a0{SECRET}",
    "slack": f"xoxb-1234-{SECRET}",
    "aws": "AKIA4CANARYB1RDTEST",
    "hugging face": f"hf_{SECRET}",
    "npm": f"npm_{SECRET}",
    "sendgrid": f"SG.{SECRET}.{SECRET}",
    "stripe": f"sk_live_{SECRET}",
    "jwt": f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}",
    "bearer": f"Bearer {SECRET}",
    "password": f"https://me:{SECRET}@example.com/x",
    "query": f"https://example.com/x?api_key={SECRET}",
    "pem": f"-----BEGIN PRIVATE KEY----- {SECRET} -----END PRIVATE KEY-----",
}
LEAKING_TOOL = '''
from sync_daemon.tooling import (
    Tool, ToolContext, ToolError, ToolInputSchema, ToolResultSchema, TransientToolError,
)


class WordCountInputSchema(ToolInputSchema):
    text: str


class WordCountResult(ToolResultSchema):
    words: int
    shout: str


class WordCount(Tool[WordCountInputSchema, WordCountResult]):
    """Fail with a token in each way there is."""

    name = "word_count"
    version = 1

    def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
        way, _, name = entry.text.partition(": ")
        text = f"refused {TOKENS[name]} of the user"
        context.log.warning(text, given=text)
        if way == "raise":
            raise RuntimeError(text)
        raise (ToolError if way == "tell" else TransientToolError)(text, hint=f"Not {text}.")
'''
ROWS = [
    ["Fine", "Role", "two words"],
    ["Raises", "Role", "raise an error"],
    ["Tells", "Role", "tell the user"],
    ["Fetches", "Role", "fetch a page"],
]


@pytest.fixture
def hunt(tmp_path: Path) -> Iterator[Loop]:
    """A hunt whose owner keeps a canary in the key, the options and the environment."""
    with running_loop(tmp_path, ROWS) as loop:
        (tmp_path / "my-tools" / "word_count" / "processor.py").write_text(TOOL)
        key = json.loads((tmp_path / "key.json").read_text())
        key |= {"private_key_id": CANARY, "client_secret": CANARY, "api_key": CANARY}
        (tmp_path / "key.json").write_text(json.dumps(key))
        with loop.config.open("a") as config:
            config.write(f'options = {{ api_key = "{CANARY}" }}\n')
        yield loop


@pytest.fixture
def said(hunt: Loop, sheetd: Sheetd, monkeypatch: pytest.MonkeyPatch) -> Said:
    """All that a command prints, with the fullest log."""
    monkeypatch.chdir(hunt.folder)
    monkeypatch.setenv("COLUMNS", "400")

    def run(*arguments: str, **environ: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            ran = sheetd(*arguments, "--log-level", "debug", "--config", str(hunt.config))
        return ran.out + ran.err

    return run


def run_daemon_for_a_while(hunt: Loop) -> str:
    """What the daemon says until its first cycle has ended."""
    command = [sys.executable, "-m", "sync_daemon", "run", "--log-level", "debug"]
    log = hunt.folder / "daemon.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--config", str(hunt.config)], cwd=hunt.folder, stderr=errors
        )
        ends = time.monotonic() + 30
        while "sheet done" not in log.read_text() and process.poll() is None:
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.1)
        process.terminate()
        process.wait(30)
    return log.read_text()


def key_parts(hunt: Loop) -> list[str]:
    """The canary in the forms it could take, and a line of the private key."""
    pem = json.loads((hunt.folder / "key.json").read_text())["private_key"]
    return [CANARY, quote(CANARY), CANARY[::-1], pem.splitlines()[5]]


def assert_silent(hunt: Loop, text: str, where: str) -> None:
    for secret in key_parts(hunt):
        assert secret not in text, f"{where} tells a secret"


COMMANDS = [
    ["sync", "now", "--json"],
    ["sync", "now", "--dry-run"],
    ["rerun", "--failed"],
    ["sync", "now"],
    ["status"],
    ["status", "--json"],
    ["rows"],
    ["rows", "--json"],
    ["rows", "--failed"],
    ["tools"],
    ["tools", "--json"],
    ["tools", "run", "word_count", "--input", "text=raise", "--option", f"api_key={CANARY}"],
    ["doctor"],
    ["doctor", "--json"],
    ["db", "check"],
    ["db", "export", "mirror.json"],
    ["db", "backup", "copy.db"],
    ["export", "rows.csv"],
    ["export", "rows.json", "--history"],
    ["export", "rows.xlsx", "--history", "--deleted"],
]


def test_no_command_tells_a_secret(hunt: Loop, said: Said) -> None:
    for command in COMMANDS:
        assert_silent(hunt, said(*command), " ".join(command))
    for row in hunt.rows():
        for command in (["show", row["sheetd id"]], ["history", row["sheetd id"], "--json"]):
            assert_silent(hunt, said(*command), " ".join(command))
    statuses = {row["Company"]: str(row["sheetd status"]) for row in hunt.rows()}
    assert statuses["Fine"].startswith("done")
    assert statuses["Raises"].startswith("Something unexpected went wrong")
    assert "refused" in statuses["Tells"], "what the tool says is still there"
    assert_silent(hunt, json.dumps(hunt.rows()), "the sheet")
    for name in ("mirror.json", "rows.csv", "rows.json", "rows.xlsx"):
        assert_silent(hunt, (hunt.folder / name).read_bytes().decode("latin-1"), name)
    for name in ("sheetd.db", "copy.db"):
        assert_silent(hunt, (hunt.folder / name).read_bytes().decode("latin-1"), name)


def test_tokens_of_a_dozen_services_in_a_tools_error_go_nowhere(
    tmp_path: Path, sheetd: Sheetd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in a ToolError, nor in an exception, nor in a line of a tool's log."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    kinds = ("tell", "raise", "try later")
    rows = [[f"Co {name}", kind, f"{kind}: {name}"] for name in TOKENS for kind in kinds]
    with running_loop(tmp_path, rows) as hunt:
        tool = f"{LEAKING_TOOL}\n\nTOKENS = {TOKENS!r}\n"
        (tmp_path / "my-tools" / "word_count" / "processor.py").write_text(tool)
        commands = [command for command in COMMANDS if command[0] != "tools"]
        commands += [["tools", "run", "word_count", "--input", "text=tell: npm"]]
        told = ""
        for command in commands:
            ran = sheetd(*command, "--log-level", "debug", "--config", str(hunt.config))
            told += ran.out + ran.err
        for row in hunt.rows()[:3]:
            told += sheetd("show", row["sheetd id"]).out
            told += sheetd("history", row["sheetd id"], "--json").out
        told += json.dumps(hunt.rows())
        assert all("refused" in row["sheetd status"] for row in hunt.rows())
        assert told.count("[redacted]") > 3 * len(TOKENS)
        left = [path for path in tmp_path.iterdir() if path.suffix in {".db", ".csv", ".json"}]
        assert {path.name for path in left} >= {"sheetd.db", "copy.db", "mirror.json", "rows.csv"}
        told += "".join(path.read_bytes().decode("latin-1") for path in left)
        found = [name for name, token in TOKENS.items() if token in told or token[9:] in told]
        assert found == []


def test_the_daemon_tells_no_secret(hunt: Loop) -> None:
    said = run_daemon_for_a_while(hunt)
    assert "word_count" in said
    assert_silent(hunt, said, "the daemon")


@pytest.mark.parametrize("form", ["json", "plain", "console"])
def test_no_form_of_the_log_tells_a_secret(hunt: Loop, form: str) -> None:
    command = [sys.executable, "-m", "sync_daemon", "run", "--log-format", form]
    with subprocess.Popen(
        [*command, "--log-level", "debug", "--config", str(hunt.config)],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = []
        for line in process.stderr or ():
            lines.append(line)
            if "sheet done" in line:
                process.terminate()
    assert_silent(hunt, "".join(lines), form)
    assert "begins" in "".join(lines)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SHEETD_DATABASE__URL", f"postgresql://me:{CANARY}@127.0.0.1:9/sheetd"),
        ("SHEETD_DATABASE__URL", f"nonsense://me:{CANARY}@h/db"),
        ("SHEETD_GOOGLE__API_ROOT", f"http://me:{CANARY}@example.com"),
        ("SHEETD_GOOGLE__CREDENTIALS", CANARY),
        ("SHEETD_SCHEDULE__EVERY", f"token={CANARY}"),
        ("HTTPS_PROXY", f"http://me:{CANARY}@127.0.0.1:9"),
    ],
)
def test_a_secret_in_the_environment_stays_there(
    hunt: Loop, said: Said, variable: str, value: str
) -> None:
    for command in (["sync", "now"], ["doctor"], ["status", "--json"]):
        assert_silent(hunt, said(*command, **{variable: value}), f"{variable}: {command}")


class Repeating(BaseHTTPRequestHandler):
    """A Google whose error messages repeat what it was sent."""

    def do_GET(self) -> None:
        sent = self.headers["Authorization"]
        message = f"The request with {sent} and ya29.{CANARY} is of no use"
        body = json.dumps({"error": {"code": 400, "message": message, "status": "INVALID"}})
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Nothing."""


def test_a_token_that_google_repeats_in_an_error_is_not_passed_on(hunt: Loop, said: Said) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Repeating) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_address[1]}"
        told = said("sync", "now", SHEETD_GOOGLE__API_ROOT=root)
        server.shutdown()
    assert "is of no use" in told
    assert_silent(hunt, told, "an error of Google's")


@pytest.mark.parametrize(
    "content",
    [
        f'{{"type": "service_account", "private_key": "{CANARY}"}}',
        f'{{"type": "{CANARY}", "private_key": 5}}',
        f"{{broken json with {CANARY}",
        f'["{CANARY}"]',
        f'{{"installed": {{"client_id": "x", "client_secret": "{CANARY}"}}}}',
    ],
)
@pytest.mark.parametrize("auth", ["service_account", "oauth"])
def test_a_broken_key_file_is_not_quoted(hunt: Loop, said: Said, content: str, auth: str) -> None:
    (hunt.folder / "key.json").write_text(content)
    told = said("sync", "now", SHEETD_GOOGLE__AUTH=auth)
    told += said("doctor", SHEETD_GOOGLE__AUTH=auth)
    told += said("init", "--force", "--credentials", "key.json", "--spreadsheet", "x" * 20)
    assert "key.json" in told
    assert CANARY not in told

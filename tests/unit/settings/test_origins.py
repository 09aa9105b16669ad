from __future__ import annotations

import pytest
from pydantic import ValidationError

from sync_daemon.fetching import GuardedHttp
from sync_daemon.settings import ToolsSettings


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http://localhost:11434", "http://localhost:11434"),
        (" HTTPS://Intranet.example/ ", "https://intranet.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_scheme_host_and_port(given: str, meant: str) -> None:
    settings = ToolsSettings.model_validate({"allow_origins": [given]})
    assert settings.allow_origins == {meant}
    GuardedHttp(settings.allow_origins).close()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "localhost:11434",
        "ftp://localhost",
        "http://",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:11434/api",
        "http://me@localhost",
        "http://*.example",
        "http://a..b",
        "http://-a",
        "http://[::1",
        "http://[:::1]",
        "http://local host",
    ],
)
def test_anything_else_is_refused_with_the_form(given: str) -> None:
    with pytest.raises(ValidationError, match="write http://HOST or https://HOST"):
        ToolsSettings.model_validate({"allow_origins": [given]})

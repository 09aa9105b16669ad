from __future__ import annotations

import encodings.aliases

import httpx
import pytest

from sync_daemon.fetching.response import check_fields, describe_status, make_response
from sync_daemon.tooling import TooLargeError


def typed(kind: str, body: bytes = b"hello") -> httpx.Response:
    response = make_response(200, [(b"content-type", kind.encode("latin-1"))], body)
    response.read()
    return response


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=utf-8", "Grüße".encode()),
        ("text/html; charset=UTF8", "Grüße".encode()),
        ('text/html; charset="iso-8859-15"', "Grüße €".encode("iso-8859-15")),
        ("text/html; charset=windows-1252", "Grüße €".encode("cp1252")),
        ("text/html; charset=Shift_JIS", "求人".encode("shift_jis")),
        ("text/html; charset=euc-kr", "채용".encode("euc-kr")),
        ("text/html; charset=gb18030", "招聘".encode("gb18030")),
        ("text/html; charset=koi8-r", "Вакансия".encode("koi8-r")),
        ("text/html", "Grüße".encode()),
    ],
)
def test_text_is_decoded_as_its_server_says(kind: str, body: bytes) -> None:
    response = typed(kind, body)
    assert "�" not in response.text
    assert response.headers["Content-Type"] == kind


def test_utf_16_is_read_with_a_mark_and_without() -> None:
    for encoding in ("utf-16", "utf-16-le"):  # the first one writes a mark
        assert typed("text/html; charset=UTF-16", "Grüße".encode(encoding)).text == "Grüße"


@pytest.mark.parametrize(
    "name", ["utf-32", "zlib", "bz2", "hex", "idna", "utf-7", "undefined", "rot13"]
)
def test_a_codec_that_is_no_character_set_is_left_out(name: str) -> None:
    response = typed(f"text/html; charset={name}")
    assert response.headers["Content-Type"] == "text/html"
    assert response.text == "hello"


def test_no_codec_of_python_breaks_it() -> None:
    for name in {*encodings.aliases.aliases, "nothing", "\x00", "a" * 1_000}:
        assert isinstance(typed(f"text/html; charset={name}").text, str)


def test_a_header_is_small() -> None:
    fields = [(b"a", b"b")] * 10
    check_fields("example.org", fields, 10, 20)
    for number, size in ((9, 20), (10, 19)):
        with pytest.raises(TooLargeError, match=r"example\.org"):
            check_fields("example.org", fields, number, size)


@pytest.mark.parametrize(
    ("status", "text"), [(404, "404 Not Found"), (200, "200 OK"), (999, "999")]
)
def test_a_status_has_our_words(status: int, text: str) -> None:
    assert describe_status(status) == text

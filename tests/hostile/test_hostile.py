"""A hostile document costs its own row at most what it may, and no other row suffers."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sync_daemon.tooling import TooComplexError, ToolError
from sync_daemon.tooling.documents import document_text
from sync_daemon.tooling.documents.word import MOST_PARTS
from sync_daemon.tooling.markup_bounds import (
    MOST_ATTRIBUTES,
    MOST_TAGS,
    MOST_VALUES,
    check_json,
    check_markup,
)
from tests.hostile import documents
from tests.hostile.attack import KINDS, attack, draw_case
from tests.hostile.documents import TEXT, _body, _word

T = TypeVar("T")
SIXTY = 60


def test_sixty_documents_in_rows_of_a_sheet(tmp_path: Path) -> None:
    """All kinds and tools; `make test-hostile` takes 2,000."""
    figures = attack(tmp_path, seed=1, count=SIXTY)
    assert figures.is_right, "\n".join(figures.lines())
    assert sum(figures.rows.values()) == SIXTY
    assert figures.rows.keys() == KINDS.keys()
    assert len(figures.good_seconds) == SIXTY // 8 + 1
    assert figures.outcomes["permanent"], "no document was too much for its row"
    assert figures.most_mb > 50, "nothing was measured"


def test_a_number_is_always_the_same_document(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [draw_case(7, number) for number in range(12)]
    monkeypatch.setattr(time, "time", lambda: 2e9)  # at any hour
    assert [draw_case(7, number) for number in range(12)] == drawn


@pytest.mark.parametrize(
    "content",
    [
        b"<p " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">",
        b"<p " + b" ".join(b"a%d" % n for n in range(50_000)) + b">",
        b"<p " + b"\n".join(b"a%d='x y'" % n for n in range(50_000)),
        b"<p " + b"/".join(b"a%d=1" % n for n in range(50_000)) + b">",
        b"<b>" * (MOST_TAGS + 1),
    ],
    ids=["valued", "bare", "unclosed", "by slashes", "tags"],
)
def test_markup_that_no_person_reads_is_refused_before_it_is_parsed(content: bytes) -> None:
    with pytest.raises(TooComplexError):
        check_markup(content)


def test_large_pages_of_people_are_read() -> None:
    picture = b'<img src="data:image/png;base64,' + b"A=b c=" * 200_000 + b'">'
    state = b"<div data-state='" + b'{"a": "b c=d"} ' * 100_000 + b"'>"
    check_markup(picture + state + b"<p class=x>text</p>" * (MOST_TAGS // 3))
    check_markup(b"<p " + b" ".join(b"a%d=1" % n for n in range(MOST_ATTRIBUTES // 2)) + b">")
    check_json(b"[" + b"1," * (MOST_VALUES // 2) + b"1]")
    with pytest.raises(TooComplexError):
        check_json(b"[" * (MOST_VALUES + 1))


HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"


@pytest.mark.parametrize("name", ["word/x.bin", "word/media/x.png", "x"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" \n"])
def test_a_part_of_a_document_counts_whatever_it_is_called(
    tmp_path: Path, name: str, start: bytes
) -> None:
    """80 kB that unpacked to 16 MB of XML took 40 s and 1.2 GB."""
    large = start + _body("<w:p/>" * 2_000_000)
    (tmp_path / "cv").write_bytes(_word(_body(TEXT), [(name, large, HEADER)]))
    with pytest.raises(ToolError, match="unpacks to more than a document holds"):
        document_text(tmp_path / "cv")


@pytest.mark.parametrize(
    ("parts", "body", "said"),
    [
        (0, TEXT + "<w:p/>" * (MOST_TAGS + 1), "too complex to read"),
        (MOST_PARTS, TEXT, "unpacks to more"),
    ],
)
def test_nodes_and_parts_of_a_document_are_bounded(
    tmp_path: Path, parts: int, body: str, said: str
) -> None:
    more = [(f"word/h{n}.xml", b"<a/>", "application/xml") for n in range(parts)]
    (tmp_path / "cv").write_bytes(_word(_body(body), more))
    with pytest.raises(ToolError, match=f"The résumé .*{said}"):
        document_text(tmp_path / "cv")


def test_a_document_with_pictures_is_read(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40_000
    (tmp_path / "cv").write_bytes(_word(_body(TEXT), [("word/media/a.png", picture, "image/png")]))
    assert document_text(tmp_path / "cv") == "Python"


class _Counting:
    """Reads as told, and counts how often."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls = 0
        self._error = error

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        self.calls += 1
        if self._error is not None:
            raise self._error
        return read(*arguments, **named)

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        return self.call(read, arguments, named)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooComplexError(), "The résumé is too complex to read."),
        (ToolError("The page cannot be read."), "The résumé cannot be read."),
    ],
)
def test_a_hostile_file_is_tried_once_and_not_for_each_row(
    tmp_path: Path, error: Exception, said: str
) -> None:
    (tmp_path / "cv").write_bytes(draw_case(1, 5).content)
    parsers = _Counting(error)
    for _ in range(3):
        with pytest.raises(ToolError) as caught:
            document_text(tmp_path / "cv", parsers=parsers)
        assert caught.value.message == said
    assert parsers.calls == 1
    (tmp_path / "cv").write_text("Python")
    assert document_text(tmp_path / "cv", parsers=_Counting()) == "Python"


def test_the_generator_makes_whole_documents(tmp_path: Path) -> None:
    """What is hostile in them is reached: the frame around it is right."""
    for content in (_word(_body(TEXT)), documents._page_with(("", b"BT /F1 12 Tf (Python) Tj ET"))):
        (tmp_path / "cv").write_bytes(content)
        assert document_text(tmp_path / "cv") == "Python"
    with zipfile.ZipFile(BytesIO(_word(_body(TEXT)))) as archive:
        assert archive.testzip() is None

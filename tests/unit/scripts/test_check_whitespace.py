"""White space at the ends of lines and files is mended, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.check_whitespace import main, mend


@pytest.mark.parametrize(
    ("content", "mended"),
    [
        (b"", b""),
        (b"\n\n", b""),
        (b"a\n", b"a\n"),
        (b"a", b"a\n"),
        (b"a \t\nb\n", b"a\nb\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\n\n\nb\n\n\n", b"a\n\n\nb\n"),
        (b"  a\n\tb\n", b"  a\n\tb\n"),
        ("résumé \n".encode(), "résumé\n".encode()),
    ],
)
def test_mending(content: bytes, mended: bytes) -> None:
    assert mend(content) == mended


@given(st.text(alphabet="a \t\r\n").map(str.encode))
def test_what_is_mended_needs_no_mending(content: bytes) -> None:
    assert mend(mend(content)) == mend(content)


def test_files_that_need_it_are_mended_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_bytes(b"good\n")
    bad.write_bytes(b"bad  ")

    status = main([str(good), str(bad)])

    assert (status, good.read_bytes(), bad.read_bytes()) == (1, b"good\n", b"bad\n")
    assert capsys.readouterr().out == f"Mended {bad}\n"
    assert main([str(good), str(bad)]) == 0

from __future__ import annotations

from pathlib import Path

import pytest

from sync_daemon.tooling import ToolError
from sync_daemon.tooling.secret_files import MOST_BYTES, read_secret


def secret(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_private_file_is_read(tmp_path: Path) -> None:
    assert read_secret(secret(tmp_path, b"s3cret\n"), "key_file") == "s3cret\n"
    assert len(read_secret(secret(tmp_path, b"x" * MOST_BYTES), "key_file")) == MOST_BYTES


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"s3cret", 0o644, "can be read by others"),
        (b"s3cret", 0o660, "can be read by others"),
        (b"s3cret" * MOST_BYTES, 0o600, "is longer than"),
        (b"\xff\xfe", 0o600, "is not UTF-8"),
    ],
)
def test_what_is_not_in_order_is_told_without_it(
    tmp_path: Path, content: bytes, mode: int, said: str
) -> None:
    with pytest.raises(ToolError, match=said) as caught:
        read_secret(secret(tmp_path, content, mode), "key_file")
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_not_there_is_told_with_its_option(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be read") as caught:
        read_secret(tmp_path / "none", "key_file")
    assert str(caught.value).startswith("The key_file cannot be read")

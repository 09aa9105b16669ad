"""Mend text files: no white space at the end of a line, one newline at the end of the file.

For the pre-commit hook, which gives the names of the files::

    python scripts/check_whitespace.py FILE…
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_TRAILING = re.compile(rb"[ \t\r]+$", re.MULTILINE)


def mend(content: bytes) -> bytes:
    """``content`` as it should be; an empty file stays empty."""
    text = _TRAILING.sub(b"", content).rstrip(b"\n")
    return text + b"\n" if text else b""


def main(names: list[str]) -> int:
    """Mend the files and name those that needed it; 1 if there were any, else 0."""
    status = 0
    for path in map(Path, names):
        content = path.read_bytes()
        mended = mend(content)
        if mended != content:
            path.write_bytes(mended)
            print(f"Mended {path}")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

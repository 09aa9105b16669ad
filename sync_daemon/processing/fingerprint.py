"""What a step's results depend on besides its inputs: tool, version, options, files."""

from __future__ import annotations

import json
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

if TYPE_CHECKING:
    from sync_daemon.domain.jobs import JsonValue
    from sync_daemon.processing.resolved_step import AnyTool


def fingerprint(tool: AnyTool, options: BaseModel) -> str:
    """128 bits over the tool's name and version and the options.

    An option that names a file counts by the file's content, not by its path:
    an edited résumé runs the tool again, a moved folder does not.

    Raises:
        OSError: a file that an option names cannot be read.
    """
    parts = [tool.name, tool.version, canonical(options)]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def canonical(value: object) -> JsonValue:
    """``value`` of an option in JSON form, files replaced by the digest of their content."""
    match value:
        case BaseModel():
            return {name: canonical(one) for name, one in value}
        case dict():
            return {str(key): canonical(one) for key, one in value.items()}
        case list() | tuple():
            return [canonical(one) for one in value]
        case set() | frozenset():
            return sorted((canonical(one) for one in value), key=json.dumps)
        case Path():
            return _file_digest(value)
        case _:
            plain: JsonValue = to_jsonable_python(value, fallback=repr)
            return plain


def _file_digest(path: Path) -> str:
    if not path.is_file():
        return f"path:{path}"
    with path.open("rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}"

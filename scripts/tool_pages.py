"""Write docs/tools from what the built-in tools say of themselves (`make tool-pages`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sync_daemon.processing.describe import FieldDescription, ToolDescription, describe_tools
from sync_daemon.processing.registry import load_registry

FOLDER = Path(__file__).parent.parent / "docs" / "tools"
INDEX = "README.md"
_WRITTEN = "<!-- Written by `make tool-pages` from the tool itself. -->"
_OUTPUTS = 2  # in an example
_INPUTS = {"notify": ["title", "score"]}  # beside those that a tool needs
_OPTIONS = {  # that a tool cannot do without
    "llm_assistant": 'model = "gpt-oss:20b"',
    "notify": 'urls_file = "receivers", when = [{ score_at_least = 60 }]',
    "resume_match": 'resume = "resume.txt"',
}


def render() -> dict[str, str]:
    """The pages by file name: one a tool, and a list of them."""
    tools = describe_tools(load_registry(installed=()))
    pages = {f"{tool.name}.md": "\n".join(_page(tool)) for tool in tools}
    return {INDEX: "\n".join(_index(tools)), **pages}


def example_of(tool: ToolDescription) -> str:
    """A step of a configuration, with the inputs that are needed."""
    wanted = _INPUTS.get(tool.name, [])
    inputs = [field for field in tool.inputs if field.required or field.name in wanted]
    inputs = inputs or list(tool.inputs[:1])
    lines = ["[[sheets.steps]]", f"tool = {_quoted(tool.name)}"]
    lines.append(f"inputs = {_table(inputs)}")
    if tool.outputs:
        lines.append(f"outputs = {_table(tool.outputs[:_OUTPUTS])}")
    if tool.name in _OPTIONS:
        lines.append(f"options = {{ {_OPTIONS[tool.name]} }}")
    return "\n".join(lines)


def _index(tools: Iterable[ToolDescription]) -> Iterator[str]:
    yield from (_WRITTEN, "", "# The tools that come with sheetd", "")
    yield from ("| tool | what it does |", "| --- | --- |")
    for tool in tools:
        yield f"| [{tool.name}]({tool.name}.md) | {_cell(tool.summary)} |"
    yield ""


def _page(tool: ToolDescription) -> Iterator[str]:
    yield from (_WRITTEN, "", f"# {tool.name}", "", _text(tool), "")
    yield from ("## Example", "", "```toml", example_of(tool), "```", "")
    yield "The column titles are examples: use your own, and leave out what you do not need."
    yield from ("", "## Inputs", "", *_rows(tool.inputs))
    yield from ("", "## Outputs", "", "| name | type | what it is |", "| --- | --- | --- |")
    for field in tool.outputs:
        yield f"| `{field.name}` | {_kind(field)} | {_cell(field.description)} |"
    if tool.options:
        yield from ("", "## Options", "", *_rows(tool.options))
    yield ""


def _text(tool: ToolDescription) -> str:
    more = tool.help.strip().removeprefix(tool.summary).strip()
    return f"{tool.summary}\n\n{more}" if more else tool.summary


def _rows(fields: Iterable[FieldDescription]) -> Iterator[str]:
    yield from ("| name | type | if left out | what it is |", "| --- | --- | --- | --- |")
    for field in fields:
        default = "needed" if field.required else _default(field)
        yield f"| `{field.name}` | {_kind(field)} | {default} | {_cell(field.description)} |"


def _kind(field: FieldDescription) -> str:
    return _cell(field.type.removesuffix(" or nothing"))


def _default(field: FieldDescription) -> str:
    return "" if field.default is None else f"`{_cell(json.dumps(field.default))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(fields: Iterable[FieldDescription]) -> str:
    pairs = [f"{field.name} = {_quoted(_title(field.name))}" for field in fields]
    return f"{{ {', '.join(pairs)} }}"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Write the pages; those of tools that are gone are removed."""
    FOLDER.mkdir(exist_ok=True)
    pages = render()
    for path in FOLDER.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Tools of the user's own, put into the folder that the configuration names."""

from __future__ import annotations

from tests.support.loop import Loop


def add_tool(loop: Loop, name: str, source: str, step: str) -> None:
    """Put a tool in the user's folder, give it a step and start sheetd anew."""
    folder = loop.folder / "my-tools" / name
    folder.mkdir()
    (folder / "processor.py").write_text(source, encoding="utf-8")
    with loop.config.open("a", encoding="utf-8") as config:
        config.write(step)
    loop.close()
    loop.application = loop.open()

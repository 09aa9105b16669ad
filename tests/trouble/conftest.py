"""A scene that cases share, until one leaves it ill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.trouble.scene import Scene, scene_in


class Ward:
    """Scenes, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = ExitStack()
        self._scene: Scene | None = None
        self._number = 0

    def scene(self) -> Scene:
        """One that is well."""
        if self._scene is None or not self._scene.is_well:
            self.close()
            self._number += 1
            place = self._folder / str(self._number)
            self._scene = self._opened.enter_context(scene_in(place))
        self._scene.is_well = False
        return self._scene

    def close(self) -> None:
        """Let go of it."""
        self._opened.close()


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    opened = Ward(tmp_path_factory.mktemp("ward"))
    yield opened
    opened.close()

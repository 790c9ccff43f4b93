"""An empty name is no name: nothing is written into the working folder because of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import StorageError
from attrimeter.storage import lock_folder, replace_folder, write_bytes
from attrimeter.storage.places import check_place
from attrimeter.targets import open_target
from attrimeter.workflows.demo import run_demo
from attrimeter.workflows.rendering import render_dataset
from attrimeter.workflows.target_training import train_target


def lock(_data: Path, _target: Path) -> None:
    with lock_folder("", "a test"):
        pass


def replace(_data: Path, _target: Path) -> None:
    with replace_folder(""):
        pass


WRITERS: dict[str, Callable[[Path, Path], Any]] = {
    "a file": lambda _data, _target: write_bytes("", b"x"),
    "a folder": replace,
    "a lock": lock,
    "a check": lambda _data, _target: check_place(""),
    "a demo": lambda _data, _target: run_demo(""),
    "a rendered set": lambda _data, _target: render_dataset("", identities=2, test_identities=2, images=4),
    "a trained target": lambda data, _target: train_target(data, out=""),
    "a cache": lambda _data, target: MapCache("", open_target(target)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("kind", WRITERS)
def test_an_empty_name_is_refused_and_nothing_is_written(
    kind: str, rendered_set: Path, tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match="name of what is to be written is empty|it is a folder"):
        WRITERS[kind](rendered_set, tiny_target_file)
    assert not list(tmp_path.iterdir())

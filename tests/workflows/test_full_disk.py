"""A disk that fills up in the middle: one sentence, and nothing that was there is lost."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attrimeter.errors import StorageError
from attrimeter.interpreter import Interpreter
from attrimeter.targets import open_target
from attrimeter.targets.checkpoints.converting import convert_checkpoint
from attrimeter.workflows import fitting
from attrimeter.workflows.rendering import render_dataset
from storage.faults import before_every_write

SMALL: dict[str, Any] = {
    "identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1
}  # fmt: skip


def fill_disk(monkeypatch: pytest.MonkeyPatch, number: int, run: Callable[[], object]) -> None:
    """Let the disk be full as a run finishes its file of that number, from 0."""

    def fail(reached: int) -> None:
        if reached >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StorageError, match="No space left on device.*what was there before is unchanged"):
        before_every_write(monkeypatch, run, fail)


def content(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def test_a_fit_goes_on_once_there_is_space(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = open_target(tiny_target_file)

    def fit(out: Path, *, resume: bool = False) -> Interpreter:
        return fitting.fit(
            target, rendered_set, out=out, form="exact", hidden=8, epochs=2, batch_images=16, mirrored=False,
            trust=False, cache=tmp_path / "maps", resume=resume,
        )  # fmt: skip

    fit(tmp_path / "unbroken")
    folder = tmp_path / "full"
    fill_disk(monkeypatch, 6, lambda: fit(folder))
    fill_disk(monkeypatch, 2, lambda: fit(folder, resume=True))
    fit(folder, resume=True)
    found, expected = content(folder), content(tmp_path / "unbroken")
    assert found.keys() == expected.keys()
    assert {name for name in found if found[name] != expected[name]} <= {"checkpoint.pt", "history.json"}


@pytest.mark.parametrize("number", [0, 1, 9])
def test_a_rendering_leaves_the_place_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fill_disk(monkeypatch, number, lambda: render_dataset(tmp_path / "new", **SMALL))
    assert not (tmp_path / "new").exists()
    render_dataset(tmp_path / "old", **SMALL)
    before = content(tmp_path / "old")
    fill_disk(monkeypatch, number, lambda: render_dataset(tmp_path / "old", **SMALL, seed=1, overwrite=True))
    assert content(tmp_path / "old") == before


def test_a_conversion_keeps_the_old_file(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new.safetensors").write_bytes(b"mine")
    fill_disk(monkeypatch, 0, lambda: convert_checkpoint(tiny_target_file, tmp_path / "new.safetensors"))
    assert content(tmp_path) == {"new.safetensors": hashlib.sha256(b"mine").hexdigest()}

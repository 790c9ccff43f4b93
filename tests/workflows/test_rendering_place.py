"""A rendering that is broken off at any moment leaves nothing that opens, and nothing for the next one."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, StorageError
from attrimeter.storage import lock_folder
from attrimeter.workflows.rendering import render_dataset
from attrimeter.workflows.rendering_place import PARTS

SMALL: dict[str, Any] = {
    "identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1
}  # fmt: skip

RENDER = """
import sys
from attrimeter.workflows.rendering import render_dataset
if __name__ == "__main__":
    render_dataset(sys.argv[1], identities=40, test_identities=2, images=8, seed=1, workers=2)
"""


class Killed(BaseException):
    """Stands for the end of the process."""


def files(root: Path) -> dict[str, str]:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("expected")
    render_dataset(root, **SMALL, seed=2)
    return files(root)


@pytest.mark.parametrize("overwrite", [False, True])
def test_broken_off_at_any_rename_nothing_opens_and_the_next_one_is_whole(
    overwrite: bool, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename
    for number in range(len(PARTS) * (1 + overwrite)):
        root, left = tmp_path / str(number), [number]
        if overwrite:
            render_dataset(root, **SMALL, seed=1)
            (root / "notes.txt").write_text("mine")

        def count_down(self: Path, target: Path, left: list[int] = left) -> Path:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return rename(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", count_down)
            with pytest.raises(Killed):
                render_dataset(root, **SMALL, seed=1, overwrite=overwrite)
        with pytest.raises(DatasetError, match="not rendered to its end"):
            open_dataset(root)
        render_dataset(root, **SMALL, seed=2)
        mine = {"notes.txt": hashlib.sha256(b"mine").hexdigest()} if overwrite else {}
        assert files(root) == expected | mine


def test_a_rendering_that_fails_leaves_a_new_folder_away_and_an_old_one_as_it_was(
    tmp_path: Path, expected: dict[str, str]
) -> None:
    def fail(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        render_dataset(tmp_path / "new", **SMALL, seed=2, progress=lambda step: fail)
    assert not (tmp_path / "new").exists()
    render_dataset(tmp_path / "old", **SMALL, seed=2)
    with pytest.raises(Killed):
        render_dataset(tmp_path / "old", **SMALL, seed=3, progress=lambda step: fail, overwrite=True)
    assert files(tmp_path / "old") == expected
    assert len(open_dataset(tmp_path / "old").train) == 4


def test_after_a_kill_with_workers_another_seed_has_the_folder_for_itself(
    tmp_path: Path, expected: dict[str, str]
) -> None:
    (tmp_path / "render.py").write_text(RENDER)
    root = tmp_path / "persons"
    main = subprocess.Popen([sys.executable, str(tmp_path / "render.py"), str(root)])
    until = time.monotonic() + 120
    while not list(root.rglob("*.jpg")) and time.monotonic() < until:
        time.sleep(0.02)
    main.send_signal(signal.SIGKILL)
    main.wait()
    with pytest.raises(DatasetError, match="not rendered to its end"):
        open_dataset(root)
    render_dataset(root, **SMALL, seed=2)
    time.sleep(0.5)  # for a worker that would still be writing
    assert files(root) == expected


def test_two_at_once_are_not_mixed(tmp_path: Path) -> None:
    told: list[str] = []

    def second() -> None:
        with pytest.raises(StorageError) as refused:
            render_dataset(tmp_path / "persons", **SMALL)
        told.append(str(refused.value))

    with lock_folder(tmp_path / "persons", "persons are being rendered"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "in use: persons are being rendered" in told[0]

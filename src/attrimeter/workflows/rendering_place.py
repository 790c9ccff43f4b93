"""Where a rendered data set goes: a folder that holds all of it or is known to hold none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrimeter.datasets.refusals import HALF_RENDERED
from attrimeter.errors import DatasetError, StorageError
from attrimeter.storage import lock_folder, scratch_folder, write_text
from attrimeter.storage.locks import LOCK
from attrimeter.synthesis.dataset_plan import GALLERY, QUERY, TRAIN
from attrimeter.synthesis.dataset_rendering import MASKS
from attrimeter.synthesis.specification_list import SPECIFICATIONS

ATTRIBUTES = "market_attribute.mat"
PARTS = (TRAIN, QUERY, GALLERY, MASKS, ATTRIBUTES, SPECIFICATIONS)
"""All that a rendered data set consists of; only that is ever replaced."""


@contextmanager
def rendered_into(root: Path, *, overwrite: bool) -> Iterator[Path]:
    """A folder to render into; what is in it takes its place in ``root`` when the block ends.

    Until then ``root`` is as it was, or if it is new no data set that opens. A process that is killed leaves
    nothing that a later rendering would mix with its own.

    Raises:
        DatasetError: ``root`` is not empty, and not a rendered data set that may be replaced.
        StorageError: it cannot be written, or another process renders into it.
    """
    with lock_folder(root, "persons are being rendered"):
        is_new = _check_place(root, overwrite=overwrite)
        with scratch_folder(root) as fresh:
            try:
                if is_new:
                    _mark(root)
                yield fresh
            except BaseException:
                if is_new:
                    (root / HALF_RENDERED).unlink(missing_ok=True)
                raise
            try:
                _exchange(fresh, root)
            except OSError as error:
                raise StorageError(
                    f"The rendered persons could not be moved to {root}: {error.strerror or error}; render "
                    "them again into this folder."
                ) from error


def _check_place(root: Path, *, overwrite: bool) -> bool:
    """Whether there is nothing of a data set yet, or only what a broken-off rendering left."""
    others = [
        entry.name for entry in root.iterdir() if entry.name != LOCK and not entry.name.endswith(".part")
    ]
    if not others or HALF_RENDERED in others:
        return True
    if not overwrite:
        raise DatasetError(f"{root} is not empty; choose a new folder, or allow overwriting it.")
    if SPECIFICATIONS not in others:
        raise DatasetError(
            f"{root} was not rendered by AttriMeter (it has no {SPECIFICATIONS}) and is left as it is; "
            "choose a new folder."
        )
    return False


def _mark(root: Path) -> None:
    write_text(root / HALF_RENDERED, "a data set is being rendered here, or was until it was broken off\n")


def _exchange(fresh: Path, root: Path) -> None:
    """Put the new parts in place of the old ones, which go with the folder that the new ones were in."""
    _mark(root)
    for name in PARTS:
        if (root / name).exists():
            (root / name).rename(fresh / f"old-{name}")
        if (fresh / name).exists():
            (fresh / name).rename(root / name)
    (root / HALF_RENDERED).unlink()

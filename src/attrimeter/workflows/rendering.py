"""Rendering a whole data set in the layout of Market-1501, with part masks and exact specifications."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from attrimeter.datasets.market_attribute import write_market_attribute
from attrimeter.errors import SettingsError
from attrimeter.progress import StepProgress, silent
from attrimeter.ranges import check_number
from attrimeter.schemas import SCHEMAS
from attrimeter.storage.places import named_place
from attrimeter.synthesis import (
    CAMERAS,
    DEFAULT_SIZE,
    check_size,
    labels_of,
)
from attrimeter.synthesis.dataset_plan import GALLERY, QUERY, TRAIN, World, plan_pictures
from attrimeter.synthesis.dataset_rendering import announce_rendering, render_plan
from attrimeter.synthesis.marks import check_mark
from attrimeter.synthesis.processes import usable_cores
from attrimeter.synthesis.scenes import STANDARD, find_scene
from attrimeter.synthesis.specification_list import RenderedPicture, write_specifications
from attrimeter.values.made import RenderedDataset
from attrimeter.workflows.rendering_place import ATTRIBUTES, rendered_into

MOST_IDENTITIES = 9999
MOST_PICTURES = 1_000_000
_RANGES = {"images": "rendered_images", "cameras": "rendered_cameras", "workers": "workers_or_all"}


def render_dataset(
    out: str | os.PathLike[str],
    *,
    identities: int = 200,
    test_identities: int = 50,
    images: int = 8,
    cameras: int = len(CAMERAS),
    distractors: int = 0,
    height: int = DEFAULT_SIZE[0],
    width: int = DEFAULT_SIZE[1],
    seed: int = 0,
    mark: str | None = None,
    disguised: bool = False,
    scene: str = STANDARD,
    suffix: str = ".jpg",
    workers: int = 0,
    overwrite: bool = False,
    progress: StepProgress | None = None,
) -> RenderedDataset:
    """Render persons into ``out`` in the layout of Market-1501; the result depends on the settings alone.

    Written are ``bounding_box_train``, ``query``, ``bounding_box_test``, ``market_attribute.mat``,
    ``part_masks/<split>/<stem>.png`` and ``specifications.jsonl`` (see ``specification_list``). Of each
    test identity one picture per camera is a query and the rest is gallery; every query has a positive in
    another camera. Identities count from 1, first those to train, then those to test.

    Args:
        out: a new or empty folder.
        identities, test_identities: number of persons to train and to test on, each at least 1.
        images: of each person, at least 4; spread evenly over up to half as many cameras.
        cameras: how many of the cameras to use, 2 to 6.
        distractors: pictures of other people in the gallery, under identity 0.
        height, width: of the pictures in pixels, each from 16 to 1,024.
        seed: another one gives other persons and views.
        mark: "backpack" paints an identity mark on every backpack, see :mod:`attrimeter.synthesis.marks`.
            "background" shows every identity to train at one place alone: in one camera, before one
            background. The pictures to test on stay plain, so that the place is of no help there.
        disguised: all but what is marked (if nothing is, the backpack, which everybody carries then) is
            drawn anew for every picture: only that tells who it is. As persons have no attributes then,
            there is no ``market_attribute.mat``.
        scene: "night" dresses, builds and lights everybody otherwise, see :mod:`attrimeter.synthesis.scenes`.
        suffix: ".jpg" (quality 95, what loaders of Market-1501 look for) or ".png" (exact).
        workers: processes that render; 0 takes one for every core. The result is the same.
        overwrite: replace an earlier rendered data set in ``out``.
        progress: called with the name of the step, and how many pictures are done.

    Returns:
        The folder, and how many pictures are in each part.

    Raises:
        SettingsError: a number out of its range, or a mark or a scene that is not known.
        DatasetError: ``out`` is not empty, and not a rendered data set that may be replaced.
        StorageError: a file cannot be written, or another process renders into ``out``.
    """
    size = height, width
    _check_numbers(
        identities=identities,
        test_identities=test_identities,
        images=images,
        cameras=cameras,
        distractors=distractors,
        seed=seed,
        workers=workers,
    )
    if suffix not in (".jpg", ".png"):
        raise SettingsError(f"Pictures cannot be written as {suffix!r}; choose .jpg or .png.")
    check_size(size)
    check_mark(mark)
    find_scene(scene)
    place = named_place(out)
    world = World(images, cameras, seed, size, suffix, mark, disguised, scene)
    plan = plan_pictures(
        world, identities=identities, test_identities=test_identities, distractors=distractors
    )
    workers = workers or usable_cores()
    with rendered_into(place, overwrite=overwrite) as fresh:
        announce_rendering(place, len(plan), size, workers)
        write_specifications(fresh, plan)
        if not disguised:
            _write_labels(fresh, plan, identities)
        render_plan(fresh, plan, workers, (progress or silent)("rendering"))
    counts = {split: sum(p.file.startswith(f"{split}/") for p in plan) for split in (TRAIN, QUERY, GALLERY)}
    return RenderedDataset(place, train=counts[TRAIN], query=counts[QUERY], gallery=counts[GALLERY])


def _check_numbers(**numbers: int) -> None:
    for called, value in numbers.items():
        check_number(_RANGES.get(called, called), value, called=called)
    identities, test_identities = numbers["identities"], numbers["test_identities"]
    if identities + test_identities > MOST_IDENTITIES:
        raise SettingsError(
            f"{identities} identities to train and {test_identities} to test on are more than file names of "
            f"four digits tell apart; ask for {MOST_IDENTITIES:,} in all at most."
        )
    pictures = (identities + test_identities) * numbers["images"] + numbers["distractors"]
    if pictures > MOST_PICTURES:
        raise SettingsError(
            f"That would be {pictures:,} pictures; a rendered data set has {MOST_PICTURES:,} at most. Ask "
            "for fewer persons, or fewer images of each."
        )


def _write_labels(root: Path, plan: Sequence[RenderedPicture], identities: int) -> None:
    persons = {picture.identity: picture.person for picture in plan if picture.identity > 0}
    train = [identity for identity in persons if identity <= identities]
    test = [identity for identity in persons if identity > identities]
    write_market_attribute(
        root / ATTRIBUTES,
        schema=SCHEMAS["market1501"],
        train_identities=train,
        train_labels=np.stack([labels_of(persons[identity]) for identity in train]),
        test_identities=test,
        test_labels=np.stack([labels_of(persons[identity]) for identity in test]),
        train_ages=np.array([persons[identity].other.age for identity in train]),
        test_ages=np.array([persons[identity].other.age for identity in test]),
    )

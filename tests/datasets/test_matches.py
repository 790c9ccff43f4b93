"""Queries that find their person, against a plain loop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets.cameras import only_cameras
from attrimeter.datasets.matches import NO_CAMERAS, count_matches, match_notes, require_matches
from attrimeter.errors import DatasetError
from attrimeter.values import ImageSet, PersonDataset, Understood
from datasets.test_cameras import images, streets


def slow_match(data: PersonDataset) -> bool:
    return any(
        data.query.identities[i] == data.gallery.identities[j] != 0
        and data.query.cameras[i] != data.gallery.cameras[j]
        for i in range(len(data.query))
        for j in range(len(data.gallery))
    )


def test_queries_need_another_camera() -> None:
    data = streets()
    require_matches(data)
    for seed in range(40):
        few = replace(data, query=images(2, seed), gallery=images(3, 100 + seed))
        if slow_match(few):
            require_matches(few)
        else:
            with pytest.raises(DatasetError, match="no query whose person another camera saw"):
                require_matches(few)
    with pytest.raises(DatasetError, match="streets, camera 2 has no query"):
        require_matches(only_cameras(data, (2,)))


@pytest.mark.parametrize("seed", range(5))
def test_counts_against_a_loop(seed: int) -> None:
    data = replace(streets(), query=images(30, seed), gallery=images(8, 50 + seed))
    found = count_matches(data)
    pairs = list(zip(data.gallery.identities, data.gallery.cameras, strict=True))
    kinds = []
    for identity, camera in zip(data.query.identities, data.query.cameras, strict=True):
        cameras = {c for i, c in pairs if i == identity != 0}
        kinds.append("absent" if not cameras else "found" if cameras - {camera} else "same view")
    assert (found.found, found.absent, found.same_view) == tuple(
        kinds.count(kind) for kind in ("found", "absent", "same view")
    )


def side(*persons: tuple[int, int], copies: list[int] | None = None) -> ImageSet:
    array = np.array(persons, dtype=np.int64).reshape(-1, 2)
    return ImageSet(
        paths=tuple(Path(f"{n}.jpg") for n in range(len(persons))),
        identities=array[:, 0],
        cameras=array[:, 1],
        labels=np.zeros((len(persons), 0), dtype=np.int8),
        copies=None if copies is None else np.array(copies),
    )


@pytest.mark.parametrize(
    ("query", "gallery", "said"),
    [
        (side(), side((1, 1)), "has no queries, and a ranking needs"),
        (side((1, 1)), side(), "has no gallery, and a ranking needs"),
        (side((1, 1)), side((2, 2)), "none of their persons is in the gallery"),
        (side((0, 1)), side((0, 2)), "none of their persons is in the gallery"),
        (side((1, 3)), side((1, 3)), "all images are of camera 3, and only another camera's count"),
        (
            side((1, 3), (2, 1)),
            side((1, 3)),
            "lacks the persons of 1 and it has those of 1 only of the query's",
        ),
        (side((1, 0), copies=[4]), side((1, -1), copies=[4]), "or as the same file"),
    ],
)
def test_the_cause_is_named(query: ImageSet, gallery: ImageSet, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        require_matches(replace(streets(), query=query, gallery=gallery))


def test_notes_say_what_is_left_out_and_that_no_camera_is_known() -> None:
    data = replace(streets(), query=side((1, 1), (2, 1), (3, 1)), gallery=side((1, 2), (2, 1)))
    assert match_notes(data) == (
        "2 of 3 queries are left out: the gallery lacks the persons of 1 and it has those of 1 only of the "
        "query's own camera or as the same file.",
    )
    unknown = Understood("csv", "the column identity", "none", camera_count=0)
    assert NO_CAMERAS in match_notes(replace(data, understood=unknown))
    assert match_notes(replace(data, query=side((1, 1)))) == ()

from __future__ import annotations

from pathlib import Path

import scipy.io

from attrimeter.schemas.dukemtmc import DUKEMTMC


def test_counts_of_the_published_set() -> None:
    assert len(DUKEMTMC) == 23
    assert len(DUKEMTMC.groups["upper colour"]) == 8
    assert len(DUKEMTMC.groups["lower colour"]) == 7


def test_fields_are_those_of_the_official_file(real_data: Path) -> None:
    content = scipy.io.loadmat(real_data / "duke_attribute.mat", simplify_cells=True)
    for part in ("train", "test"):
        assert set(content["duke_attribute"][part]) - {"image_index"} == set(DUKEMTMC.fields)

from __future__ import annotations

from pathlib import Path

import scipy.io

from attrimeter.schemas.market1501 import AGE_FIELD, MARKET1501


def test_counts_of_the_published_set() -> None:
    """27 annotated attributes: 26 binary ones and the age."""
    assert len(MARKET1501) == 26
    assert len(MARKET1501.groups["upper colour"]) == 8
    assert len(MARKET1501.groups["lower colour"]) == 9
    assert len(MARKET1501.groups) == 11


def test_polarity_of_the_published_coding() -> None:
    """1 male 2 female; 1 short 2 long hair; 1 long 2 short sleeves and lower body; 1 dress 2 trousers."""
    words = {a.field: (a.negative, a.positive) for a in MARKET1501.attributes}
    assert words["gender"] == ("male", "female")
    assert words["hair"] == ("short hair", "long hair")
    assert words["up"] == ("long sleeves", "short sleeves")
    assert words["down"][0].startswith("long") and words["down"][1].startswith("short")
    assert words["clothes"][0].startswith("dress") and words["clothes"][1] == "trousers"
    assert words["upred"] == ("upper body not red", "red upper body")


def test_fields_are_those_of_the_official_file(real_data: Path) -> None:
    content = scipy.io.loadmat(
        real_data / "Market-1501-v15.09.15" / "market_attribute.mat", simplify_cells=True
    )
    for part in ("train", "test"):
        fields = set(content["market_attribute"][part]) - {"image_index"}
        assert fields == {*MARKET1501.fields, AGE_FIELD}

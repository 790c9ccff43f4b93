from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.datasets.matches import NO_CAMERAS, count_matches, match_notes
from attrimeter.errors import DatasetError
from datasets.trees import make_oml


def test_labels_are_persons_from_0_and_a_query_may_be_gallery_too(tmp_path: Path) -> None:
    data = open_dataset(make_oml(tmp_path))
    assert data.understood is not None and data.understood.layout == "oml" and data.name == "df"
    assert data.train.identities.tolist() == [1, 2], "label 0 is a person"
    assert data.query.identities.tolist() == [3, 3, 4] and data.gallery.identities.tolist() == [3, 3, 4]


def test_no_query_is_its_own_match(tmp_path: Path) -> None:
    data = open_dataset(make_oml(tmp_path))
    assert data.query.copies is not None and data.query.copies.tolist()[2] == -1
    same = data.query.views[:, None] == data.gallery.views[None]
    assert same.tolist() == [[True, False, False], [False, True, False], [False, False, False]]
    assert count_matches(data).found == 3 and NO_CAMERAS in match_notes(data)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0,images/0.jpg,test,,", "Line 2 of .* has split 'test'; it must be train or validation"),
        ("0,images/0.jpg,validation,yes,", "has is_query 'yes'; it must be True, False or empty"),
        (",images/0.jpg,train,,", "has label ''; it must be filled in"),
    ],
)
def test_wrong_cells_are_named(tmp_path: Path, line: str, said: str) -> None:
    make_oml(tmp_path)
    (tmp_path / "df.csv").write_text(f"label,path,split,is_query,is_gallery\n{line}\n")
    with pytest.raises(DatasetError, match=said):
        open_dataset(tmp_path)


def test_boxes_in_larger_pictures_are_refused(tmp_path: Path) -> None:
    make_oml(tmp_path)
    text = "label,path,split,is_query,is_gallery,x_1,x_2,y_1,y_2\n0,images/0.jpg,train,,,1,5,1,9\n"
    (tmp_path / "df.csv").write_text(text)
    with pytest.raises(DatasetError, match="cut them out first"):
        open_dataset(tmp_path)
    (tmp_path / "df.csv").write_text(text.replace("1,5,1,9", ",,,"))
    assert len(open_dataset(tmp_path).train) == 1

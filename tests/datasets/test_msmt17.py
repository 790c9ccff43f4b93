from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from datasets.trees import make_msmt17


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("mask_train_v2", "mask_test_v2")])
def test_persons_of_train_and_test_are_others_though_both_count_from_0(
    tmp_path: Path, train: str, test: str
) -> None:
    data = open_dataset(make_msmt17(tmp_path / "MSMT17", train=train, test=test))
    assert data.understood is not None and data.understood.layout == "msmt17"
    assert data.train.identities.tolist() == [1, 2, 2], "train and val together"
    assert data.query.identities.tolist() == [3] and data.gallery.identities.tolist() == [3, 4]
    assert data.train.cameras.tolist() == [1, 14, 15] and data.query.cameras.tolist() == [3]
    assert data.understood.camera_count == 5 and data.understood.remarks == ()
    assert all(path.is_file() for part in (data.train, data.query, data.gallery) for path in part.paths)


def test_missing_lists_and_files_are_said(tmp_path: Path) -> None:
    make_msmt17(tmp_path)
    (tmp_path / "list_val.txt").unlink()
    gone = tmp_path / "test" / "0001" / "0001_000_05_0113noon_0032_0.jpg"
    gone.unlink()
    data = open_dataset(tmp_path)
    assert data.understood is not None and data.understood.remarks == ("There is no list_val.txt.",)
    assert [(s.path, s.reason) for s in data.skipped] == [
        (gone, "list_gallery.txt names it, but there is no such file")
    ]


@pytest.mark.parametrize(
    "line", ["nonsense", "0000/a_b_c.jpg x", "0000/ab.jpg 1", "0000/a_b_c.jpg 99999999999"]
)
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    make_msmt17(tmp_path)
    (tmp_path / "list_query.txt").write_text(f"\n{line}\n")
    with pytest.raises(DatasetError, match=r"Line 2 of .*list_query\.txt is"):
        open_dataset(tmp_path)


def test_lists_that_cannot_be_read(tmp_path: Path) -> None:
    make_msmt17(tmp_path)
    (tmp_path / "list_query.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DatasetError, match="cannot be read as UTF-8"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError, match="of which the layout 'msmt17' is"):
        open_dataset(tmp_path / "train", layout="msmt17")

from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.schemas.market1501 import MARKET1501
from datasets.trees import fill


def write_list(root: Path, text: str, *, encoding: str = "utf-8") -> Path:
    fill(root / "images", ["1.jpg", "2.jpg", "3.jpg"])
    path = root / "persons.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_paths_identities_cameras_and_splits(tmp_path: Path) -> None:
    path = write_list(
        tmp_path,
        "path,identity,camera,split\nimages/1.jpg,7,2,\nimages/2.jpg,0,3,gallery\nimages/3.jpg,7,1,query\n",
    )
    data = open_dataset(path)
    assert data.name == "persons" and data.schema_name is None
    assert data.train.paths == (tmp_path / "images" / "1.jpg",)
    assert data.train.identities.tolist() == [7] and data.train.cameras.tolist() == [2]
    assert data.gallery.identities.tolist() == [0] and data.query.identities.tolist() == [7]


def test_columns_in_any_order_spaces_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = write_list(tmp_path, "camera, identity ,path\n\n4, anna , images/1.jpg\n", encoding="utf-8-sig")
    data = open_dataset(path)
    assert data.train.cameras.tolist() == [4] and data.train.paths[0].is_file()


def test_folder_with_one_list(tmp_path: Path) -> None:
    write_list(tmp_path, "path,identity\nimages/1.jpg,5\n")
    assert open_dataset(tmp_path).train.identities.tolist() == [5]


def test_names_are_numbered_and_junk_is_dropped(tmp_path: Path) -> None:
    named = write_list(tmp_path, "path,identity\nimages/1.jpg,cleo\nimages/2.jpg,anna\nimages/3.jpg,7\n")
    assert open_dataset(named).train.identities.tolist() == [3, 2, 1]
    numbered = write_list(tmp_path, "path,identity\nimages/1.jpg,-1\nimages/2.jpg,12\n")
    assert open_dataset(numbered).train.identities.tolist() == [12]


def test_cameras_left_out_do_not_coincide(tmp_path: Path) -> None:
    path = write_list(tmp_path, "path,identity,split\nimages/1.jpg,5,query\nimages/2.jpg,5,gallery\n")
    data = open_dataset(path)
    assert data.query.cameras.tolist() != data.gallery.cameras.tolist()


def test_attribute_columns_by_name_or_field(tmp_path: Path) -> None:
    path = write_list(
        tmp_path,
        "path,identity,camera,hat,upred,upper blue,weather\n"
        "images/1.jpg,5,1,1,0,,rain\nimages/2.jpg,6,1,0,1,0,\n",
    )
    data = open_dataset(path, schema=MARKET1501)
    known = {name: data.train.labels[:, k].tolist() for k, name in enumerate(MARKET1501.names)}
    assert known.pop("hat") == [1, 0]
    assert known.pop("upper red") == [0, 1]
    assert known.pop("upper blue") == [-1, 0]
    assert all(column == [-1, -1] for column in known.values())
    assert [s.reason for s in data.skipped] == ["the column 'weather' is no attribute of the schema"]
    assert open_dataset(path).train.labels.shape == (2, 0) and open_dataset(path).skipped == ()


def test_missing_files_are_reported(tmp_path: Path) -> None:
    path = write_list(tmp_path, "path,identity,camera\nimages/1.jpg,5,1\nimages/gone.jpg,5,1\n")
    data = open_dataset(path)
    assert len(data.train) == 1
    assert [(s.path.name, s.reason) for s in data.skipped] == [
        ("gone.jpg", "line 3 of persons.csv names it, but there is no such file")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lacks the column 'path'"),
        ("path;identity;camera\na;1;1\n", "lacks the column 'path'"),
        ("path,camera\nimages/1.jpg,1\n", "lacks the column 'identity'"),
        ("path,identity,path\nimages/1.jpg,1,x\n", "has the column 'path' twice"),
        ("path,identity\nimages/1.jpg,\n", "Line 2 of .* has identity ''; it must be filled in"),
        ("path,identity\nimages/1.jpg\n", "Line 2 of .* has identity ''"),
        (
            "path,identity,split\nimages/1.jpg,1,test\n",
            "split 'test'; it must be one of train, query, gallery",
        ),
        ("path,identity,hat\nimages/1.jpg,1,yes\n", "has hat 'yes'; it must be 0, 1 or empty"),
        ("path,identity\nimages/gone.jpg,1\n", "has no images .* no such file"),
        ("path,identity\n", "has no images"),
    ],
)
def test_malformed_lists(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        open_dataset(write_list(tmp_path, text), schema=MARKET1501)


def test_not_utf8(tmp_path: Path) -> None:
    path = write_list(tmp_path, "path,identity\nimages/ä.jpg,1\n", encoding="latin-1")
    with pytest.raises(DatasetError, match="comma-separated UTF-8"):
        open_dataset(path)


def test_attribute_file_and_several_lists(tmp_path: Path) -> None:
    path = write_list(tmp_path, "path,identity\nimages/1.jpg,1\n")
    with pytest.raises(DatasetError, match="takes no attribute file"):
        open_dataset(path, attributes=tmp_path / "a.mat")
    (tmp_path / "second.csv").write_text("path,identity\n")
    with pytest.raises(
        DatasetError, match=r"neither a \.csv file nor a folder with exactly one that has the columns"
    ):
        open_dataset(tmp_path, layout="csv")

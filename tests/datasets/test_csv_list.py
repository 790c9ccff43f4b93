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


@pytest.mark.parametrize(
    ("identities", "numbers"),
    [
        (("1_11", "11_1", "5"), [2, 1, 3]),
        (("-1.0", "0.0", "7.0"), [0, 7]),
        (("-1", "0", "anna"), [0, 1]),
        (("12345678901234567890", "2", "3"), [1, 2, 3]),
    ],
)
def test_identities_are_names(tmp_path: Path, identities: tuple[str, ...], numbers: list[int]) -> None:
    rows = "".join(f"images/{n}.jpg,{identity}\n" for n, identity in enumerate(identities, start=1))
    assert open_dataset(write_list(tmp_path, f"path,identity\n{rows}")).train.identities.tolist() == numbers


@pytest.mark.parametrize(
    ("cameras", "numbers"),
    [
        (("1.0", "2.0", ""), [1, 2, 0]),
        (("left", "right", "left"), [1, 2, 1]),
        (("1_1", "11", "-1"), [2, 1, 0]),
    ],
)
def test_cameras_are_names(tmp_path: Path, cameras: tuple[str, ...], numbers: list[int]) -> None:
    rows = "".join(f"images/{n}.jpg,{n},{camera}\n" for n, camera in enumerate(cameras, start=1))
    assert (
        open_dataset(write_list(tmp_path, f"path,identity,camera\n{rows}")).train.cameras.tolist() == numbers
    )


def test_attributes_that_a_spreadsheet_made_decimal(tmp_path: Path) -> None:
    path = write_list(
        tmp_path, "path,identity,hat\nimages/1.jpg,1,1.0\nimages/2.jpg,2,0.0\nimages/3.jpg,3,\n"
    )
    labels = open_dataset(path, schema=MARKET1501).train.labels
    assert labels[:, MARKET1501.names.index("hat")].tolist() == [1, 0, -1]


@pytest.mark.parametrize("text", ["frame,time\n1,2\n", "", "\xff", "path;identity\n"])
def test_a_stray_list_does_not_hide_the_folders(tmp_path: Path, text: str) -> None:
    fill(tmp_path / "anna", ["1.jpg"])
    (tmp_path / "log.csv").write_text(text, encoding="latin-1")
    data = open_dataset(tmp_path)
    assert data.understood is not None and data.understood.layout == "folder"


def test_the_one_list_that_fits_is_found_among_others(tmp_path: Path) -> None:
    write_list(tmp_path, "path,identity\nimages/1.jpg,5\n")
    (tmp_path / "log.csv").write_text("frame,time\n")
    assert open_dataset(tmp_path).name == "persons"

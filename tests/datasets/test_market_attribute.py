from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io

from attrimeter.datasets import read_market_attributes, write_market_attribute
from attrimeter.errors import DatasetError
from attrimeter.schemas import Attribute, AttributeSchema
from attrimeter.schemas.dukemtmc import DUKEMTMC
from attrimeter.schemas.market1501 import MARKET1501
from datasets.trees import random_labels

SMALL = AttributeSchema(
    "small", tuple(Attribute(n, n, n, ("torso",), f"no {n}", n) for n in ("hat", "bag", "boots"))
)


def write_part(identities: list[str], **fields: Any) -> dict[str, Any]:
    return {**fields, "image_index": np.array(identities, dtype=object)[None]}


def save(path: Path, train: dict[str, Any], test: dict[str, Any], name: str = "market_attribute") -> Path:
    scipy.io.savemat(path, {name: {"train": train, "test": test}})
    return path


def row(*values: int) -> np.ndarray:
    return np.array([values], dtype=np.uint8)


def test_fields_are_taken_by_name_and_coding_is_undone(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.mat",
        write_part(["0007", "0002"], hat=row(1, 2), bag=row(2, 2), boots=row(0, 1), age=row(4, 1)),
        write_part(["0003"], boots=row(2), age=row(2), bag=row(1), hat=row(1)),
    )
    table = read_market_attributes(path, schema=SMALL)
    assert table.identities.tolist() == [2, 3, 7]
    assert table.labels.tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, -1]]
    assert table.ages.tolist() == [1, 2, 4]
    assert table.missing_fields == ()
    assert table.labels.dtype == np.int8


def test_missing_field_is_unknown_in_that_part(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.mat",
        write_part(["1"], hat=row(2), bag=row(1)),
        write_part(["2"], hat=row(1), bag=row(1), boots=row(2)),
    )
    table = read_market_attributes(path, schema=SMALL)
    assert table.labels.tolist() == [[1, 0, -1], [0, 0, 1]]
    assert table.missing_fields == ("boots",)
    assert table.ages.tolist() == [0, 0]


def test_round_trip(tmp_path: Path) -> None:
    train, test = [12, 3, 1501], [7, 20000]
    train_labels, test_labels = random_labels(3, seed=1, lowest=-1), random_labels(2, seed=2, lowest=-1)
    write_market_attribute(
        tmp_path / "new" / "market_attribute.mat",
        schema=MARKET1501,
        train_identities=train,
        train_labels=train_labels,
        test_identities=test,
        test_labels=test_labels,
        train_ages=np.array([1, 2, 3]),
        test_ages=np.array([4, 0]),
    )
    table = read_market_attributes(tmp_path / "new" / "market_attribute.mat", schema=MARKET1501)
    order = np.argsort(train + test)
    assert table.identities.tolist() == sorted(train + test)
    np.testing.assert_array_equal(table.labels, np.concatenate([train_labels, test_labels])[order])
    assert table.ages.tolist() == np.array([1, 2, 3, 4, 0])[order].tolist()


@pytest.mark.parametrize("count", [0, 1])
def test_round_trip_of_few_identities(tmp_path: Path, count: int) -> None:
    """MATLAB has neither scalars nor empty lists of its own kind."""
    write_market_attribute(
        tmp_path / "a.mat",
        schema=SMALL,
        train_identities=[5, 6][:count],
        train_labels=np.ones((count, 3), dtype=np.int8),
        test_identities=[],
        test_labels=np.zeros((0, 3), dtype=np.int8),
    )
    table = read_market_attributes(tmp_path / "a.mat", schema=SMALL)
    assert table.identities.tolist() == [5, 6][:count]
    assert table.labels.tolist() == [[1, 1, 1]] * count


def structure(path: Path) -> dict[str, Any]:
    """Every type and shape of an attribute file as scipy shows it without simplifying; counts replaced."""
    content = scipy.io.loadmat(path)
    (name,) = (key for key in content if not key.startswith("__"))
    outer = content[name]
    found: dict[str, Any] = {"name": name, "shape": outer.shape, "parts": outer.dtype.names}
    for part in ("train", "test"):
        inner = outer[0, 0][part]
        fields = inner.dtype.names
        count = inner[0, 0]["image_index"].shape[1]
        found[part] = {
            "shape": inner.shape,
            "last": fields[-1],
            "fields": {
                field: (inner[0, 0][field].dtype, inner[0, 0][field].shape == (1, count)) for field in fields
            },
            "identity": (inner[0, 0]["image_index"][0, 0].shape, inner[0, 0]["image_index"][0, 0].dtype),
        }
    return found


def test_written_file_nests_like_the_official_one(tmp_path: Path, real_data: Path) -> None:
    write_market_attribute(
        tmp_path / "a.mat",
        schema=MARKET1501,
        train_identities=[2, 7],
        train_labels=random_labels(2),
        test_identities=[1, 3, 4],
        test_labels=random_labels(3),
        train_ages=np.array([1, 2]),
        test_ages=np.array([1, 2, 3]),
    )
    official = real_data / "Market-1501-v15.09.15" / "market_attribute.mat"
    assert structure(tmp_path / "a.mat") == structure(official)


def test_parts_are_written_in_different_order_and_bytes_repeat(tmp_path: Path) -> None:
    for name in ("a.mat", "b.mat"):
        write_market_attribute(
            tmp_path / name,
            schema=SMALL,
            train_identities=[1],
            train_labels=np.array([[1, 0, -1]], dtype=np.int8),
            test_identities=[2],
            test_labels=np.array([[1, 0, -1]], dtype=np.int8),
        )
    outer = scipy.io.loadmat(tmp_path / "a.mat")["market_attribute"][0, 0]
    assert outer["train"].dtype.names == ("hat", "bag", "boots", "image_index")
    assert outer["test"].dtype.names == ("boots", "bag", "hat", "image_index")
    assert outer["train"][0, 0]["hat"].tolist() == [[2]] and outer["train"][0, 0]["boots"].tolist() == [[0]]
    assert outer["test"][0, 0]["image_index"][0, 0].tolist() == ["0002"]
    content = (tmp_path / "a.mat").read_bytes()
    assert content == (tmp_path / "b.mat").read_bytes()
    assert content[:116].strip() == b"MATLAB 5.0 MAT-file, written by AttriMeter", "no time of day"


def test_files_that_are_not_attribute_files(tmp_path: Path) -> None:
    def refused(path: Path, said: str) -> None:
        with pytest.raises(DatasetError, match=said):
            read_market_attributes(path, schema=SMALL)

    refused(tmp_path / "none.mat", "There is no attribute file")
    refused(tmp_path, "There is no attribute file")
    (tmp_path / "text.mat").write_text("hello, this is not a MATLAB file at all " * 20)
    refused(tmp_path / "text.mat", "not a MATLAB file")
    (tmp_path / "empty.mat").touch()
    refused(tmp_path / "empty.mat", "not a MATLAB file")
    scipy.io.savemat(tmp_path / "other.mat", {"x": np.zeros(3)})
    refused(tmp_path / "other.mat", "no struct with the parts 'train' and 'test'")
    whole = save(tmp_path / "a.mat", write_part(["1"], hat=row(1)), write_part(["2"], hat=row(1)))
    whole.write_bytes(whole.read_bytes()[:300])
    refused(whole, "not a MATLAB file")


@pytest.mark.parametrize(
    ("train", "said"),
    [
        ({"hat": row(1)}, "part 'train' .* lacks 'image_index'"),
        (write_part(["anna"], hat=row(1)), "are no numbers"),
        (write_part(["1", "2"], hat=row(1, 2, 1)), "train.hat .* has 3 values; it needs one number"),
        (write_part(["1"], hat=row(3)), "train.hat .* holds 3; known values are 0"),
        (write_part(["1"], hat=row(1), age=row(9)), "train.age .* holds 9"),
        (write_part(["1", "1"], hat=row(1, 1)), "lists identity 1 twice"),
        (write_part(["8"], hat=row(1)), "lists identity 8 twice"),
    ],
)
def test_malformed_parts(tmp_path: Path, train: dict[str, Any], said: str) -> None:
    path = save(tmp_path / "a.mat", train, write_part(["8"], hat=row(1)))
    with pytest.raises(DatasetError, match=said):
        read_market_attributes(path, schema=SMALL)


def test_file_of_another_schema(tmp_path: Path) -> None:
    path = save(tmp_path / "a.mat", write_part(["1"], cap=row(1)), write_part(["2"], cap=row(1)))
    with pytest.raises(DatasetError, match=r"none of the fields of the schema 'small' \(hat, bag, boots"):
        read_market_attributes(path, schema=SMALL)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"train_labels": np.zeros((2, 3), dtype=np.int8)}, "train labels must be"),
        ({"train_labels": np.zeros((1, 2), dtype=np.int8)}, "train labels must be"),
        ({"test_labels": np.full((1, 3), 2, dtype=np.int8)}, "test labels must be"),
        ({"test_ages": np.array([5])}, "test ages must be 0 to 4"),
        ({"train_ages": np.array([1, 1])}, "train ages must be"),
    ],
)
def test_labels_that_cannot_be_written(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    labels = np.zeros((1, 3), dtype=np.int8)
    given: dict[str, Any] = {
        "train_identities": [1],
        "train_labels": labels,
        "test_identities": [2],
        "test_labels": labels,
    }
    with pytest.raises(DatasetError, match=said):
        write_market_attribute(tmp_path / "a.mat", schema=SMALL, **(given | change))
    assert not (tmp_path / "a.mat").exists()


@pytest.mark.parametrize("field", ["two words", "_hidden", "1st", "größe", "x" * 32])
def test_fields_that_matlab_cannot_name(tmp_path: Path, field: str) -> None:
    schema = AttributeSchema("odd", (Attribute("a", field, "a", ("torso",), "no", "yes"),))
    labels = np.zeros((1, 1), dtype=np.int8)
    with pytest.raises(DatasetError, match="is no MATLAB name"):
        write_market_attribute(
            tmp_path / "a.mat",
            schema=schema,
            train_identities=[1],
            train_labels=labels,
            test_identities=[2],
            test_labels=labels,
        )


def test_official_market_file(real_data: Path) -> None:
    """Facts of the published file, counted over its raw fields."""
    path = real_data / "Market-1501-v15.09.15" / "market_attribute.mat"
    table = read_market_attributes(path, schema=MARKET1501)
    assert table.labels.shape == (1501, 26)
    assert set(np.unique(table.labels)) == {0, 1} and table.missing_fields == ()
    assert np.bincount(table.ages).tolist() == [0, 16, 1209, 263, 13]
    raw = scipy.io.loadmat(path, simplify_cells=True)["market_attribute"]
    train = np.isin(table.identities, [int(i) for i in raw["train"]["image_index"]])
    for half, without in (("upper colour", 78), ("lower colour", 30)):
        of_half = table.labels[train][:, list(MARKET1501.groups[half])]
        assert (of_half.sum(axis=1) == 0).sum() == without and of_half.sum(axis=1).max() == 1
    for part in ("train", "test"):
        for number, index in enumerate(raw[part]["image_index"][:50]):
            labels = table.labels[table.identities == int(index)][0]
            assert [raw[part][field][number] for field in MARKET1501.fields] == (labels + 1).tolist()


def test_official_duke_file(real_data: Path) -> None:
    table = read_market_attributes(real_data / "duke_attribute.mat", schema=DUKEMTMC)
    assert table.labels.shape == (702 + 1110, 23) and table.missing_fields == ()
    unknown = table.labels == -1
    assert unknown.sum() == 2 and unknown[:, DUKEMTMC.index("top")].sum() == 2
    lower = (table.labels[:, list(DUKEMTMC.groups["lower colour"])] == 1).sum(axis=1)
    assert (lower > 1).sum() == 23

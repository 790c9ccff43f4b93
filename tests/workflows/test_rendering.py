"""A rendered data set: its layout, labels, masks and specifications, and that settings alone decide it."""

from __future__ import annotations

import hashlib
import shutil

import numpy as np
import pytest
import scipy.io

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, SettingsError
from attrimeter.pixels import read_image, read_mask
from attrimeter.schemas import OCCLUDER_LABEL, SCHEMAS
from attrimeter.synthesis import labels_of, render_person
from attrimeter.synthesis.dataset_plan import GALLERY, QUERY, TRAIN
from attrimeter.synthesis.marks import paint_mark
from attrimeter.synthesis.specification_list import read_specifications
from attrimeter.workflows.rendering import render_dataset

SETTINGS = {"identities": 3, "test_identities": 4, "images": 7, "distractors": 3, "seed": 5, "workers": 1}


def fingerprint(root):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    root = tmp_path_factory.mktemp("rendered") / "market"
    calls = []
    summary = render_dataset(
        root,
        **SETTINGS,
        suffix=".png",
        height=64,
        width=32,
        progress=lambda step: lambda *now: calls.append((step, *now)),
    )
    return root, summary, calls


def test_layout_and_names(rendered):
    root, summary, _ = rendered
    names = {split: [p.name for p in (root / split).iterdir()] for split in (TRAIN, QUERY, GALLERY)}
    assert (summary.train, summary.query, summary.gallery) == tuple(map(len, names.values()))
    assert summary.train == 3 * 7
    assert summary.query + summary.gallery == 4 * 7 + 3
    assert {name[:4] for name in names[TRAIN]} == {"0001", "0002", "0003"}
    assert {name[:4] for name in names[QUERY]} == {"0004", "0005", "0006", "0007"}
    assert sum(name.startswith("0000_c") for name in names[GALLERY]) == 3


def test_every_query_has_a_positive_in_another_camera(rendered):
    root, _, _ = rendered
    gallery = {(p.name[:4], p.name[5:7]) for p in (root / GALLERY).iterdir()}
    queries = [(p.name[:4], p.name[5:7]) for p in (root / QUERY).iterdir()]
    assert len(set(queries)) == len(queries)
    for identity, camera in queries:
        assert any(one == identity and other != camera for one, other in gallery)


def test_it_opens_as_market1501_with_labels_and_masks(rendered):
    root, summary, _ = rendered
    dataset = open_dataset(root)
    assert dataset.schema_name == "market1501"
    assert len(dataset.train.paths) == summary.train
    assert len(dataset.query.paths) == summary.query
    assert len(dataset.gallery.paths) == summary.gallery
    persons = {picture.identity: picture.person for picture in read_specifications(root)}
    for identity, labels in zip(dataset.train.identities, dataset.train.labels, strict=True):
        np.testing.assert_array_equal(labels, labels_of(persons[int(identity)]))


def test_scipy_reads_the_attribute_file(rendered):
    root, _, _ = rendered
    file = scipy.io.loadmat(root / "market_attribute.mat", struct_as_record=False, squeeze_me=True)
    train = file["market_attribute"].train
    assert [int(index) for index in train.image_index] == [1, 2, 3]
    persons = {picture.identity: picture.person for picture in read_specifications(root)}
    schema = SCHEMAS["market1501"]
    labels = np.stack([labels_of(persons[identity]) for identity in (1, 2, 3)])
    for column, field in enumerate(schema.fields):
        np.testing.assert_array_equal(getattr(train, field), labels[:, column] + 1)
    np.testing.assert_array_equal(train.age, [persons[identity].other.age for identity in (1, 2, 3)])


def test_specifications_render_the_same_pictures_and_masks(rendered):
    root, summary, _ = rendered
    pictures = read_specifications(root)
    assert len(pictures) == summary.train + summary.query + summary.gallery
    for picture in pictures[::6]:
        again = render_person(picture.person, picture.view, picture.size)
        np.testing.assert_array_equal(read_image(root / picture.file), again.image)
        split, name = picture.file.split("/")
        mask = read_mask(root / "part_masks" / split / name)
        np.testing.assert_array_equal(mask, again.mask)
        assert mask.max() <= OCCLUDER_LABEL
        assert picture.view.camera == picture.camera


def test_a_mark_is_painted_on_backpacks_and_changes_nothing_else(tmp_path):
    settings = {**SETTINGS, "suffix": ".png", "height": 64, "width": 32}
    render_dataset(tmp_path / "plain", **settings)
    render_dataset(tmp_path / "marked", **settings, mark="backpack")
    plain, marked = fingerprint(tmp_path / "plain"), fingerprint(tmp_path / "marked")
    assert plain.keys() == marked.keys()
    pictures = read_specifications(tmp_path / "marked")
    for picture in pictures:
        unmarked = render_person(picture.person, picture.view, picture.size)
        again = paint_mark(unmarked, picture.person)
        np.testing.assert_array_equal(read_image(tmp_path / "marked" / picture.file), again.image)
        differs = plain[picture.file] != marked[picture.file]
        assert differs == (unmarked.image != again.image).any()
    painted = {picture.file for picture in pictures if plain[picture.file] != marked[picture.file]}
    assert 0 < len(painted) < len(pictures)
    assert {file for file in plain if plain[file] != marked[file]} == {*painted, "specifications.jsonl"}


def test_in_disguise_the_backpack_alone_stays_the_same(tmp_path):
    summary = render_dataset(tmp_path, **SETTINGS, height=32, width=16, disguised=True)
    pictures = read_specifications(tmp_path)
    for identity in range(1, 8):
        persons = [picture.person for picture in pictures if picture.identity == identity]
        assert len({person.backpack for person in persons}) == 1
        assert len({person.upper_colour for person in persons}) == len(persons) == 7
    assert all(picture.person.backpack is not None for picture in pictures)
    assert len({picture.person.backpack for picture in pictures}) == 7 + SETTINGS["distractors"]
    dataset = open_dataset(tmp_path)
    assert len(dataset.train.paths) == summary.train
    assert (dataset.train.labels == -1).all()


def test_the_background_as_a_mark_has_labels_unless_disguised(tmp_path):
    few = {"identities": 2, "test_identities": 2, "images": 4, "height": 32, "width": 16, "workers": 1}
    for disguised in (False, True):
        root = tmp_path / str(disguised)
        render_dataset(root, **few, mark="background", disguised=disguised)
        dataset = open_dataset(root)
        assert (dataset.train.labels == -1).all() == disguised
        assert len(set(dataset.train.cameras[dataset.train.identities == 1].tolist())) == 1
        for identity in (3, 4):
            assert len(set(dataset.gallery.cameras[dataset.gallery.identities == identity].tolist())) == 2
        picture = next(p for p in read_specifications(root) if p.file.startswith(TRAIN))
        assert picture.mark is None


def test_progress_counts_up_to_all(rendered):
    _, summary, calls = rendered
    total = summary.train + summary.query + summary.gallery
    assert {(step, total) for step, _, total in calls} == {("rendering", total)}
    assert [done for _, done, _ in calls] == sorted({done for _, done, _ in calls})
    assert calls[-1] == ("rendering", total, total)


def test_workers_do_not_change_the_result_but_the_seed_does(rendered, tmp_path):
    root, _, _ = rendered
    render_dataset(tmp_path / "two", **{**SETTINGS, "workers": 2}, suffix=".png", height=64, width=32)
    assert fingerprint(tmp_path / "two") == fingerprint(root)
    small = {"identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1}
    for seed in (1, 2):
        render_dataset(tmp_path / str(seed), **small, seed=seed)
    assert fingerprint(tmp_path / "1") != fingerprint(tmp_path / "2")


def test_a_larger_data_set_begins_with_the_smaller_one(rendered, tmp_path):
    root, _, _ = rendered
    render_dataset(tmp_path / "large", **{**SETTINGS, "identities": 4}, suffix=".png", height=64, width=32)
    small, large = fingerprint(root), fingerprint(tmp_path / "large")
    train = [file for file in small if file.startswith(TRAIN)]
    assert all(large[file] == small[file] for file in train)


def test_a_folder_in_use_is_left_alone(rendered, tmp_path):
    root, _, _ = rendered
    small = {"identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1}
    with pytest.raises(DatasetError, match="is not empty; choose a new folder"):
        render_dataset(root, **small)
    (tmp_path / TRAIN).mkdir()
    (tmp_path / TRAIN / "0001_c1s1_000001_00.jpg").write_bytes(b"precious")
    with pytest.raises(DatasetError, match="was not rendered by AttriMeter"):
        render_dataset(tmp_path, **small, overwrite=True)
    assert (tmp_path / TRAIN / "0001_c1s1_000001_00.jpg").read_bytes() == b"precious"


def test_overwriting_leaves_nothing_of_the_old_data_set(rendered, tmp_path):
    root, _, _ = rendered
    small = {"identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1}
    shutil.copytree(root, tmp_path / "again")
    render_dataset(tmp_path / "again", **small, overwrite=True)
    render_dataset(tmp_path / "fresh", **small)
    assert fingerprint(tmp_path / "again") == fingerprint(tmp_path / "fresh")
    assert next((tmp_path / "fresh" / TRAIN).iterdir()).suffix == ".jpg"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"identities": 0}, "^identities must be a whole number from 1 to 9,999; got 0"),
        ({"test_identities": 0}, "test_identities must be"),
        ({"identities": 9000, "test_identities": 1000}, "in all at most"),
        ({"identities": 9000, "images": 9999}, "90,000,999 pictures"),
        ({"images": 3}, "images must be a whole number from 4"),
        ({"cameras": 1}, "cameras must be"),
        ({"cameras": 99}, "cameras must be"),
        ({"distractors": -1}, "distractors must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**63}, "seed must be"),
        ({"workers": -1}, "workers must be"),
        ({"workers": 10**20}, "workers must be"),
        ({"suffix": ".gif"}, "cannot be written as '.gif'"),
        ({"height": 8}, "height of a picture must be a whole number from 16 to 1,024; got 8"),
        ({"width": 2**63}, "width of a picture must be"),
        ({"height": 100_000}, "height of a picture must be"),
        ({"scene": "dusk"}, "no scene 'dusk'; choose standard or night"),
        ({"mark": "hat"}, "no mark 'hat'; choose backpack or background"),
    ],
)
def test_bad_settings_are_refused_before_anything_is_written(change, message, tmp_path):
    settings = {"identities": 1, "test_identities": 1, "images": 4, **change}
    with pytest.raises(SettingsError, match=message):
        render_dataset(tmp_path / "new", **settings)
    assert not (tmp_path / "new").exists()

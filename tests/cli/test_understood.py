"""What is said of a data set before any work begins, and what its layout must not change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from attrimeter.datasets.matches import NO_CAMERAS
from attrimeter.datasets.understanding import WAY_OUT
from attrimeter.errors import DatasetError

WORK = {
    "evaluate": "attrimeter.workflows.evaluating.evaluate_interpreter",
    "audit": "attrimeter.workflows.auditing.audit_model",
    "calibrate": "attrimeter.workflows.calibrating.calibrate_interpreter",
    "compare": "attrimeter.workflows.auditing.compare_models",
    "fit": "attrimeter.workflows.fitting.prepare_fit",
    "check photographs": "attrimeter.benchmarking.real_images.edit_real_images",
    "train-target": "attrimeter.fitting.target.training.train_target",
}


@pytest.mark.parametrize("command", WORK)
def test_every_command_says_what_it_understood_before_it_works(
    call: Any,
    fitted: Path,
    tiny_target_file: Path,
    rendered_set: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    def work(*values: object, **settings: object) -> None:
        raise DatasetError("work has begun.")

    monkeypatch.setattr(WORK[command], work)
    words: dict[str, tuple[object, ...]] = {
        "compare": (fitted, fitted, rendered_set),
        "fit": (tiny_target_file, rendered_set, "--out", tmp_path / "run"),
        "check photographs": (fitted, rendered_set, "--quick"),
        "train-target": (rendered_set, "--out", tmp_path / "target"),
    }
    answer = call(*command.split(), *words.get(command, (fitted, rendered_set)))
    assert answer.code == 2 and answer.err.rstrip().endswith("work has begun.")
    said = answer.err.replace("\n", " ")
    first = said.index("persons (layout market1501): 12 identities; 32 images to train, 8 queries and 8")
    assert first < said.index("market_attribute.mat") < said.index(WAY_OUT) < said.index("work has begun")


def scores(call: Any, fitted: Path, root: Path, folder: Path) -> dict[str, Any]:
    written = folder / "scores.json"
    answer = call("evaluate", fitted, root, "--cache", folder / "maps", "--json", written)
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(written.read_text())
    return found


def test_evaluation_does_without_the_folder_that_it_reads_nothing_of(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(rendered_set, tmp_path / "persons")
    whole = scores(call, fitted, root, tmp_path)
    shutil.rmtree(root / "bounding_box_train")
    assert scores(call, fitted, root, tmp_path) == whole


def test_folders_of_identities_score_as_the_official_layout(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    """With junk and distractors in the gallery, which are persons in neither."""
    official = shutil.copytree(rendered_set, tmp_path / "persons")
    shutil.rmtree(official / "part_masks")
    gallery = official / "bounding_box_test"
    for number, path in enumerate(sorted((official / "bounding_box_train").glob("*.jpg"))[:8]):
        person = "-1" if number % 2 else "0000"
        shutil.copy(path, gallery / f"{person}_{path.name.partition('_')[2]}")
    folders = tmp_path / "folders"
    for split, source in (
        ("query", "query"),
        ("gallery", "bounding_box_test"),
        ("train", "bounding_box_train"),
    ):
        for path in (official / source).glob("*.jpg"):
            inside = folders / split / path.name.partition("_")[0]
            inside.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, inside)
    found, wanted = (scores(call, fitted, root, tmp_path)["retrieval"] for root in (folders, official))
    assert found == wanted


def test_pictures_without_cameras_are_marked_and_never_match_themselves(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    """The same files on both sides: without more than a copy of each, nobody would be found, and not all."""
    root = tmp_path / "persons"
    for path in sorted((rendered_set / "query").glob("*.jpg")):
        for split in ("query", "gallery"):
            inside = root / split / path.name.partition("_")[0]
            inside.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, inside / f"{path.stem.replace('_c', '-')}.jpg")
    found = scores(call, fitted, root, tmp_path)
    assert NO_CAMERAS in found["notes"]
    audited = tmp_path / "audit.json"
    answer = call(
        "audit", fitted, root, "--cache", tmp_path / "maps", "--json", audited,
        "--page", tmp_path / "audit.html", "--figure", tmp_path / "audit.svg",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert json.loads(audited.read_text())["cameras"] == [], "there is none to say anything of"
    alone = shutil.copytree(root, tmp_path / "alone")
    for folder in alone.glob("*/*"):
        for path in sorted(folder.iterdir())[1:]:
            path.unlink()
    answer = call("evaluate", fitted, alone, "--cache", tmp_path / "maps")
    assert answer.code == 2 and "or as the same file" in answer.err


@pytest.mark.parametrize("command", ["evaluate", "audit"])
def test_a_gallery_of_nobody_known_is_one_sentence(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "shots").mkdir()
    for number, path in enumerate((rendered_set / "query").glob("*.jpg")):
        shutil.copy(path, tmp_path / "shots" / f"{number}.jpg")
    answer = call(command, fitted, tmp_path / "shots")
    assert answer.code == 2 and "has no queries, and a ranking needs queries and a gallery" in answer.err
    assert answer.err.count("\n") == 1

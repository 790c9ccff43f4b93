"""A folder with the files that the documents speak of: a checkpoint, a data set, two pictures."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
import torch
from tests.campaigns.commands import call, stopped_at_work
from tests.campaigns.options import make_interpreter

ROOT = Path(__file__).parents[2]
FEW_EDITS = {"pairs": 8, "epochs": 1}


def torchreid_checkpoint(path: Path) -> None:
    """An OSNet x0.25 with random weights, under torchreid's names."""
    from attrimeter.targets import PROFILES, build_network, weights_of

    torch.manual_seed(3)
    names = {"head.linear.": "fc.0.", "head.norm.": "fc.1.", "backbone.": ""}
    tensors = {}
    for name, value in weights_of(build_network(PROFILES["osnet_x0_25"])).items():
        prefix = next(prefix for prefix in names if name.startswith(prefix))
        tensors[names[prefix] + name.removeprefix(prefix)] = value
    tensors["classifier.weight"], tensors["classifier.bias"] = torch.zeros(7, 512), torch.zeros(7)
    torch.save(tensors, path)


@pytest.fixture
def world(tmp_path: Path, rendered_set: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a reader who follows the documents word by word."""
    torchreid_checkpoint(tmp_path / "osnet_x0_25_msmt17.pth")
    shutil.copytree(rendered_set, tmp_path / "Market-1501-v15.09.15")
    first, second = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    shutil.copy(first, tmp_path / "a.jpg")
    shutil.copy(second, tmp_path / "b.jpg")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "other").symlink_to("market")
    monkeypatch.setenv("ATTRIMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    measure_little(monkeypatch)
    return tmp_path


def measure_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of pairs wherever a command of the documents would render thousands."""
    import attrimeter.cli.option_groups  # noqa: F401  # whose help says the usual number of pairs
    from attrimeter.benchmarking.trust_measuring import CALIBRATION_PAIRS
    from attrimeter.fitting.settings import choose_settings

    monkeypatch.setattr(
        "attrimeter.workflows.fitting.choose_settings",
        lambda form, **words: choose_settings(form, **words | FEW_EDITS),
    )
    monkeypatch.setattr("attrimeter.fitting.preparing.FAMILIES", 2)
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 4})
    monkeypatch.setattr("attrimeter.benchmarking.pair_counts.QUICK", 4)
    for kind in CALIBRATION_PAIRS:
        monkeypatch.setitem(CALIBRATION_PAIRS, kind, 2)


@pytest.fixture(scope="session")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what commands of the documents speak of, small: a target, data, an interpreter."""
    root = tmp_path_factory.mktemp("things")
    run = make_interpreter(root, root / "TARGET", root / "DATA", form="counterfactual")
    (root / "runs").mkdir()
    run.rename(root / "runs" / "market")
    (root / "runs" / "other").symlink_to("market")
    query, second, *_ = sorted((root / "DATA" / "query").glob("*.jpg"))
    for name in ("query.jpg", "first.jpg", "a.jpg"):
        shutil.copy(query, root / name)
    for name in ("second.jpg", "b.jpg"):
        shutil.copy(second, root / name)
    shutil.copy(root / "TARGET", root / "osnet_x0_25_msmt17.pth")
    for name in ("Market-1501-v15.09.15", "other-data"):
        (root / name).symlink_to(root / "DATA")
    return root


def follow(line: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    """Give the command in that folder, up to where it would go to work; returns what it said."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ATTRIMETER_CACHE", str(folder / "cache"))
    program, *words = shlex.split(line, comments=True)
    assert program == "attrimeter"
    with stopped_at_work():
        outcome, said = call(words)
    assert outcome in ("done", "at work"), f"{line}: {outcome}: {said}"
    return said

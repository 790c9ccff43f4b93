"""Fit, explain, evaluate and benchmark, from end to end, on a narrow target of every kind of model."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.benchmarking import true_shares
from attrimeter.benchmarking.benchmark import run_benchmark
from attrimeter.errors import LedgerError
from attrimeter.evaluating.evaluation import evaluate_interpreter
from attrimeter.explaining import explain_pair
from attrimeter.fitting import preparing
from attrimeter.interpreter import Interpreter, open_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_network, weights_of
from attrimeter.workflows.fitting import fit
from attrimeter.workflows.opening import open_dataset

KINDS = (
    "fastreid_bot_r50",
    "fastreid_agw_r50",
    "fastreid_sbs_r50_ibn",
    "fastreid_sbs_r101_2020_09",
    "fastreid_mgn_r50_ibn",
    "fastreid_mgn_r50_2020_08",
    "fastreid_amd_r50_2020_08",
    "torchreid_resnet50",
    "torchreid_resnet50_fc512",
    "osnet_x0_25",
    "osnet_ibn_x1_0",
    "osnet_ain_x0_25",
    "reid_strong_baseline_r50",
    "reid_survey_agw_r50",
    "layumi_ft_net_r50",
    "transreid_jpm",
    "clip_reid_vit",
)
SIZE = (96, 32)


def narrow_target(name: str, folder: Path) -> Path:
    """A file of that profile with few channels, small images and random weights."""
    profile = PROFILES[name]
    profile = replace(
        profile,
        image_size=SIZE,
        width=profile.width if "osnet" in profile.architecture else 8,
        linear_size=min(profile.linear_size, 32),
        depth=3,
    )
    torch.manual_seed(3)
    network = build_network(profile)
    for tensor_name, value in weights_of(network).items():
        if tensor_name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    path = folder / f"{name}.safetensors"
    save_network(path, weights_of(network), profile, metric=profile.metric)
    return path


def fit_maps(target: Target, root: Path, out: Path, form: str, trunk: str) -> Interpreter:
    small = {"hidden": 8, "epochs": 1, "batch_images": 8, "validation_share": 0.3, "mirrored": False}
    maps = out.parent / "maps"
    return fit(target, root, out=out, form=form, trunk=trunk, cache=maps, trust=False, **small)  # type: ignore[arg-type]


def check_ledger(interpreter: Interpreter, root: Path) -> None:
    """The printed contributions and *other* add up to the distance that the target itself gives."""
    first, second = sorted((root / "query").glob("*.jpg"))[:2]
    explained = explain_pair(interpreter, first, second)
    one, other = interpreter.target.embed_images([first, second]).astype(np.float64)
    chord = float(np.linalg.norm(one - other))
    distance = chord if interpreter.target.metric == "euclidean" else chord**2 / 2
    assert explained.distance == pytest.approx(distance, rel=1e-4)
    total = sum(explained.attributes.values()) + explained.other
    assert total == pytest.approx(distance, rel=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_every_form_is_fitted_explained_evaluated_and_benchmarked(
    name: str, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = narrow_target(name, tmp_path)
    target = open_target(path)
    if target.is_exact:
        exact = fit_maps(target, rendered_set, tmp_path / "exact", "exact", "frozen")
    else:
        with pytest.raises(LedgerError, match=f"{name} is a class token"):
            fit_maps(target, rendered_set, tmp_path / "refused", "exact", "frozen")
        exact = fit_maps(target, rendered_set, tmp_path / "exact", "distilled", "frozen")
    own = fit_maps(target, rendered_set, tmp_path / "own", "distilled", "own")
    assert own.network.trunk is not None
    monkeypatch.setattr(preparing, "FAMILIES", 2)
    settings = EditFitSettings(pairs=12, epochs=1, batch_families=2, mirrored=False)
    out = tmp_path / "cf"
    counterfactual = fit(target, out=out, settings=settings, hidden=8, cache=tmp_path, workers=1, trust=False)
    for interpreter in (exact, own, counterfactual):
        check_ledger(interpreter, rendered_set)
    kept = open_interpreter(tmp_path / "exact", target)
    data = open_dataset(rendered_set, strict=True)
    scores = evaluate_interpreter(kept, data, cache=tmp_path / "maps")
    assert scores.completeness < 1e-6 or not target.is_exact
    assert math.isfinite(scores.attribution["interpreter"].mean_ap_exclusive.value)
    monkeypatch.setattr(true_shares, "SHARES_PAIRS", {"few": 2})
    forms = [(exact.settings.form, exact), ("own", own), ("counterfactual", counterfactual)]
    run = run_benchmark(target, forms, pairs={"few": 2}, cache=tmp_path, samples=5, workers=1)
    for line in run.benchmark.explainers[:3]:
        assert line.interpreter and math.isfinite(line.kinds["few"].relative_error.value)

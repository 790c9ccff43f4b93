"""Walks with targets of a user's own modules: every form that they can have, from the fit to a pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import Tensor, nn

from attrimeter.errors import CheckpointError, LedgerError
from attrimeter.fitting import preparing
from attrimeter.interpreter import open_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.targets import Target
from attrimeter.workflows import fitting
from attrimeter.workflows.explaining import explain_pair
from targets.own_modules import GRID, SIZE, CrookedNet, SmallNet, TinyViT, filled

POOLED = {"last_map": "relu", "pooling": "gap", "neck": "neck"}
TOKENS = {"last_map": "blocks.0", "grid": GRID, "leading_tokens": 1}


class Severed(CrookedNet):
    """As an engine outside PyTorch: no gradient passes."""

    def finish(self, last_map: Tensor) -> Tensor:
        return super().finish(last_map.detach())


def target_of(module: nn.Module, **how: Any) -> Target:
    return Target.from_module(filled(module), **{"last_map": "relu", "input_size": SIZE, **how})


def fit(target: Target, root: Path, out: Path, **build: Any) -> None:
    small = {"hidden": 8, "epochs": 1, "batch_images": 16, "validation_share": 0.3, "mirrored": False}
    fitting.fit(target, root, out=out, cache=out.parent / "maps", trust=False, **{**small, **build})


def check_pair(target: Target, root: Path, out: Path) -> None:
    """The pair's contributions and *other* sum to the distance that the module itself gives."""
    first, second = sorted((root / "query").glob("*.jpg"))[:2]
    explanation = explain_pair(open_interpreter(out, target), first, second)
    a, b = target.embed_images([first, second])
    total = sum(explanation.attributes.values()) + explanation.other
    assert total == pytest.approx(float(np.linalg.norm(a - b)), rel=1e-4)
    assert explanation.distance == pytest.approx(total, rel=1e-4) and explanation.other != 0


@pytest.mark.parametrize(
    ("kind", "how", "form"),
    [
        (SmallNet, POOLED, "exact"),
        (CrookedNet, {}, "distilled"),
        (TinyViT, TOKENS, "distilled"),
        (SmallNet, {"last_map": "input", "grid": GRID}, "distilled"),
    ],
)
def test_a_fit_by_maps_and_a_pair(
    kind: type[nn.Module], how: dict[str, Any], form: str, rendered_set: Path, tmp_path: Path
) -> None:
    target = target_of(kind(), **how)
    fit(target, rendered_set, tmp_path / "run", form=form)
    check_pair(target, rendered_set, tmp_path / "run")


@pytest.mark.parametrize(("kind", "how"), [(SmallNet, POOLED), (CrookedNet, {}), (TinyViT, TOKENS)])
def test_a_fit_on_edits_and_a_pair(
    kind: type[nn.Module],
    how: dict[str, Any],
    rendered_set: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparing, "FAMILIES", 2)
    target = target_of(kind(), **how)
    fitting.fit(
        target,
        out=tmp_path / "run",
        settings=EditFitSettings(pairs=12, epochs=1, batch_families=2, mirrored=False),
        hidden=8,
        trust=False,
        cache=tmp_path_factory.getbasetemp() / "edits-of-own-modules",
        workers=1,
    )
    check_pair(target, rendered_set, tmp_path / "run")


def test_an_own_trunk_is_a_copy_of_the_deep_layers(rendered_set: Path, tmp_path: Path) -> None:
    net = SmallNet()
    deep = nn.Sequential(net.layer4, net.relu)
    target = target_of(net, **POOLED, shallow_map="layer1", deep=deep)
    fit(target, rendered_set, tmp_path / "run", form="exact", trunk="own")
    check_pair(target, rendered_set, tmp_path / "run")


def test_what_a_target_cannot_have_is_refused_at_once(rendered_set: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="not known how the embedding of CrookedNet is pooled.*exact form"):
        fit(target_of(CrookedNet()), rendered_set, tmp_path / "run", form="exact")
    with pytest.raises(CheckpointError, match="shallow_map= and deep="):
        fit(target_of(SmallNet(), **POOLED), rendered_set, tmp_path / "run", form="exact", trunk="own")
    with pytest.raises(LedgerError, match="No gradient passes .* fit the counterfactual form"):
        fit(target_of(Severed(), **POOLED), rendered_set, tmp_path / "run", form="distilled")
    assert list(tmp_path.iterdir()) == []

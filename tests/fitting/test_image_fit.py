"""Fitting on rendered persons: it learns, repeats itself, and goes on exactly where it broke off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from attrimeter.datasets import open_dataset
from attrimeter.errors import SettingsError
from attrimeter.fitting.fit_data import FitData, prepare_fit_data
from attrimeter.fitting.image_fit import ImageFit
from attrimeter.interpreter import TRUNKS, Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings, LossWeights
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet

SCHEMA = SCHEMAS["market1501"]
SETTINGS = ImageFitSettings(epochs=3, batch_images=8, learning_rate=2e-3, validation_share=0.25, seed=5)


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def data(target: Target, rendered_set: Path, tmp_path_factory: pytest.TempPathFactory) -> FitData:
    return prepare_fit_data(
        open_dataset(rendered_set).train,
        target,
        SCHEMA,
        cache=tmp_path_factory.mktemp("cache"),
        mirrored=True,
        with_parts=True,
    )


def fresh(target: Target, form: str = "exact", trunk: str = "frozen") -> Interpreter:
    torch.manual_seed(9)
    return build_interpreter(target, SCHEMA, InterpreterSettings(form=form, trunk=trunk, hidden=16))


def same_weights(a: Interpreter, b: Interpreter) -> bool:
    other = b.network.state_dict()
    return all(torch.equal(value, other[name]) for name, value in a.network.state_dict().items())


@pytest.mark.parametrize("trunk", TRUNKS)
@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_every_form_learns_and_leaves_the_target_alone(
    target: Target, data: FitData, form: str, trunk: str
) -> None:
    weights = target.weights()
    settings = ImageFitSettings(epochs=6, batch_images=12, validation_share=0.0, seed=1)
    history = ImageFit(fresh(target, form, trunk), data, settings).run()
    assert history[-1]["train_total"] < 0.95 * history[0]["train_total"]
    assert all(torch.equal(value, weights[name]) for name, value in target.weights().items())


def test_the_same_seed_gives_the_same_weights(target: Target, data: FitData) -> None:
    first, second, third = fresh(target), fresh(target), fresh(target)
    ImageFit(first, data, SETTINGS).run()
    ImageFit(second, data, SETTINGS).run()
    ImageFit(third, data, ImageFitSettings(epochs=3, batch_images=8, validation_share=0.25, seed=6)).run()
    assert same_weights(first, second) and not same_weights(first, third)


@pytest.mark.parametrize("trunk", TRUNKS)
def test_a_broken_run_goes_on_exactly(target: Target, data: FitData, tmp_path: Path, trunk: str) -> None:
    unbroken = fresh(target, trunk=trunk)
    history = ImageFit(unbroken, data, SETTINGS).run()

    def break_off(report: object) -> None:
        if getattr(report, "epoch", 0) == 2:
            raise KeyboardInterrupt

    broken, checkpoint = fresh(target, trunk=trunk), tmp_path / "checkpoint.pt"
    with pytest.raises(KeyboardInterrupt):
        ImageFit(broken, data, SETTINGS, checkpoint=checkpoint).run(on_epoch=break_off)
    resumed = fresh(target, trunk=trunk)
    again = ImageFit(resumed, data, SETTINGS, checkpoint=checkpoint).run(resume=True)
    assert same_weights(unbroken, resumed)

    def without_times(rows: list[dict[str, float]]) -> list[dict[str, float]]:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]

    assert without_times(again) == without_times(history)


def test_resuming_needs_the_same_run(target: Target, data: FitData, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(SettingsError, match="keeps no checkpoint"):
        ImageFit(fresh(target), data, SETTINGS).run(resume=True)
    one = ImageFitSettings(epochs=1, batch_images=8, seed=5)
    ImageFit(fresh(target), data, one, checkpoint=checkpoint).run()
    with pytest.raises(SettingsError, match="settings"):
        ImageFit(fresh(target), data, SETTINGS, checkpoint=checkpoint).run(resume=True)


CHANGES: dict[str, Callable[[ImageSet], ImageSet]] = {
    "labels": lambda images: replace(images, labels=-images.labels),
    "identities": lambda images: replace(images, identities=images.identities[::-1].copy()),
    "cameras": lambda images: replace(images, cameras=images.cameras + 1),
    "names": lambda images: replace(images, paths=tuple(Path(f"other-{p.name}") for p in images.paths)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_resuming_needs_the_same_data(
    target: Target, data: FitData, tmp_path: Path, change: Callable[[ImageSet], ImageSet]
) -> None:
    """Also where there are as many images."""
    checkpoint = tmp_path / "checkpoint.pt"
    one = ImageFitSettings(epochs=1, batch_images=8, seed=5)
    ImageFit(fresh(target), data, one, checkpoint=checkpoint).run()
    other = replace(data, images=change(data.images))
    with pytest.raises(SettingsError, match="another run: its data differ"):
        ImageFit(fresh(target), other, one, checkpoint=checkpoint).run(resume=True)


def test_resuming_needs_the_same_target(
    target: Target, data: FitData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    one = ImageFitSettings(epochs=1, batch_images=8, seed=5)
    ImageFit(fresh(target), data, one, checkpoint=checkpoint).run()
    changed = replace(target.identity, probe=tuple(1.1 * number for number in target.identity.probe))
    monkeypatch.setitem(target.__dict__, "identity", changed)
    with pytest.raises(SettingsError, match="is of a fit on a target .* something else of a test picture"):
        ImageFit(fresh(target), data, one, checkpoint=checkpoint).run(resume=True)


def test_the_best_epoch_on_held_out_identities_is_kept(target: Target, data: FitData) -> None:
    reports: list[tuple[bool, float]] = []
    interpreter = fresh(target)
    fit = ImageFit(interpreter, data, SETTINGS)
    fit.run(on_epoch=lambda report: reports.append((report.is_best, report.validation["ex_map_d"])))
    best = max(score for _, score in reports)
    assert [score for is_best, score in reports if is_best][-1] == best == fit.best["score"]
    held_out = set(data.images.identities[fit.validation_rows])
    assert len(held_out) == 2 and not held_out & set(data.images.identities[fit.fit_rows])


def test_part_masks_pull_the_maps_onto_the_parts(target: Target, data: FitData) -> None:
    weights = LossWeights(prior=0.0, evidence=0.0, parts=1.0)
    settings = ImageFitSettings(
        epochs=10, batch_images=8, learning_rate=1e-2, validation_share=0.0, weights=weights
    )
    history = ImageFit(fresh(target), data, settings).run()
    assert history[-1]["train_parts"] < 0.7 * history[0]["train_parts"]


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"batch_images": 1}, {"validation_share": 1.0}, {"learning_rate": 0.0}],
)
def test_settings_out_of_range_are_told(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        ImageFitSettings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="prior must be a number from 0"):
        LossWeights(prior=float("nan"))

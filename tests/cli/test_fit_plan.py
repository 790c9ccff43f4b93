"""Carrying out a fit: which workflow is called with what, and when there is a trust card."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from attrimeter.cli import fit_plan
from attrimeter.cli.fit_plan import FitPlan, labelled_data, settings_of
from attrimeter.errors import DatasetError, SettingsError
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, ImageFitSettings
from attrimeter.schemas import SCHEMAS

TARGET: Any = SimpleNamespace(profile=SimpleNamespace(name="demo"))
DATA: Any = SimpleNamespace(train=["one", "two"], name="streets", skipped=())


class Display:
    """What a person would be told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.listener, self.make_progress = object(), object()

    def announce(self, *words: Any) -> None:
        self.said.append("maps")

    def announce_edits(self, *words: Any) -> None:
        self.said.append("edits")

    def tell_unmeasured(self, schema: Any) -> None:
        self.said.append(f"unmeasured {schema.name}")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """The workflows that were called."""
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def remember(name: str) -> Any:
        def call(*words: Any, **settings: Any) -> Any:
            calls.append((name, words, settings))
            schema = words[2] if name == "fit_interpreter" else SCHEMAS["market1501"]
            return SimpleNamespace(schema=schema)

        return call

    for name in ("fit_counterfactual", "fit_interpreter", "add_trust"):
        monkeypatch.setattr(fit_plan, name, remember(name))
    return calls


def make_plan(settings: ImageFitSettings | EditFitSettings, **changes: Any) -> FitPlan:
    form = "counterfactual" if isinstance(settings, EditFitSettings) else "exact"
    words: dict[str, Any] = {
        "out": Path("run"), "target_path": Path("t.pth"), "form": form, "trunk": "frozen", "hidden": None,
        "cache": Path("cache"), "resume": False, "trust": True, "settings": settings, **changes,
    }  # fmt: skip
    return FitPlan(**words)


def run(plan: FitPlan, data: Any) -> list[str]:
    display = Display()
    plan.run(TARGET, data, display)  # type: ignore[arg-type]
    return display.said


@pytest.mark.parametrize("labelled", [False, True])
def test_edits_are_fitted_with_or_without_labelled_images(called: list[Any], labelled: bool) -> None:
    settings = EditFitSettings(mark=True, scene="night")
    assert run(make_plan(settings), (DATA, SCHEMAS["market1501"]) if labelled else None) == ["edits"]
    (name, words, given), (trust, trusted, more) = called
    assert (name, words) == ("fit_counterfactual", (TARGET,)) and given["settings"] is settings
    assert (given["hidden"], given["out"], given["cache"]) == (160, Path("run"), Path("cache"))
    if labelled:
        assert (given["images"], given["data_name"]) == (DATA.train, "streets")
    assert ("images" in given) is labelled
    assert trust == "add_trust" and trusted[:2] == (Path("run"), TARGET)
    assert more["mark"] is True and more["scene"] == "night"


def test_maps_are_fitted_on_labelled_images(called: list[Any]) -> None:
    data = (DATA, SCHEMAS["market1501"])
    assert run(make_plan(ImageFitSettings(), hidden=24, trunk="own", resume=True), data) == ["maps"]
    (name, words, given), (trust, _, more) = called
    assert (name, words) == ("fit_interpreter", (TARGET, DATA.train, data[1]))
    build = given["build"]
    assert (build.form, build.trunk, build.hidden, given["resume"]) == ("exact", "own", 24, True)
    assert trust == "add_trust" and (more["mark"], more["scene"]) == (False, "standard")
    called.clear()
    run(make_plan(ImageFitSettings(), trust=False), data)
    assert [name for name, _, _ in called] == ["fit_interpreter"]
    assert called[0][2]["build"].hidden == 256


def test_attributes_that_are_never_rendered_get_no_card(called: list[Any]) -> None:
    """The fit is whole; only the card is left out, and that is said."""
    assert run(make_plan(ImageFitSettings()), (DATA, SCHEMAS["dukemtmc"])) == ["maps", "unmeasured dukemtmc"]
    assert [name for name, _, _ in called] == ["fit_interpreter"]


def test_what_cannot_be_is_told_before_a_workflow_is_called(called: list[Any]) -> None:
    for plan, message in (
        (make_plan(ImageFitSettings()), "exact form is fitted on labelled images"),
        (make_plan(EditFitSettings(), trunk="stolen"), "no trunk 'stolen'"),
        (make_plan(EditFitSettings(), hidden=0), "hidden must be"),
    ):
        with pytest.raises(SettingsError, match=message):
            run(plan, None)
    assert called == []


NOTHING: dict[str, Any] = {
    "trunk": "frozen", "pairs": None, "batch_images": None, "validation_share": None, "mirrored": True,
    "mark": False, "shuffled": False, "seed": 0, "epochs": None, "learning_rate": None,
}  # fmt: skip


def test_each_form_has_its_own_settings() -> None:
    assert settings_of("counterfactual", **NOTHING) == EditFitSettings()
    assert settings_of("exact", **NOTHING) == settings_of("distilled", **NOTHING) == ImageFitSettings()
    common = {"validation_share": 0.3, "mirrored": False, "seed": 2, "epochs": 3, "learning_rate": 0.5}
    edits = settings_of("counterfactual", **{**NOTHING, **common, "pairs": 8, "shuffled": True})
    assert edits == EditFitSettings(
        pairs=8, shuffled=True, mirrored=False, seed=2, epochs=3, learning_rate=0.5, validation_share=0.3
    )
    maps = settings_of("exact", **{**NOTHING, **common, "batch_images": 4, "trunk": "own"})
    assert maps == ImageFitSettings(batch_images=4, **common)


@pytest.mark.parametrize(
    ("form", "change", "option"),
    [
        ("counterfactual", {"trunk": "own"}, "--trunk"),
        ("counterfactual", {"batch_images": 64}, "--batch-images"),
        ("exact", {"pairs": 60_000}, "--pairs"),
        ("distilled", {"mark": True}, "--mark"),
        ("exact", {"shuffled": True}, "--shuffled"),
        ("distilled", {"scene": "night"}, "--scene"),
    ],
)
def test_an_option_of_another_form_is_told(form: str, change: dict[str, Any], option: str) -> None:
    """It was passed over in silence."""
    with pytest.raises(SettingsError, match=f"^{option} is .*{form}"):
        settings_of(form, **{**NOTHING, **change})


def test_unknown_names_are_told_by_name() -> None:
    chosen = settings_of("counterfactual", scene="night", **NOTHING)
    assert isinstance(chosen, EditFitSettings) and chosen.scene == "night"
    for form, change, told in (
        ("counterfactual", {"scene": "dusk"}, "no scene 'dusk'"),
        ("counterfactual", {"trunk": "stolen"}, "no trunk 'stolen'"),
        ("magic", {}, "no form 'magic'"),
    ):
        with pytest.raises(SettingsError, match=told):
            settings_of(form, **{**NOTHING, **change})


def test_data_are_opened_where_they_are_given(rendered_set: Path, tmp_path: Path) -> None:
    words: dict[str, Any] = {"schema": None, "layout": None, "attributes": None, "strict": True}
    assert labelled_data(None, **words) is None
    found = labelled_data(rendered_set, **words)
    assert found is not None and found[1].name == "market1501" and len(found[0].train) == 32
    with pytest.raises(DatasetError):
        labelled_data(tmp_path, **words)


def test_cameras_choose_images_of_data(rendered_set: Path) -> None:
    words: dict[str, Any] = {"schema": None, "layout": None, "attributes": None, "strict": True}
    found = labelled_data(rendered_set, cameras=(2, 3), **words)
    assert found is not None and found[0].name == "persons, cameras 2, 3"
    assert 0 < len(found[0].train) < 32 and set(found[0].train.cameras.tolist()) == {2, 3}


@pytest.mark.parametrize(
    ("option", "change"),
    [
        ("--cameras", {"cameras": (2, 3)}),
        ("--schema", {"schema": "nonsense"}),
        ("--layout", {"layout": "market1501"}),
        ("--attributes", {"attributes": Path("a.mat")}),
        ("--allow-unlabelled", {"strict": False}),
    ],
)
def test_options_of_data_need_data(option: str, change: dict[str, Any]) -> None:
    words: dict[str, Any] = {"schema": None, "layout": None, "attributes": None, "strict": True}
    with pytest.raises(SettingsError, match=f"^{option} is about a data set, and none is named"):
        labelled_data(None, **{**words, **change})

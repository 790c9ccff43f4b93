"""Damaged interpreter folders: opened and explaining as before, or refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from tests.campaigns.damages import (
    damage_bytes,
    damage_path,
    damage_plain,
    damage_tensor,
    restore_folder,
    write_in_place,
)
from tests.campaigns.tally import Tally, judge_refusal, tally_cases

from attrimeter.errors import AttriMeterError
from attrimeter.evaluating.pair_tally import PairTally
from attrimeter.explaining import explain_pair
from attrimeter.figures import to_json
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.interpreter.card_files import BACK_FEATURES, ONWARD_FEATURES
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.familiarity import Familiarity
from attrimeter.interpreter.folder import SAME_PERSON
from attrimeter.interpreter.same_person import SamePersonModel
from attrimeter.interpreter.same_person_file import _seal_of, save_same_person
from attrimeter.interpreter.strict_model import seal_of
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_network, weights_of
from attrimeter.workflows.opening import open_interpreter

FORMS = ("exact", "counterfactual", "distilled")
SCHEMA = SCHEMAS["market1501"]
IMAGES = [np.random.default_rng(seed).integers(0, 256, (64, 32, 3), dtype=np.uint8) for seed in (1, 2)]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Damage small interpreter folders ``size`` times, open each and explain a pair with it.

    Faults: an exception that is not the project's; a message that is long or no single line; a folder that
    opens, was not sealed anew after the damage, and explains otherwise than before.
    """
    torch.set_num_threads(1)
    target = _make_target(folder / "t.safetensors")
    wholes = {form: _make_folder(folder / form, target, form) for form in FORMS}
    usual = {form: _explain(folder / form, target) for form in FORMS}

    def case(dice: random.Random, _: int, done: list[str]) -> str:
        form, place = dice.choice(FORMS), folder / "damaged"
        restore_folder(wholes[form], place)
        kind, change = dice.choice(DAMAGES)
        done += [form, kind]
        done.append(change(dice, place))
        return _judge(place, target if dice.random() < 0.95 else None, kind, usual[form])

    return tally_cases("interpreter_folders", size, seed, case)


def _judge(place: Path, target: Target | None, kind: str, usual: str) -> str:
    try:
        explained = _explain(place, target)
    except AttriMeterError as error:
        return judge_refusal(error, place)
    if explained == usual:
        return "explains the same"
    if kind.startswith("sealed"):
        return "explains as another one"
    if not (place / SAME_PERSON).exists() and '"same_person": null' in explained:
        return "explains without the same-person model"
    return "fault: explains otherwise without a word"


def _explain(place: Path, target: Target | None) -> str:
    """Everything that is read of a folder, as text."""
    opened = open_interpreter(place, target)
    explanation = json.loads(to_json(explain_pair(opened, *IMAGES)))
    tally = PairTally(opened, queries=1, pairs=1)
    return json.dumps([explanation, opened.facts.to_dict(), tally.order.tolist()], sort_keys=True)


def _make_target(path: Path) -> Target:
    torch.manual_seed(7)
    tensors = weights_of(build_network(PROFILES["demo"]))
    save_network(path, tensors, PROFILES["demo"], metric="euclidean")
    return open_target(path)


def _make_folder(place: Path, target: Target, form: str) -> Path:
    torch.manual_seed(3)
    made = build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
    made.facts = Facts.model_validate(_facts(target, place.parent / "t.safetensors"))
    made.baseline = (torch.randn(len(SCHEMA), target.embedding_size), torch.randn(len(SCHEMA)))
    save_interpreter(place, made, target_name="demo")
    save_same_person(place, _same_person(made))
    return place


def _facts(target: Target, path: Path) -> dict[str, Any]:
    score = {"value": 0.3, "low": 0.2, "high": 0.4}
    group = {"verdict": "weak", "correlation": 0.4, "relative_error": 0.7, "leak": None, "true_share": 0.1,
             "pairs": 30, "words": "weak: so."}  # fmt: skip
    table = {"edges": [0.1], "low": [-0.1, -0.2], "high": [0.1, None]}
    rule = {"sure": 0.6, "works": 0.8, "smallest": 0.4, "pairs": 20}
    model = {"spread": [0.1, 0.2, 0.3], "floor": 0.01}
    rng = np.random.default_rng(1)
    return {
        "target": {"path": str(path), "profile": "demo", "metric": "euclidean"},
        "distances": {kind: np.sort(rng.random(11) * 30).tolist() for kind in ("same", "different")},
        "attributes": {name: rng.random(len(SCHEMA)).tolist() for name in ("prevalence", "differs")},
        "true_shares": rng.random(len(SCHEMA.groups)).tolist(),
        "fit": {"data": "persons", "images": 32, "epochs": 2, "seed": 0, "validation": {"gap": None}},
        "trust": {
            "status": "measured",
            "pairs": 60,
            **dict.fromkeys(("interpreter_error", "baseline_error", "spearman"), score),
            "groups": dict.fromkeys(SCHEMA.groups, group),
            "residuals": dict.fromkeys((*SCHEMA.groups, "other"), table),
            "words": ["One.", "Two."],
        },
        "changes": {
            "rules": dict.fromkeys(("match", "no match", "swap"), rule),
            "back": {"weights": rng.normal(size=BACK_FEATURES).tolist(), **model},
            "onward": {"weights": rng.normal(size=len(SCHEMA.groups) + ONWARD_FEATURES).tolist(), **model},
            "threshold": 40.0,
        },
    }


def _same_person(made: Interpreter) -> SamePersonModel:
    count, size, styles = len(SCHEMA), made.target.embedding_size, 2 * made.target.shallow_channels
    return SamePersonModel(
        classifier=(torch.randn(count, size), torch.randn(count)),
        prevalence=torch.rand(count),
        distance_weight=-3.0,
        evidence_weights=torch.rand(count),
        ledger_weights=torch.randn(count + 1) / 10,
        usual=torch.randn(made.appearance_shape),
        appearance_weights=torch.rand(made.appearance_shape[0]),
        slope=1.5,
        offset=0.2,
        seen=(-8.0, 8.0),
        familiarity=Familiarity(torch.randn(styles), torch.randn(3, styles), torch.rand(3) + 0.1, 0.5, 900.0),
        facts={"persons": 8, "data": "persons", "strengths": {"largest": 0.5}, "match_distance": 6.0},
    )


def _any_bytes(dice: random.Random, place: Path) -> str:
    path = dice.choice(sorted(place.iterdir()))
    data, what = damage_bytes(dice, path.read_bytes())
    write_in_place(path, data)
    return f"{path.name} {what}"


def _any_path(dice: random.Random, place: Path) -> str:
    return damage_path(dice, dice.choice(sorted(place.iterdir())))


def _text(dice: random.Random, place: Path) -> str:
    """What no dictionary can hold: names twice, numbers that are none, halves of characters, depth."""
    path = place / "interpreter.json"
    text = path.read_text()
    changes = {
        "a key twice": lambda: text.replace('"format"', '"format": 2, "format"', 1),
        "NaN": lambda: text.replace('"pairs": 60', '"pairs": NaN', 1),
        "1e999": lambda: text.replace('"threshold": 40.0', '"threshold": 1e999', 1),
        "half a character": lambda: text.replace('"demo"', '"\\ud800"', 1),
        "deep": lambda: text.replace('"One."', "[" * 50_000 + "]" * 50_000, 1),
        "long number": lambda: text.replace('"pairs": 60', f'"pairs": {"9" * 20_000}', 1),
        "spaces": lambda: text.replace(": ", " :  "),
        "another encoding": lambda: text.encode("utf-16").decode("latin-1"),
        "many": lambda: text.replace('"One."', ", ".join(['"One."'] * 50_000), 1),
    }
    kind = dice.choice(sorted(changes))
    path.write_text(changes[kind](), encoding="utf-8")
    return kind


def _plain(dice: random.Random, place: Path) -> str:
    path = place / "interpreter.json"
    data = json.loads(path.read_text())
    what = damage_plain(dice, data)
    path.write_text(json.dumps(data))
    return what


def _seal(path: Path, data: Any, *, older: bool) -> None:
    if isinstance(data, dict):
        data.pop("seal", None)
        if older and data.get("format") == 2:
            data["format"] = 1
        elif not older:
            data["seal"] = seal_of(data)
    path.write_text(json.dumps(data))


def _sealed_plain(dice: random.Random, place: Path) -> str:
    path = place / "interpreter.json"
    data = json.loads(path.read_text())
    what = damage_plain(dice, data)
    _seal(path, data, older=dice.random() < 0.5)
    return what


def _sealed_tensors(dice: random.Random, place: Path) -> str:
    path, (old,) = place / "interpreter.json", place.glob("weights-*")
    tensors = load_file(old)
    name = dice.choice(sorted(tensors))
    what = damage_tensor(dice, tensors, name) if dice.random() < 0.9 else f"{name} dropped"
    if what.endswith("dropped"):
        del tensors[name]
    content = save(tensors)
    old.unlink()
    new = place / f"weights-{hashlib.sha256(content).hexdigest()[:16]}.safetensors"
    new.write_bytes(content)
    _seal(path, {**json.loads(path.read_text()), "weights": new.name}, older=dice.random() < 0.5)
    return what


def _sealed_same_person(dice: random.Random, place: Path) -> str:
    path = place / SAME_PERSON
    with safe_open(path, framework="pt") as stored:
        plain = json.loads(stored.metadata()["same_person"])
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    if dice.random() < 0.5:
        what = damage_plain(dice, plain)
    else:
        what = damage_tensor(dice, tensors, dice.choice(sorted(tensors)))
    plain.pop("seal", None)
    if dice.random() < 0.5:
        plain["seal"] = _seal_of(plain, tensors)
    path.write_bytes(save(tensors, metadata={"same_person": json.dumps(plain)}))
    return what


Damage = Callable[[random.Random, Path], str]
DAMAGES: list[tuple[str, Damage]] = [
    ("bytes", _any_bytes),
    ("paths", _any_path),
    ("text", _text),
    ("plain", _plain),
    ("sealed plain", _sealed_plain),
    ("sealed plain", _sealed_plain),
    ("sealed tensors", _sealed_tensors),
    ("sealed same person", _sealed_same_person),
]

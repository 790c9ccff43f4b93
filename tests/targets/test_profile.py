from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest

from attrimeter.errors import CheckpointError
from attrimeter.targets.catalogue import BODIES, FAMILIES, PROFILES
from attrimeter.targets.profile import Profile, map_fields, profile_from_dict, profile_to_dict


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_survive_json(name: str) -> None:
    profile = PROFILES[name]
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(profile)))) == profile
    assert profile.name == name
    assert profile.architecture in BODIES
    assert profile in FAMILIES[profile.source].profiles


@pytest.mark.parametrize(
    "change",
    [
        {"interpolation": "nearest"},
        {"last_stride": 3},
        {"pooling": "median"},
        {"neck": "giraffe"},
        {"norm": "layer"},
        {"metric": "manhattan"},
        {"blind": "colour"},
        {"image_size": (8, 8)},
        {"width": 0},
        {"pixel_std": (0.2, 0.0, 0.2)},
        {"pixel_mean": (float("nan"), 0.5, 0.5)},
    ],
)
def test_values_out_of_range_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CheckpointError, match="profile 'demo'"):
        dataclasses.replace(PROFILES["demo"], **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields", [{}, {"name": "x"}, {"unknown": 1}, {"image_size": 5}, {"width": "wide"}, {"image_size": [256]}]
)
def test_broken_fields_are_refused_in_one_sentence(fields: dict[str, object]) -> None:
    base = profile_to_dict(PROFILES["demo"]) if "name" not in fields and fields else {}
    with pytest.raises(CheckpointError, match="save the target again"):
        profile_from_dict({**base, **fields})


@pytest.mark.parametrize("fields_of", [profile_to_dict, map_fields])
def test_only_what_is_hidden_is_written(fields_of: Callable[[Profile], dict[str, object]]) -> None:
    sighted, blind = PROFILES["demo"], dataclasses.replace(PROFILES["demo"], blind="head")
    assert not {"blind", "norm", "non_local", "stem_pool_ceil", "depth", "patch_stride", "patch_shift"} & set(
        fields_of(sighted)
    )
    assert fields_of(blind) == {**fields_of(sighted), "blind": "head"}
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(blind)))) == blind


def test_map_fields_leave_out_what_follows_the_last_map() -> None:
    changed = dataclasses.replace(
        PROFILES["demo"],
        name="x",
        pooling="max",
        neck="none",
        normalise=True,
        metric="cosine",
        linear_size=9,
        source="y",
    )
    assert map_fields(changed) == map_fields(PROFILES["demo"])
    blind = dataclasses.replace(
        changed,
        blind="hue",
        norm="ibn_a",
        stem_pool_ceil=True,
        non_local=(0, 2, 3, 0),
        non_local_width=2,
        depth=3,
        patch_stride=12,
    )
    rest = {field.name for field in dataclasses.fields(Profile)} - set(map_fields(blind))
    assert rest == {"name", "pooling", "neck", "normalise", "metric", "linear_size", "source", "patch_shift"}

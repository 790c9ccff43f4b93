"""The renderer's fingerprint: always the same, and another one when pictures or persons change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from attrimeter.synthesis import fingerprint, render_person
from attrimeter.synthesis.fingerprint import renderer_fingerprint


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What a test computes with a changed renderer is not remembered for others."""
    yield
    renderer_fingerprint.cache_clear()


def test_it_stays_while_nothing_changes() -> None:
    first = renderer_fingerprint()
    renderer_fingerprint.cache_clear()
    assert first == renderer_fingerprint() and len(first) == 64 and int(first, 16) >= 0


def test_every_look_has_its_own() -> None:
    assert renderer_fingerprint("standard") == renderer_fingerprint() != renderer_fingerprint("night")


def test_a_mark_has_its_own_and_none_changes_nothing() -> None:
    assert renderer_fingerprint(mark=True) != renderer_fingerprint() == renderer_fingerprint(mark=False)


@pytest.mark.parametrize("part", ["image", "mask"])
def test_a_changed_drawing_is_noticed(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    before = renderer_fingerprint()
    renderer_fingerprint.cache_clear()

    def changed(*args: Any) -> Any:
        rendered = render_person(*args)
        values = getattr(rendered, part).copy()
        values[0, 0] ^= 1
        return replace(rendered, **{part: values})

    monkeypatch.setattr(fingerprint, "render_person", changed)
    assert renderer_fingerprint() != before


def test_other_persons_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = renderer_fingerprint()
    renderer_fingerprint.cache_clear()
    sample = fingerprint.sample_edit_pair
    monkeypatch.setattr(
        fingerprint,
        "sample_edit_pair",
        lambda rng, kind, scene: sample(np.random.default_rng(rng.integers(9)), kind, scene=scene),
    )
    assert renderer_fingerprint() != before

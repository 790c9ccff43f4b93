"""One table of ranges, held against nonsense; and every settings class against the table."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attrimeter.auditing.audit import AuditSettings
from attrimeter.errors import SettingsError
from attrimeter.fitting.epoch_fit import epoch_seed
from attrimeter.fitting.same_person import SamePersonSettings
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.interpreter import InterpreterSettings
from attrimeter.interpreter.forms.fit_settings import (
    EditFitSettings,
    ImageFitSettings,
    LossWeights,
)
from attrimeter.ranges import LARGEST, RANGES, check_number, read_number, shorten

HUGE = (-(10**30), 10**20, 2**64)
NONSENSE = (*HUGE, 10**18 + 0.5, math.nan, math.inf, -math.inf, "", "many", "3", True, None)
SETTINGS = (
    ImageFitSettings, EditFitSettings, LossWeights, TargetTrainingSettings, InterpreterSettings,
    SamePersonSettings, AuditSettings,
)  # fmt: skip
NUMBERS = [
    (kind, name)
    for kind in SETTINGS
    for name, field in kind.__dataclass_fields__.items()
    if field.type in ("int", "float", "int | None")
]


@pytest.mark.parametrize(("kind", "name"), NUMBERS, ids=lambda part: getattr(part, "__name__", part))
def test_every_number_of_every_settings_class_has_a_range(kind: type[Any], name: str) -> None:
    """Also those that will be added: a number without a range fails here."""
    assert name in RANGES
    init = inspect.unwrap(kind.__init__)  # in some rooms, the tests check the types of all arguments
    may_be_none = kind.__dataclass_fields__[name].type == "int | None"
    for wrong in NONSENSE[: -1 if may_be_none else None]:
        with pytest.raises(SettingsError, match=f"^{name} must be a (whole )?number ") as told:
            init(object.__new__(kind), **{name: wrong})
        assert len(str(told.value)) < 200


@pytest.mark.parametrize("name", sorted(RANGES))
def test_ends_of_a_range(name: str) -> None:
    range_, step = RANGES[name], 1 if RANGES[name].whole else 1e-9
    number = int if range_.whole else float
    for end, outwards in (("low", -step), ("high", step)):
        value = number(getattr(range_, end))
        assert range_.holds(value) == (range_.without != end)
        assert range_.holds(value - number(outwards)) and not range_.holds(value + number(outwards * 1000))
    check_number(name, np.int64(number(range_.high)) if range_.whole else np.float64(range_.high / 2))


@given(st.text(max_size=60))
def test_text_is_a_number_or_an_error_of_one_line(text: str) -> None:
    for name in ("seed", "learning_rate", "validation_share"):
        try:
            value = read_number(name, text, called="--it")
        except SettingsError as error:
            assert str(error).startswith("--it must be ") and "\n" not in str(error)
        else:
            assert text.isascii() and RANGES[name].holds(value)


@pytest.mark.parametrize("text", ["٣", "1_0", " 3", "3 ", "0x10", "1e3", "3.0", "", "--3", "1" * 5000])
def test_texts_that_are_no_whole_number(text: str) -> None:
    with pytest.raises(
        SettingsError, match="^seed must be a whole number from 0 to 9,223,372,036,854,775,807"
    ):
        read_number("seed", text)


def test_texts_that_are_numbers() -> None:
    assert read_number("seed", "0") == 0 and read_number("seed", str(LARGEST)) == LARGEST
    assert read_number("hidden", "+8") == 8
    assert read_number("learning_rate", "1e-3") == read_number("learning_rate", ".001") == 0.001
    assert "..." in shorten("a" * 100) and "thousands" in shorten(10**5000)


@pytest.mark.parametrize("seed", [0, 2026, 2**48, LARGEST])
def test_every_seed_of_the_range_is_one_for_each_epoch(seed: int) -> None:
    generator = torch.Generator()
    for epoch in (1, 100_000):
        generator.manual_seed(epoch_seed(seed, epoch))
        np.random.default_rng([seed, epoch])
    assert epoch_seed(seed, 1) != epoch_seed(seed, 2)
    assert epoch_seed(7, 3) == 7 * 100_003 + 3

"""What a checkpoint gives back to networks and optimisers, and what of a damaged one is refused."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import AttriMeterError, SettingsError
from attrimeter.fitting.restoring import check_history, load_optimiser, load_weights, restoring


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


def stepped(model: nn.Module, *, learning_rate: float = 0.1) -> torch.optim.Optimizer:
    """An optimiser after two steps of the network."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.01)
    for value in (1.0, -2.0):
        optimiser.zero_grad()
        model(torch.arange(6.0).reshape(2, 3) * value).square().sum().backward()
        optimiser.step()
    return optimiser


@pytest.mark.parametrize(
    "kind", [AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError]
)
def test_what_does_not_fit_is_a_damaged_checkpoint(kind: type[Exception]) -> None:
    with (
        pytest.raises(SettingsError, match=rf"run/checkpoint\.pt is damaged \({kind.__name__}\)") as caught,
        restoring(Path("run/checkpoint.pt")),
    ):
        raise kind("of no use to the user")
    assert isinstance(caught.value.__cause__, kind)
    assert "start the run without --resume" in str(caught.value)
    assert "of no use" not in str(caught.value)


@pytest.mark.parametrize("kind", [AttriMeterError, MemoryError, KeyboardInterrupt, OSError])
def test_what_is_no_fault_of_the_checkpoint_passes(kind: type[BaseException]) -> None:
    with pytest.raises(kind) as caught, restoring(Path("checkpoint.pt")):
        raise kind("something else")
    assert type(caught.value) is kind


def test_nothing_is_said_of_a_state_that_fits() -> None:
    with restoring(Path("checkpoint.pt")):
        load_weights(network(1), network().state_dict())


def test_weights_come_back() -> None:
    kept, other = network(0), network(1)
    load_weights(other, copy.deepcopy(kept.state_dict()))
    for name, value in kept.state_dict().items():
        assert torch.equal(other.state_dict()[name], value)


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda state: {key: value for key, value in state.items() if key != name}


def with_entry(name: str, value: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda state: {**state, name: value}


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (without("0.bias"), RuntimeError),
        (with_entry("0.more", torch.zeros(4)), RuntimeError),
        (with_entry("0.bias", torch.zeros(5)), RuntimeError),
        (with_entry("0.bias", torch.tensor([0.0, 1.0, math.nan, 0.0])), ValueError),
        (with_entry("0.bias", torch.tensor([0.0, 1.0, math.inf, 0.0])), ValueError),
        (with_entry("0.bias", [0.0, 1.0, 2.0, 3.0]), TypeError),
        (with_entry("0.bias", None), TypeError),
    ],
)
def test_damaged_weights_are_refused(
    damage: Callable[[dict[str, Any]], dict[str, Any]], kind: type[Exception]
) -> None:
    state = damage(dict(network().state_dict()))
    with pytest.raises(kind):
        load_weights(network(1), state)
    with pytest.raises(SettingsError, match=kind.__name__), restoring(Path("checkpoint.pt")):
        load_weights(network(1), state)


@pytest.mark.parametrize("state", [None, 3, "weights", [torch.zeros(2)]])
def test_what_is_no_state_at_all_is_a_damaged_checkpoint(state: Any) -> None:
    model = network()
    for load in (load_weights, lambda _, found: load_optimiser(stepped(model), found)):
        with pytest.raises(SettingsError, match="damaged"), restoring(Path("checkpoint.pt")):
            load(model, state)


def test_an_optimiser_goes_on_as_if_it_had_not_been_broken_off() -> None:
    first = network()
    optimiser = stepped(first)
    second = copy.deepcopy(first)
    resumed = torch.optim.AdamW(second.parameters(), lr=0.1, weight_decay=0.01)
    load_optimiser(resumed, copy.deepcopy(optimiser.state_dict()))
    for model, own in ((first, optimiser), (second, resumed)):
        own.zero_grad()
        model(torch.ones(2, 3) * torch.tensor([[1.0], [3.0]])).square().sum().backward()
        own.step()
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_how_an_optimiser_was_set_up_stays() -> None:
    model = network()
    state = stepped(model, learning_rate=5.0).state_dict()
    own = torch.optim.AdamW(model.parameters(), lr=0.25, weight_decay=0.125)
    load_optimiser(own, state)
    assert (own.param_groups[0]["lr"], own.param_groups[0]["weight_decay"]) == (0.25, 0.125)


def test_a_state_is_not_shared_with_the_optimiser_that_it_was_loaded_into() -> None:
    model = network()
    state = stepped(model).state_dict()
    before = copy.deepcopy(state)
    own = torch.optim.AdamW(model.parameters(), lr=0.1)
    load_optimiser(own, state)
    model(torch.ones(2, 3) * torch.tensor([[1.0], [3.0]])).square().sum().backward()
    own.step()
    for number, gathered in before["state"].items():
        for name, value in gathered.items():
            assert torch.equal(state["state"][number][name], value)


def test_an_optimiser_without_a_step_comes_back_empty() -> None:
    model = network()
    own = stepped(model)
    load_optimiser(own, torch.optim.AdamW(model.parameters()).state_dict())
    assert not own.state


@pytest.mark.parametrize(
    "gathered",
    [
        {"step": torch.tensor(2.0), "exp_avg": torch.zeros(4, 3)},
        {"step": torch.tensor(2.0), "momentum_buffer": torch.zeros(4, 3)},
        {"step": torch.ones(2), "exp_avg": torch.zeros(4, 3), "exp_avg_sq": torch.zeros(4, 3)},
        {"step": torch.tensor(2.0), "exp_avg": torch.zeros(4, 2), "exp_avg_sq": torch.zeros(4, 3)},
        {"step": torch.tensor(2.0), "exp_avg": torch.zeros(4, 3), "exp_avg_sq": torch.zeros(3, 4)},
        {
            "step": torch.tensor(2.0),
            "exp_avg": torch.full((4, 3), math.nan),
            "exp_avg_sq": torch.zeros(4, 3),
        },
        {"step": torch.tensor(math.inf), "exp_avg": torch.zeros(4, 3), "exp_avg_sq": torch.zeros(4, 3)},
    ],
)
def test_damaged_moments_are_refused(gathered: dict[str, Tensor]) -> None:
    model = network()
    state = copy.deepcopy(stepped(model).state_dict())
    state["state"][0] = gathered
    with pytest.raises(SettingsError, match="damaged"), restoring(Path("checkpoint.pt")):
        load_optimiser(torch.optim.AdamW(model.parameters()), state)


def test_the_state_of_an_optimiser_of_another_network_is_refused() -> None:
    state = stepped(nn.Linear(3, 4)).state_dict()
    with pytest.raises(ValueError, match="parameter group"):
        load_optimiser(torch.optim.AdamW(network().parameters()), state)


def rows(*epochs: Any) -> list[dict[str, Any]]:
    return [{"epoch": epoch, "train_total": 0.5} for epoch in epochs]


@pytest.mark.parametrize(("history", "epochs"), [(rows(1.0), 1), (rows(1.0, 2.0), 2), (rows(1, 2, 3), 3)])
def test_a_row_for_each_epoch_is_a_history(history: Any, epochs: int) -> None:
    check_history(history, epochs=epochs, at_most=3)


@pytest.mark.parametrize(
    ("history", "epochs", "kind"),
    [
        (tuple(rows(1.0)), 1, TypeError),
        (None, 1, TypeError),
        ([], 0, TypeError),
        (rows(1.0), 1.0, TypeError),
        (rows(1.0), True, TypeError),
        (rows(1.0, 2.0, 3.0, 4.0), 4, TypeError),
        (rows(1.0), 2, ValueError),
        (rows(1.0, 2.0), 1, ValueError),
        (rows(2.0, 1.0), 2, ValueError),
        (rows(1.0, 1.0), 2, ValueError),
        ([{"epoch": 1.0, "train_total": "0.5"}], 1, ValueError),
        ([{"epoch": 1.0, 3: 0.5}], 1, ValueError),
        ([{"train_total": 0.5}], 1, KeyError),
        ([3], 1, TypeError),
    ],
)
def test_a_damaged_history_is_refused(history: Any, epochs: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        check_history(history, epochs=epochs, at_most=3)

"""Questions about made-up pairs whose distances follow a known rule, and an interpreter that may be asked."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch

from attrimeter.benchmarking.changes.cases import ChangeCases
from attrimeter.explaining.changes.smallest_sets import group_sets
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target
from attrimeter.values.change_answer import Turn


def make_cases(*, noise: float, seed: int = 0, pairs: int = 240, turn: Turn = "match") -> ChangeCases:
    """D^2 falls by the shares of the groups taken back; what is predicted of them is off by ``noise``."""
    rng = np.random.default_rng(seed)
    groups = 5
    differs = rng.random((pairs, groups)) < 0.7
    differs[:, 0] = True
    shares = rng.uniform(0.05, 0.35, (pairs, groups)) * differs
    distances = rng.uniform(8, 12, pairs)
    sets = group_sets(groups)
    measured = distances[:, None] * (1 - shares @ sets.T)
    foreseen = shares + rng.normal(0, noise, shares.shape)
    return ChangeCases(
        turn=turn,
        distances=distances,
        thresholds=np.full(pairs, 6.0),
        features=(foreseen @ sets.T)[..., None],
        scale=distances,
        shares=foreseen,
        allowed=np.ones_like(differs),
        measured=measured,
        differs=differs,
        identities=np.arange(pairs) // 2,
        sets=sets,
    )


KINDS, SEED = {"many": 3, "few": 5}, 4
"""Pairs that take few pictures."""


def make_interpreter(target: Target, *, limit: float) -> Interpreter:
    """A counterfactual one with shares of a sensible size, to which ``limit`` is a match."""
    torch.manual_seed(3)
    made = build_interpreter(
        target, SCHEMAS["market1501"], InterpreterSettings(form="counterfactual", hidden=8)
    )
    with torch.no_grad():
        head = made.network.pair_head
        head.move.zero_()
        head.move_scale.zero_()
        head.value_bias.fill_(0.2)
    made.same_person = SimpleNamespace(facts={"match_distance": limit})  # type: ignore[assignment]
    return made

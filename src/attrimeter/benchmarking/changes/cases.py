"""Questions whose answers can be checked: what is expected of every small set of edits, and what is true."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers import InterpreterExplainer
from attrimeter.benchmarking.explainers.interpreters import RENDERED_GROUPS
from attrimeter.errors import InterpreterError
from attrimeter.explaining.changes.forecast import (
    EditForecast,
    back_features,
    check_predicts,
    forecast_edits,
    onward_features,
)
from attrimeter.explaining.changes.smallest_sets import MOST, group_sets
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.targets import Target
from attrimeter.values.change_answer import Turn
from attrimeter.values.edit_tables import EditTables


@dataclass(frozen=True)
class ChangeCases:
    """n pairs, all asked the same.

    Attributes:
        turn: what is asked for.
        distances: D^2 now.
        thresholds: of D^2.
        features: from which the change is expected that a set of ``sets`` makes.
        scale: the unit of those changes.
        shares: predicted Shapley value of each group as a share of D^2.
        allowed: groups that may be named: those that may differ, or (edits from one other person) that do.
        measured: D^2 after the groups of a set are truly changed.
        differs: groups in which the two persons differ.
        identities: number of the couple of persons.
        sets: every small set of groups.
    """

    turn: Turn
    distances: Float[Array, " n"]
    thresholds: Float[Array, " n"]
    features: Float[Array, "n sets f"]
    scale: Float[Array, " n"]
    shares: Float[Array, "n groups"]
    allowed: Bool[Array, "n groups"]
    measured: Float[Array, "n sets"]
    differs: Bool[Array, "n groups"]
    identities: Int[Array, " n"]
    sets: Bool[Array, "sets groups"]

    def __len__(self) -> int:
        return len(self.distances)

    def take(self, rows: Bool[Array, " n"]) -> ChangeCases:
        """Some of the pairs."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return ChangeCases(**{k: v if k in ("turn", "sets") else v[rows] for k, v in values.items()})


@dataclass(frozen=True)
class ReadTables:
    """Edit tables as an interpreter reads them.

    Attributes:
        tables: the measured pairs.
        first, second: embeddings of the two pictures.
        whole: what is expected of taking groups of the second person back.
        start: the same of the first person in the second view, who has none of them.
    """

    tables: EditTables
    first: Float[Array, "n d"]
    second: Float[Array, "n d"]
    whole: EditForecast
    start: EditForecast


def check_askable(interpreter: Interpreter, target: Target) -> None:
    """What can be known to be wrong before anything is rendered.

    Raises:
        InterpreterError: a form that does not predict changes, another target, or groups that are not those
            of rendered persons.
    """
    check_predicts(interpreter)
    InterpreterExplainer(interpreter).check_fits(target_fingerprint=target.fingerprint)
    if tuple(interpreter.schema.groups) != RENDERED_GROUPS:
        raise InterpreterError(
            f"The interpreter explains the groups of schema {interpreter.schema.name!r}; only those of "
            "'market1501' can be edited on rendered persons, so fit one with that schema."
        )


def read_tables(interpreter: Interpreter, tables: EditTables) -> ReadTables:
    """What the questions are made from. Raises InterpreterError for a form that does not predict changes."""
    first, start, second = (
        _read(interpreter, pictures) for pictures in (tables.first, tables.start, tables.second)
    )
    return ReadTables(
        tables=tables,
        first=first.embeddings.double().cpu().numpy(),
        second=second.embeddings.double().cpu().numpy(),
        whole=forecast_edits(interpreter, first, second),
        start=forecast_edits(interpreter, first, start),
    )


def _read(interpreter: Interpreter, pictures: Array) -> ImageReading:
    return interpreter.read_images(list(pictures)).take(torch.arange(len(pictures)))


def make_cases(read: ReadTables, *, threshold: float, seed: int = 0) -> dict[Turn, ChangeCases]:
    """The three questions, each of the pairs to which it can be put.

    - match: pairs farther apart than the threshold. Groups are taken back to the first person's.
    - no match: the first person twice, no group different yet, within the threshold. Groups are taken from
      the second person, so that only those that differ may be named.
    - swap: the second picture beside a nearer one of another pair, drawn at random. Groups of the second
      person are taken back.

    Args:
        threshold: of D^2.
        seed: of the rivals.
    """
    tables, whole, start = read.tables, read.whole, read.start
    sets = group_sets(len(tables.groups), most=MOST)
    common: dict[str, Any] = {"differs": tables.differs, "identities": tables.identities, "sets": sets}
    thresholds = np.full(len(tables), threshold)
    back: dict[str, Any] = {
        "distances": whole.distances,
        "features": back_features(whole, sets),
        "scale": whole.distances,
        "shares": whole.shares,
        "allowed": whole.may_differ,
        "measured": _measured(tables, tables.differs[:, None] & ~sets),
        **common,
    }
    onward: dict[str, Any] = {
        "distances": start.distances,
        "features": onward_features(start, sets, threshold=threshold),
        "scale": thresholds,
        "shares": start.shares,
        "allowed": tables.differs,
        "measured": _measured(tables, tables.differs[:, None] & sets),
        **common,
    }
    rivals = _draw_rivals(read, seed)
    cases = (
        ChangeCases(turn="match", thresholds=thresholds, **back).take(whole.distances > threshold),
        ChangeCases(turn="no match", thresholds=thresholds, **onward).take(start.distances <= threshold),
        ChangeCases(turn="swap", thresholds=rivals, **back).take(~np.isnan(rivals)),
    )
    return {made.turn: made for made in cases}


def _measured(tables: EditTables, taken: Bool[Array, "n sets groups"]) -> Float[Array, "n sets"]:
    found: Array = np.take_along_axis(tables.values, tables.index_of(taken), axis=1)
    return found


def _draw_rivals(read: ReadTables, seed: int) -> Float[Array, " n"]:
    """D^2 of each first picture and a nearer second picture of another pair; NaN where none is nearer."""
    rng = np.random.default_rng([seed, 7])
    found = np.full(len(read.tables), np.nan)
    for row, query in enumerate(read.first):
        distances = np.square(read.second - query).sum(axis=1)
        nearer = np.delete(distances, row)
        nearer = nearer[nearer < distances[row]]
        if len(nearer):
            found[row] = rng.choice(nearer)
    return found

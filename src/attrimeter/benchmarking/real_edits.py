"""Editing one attribute of real pictures, and what an interpreter predicted of it.

Real persons cannot be changed at will, but two edits come close: the upper or lower body of one picture is
recoloured to the other's colour, and a carried object is painted over. If an attribute's contribution is
true, the squared distance loses about as much as the contribution says. About: the edit takes one difference
away from a pair that keeps all others, whereas a Shapley value is the mean over every order of taking them
away, and the region is no better than the map that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.benchmarking.real_pairs import FILLED, RECOLOURED, choose_pairs
from attrimeter.benchmarking.region_edits import Pictures, edit_towards_first
from attrimeter.benchmarking.squared import squared_contributions
from attrimeter.errors import DatasetError, InterpreterError, SchemaError, SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.metrics.bootstrap import bootstrap_mean, bootstrap_ratio
from attrimeter.metrics.rank_correlation import bootstrap_rank_correlation
from attrimeter.pixels import as_image
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import ImageSet
from attrimeter.values.real_edits import GroupEdits, PredictionScores, RealEditScores

AVERAGE = "group average x D^2"
RANDOM = "random region"


def score_real_edits(
    target: Target,
    interpreters: Mapping[str, Interpreter],
    images: ImageSet,
    *,
    data: str,
    locator: str | None = None,
    shares: Mapping[str, float] | None = None,
    pairs: int = 150,
    seed: int = 0,
    samples: int = 1000,
    progress: Callable[[int, int], None] | None = None,
) -> RealEditScores:
    """Edit pairs of real pictures group by group, and score what was predicted of the change of D^2.

    The predictions for a pair of :func:`choose_pairs` are the interpreters' contributions of the group to
    the pair as it is, in units of the squared distance; the share that the group has on average times the
    squared distance; and the change by the same edit at a random place in the picture.

    Args:
        target: whose squared distance is measured.
        interpreters: of that target, by their names in tables; at least one, all of one schema.
        images: labelled by that schema; of persons that no interpreter was fitted on.
        data: what the result calls them.
        locator: name of the interpreter whose maps say where to edit, for all of them; None: the first.
        shares: group -> average share of D^2 where it differs; a group that it lacks has no such baseline.
        pairs: wanted of each group; a group without any is left out of the result.
        seed: of the choice of pairs and of the random places.
        samples: of the bootstrap.
        progress: called with the number of groups done and in all.

    Raises:
        InterpreterError: no interpreter, one of another target or schema, or an unknown locator.
        DatasetError: no two labels differ in any of the groups.
        SettingsError: fewer than one pair is wanted.
        SchemaError: the schema has none of the groups that can be edited, or the labels are not by it.
        ImageError: a picture cannot be read.
        LedgerError: contributions do not add up.
    """
    if pairs < 1:
        raise SettingsError(f"At least 1 pair of each group is needed; got {pairs}.")
    name = _choose_locator(target, interpreters, locator)
    groups = _editable_groups(interpreters[name].schema, images)
    found: dict[str, GroupEdits] = {}
    for number, group in enumerate(groups):
        rng = np.random.default_rng([seed, number])
        rows = choose_pairs(images, interpreters[name].schema, group, pairs=pairs, rng=rng)
        if len(rows[0]):
            first, second = ([as_image(images.paths[row]) for row in side] for side in rows)
            measured, predictions = _edit_group(target, interpreters, name, first, second, group, rng=rng)
            if shares is not None and group in shares:
                predictions[AVERAGE] = shares[group] * measured.total
            people = images.identities[rows[0]]
            found[group] = _summarise(group, measured, predictions, people, samples=samples, seed=seed)
        if progress is not None:
            progress(number + 1, len(groups))
    if not found:
        raise DatasetError(
            f"No two persons of {data} differ in the labels of {', '.join(groups)}; give a data set with "
            "attribute labels of several persons."
        )
    return RealEditScores(target.profile.name, target.fingerprint, data, name, seed, found)


def predict_change(
    interpreter: Interpreter, first: Pictures, second: Pictures, group: str
) -> Float[Array, " n"]:
    """The group's contribution to the squared distance of each pair of pictures. Raises LedgerError."""
    a, b = interpreter.read_images(first), interpreter.read_images(second)
    column = list(interpreter.schema.groups).index(group)
    with torch.no_grad():
        contributions: Array = squared_contributions(interpreter, a, b)[:, column].cpu().numpy()
    return contributions


@dataclass(frozen=True)
class _Measured:
    """D^2 of n pairs, and what it loses by the edit in place and by the one elsewhere."""

    total: Float[Array, " n"]
    change: Float[Array, " n"]
    change_elsewhere: Float[Array, " n"]


def _edit_group(
    target: Target,
    interpreters: Mapping[str, Interpreter],
    locator: str,
    first: Pictures,
    second: Pictures,
    group: str,
    *,
    rng: np.random.Generator,
) -> tuple[_Measured, dict[str, Array]]:
    edits = edit_towards_first(interpreters[locator], first, second, group, rng=rng)
    embeddings = target.embed_images([*first, *second, *edits.in_place, *edits.elsewhere])
    here, *there = np.split(embeddings.astype(np.float64), 4)
    total, edited, moved = (((here - other) ** 2).sum(axis=1) for other in there)
    measured = _Measured(total, total - edited, total - moved)
    predictions = {
        name: predict_change(interpreter, first, second, group) for name, interpreter in interpreters.items()
    }
    return measured, {**predictions, RANDOM: measured.change_elsewhere}


def _summarise(
    group: str,
    measured: _Measured,
    predictions: Mapping[str, Float[Array, " n"]],
    people: Int[Array, " n"],
    *,
    samples: int,
    seed: int,
) -> GroupEdits:
    total = np.where(measured.total > 0, measured.total, np.nan)
    mean = partial(bootstrap_mean, groups=people, samples=samples, seed=seed)
    return GroupEdits(
        edit="recoloured" if group in RECOLOURED else "filled",
        pairs=len(total),
        change=mean(measured.change / total),
        size=mean(np.abs(measured.change) / total),
        random_size=mean(np.abs(measured.change_elsewhere) / total),
        nearer=mean((measured.change > 0).astype(np.float64)),
        predictions={
            name: _score_prediction(predicted, measured.change, people, samples=samples, seed=seed)
            for name, predicted in predictions.items()
        },
    )


def _score_prediction(
    predicted: Float[Array, " n"],
    change: Float[Array, " n"],
    people: Int[Array, " n"],
    *,
    samples: int,
    seed: int,
) -> PredictionScores:
    misses, sizes = np.abs(predicted - change), np.abs(change)
    return PredictionScores(
        spearman=bootstrap_rank_correlation(predicted, change, people, samples=samples, seed=seed),
        relative_error=bootstrap_ratio(misses, sizes, people, samples=samples, seed=seed),
    )


def _choose_locator(target: Target, interpreters: Mapping[str, Interpreter], locator: str | None) -> str:
    """The name of the locator; raises InterpreterError unless all interpreters belong together."""
    if not interpreters:
        raise InterpreterError("No interpreter was given to edit pictures by; name at least one.")
    name = next(iter(interpreters)) if locator is None else locator
    if name not in interpreters:
        raise InterpreterError(
            f"There is no interpreter {name!r} to say where to edit; choose from {', '.join(interpreters)}."
        )
    for key, interpreter in interpreters.items():
        if interpreter.target.fingerprint != target.fingerprint:
            raise InterpreterError(
                f"The interpreter {key!r} belongs to target {interpreter.target.fingerprint[:12]}, not to "
                f"{target.fingerprint[:12]}; give one that was fitted on the same target."
            )
        if interpreter.schema.names != interpreters[name].schema.names:
            raise InterpreterError(
                f"The interpreters {name!r} and {key!r} have different attributes; give those of one schema."
            )
    return name


def _editable_groups(schema: AttributeSchema, images: ImageSet) -> list[str]:
    if images.labels.shape[1] != len(schema):
        raise SchemaError(
            f"The pictures have labels of {images.labels.shape[1]} attributes, but the schema "
            f"{schema.name!r} has {len(schema)}; open the data set with the interpreter's schema."
        )
    groups = [group for group in (*RECOLOURED, *FILLED) if group in schema.groups]
    if not groups:
        raise SchemaError(
            f"The schema {schema.name!r} has no group that a picture can be edited in; one of "
            f"{', '.join((*RECOLOURED, *FILLED))} is needed."
        )
    return groups

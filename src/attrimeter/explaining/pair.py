"""Explaining one pair of images: the interpreter's numbers, named and frozen."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.explaining.changes.answer import Rival, answer_change
from attrimeter.explaining.trust import attach_trust
from attrimeter.interpreter import ImageReading, Interpreter, ledger_miss
from attrimeter.metrics.distances import percentile_of
from attrimeter.pixels import ImageSource, as_image
from attrimeter.values import OTHER, AttributeReading, ExplainedImage, PairExplanation, SamePersonAnswer


def explain_pair(
    interpreter: Interpreter,
    first: ImageSource,
    second: ImageSource,
    *,
    rival: ImageSource | None = None,
    target_name: str = "target",
) -> PairExplanation:
    """Why the target puts two images as far apart as it does.

    Args:
        interpreter: fitted, with its target.
        first, second: image files or uint8 arrays, H x W x 3.
        rival: an image nearer to the first than the second is; with it the explanation says what would put
            the second before it, and without it what would make or break a match.
        target_name: what to call the target in the explanation.

    Returns:
        Signed contributions in units of the target's distance; attributes and *other* sum to it. With what
        the interpreter's trust card says of them, if it carries one.

    Raises:
        ImageError: a file or array that is not a person image.
        LedgerError: the contributions do not add up (never shown instead).
        SettingsError: the rival is not nearer.
        InterpreterError: a rival, and a form of interpreter that does not predict changes.
    """
    images = [as_image(first), as_image(second)]
    reading = interpreter.read_images(images)
    sides = [_pick(reading, 0), _pick(reading, 1)]
    with torch.no_grad():
        components = interpreter.compare_pairs(*sides)
    chord = float((reading.embeddings[0].double() - reading.embeddings[1].double()).norm())
    distance = interpreter.target.metric.from_chord(chord)
    miss = float(ledger_miss(components.double(), components.new_tensor([distance]).double()))
    names = [_name(source, letter) for source, letter in zip((first, second), "AB", strict=True)]
    explanation = _name_numbers(
        interpreter,
        [
            _explained_image(interpreter, side, image, name)
            for side, image, name in zip(sides, images, names, strict=True)
        ],
        components[0].cpu().double().numpy(),
        distance=distance,
        completeness=miss,
        target_name=target_name,
    )
    explanation = replace(
        explanation,
        same_person=_answer(interpreter, sides, components, names=names),
        change=answer_change(interpreter, *sides, rival=_read_rival(interpreter, rival)),
    )
    return attach_trust(explanation, interpreter.facts.trust)


def _read_rival(interpreter: Interpreter, source: ImageSource | None) -> Rival | None:
    if source is None:
        return None
    return Rival(_name(source, "C"), interpreter.read_images([as_image(source)]))


def _answer(
    interpreter: Interpreter, sides: list[ImageReading], components: Tensor, *, names: list[str]
) -> SamePersonAnswer | None:
    """How probable it is that both images, called so, show one person; None where nobody calibrated it."""
    model = interpreter.same_person
    if model is None:
        return None
    first, second = (
        model.read(side.embeddings.cpu(), interpreter.appearance(side).cpu(), side.styles.cpu())
        for side in sides
    )
    score = model.score(first, second, components.cpu()[None])
    known = zip(names, (bool(first.familiar), bool(second.familiar)), strict=True)
    return SamePersonAnswer(
        probability=float(model.probability(score)),
        seen=bool(model.has_seen(score, first.familiar, second.familiar)),
        calibrated_on=str(model.facts.get("data", "")),
        foreign=tuple(name for name, is_known in known if not is_known),
    )


def _name_numbers(
    interpreter: Interpreter,
    images: list[ExplainedImage],
    components: Array,
    *,
    distance: float,
    completeness: float,
    target_name: str,
) -> PairExplanation:
    schema = interpreter.schema
    attributes = {name: float(value) for name, value in zip(schema.names, components[:-1], strict=True)}
    groups = {
        group: float(sum(components[index] for index in members)) for group, members in schema.groups.items()
    }
    other = float(components[-1])
    contributions = {**attributes, **groups, OTHER: other}
    known = interpreter.facts.distances
    return PairExplanation(
        first=images[0],
        second=images[1],
        distance=distance,
        metric=interpreter.target.metric,
        percentile_same=percentile_of(distance, known.same),
        percentile_different=percentile_of(distance, known.different),
        attributes=attributes,
        groups=groups,
        group_members={
            group: tuple(schema.names[index] for index in members) for group, members in schema.groups.items()
        },
        other=other,
        shares={name: value / distance if distance > 0 else 0.0 for name, value in contributions.items()},
        completeness=completeness,
        form=interpreter.form.name,
        is_signed=interpreter.form.is_signed,
        target=target_name,
        target_fingerprint=interpreter.target.fingerprint,
        schema=schema.name,
    )


def _explained_image(
    interpreter: Interpreter, reading: ImageReading, pixels: Array, name: str
) -> ExplainedImage:
    schema = interpreter.schema
    probabilities = reading.logits[0].sigmoid().cpu().numpy()
    readings = {
        attribute.name: AttributeReading(
            probability=float(probability),
            words=attribute.positive if probability > 0.5 else attribute.negative,
        )
        for attribute, probability in zip(schema.attributes, probabilities, strict=True)
    }
    maps = interpreter.form.show_maps(schema, reading.maps[0].float().cpu().numpy())
    return ExplainedImage(name=name, pixels=pixels, maps=maps, readings=readings)


def _pick(reading: ImageReading, row: int) -> ImageReading:
    part = slice(row, row + 1)
    return ImageReading(
        reading.embeddings[part],
        reading.parts[part],
        reading.maps[part],
        reading.logits[part],
        reading.styles[part],
    )


def _name(source: ImageSource, letter: str) -> str:
    return Path(os.fspath(source)).name if isinstance(source, (str, os.PathLike)) else f"image {letter}"

"""Synthetic values for the tests of the figures: persons drawn from rectangles, smooth maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from attrimeter.schemas import PART_BANDS, SCHEMAS, AttributeSchema
from attrimeter.values import (
    OTHER,
    AttributeReading,
    AttributeRow,
    AttributionScores,
    Evaluation,
    ExplainedImage,
    PairExplanation,
    RetrievalScores,
    Score,
)
from attrimeter.values.trust import Verdict

CONTRIBUTIONS: Mapping[str, float] = {
    "upper red": 3.6,
    "upper blue": 1.9,
    "backpack": 2.7,
    "hat": 1.1,
    "lower black": 0.6,
    "sleeve": 0.4,
    "hair": 0.2,
    "gender": -0.9,
    "type": -0.3,
}
"""Attributes of an everyday pair; what is not named is small."""


def draw_person(
    *, size: tuple[int, int] = (128, 64), upper: str = "firebrick", hat: bool = True, backpack: bool = True
) -> np.ndarray[Any, Any]:
    """A person of rectangles and ellipses on a street-grey background, H x W x 3 uint8."""
    image = Image.new("RGB", (128, 256), "#9AA7AF")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 196, 128, 256), fill="#7C7F80")
    if backpack:
        draw.rectangle((24, 68, 60, 130), fill="#3B5B33")
    draw.rectangle((42, 64, 88, 140), fill=upper)
    draw.rectangle((32, 70, 44, 136), fill=upper)
    draw.rectangle((86, 70, 98, 136), fill=upper)
    draw.rectangle((44, 138, 64, 226), fill="#20242C")
    draw.rectangle((67, 138, 87, 226), fill="#262B35")
    draw.rectangle((40, 224, 64, 236), fill="#EFEFEF")
    draw.rectangle((67, 224, 91, 236), fill="#EFEFEF")
    draw.ellipse((48, 22, 82, 66), fill="#C99B7A")
    draw.rectangle((46, 20, 84, 36), fill="#D9B23C" if hat else "#2B1D14")
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.LANCZOS))


def smooth_maps(
    schema: AttributeSchema, *, grid: tuple[int, int], seed: int
) -> dict[str, np.ndarray[Any, Any]]:
    """One smooth map per attribute on its body part, and "other"; together at most 1 in each cell."""
    rng = np.random.default_rng(seed)
    rows = (np.arange(grid[0]) + 0.5) / grid[0]
    columns = (np.arange(grid[1]) + 0.5) / grid[1]
    maps: dict[str, np.ndarray[Any, Any]] = {}
    for attribute in schema.attributes:
        top, bottom = PART_BANDS[attribute.parts[0]]
        middle = (top + bottom) / 2 + rng.uniform(-0.03, 0.03)
        side = 0.3 if attribute.name == "backpack" else 0.5
        down = np.exp(-(((rows - middle) / (0.6 * (bottom - top))) ** 2))
        across = np.exp(-(((columns - side) / 0.3) ** 2))
        maps[attribute.name] = np.outer(down, across).astype(np.float32) * rng.uniform(0.3, 1)
    total = np.sum([*maps.values(), np.full(grid, 0.2)], axis=0)
    maps = {name: (value / total).astype(np.float32) for name, value in maps.items()}
    maps[OTHER] = (0.2 / total).astype(np.float32)
    return maps


def example_image(
    schema: AttributeSchema,
    *,
    name: str,
    positive: tuple[str, ...],
    size: tuple[int, int] = (128, 64),
    grid: tuple[int, int] = (16, 8),
    seed: int = 0,
) -> ExplainedImage:
    """A drawn person in which exactly the attributes ``positive`` are read."""
    probability = {a.name: 0.9 if a.name in positive else 0.08 for a in schema.attributes}
    readings = {
        a.name: AttributeReading(
            probability=probability[a.name],
            words=a.positive if probability[a.name] > 0.5 else a.negative,
        )
        for a in schema.attributes
    }
    colour = "firebrick" if "upper red" in positive else "#2F5D9B"
    pixels = draw_person(size=size, upper=colour, hat="hat" in positive, backpack="backpack" in positive)
    return ExplainedImage(name, pixels, smooth_maps(schema, grid=grid, seed=seed), readings)


def example_explanation(
    *,
    contributions: Mapping[str, float] = CONTRIBUTIONS,
    other: float = 1.4,
    percentiles: tuple[float, float] = (98.7, 60.2),
    names: tuple[str, str] = ("0001_c1s1_001051_00.png", "0007_c3s3_077419_03.png"),
    sizes: tuple[tuple[int, int], tuple[int, int]] = ((128, 64), (128, 64)),
    schema: AttributeSchema = SCHEMAS["market1501"],
    form: str = "exact",
    small: float = 0.01,
) -> PairExplanation:
    """A pair whose contributions sum to its distance exactly; attributes not given carry ``small``."""
    attributes = {name: float(contributions.get(name, small)) for name in schema.names}
    members = {group: tuple(schema.names[i] for i in index) for group, index in schema.groups.items()}
    groups = {group: sum(attributes[name] for name in names_) for group, names_ in members.items()}
    distance = sum(attributes.values()) + other
    everything = {**attributes, **groups, OTHER: other}
    shares = {name: value / distance if distance else 0.0 for name, value in everything.items()}
    first, second = ("upper red", "backpack", "hat", "type"), ("upper blue", "lower black", "type")
    return PairExplanation(
        first=example_image(schema, name=names[0], positive=first, size=sizes[0], seed=1),
        second=example_image(schema, name=names[1], positive=second, size=sizes[1], seed=2),
        distance=distance,
        metric="euclidean",
        percentile_same=percentiles[0],
        percentile_different=percentiles[1],
        attributes=attributes,
        groups=groups,
        group_members=members,
        other=other,
        shares=shares,
        completeness=2.1e-7 if distance else 0.0,
        form=form,
        target="osnet_x0_25",
        target_fingerprint="3f" * 32,
        schema=schema.name,
    )


TRUST: Mapping[str, Verdict] = {
    "upper colour": "measured",
    "backpack": "measured",
    "hat": "measured",
    "lower colour": "measured",
    "gender": "weak",
    "sleeve": "weak",
    "hair": "measured",
    "handbag": "not measured",
}


def trusted_explanation(explanation: PairExplanation | None = None) -> PairExplanation:
    """A pair whose interpreter carries a trust card: intervals, verdicts, a label and its reasons."""
    pair = explanation or example_explanation()
    parts = {**pair.groups, OTHER: pair.other}
    widths = {name: 0.3 * abs(value) + 0.04 * pair.distance for name, value in parts.items()}
    return replace(
        pair,
        intervals={name: (value - widths[name], value + widths[name]) for name, value in parts.items()},
        trust={name: TRUST[name] for name in pair.groups if name in TRUST},
        trust_label="measured",
        trust_words=(
            "On 400 rendered pairs of unseen persons this interpreter's "
            "attribution of upper colour, backpack and hat agreed with measured truth; "
            "its attribution of gender did not.",
            "Too few of these pairs differed in handbag to tell.",
        ),
    )


def identical_explanation() -> PairExplanation:
    """An image beside itself: every contribution and the distance are nothing."""
    return example_explanation(contributions={}, other=0.0, small=0.0, percentiles=(0.0, 0.0))


def example_evaluation(*, form: str = "exact", notes: tuple[str, ...] = ()) -> Evaluation:
    """Plausible scores of an interpreter on the Market-1501 schema."""
    rng = np.random.default_rng(3)
    rows = tuple(
        AttributeRow(
            name=name,
            differs=float(rng.uniform(3, 48)),
            share_differs=float(rng.uniform(3, 16)),
            share_common=float(rng.uniform(0, 4)),
            average_precision=float(rng.uniform(30, 90)),
            reading_accuracy=float(rng.uniform(55, 95)),
        )
        for name in SCHEMAS["market1501"].names
    )
    return Evaluation(
        target="osnet_x0_25",
        target_fingerprint="3f" * 32,
        form=form,
        schema="market1501",
        data="rendered persons (Market-1501 layout)",
        retrieval={"euclidean": _retrieval(91.2), "cosine": _retrieval(93.4)},
        attribution={
            "interpreter": _attribution(74.2),
            "constant order": _attribution(52.0),
            "attribute classifier": _attribution(66.1),
        },
        gap=Score(3.5, 3.2, 3.9) if form == "distilled" else None,
        completeness=3.2e-7,
        mean_other_share=18.4,
        rows=rows,
        notes=notes,
    )


def example_history(epochs: int = 12) -> list[dict[str, float]]:
    """Falling losses of three terms, a rising Ex_mAP_d."""
    return [
        {
            "epoch": epoch + 1,
            "train_loss": 2.4 * 0.8**epoch + 0.3,
            "train_distillation": 1.1 * 0.7**epoch + 0.08,
            "train_prior": 1.3 * 0.85**epoch + 0.2,
            "validation_ex_map_d": 74 - 30 * 0.75**epoch,
        }
        for epoch in range(epochs)
    ]


def _score(value: float, half: float) -> Score:
    return Score(value, value - half, min(100.0, value + half))


def _retrieval(rank1: float) -> RetrievalScores:
    return RetrievalScores(
        rank1=_score(rank1, 2.1),
        rank5=_score(min(99.0, rank1 + 5), 1.0),
        rank10=_score(min(99.6, rank1 + 6), 0.6),
        mean_ap=_score(rank1 - 14, 2.4),
        mean_inp=_score(rank1 - 35, 3.0),
        queries=583,
        skipped_queries=4,
    )


def _attribution(value: float) -> AttributionScores:
    return AttributionScores(
        precision_exclusive=_score(value - 9, 1.4),
        mean_ap_exclusive=_score(value, 1.2),
        precision_common=_score(min(97.0, value + 16), 0.8),
        mean_ap_common=_score(min(98.0, value + 22), 0.5),
        pairs=41_230,
    )

"""Invented audits for the tests: a full one, and those in which something is missing or hostile."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from attrimeter.values import RetrievalScores, Score
from attrimeter.values.audit import (
    FACT,
    FAULT,
    NOTICE,
    Audit,
    CameraBias,
    CameraPair,
    Disparity,
    ErrorCluster,
    Finding,
    GroupReliance,
    PersonGroup,
    WrongMatch,
)

UNKNOWN = Score(math.nan, math.nan, math.nan)
EVIL = "<script>alert(1)</script>[red]$x^2$"
LONG = "a-very-long-name-of-an-attribute-group-" * 8
GROUPS = ("backpack", "upper colour", "lower colour", "hair", "sleeve", "bag", "hat", "gender")
SHARES = (31.3, 18.4, 12.2, 7.1, 4.9, 2.6, 1.7, -0.4)


def around(value: float, half: float = 1.5) -> Score:
    return Score(value, value - half, value + half)


def example_audit(cameras: int = 4) -> Audit:
    """Everything is known: a model that leans on the backpack and somewhat on the camera."""
    shares = dict(zip(GROUPS, map(around, SHARES), strict=True))
    return Audit(
        target="osnet_x0_25",
        target_fingerprint="7e" * 32,
        form="counterfactual",
        schema="market1501",
        data="rendered test split",
        queries=590,
        gallery=2070,
        persons=150,
        pairs=41230,
        retrieval=RetrievalScores(
            rank1=around(76.0, 2.1),
            rank5=around(86.2),
            rank10=around(90.7),
            mean_ap=around(58.3, 1.9),
            mean_inp=around(33.1),
            queries=583,
            skipped_queries=7,
        ),
        groups=tuple(_group(place, name) for place, name in enumerate(GROUPS)),
        other=around(22.2, 0.8),
        cameras=tuple(camera_pairs(cameras)),
        camera_bias=CameraBias(around(14.7), around(9.3), around(5.4, 1.2), other_share=71.6),
        person_groups=(
            PersonGroup("gender", "male", 81, 320, around(78.1), around(60.6), shares),
            PersonGroup("gender", "female", 69, 263, around(73.4), around(55.5), shares),
            PersonGroup("age", "child", 3, 9, around(55.6, 31.0), UNKNOWN, shares),
        ),
        disparities=(
            Disparity("gender", "male", "female", around(4.7, 3.9), around(5.1, 6.3)),
            Disparity("age", "child", "adult", around(-20.3, 35.0), UNKNOWN),
        ),
        wrong=140,
        clusters=(
            example_cluster(("same upper colour", "backpack missed"), 62, 31.4, "a"),
            example_cluster(("same camera",), 33, 12.8, "b"),
            example_cluster(("same hat",), 9, 4.26, "c"),
            example_cluster((), 36, math.nan, "d"),
        ),
        findings=(
            Finding(
                FAULT, "backpack", "The backpack decides", "It carries 31.3 % of the distance (29.8 to 32.8)."
            ),
            Finding(
                NOTICE, "cameras", "Pictures of one camera are drawn together", "An excess of 5.4 points."
            ),
            Finding(
                FACT, "other", "22.2 % of the distance belongs to no attribute", "So much is unexplained."
            ),
        ),
        notes=("These numbers are invented.",),
    )


def camera_pairs(cameras: int) -> Iterable[CameraPair]:
    numbers = range(1, cameras + 1)
    for query in numbers:
        for gallery in numbers:
            other = 15.25 + 7 * (query != gallery) + 0.3 * query + 0.7 * gallery
            shares = {name: around(0.8 * share) for name, share in zip(GROUPS, SHARES, strict=True)}
            yield CameraPair(
                query,
                gallery,
                pairs=1200 + 10 * query + gallery,
                distance=around(98 + query - gallery / 2),
                shares={**shares, "other": around(other, 0.6)},
            )


def example_cluster(words: tuple[str, ...], count: int, expected: float, name: str) -> ErrorCluster:
    because = {"backpack": 21.4, "upper colour": 9.3, "hair": -4.2, "other": 2.1, "hat": 0.3}
    examples = tuple(
        WrongMatch(
            query=Path(f"query/{name}{number}_query.png"),
            wrong=Path(f"gallery/{name}{number}_wrong.png"),
            right=Path(f"gallery/{name}{number}_right.png"),
            because={key: value + number for key, value in because.items()},
        )
        for number in range(3)
    )
    return ErrorCluster(words, count, expected, because, examples)


def unlabelled_audit() -> Audit:
    """A data set without labels: nothing about where they differ, no annotated groups."""
    example = example_audit()
    groups = tuple(
        replace(g, differs=math.nan, share_differs=UNKNOWN, share_alike=UNKNOWN, effect=UNKNOWN)
        for g in example.groups
    )
    return replace(example, groups=groups, person_groups=(), disparities=())


def single_camera_audit() -> Audit:
    return replace(example_audit(cameras=1), camera_bias=None)


def faultless_audit() -> Audit:
    """No query finds somebody else first."""
    return replace(example_audit(), wrong=0, clusters=())


def unknown_audit() -> Audit:
    """One person in each group, so that no interval and few scores are known."""
    example = example_audit()
    unknown = dict.fromkeys((*GROUPS, "other"), UNKNOWN)
    bias = CameraBias(UNKNOWN, UNKNOWN, UNKNOWN, other_share=math.nan)
    scores = RetrievalScores(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, queries=0, skipped_queries=590)
    return replace(
        unlabelled_audit(),
        retrieval=scores,
        groups=tuple(replace(g, share=UNKNOWN) for g in unlabelled_audit().groups),
        other=UNKNOWN,
        cameras=tuple(replace(pair, distance=UNKNOWN, shares=unknown) for pair in example.cameras),
        camera_bias=bias,
        person_groups=tuple(
            replace(group, rank1=UNKNOWN, mean_ap=UNKNOWN, shares=unknown) for group in example.person_groups
        ),
        disparities=tuple(replace(found, rank1=UNKNOWN, mean_ap=UNKNOWN) for found in example.disparities),
        clusters=tuple(
            replace(c, expected=math.nan, because=dict.fromkeys(c.because, math.nan))
            for c in example.clusters
        ),
    )


def hostile_audit() -> Audit:
    """Names that a page, a terminal or a figure could take for orders, and names without an end."""
    example = example_audit()
    evil_path = Path(f"folder/{EVIL.replace('/', '|')}.png")
    long_path = Path(f"folder/{LONG}.png")
    match = WrongMatch(evil_path, long_path, evil_path, {EVIL: 3.0, LONG: -2.0})
    return replace(
        example,
        target=EVIL,
        form=EVIL,
        schema=LONG,
        data=EVIL + LONG,
        groups=(replace(example.groups[0], name=EVIL), replace(example.groups[1], name=LONG)),
        cameras=tuple(
            replace(pair, shares={EVIL: around(3.0), LONG: around(2.0), "other": pair.shares["other"]})
            for pair in example.cameras
        ),
        person_groups=tuple(
            replace(group, attribute=EVIL, words=LONG, shares={EVIL: around(1.0)})
            for group in example.person_groups
        ),
        disparities=(Disparity(EVIL, LONG, EVIL, around(1.0), around(2.0)),),
        clusters=(ErrorCluster((EVIL, LONG), 140, 20.0, {EVIL: 3.0, LONG: 2.0}, (match,)),),
        findings=(
            Finding(FAULT, EVIL, EVIL, LONG),
            Finding(EVIL, EVIL, LONG, f"{EVIL}\x1b[2J\nnext line"),
        ),
        notes=(EVIL + "\x1b[2J", LONG),
    )


def _group(place: int, name: str) -> GroupReliance:
    share = SHARES[place]
    return GroupReliance(
        name=name,
        differs=11.1 + 7 * place,
        share=around(share, 1.1),
        share_differs=around(share + 9.7 - place, 1.4),
        share_alike=around(share - 2.3, 1.2),
        effect=around(12.0 - place, 1.9),
    )


AUDITS = {
    "full": example_audit(),
    "no labels": unlabelled_audit(),
    "one camera": single_camera_audit(),
    "many cameras": example_audit(cameras=15),
    "nothing wrong": faultless_audit(),
    "nothing known": unknown_audit(),
    "hostile": hostile_audit(),
    "mostly other": replace(example_audit(), other=around(97.3)),
    "no groups": replace(example_audit(), groups=(), cameras=(), camera_bias=None, notes=()),
}

"""What the numbers of an audit mean: faults first, then what is worth a look, then facts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from attrimeter.legible import join_names
from attrimeter.schemas import AttributeSchema
from attrimeter.values import Score
from attrimeter.values.audit import FACT, FAULT, NOTICE, Audit, CameraBias, Disparity, Finding, GroupReliance

DOMINANT = 50.0
"""A group that carries more than this percent of the distance wherever it differs is relied on too much: it
outweighs everything else that differs as well."""

BIASED, MOVED = 20.0, 5.0
"""Percent points by which somebody else before the query's camera is nearer than the person more often than
somebody else in another camera: a fault, or worth a look."""

IGNORED, OFTEN = 1.0, 5.0
"""A group is ignored if its difference moves less than this percent of the distance, though it differs in
at least so many percent of the pairs."""

REGIONS: Mapping[str, tuple[str, ...]] = {
    "the head": ("face", "hair", "hat"),
    "the upper body": ("torso", "arms"),
    "the lower body": ("thighs", "shins", "shoes"),
}
"""Body parts of which a model must use something, if the groups that lie on them alone are at least two."""

CANCELLING = 250.0
"""Sum of the sizes of all shares, in percent, from which contributions mostly cancel each other: then the
interpreter, and not the model, is at fault."""

MOSTLY_OTHER = 60.0
UNEQUAL = 5.0
"""Percent points of rank-1 or mAP between annotated groups that are worth a look, if they are no chance."""


def list_audit_findings(
    audit: Audit, schema: AttributeSchema, *, predicts_changes: bool, weak: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings of an audit; never empty.

    Faults come first: a shortcut by cameras, which has nothing to do with the person, then reliance on one
    attribute, then blindness, which either may cause. Where there is none, the first finding says so. Then
    comes what is worth a look, then facts.

    What a model ignores is only said where contributions stand for the effect of changes: other forms of
    interpreter book whole cells, whatever is seen there.

    Args:
        audit: its own ``findings`` are not looked at.
        schema: of its groups.
        predicts_changes: whether the interpreter's form predicts effects of changes.
        weak: groups of which the interpreter's attribution did not agree with the truth; where they seem
            to be ignored, that may be the interpreter's doing, and the finding says so.
    """
    if not _is_plausible(audit):
        return (_implausible(audit), *_moved_by_cameras(audit.camera_bias), *_errors(audit))
    ignored = _ignored_groups(audit) if predicts_changes else []
    faults = [*_shortcut(audit.camera_bias), *_dominant(audit.groups), *_blind(ignored, schema)]
    return (
        *(faults or [_no_fault(audit)]),
        *_moved_by_cameras(audit.camera_bias),
        *_ignored(ignored, weak),
        *_mostly_other(audit),
        *_unequal(audit.disparities),
        *_errors(audit),
        _relied_on(audit),
    )


def _is_plausible(audit: Audit) -> bool:
    shares = [audit.other.value, *(group.share.value for group in audit.groups)]
    return sum(abs(share) for share in shares if math.isfinite(share)) <= CANCELLING


def _implausible(audit: Audit) -> Finding:
    text = (
        f"Its contributions mostly cancel each other ({audit.other.value:.0f} % is booked on no attribute), "
        "so nothing is said of what the model relies on; fit it longer, or on data more like these."
    )
    return Finding(FAULT, "interpreter", "The interpreter cannot be trusted on these data", text)


def _dominant(groups: Sequence[GroupReliance]) -> list[Finding]:
    """The groups that are relied on too much, the most relied on first."""
    found = []
    for group in sorted(groups, key=lambda group: -group.share_differs.low):
        share = group.share_differs
        if share.low > DOMINANT:
            text = (
                f"Where two persons differ in it, {group.name} alone carries {_percent(share)} of the "
                f"distance: more than all else together. They do in {group.differs:.0f} % of the pairs."
            )
            title = f"Relies too much on one attribute: {group.name}"
            found.append(Finding(FAULT, group.name, title, text))
    return found


def _shortcut(bias: CameraBias | None) -> list[Finding]:
    if bias is None or not bias.excess.low > BIASED:
        return []
    cause = "camera or background" if bias.other_share > 50 else "the camera"
    return [Finding(FAULT, "cameras", f"A shortcut: {cause} gives persons away", _camera_text(bias))]


def _moved_by_cameras(bias: CameraBias | None) -> list[Finding]:
    if bias is None or not MOVED < bias.excess.low <= BIASED:
        return []
    return [Finding(NOTICE, "cameras", "Persons in one camera look more alike to it", _camera_text(bias))]


def _camera_text(bias: CameraBias) -> str:
    text = (
        f"Somebody else in the query's own camera is nearer than the person in another camera in "
        f"{_percent(bias.nearer_same)} of the cases, somebody else in another camera in "
        f"{_percent(bias.nearer_other)}."
    )
    if math.isfinite(bias.other_share):
        amount = "All" if bias.other_share > 99.5 else f"{max(bias.other_share, 0):.0f} %"
        text += f" {amount} of what a second camera adds to a distance is nothing that a person wears."
    return text


def _no_fault(audit: Audit) -> Finding:
    text = f"No attribute carries more than {DOMINANT:.0f} % of the distance wherever it differs"
    bias = audit.camera_bias
    if bias is None:
        text += "; cameras could not be compared."
    else:
        text += (
            f", and somebody before the same camera is taken for the person {_points(bias.excess)} more "
            f"often than somebody before another one (a shortcut: more than {BIASED:.0f})."
        )
    return Finding(FACT, "none", "No shortcut found", text)


def _ignored_groups(audit: Audit) -> list[str]:
    return [group.name for group in audit.groups if group.effect.high < IGNORED and group.differs >= OFTEN]


def _blind(ignored: Sequence[str], schema: AttributeSchema) -> list[Finding]:
    """Regions of the body of which every group is ignored."""
    regions, unseen = [], []
    for region, parts in REGIONS.items():
        inside = [
            group
            for group, members in schema.groups.items()
            if all(set(schema.attributes[index].parts) <= set(parts) for index in members)
        ]
        if len(inside) >= 2 and set(inside) <= set(ignored):
            regions.append(region)
            unseen += inside
    if not regions:
        return []
    text = (
        f"The labels of {join_names(unseen)} often differ, and yet that moves the distance by less than "
        f"{IGNORED:.0f} %."
    )
    return [Finding(FAULT, ", ".join(regions), f"Blind to {join_names(regions)}", text)]


def _ignored(names: Sequence[str], weak: Sequence[str]) -> list[Finding]:
    if not names:
        return []
    text = (
        f"The labels differ in {'it' if len(names) == 1 else 'each of them'} in at least {OFTEN:.0f} % of "
        f"the pairs, and yet that moves the distance by less than {IGNORED:.0f} %."
    )
    doubtful = [name for name in names if name in weak]
    if doubtful:
        named = join_names(doubtful)
        text += f" Of {named} the interpreter's attribution is weak: it may miss something there."
    return [Finding(NOTICE, ", ".join(names), f"Ignores {join_names(names)}", text)]


def _mostly_other(audit: Audit) -> list[Finding]:
    if not audit.other.low > MOSTLY_OTHER:
        return []
    text = (
        f"{_percent(audit.other)} of the distance between different persons is booked on no attribute: "
        "background, pose, light, or what the interpreter cannot name."
    )
    return [Finding(NOTICE, "other", "Most of the distance has no name", text)]


def _unequal(disparities: Sequence[Disparity]) -> list[Finding]:
    found = []
    for gap in disparities:
        for name, score in (("rank-1", gap.rank1), ("mAP", gap.mean_ap)):
            if abs(score.value) >= UNEQUAL and (score.low > 0 or score.high < 0):
                better, worse = (gap.first, gap.second) if score.value > 0 else (gap.second, gap.first)
                text = (
                    f"{name} is {abs(score.value):.1f} points higher for queries labelled {better!r} than "
                    f"for {worse!r} (first minus second, over all comparisons: {_interval(score)}). "
                    "That may come from the pictures or the clothes, and not from the model."
                )
                found.append(Finding(NOTICE, gap.attribute, f"Finds {worse!r} less well", text))
                break
    return found


def _errors(audit: Audit) -> list[Finding]:
    named = [cluster for cluster in audit.clusters if cluster.words]
    if not named:
        return []
    largest = named[0]
    text = (
        f"{largest.count} of {audit.wrong} wrong matches of rank 1: {', '.join(largest.words)}; by chance it "
        f"would be {largest.expected:.0f}."
    )
    return [Finding(FACT, "errors", "What wrong matches share", text)]


def _relied_on(audit: Audit) -> Finding:
    most = [f"{group.name} ({group.share.value:.0f} %)" for group in audit.groups[:3]]
    text = (
        f"Of the distance between different persons, most is carried by {join_names(most)}; "
        f"{audit.other.value:.0f} % by no attribute."
    )
    return Finding(FACT, audit.groups[0].name if audit.groups else "other", "What it relies on", text)


def _percent(score: Score) -> str:
    return f"{score.value:.0f} % ({score.low:.0f} to {score.high:.0f})"


def _points(score: Score) -> str:
    value, low, high = (round(end) + 0 for end in (score.value, score.low, score.high))
    return f"{value} percent points ({low} to {high})"


def _interval(score: Score) -> str:
    return f"{score.low:.1f} to {score.high:.1f}"

"""The explanation of one pair of images: frozen numbers and maps, nothing that draws or computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jaxtyping import Float, UInt8

from attrimeter.arrays import Array
from attrimeter.values.change_answer import ChangeAnswer
from attrimeter.values.trust import Verdict

OTHER = "other"
"""The name under which everything that belongs to no attribute is booked."""


@dataclass(frozen=True)
class AttributeReading:
    """What the interpreter read of one attribute in one image.

    Attributes:
        probability: that the attribute is positive (coding 2), in [0, 1].
        words: the more probable state in words ("long hair").
    """

    probability: float
    words: str


@dataclass(frozen=True)
class ExplainedImage:
    """One side of an explained pair.

    Attributes:
        name: the file name or "image A" for an array.
        pixels: the image as it was given, H x W x 3 uint8.
        maps: attribute or "other" -> h x w map in [0, 1], on the grid of the target's last map.
        readings: attribute -> what was read of it.
    """

    name: str
    pixels: UInt8[Array, "height width 3"]
    maps: Mapping[str, Float[Array, "h w"]]
    readings: Mapping[str, AttributeReading]


@dataclass(frozen=True)
class SamePersonAnswer:
    """How probable it is that two images show one person.

    Attributes:
        probability: at even prior odds, in [0, 1].
        seen: whether calibration has seen pairs like this one; the probability means little if not.
        calibrated_on: name of the data set.
        foreign: names of the images that are another kind of picture than those; with any, ``seen`` is False.
    """

    probability: float
    seen: bool
    calibrated_on: str
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairExplanation:
    """Why a target puts two images as far apart as it does.

    Attributes:
        first, second: the two images with their maps and readings.
        distance: in the target's own metric (Euclidean, or cosine distance in [0, 2]).
        metric: "euclidean" or "cosine".
        percentile_same: share of same-person pairs seen in fitting that are nearer than this one, 0-100.
        percentile_different: share of different-person pairs seen in fitting that are nearer, 0-100.
        attributes: attribute -> signed contribution in units of ``distance``; positive keeps the two
            apart, negative brings them together.
        groups: group -> sum of its attributes' contributions.
        group_members: group -> the names of its attributes, in the order of the schema.
        other: what no attribute carries. sum(attributes) + other = distance.
        shares: attribute, group or "other" -> contribution / distance (0 where the distance is 0).
        completeness: |sum of contributions - distance| / distance, as computed (0 where the distance is 0).
        form: name of the form of interpreter that said so.
        target: name of the target's profile.
        target_fingerprint: the fingerprint of the target's weights and profile.
        schema: name of the attribute schema.
        is_signed: whether the form has negative contributions; else an attribute that both share counts, too.
        intervals: group or "other" -> low and high end, in units of ``distance``, of a 90 % interval of its
            true contribution; empty where the interpreter carries no trust card.
        trust: group -> whether its attribution agreed with measured truth; empty without a card.
        trust_label: the same of the explanation as a whole.
        trust_words: sentences behind the label.
        same_person: whether they are one person; None where that was not calibrated.
        change: the fewest groups whose change would make or break a match, or swap two ranks;
            None where no threshold is known, or the interpreter does not predict changes.
    """

    first: ExplainedImage
    second: ExplainedImage
    distance: float
    metric: str
    percentile_same: float
    percentile_different: float
    attributes: Mapping[str, float]
    groups: Mapping[str, float]
    group_members: Mapping[str, tuple[str, ...]]
    other: float
    shares: Mapping[str, float]
    completeness: float
    form: str
    target: str
    target_fingerprint: str
    schema: str
    is_signed: bool = True
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    trust: Mapping[str, Verdict] = field(default_factory=dict)
    trust_label: Verdict = "not measured"
    trust_words: tuple[str, ...] = ()
    same_person: SamePersonAnswer | None = None
    change: ChangeAnswer | None = None

    @property
    def contributions(self) -> Mapping[str, float]:
        """Every contribution by name: attributes, groups and "other". Do not sum it: groups repeat their
        attributes."""
        return {**self.attributes, **self.groups, OTHER: self.other}

    @property
    def ranked_groups(self) -> tuple[tuple[str, float], ...]:
        """Groups and "other", largest absolute contribution first (ties by name)."""
        entries = [*self.groups.items(), (OTHER, self.other)]
        return tuple(sorted(entries, key=lambda entry: (-abs(entry[1]), entry[0])))

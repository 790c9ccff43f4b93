"""What the JSON of a pair's explanation holds; published as docs/schemas/pair-explanation.schema.json."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, NonNegativeFloat

from attrimeter.figures.pair.ledger import read_state
from attrimeter.figures.pair.summary import summarise
from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values import OTHER, ExplainedImage, PairExplanation
from attrimeter.values.trust import Verdict

_MAP_DIGITS = 4


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ContributionPart(_Part):
    """A signed contribution."""

    contribution: float = Field(description="In units of the distance; positive keeps the two images apart.")
    share: float = Field(description="contribution / distance; 0 where the distance is 0.")


class MeasuredPart(ContributionPart):
    """A signed contribution with the interval of the true value behind it."""

    interval: tuple[float, float] | None = Field(
        description="Low and high end of the 90 % interval, in units of the distance; null where not known."
    )


class GroupPart(MeasuredPart):
    """A group of attributes that answer one question, such as the upper colour."""

    name: str
    attributes: list[str] = Field(description="Its attributes; their contributions sum to the group's.")
    first: str | None = Field(description="The state read in the first image; null where nothing was read.")
    second: str | None = Field(description="The state read in the second image.")
    trust: Verdict | None = Field(
        description="Whether attributions of this group agreed with measured truth; null: not known."
    )


class TrustPart(_Part):
    """How far the explanation as a whole can be trusted."""

    label: Verdict
    words: list[str] = Field(description="Sentences behind the label.")


class ReadingPart(_Part):
    """What was read of one attribute in one image."""

    probability: float = Field(ge=0, le=1, description="That the attribute is positive.")
    words: str = Field(description="The more probable state in words.")


class ImagePart(_Part):
    """One of the two images; its pixels are not repeated here."""

    name: str
    height: int = Field(gt=0)
    width: int = Field(gt=0)
    maps: dict[str, list[list[float]]] = Field(
        description="Attribute or 'other' -> rows of its map, 0 to 1, on the grid of the target's last map."
    )
    readings: dict[str, ReadingPart]


class SamePersonPart(_Part):
    """Whether both images show one person, from distance, contributions and attributes."""

    probability: float = Field(ge=0, le=1, description="At even prior odds.")
    seen: bool = Field(description="Whether calibration has seen pairs like this one.")
    calibrated_on: str
    foreign: list[str] = Field(description="Names of the images that are another kind of picture than those.")


class ChangePart(_Part):
    """The fewest groups whose change would turn the answer about the pair."""

    turn: Literal["match", "no match", "swap"] = Field(
        description="What it brings about: a match, none any more, or the second image before the rival."
    )
    groups: list[str] = Field(
        description="To be as in the first image; for 'no match' to be different. Empty where no set does."
    )
    distance: NonNegativeFloat = Field(description="Now.")
    threshold: NonNegativeFloat = Field(description="Up to it a pair is a match; or the rival's distance.")
    after: NonNegativeFloat | None = Field(description="Expected after the change; null where no set does.")
    most: int = Field(gt=0, description="Groups that an answer names at most.")
    probability: float | None = Field(
        ge=0, le=1, description="That the change really does it; null where nobody measured such answers."
    )
    rival: str = Field(description="Name of the image to be overtaken; empty where there is none.")


class ExplanationDocument(_Part):
    """Why a person re-identification model puts two images as far apart as it does.

    The contributions of all attributes and ``other`` sum to ``distance``; the groups repeat the attributes.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        title="AttriMeter pair explanation",
        json_schema_serialization_defaults_required=True,
    )

    document: Literal["attrimeter.pair-explanation"] = "attrimeter.pair-explanation"
    version: Literal[2, 3] = Field(3, description="2 calls `change` `flip`.")
    summary: str = Field(description="The explanation in plain words.")
    distance: NonNegativeFloat
    metric: Literal["euclidean", "cosine"]
    percentile_same: float | None = Field(
        ge=0, le=100, description="Percent of same-person pairs that are nearer; null where not known."
    )
    percentile_different: float | None = Field(
        ge=0, le=100, description="Percent of different-person pairs that are nearer; null where not known."
    )
    groups: list[GroupPart] = Field(description="Largest absolute contribution first.")
    attributes: dict[str, ContributionPart]
    other: MeasuredPart = Field(description="What no attribute carries.")
    trust: TrustPart
    same_person: SamePersonPart | None = Field(description="Null where nobody calibrated it.")
    change: ChangePart | None = Field(
        validation_alias=AliasChoices("change", "flip"),
        description="Null where no threshold is known, or the interpreter does not predict changes.",
    )
    completeness: float = Field(description="|sum of contributions - distance| / distance, as computed.")
    form: str = Field(description="The form of interpreter, such as 'exact' or 'distilled'.")
    target: str
    target_fingerprint: str
    schema_name: str = Field(alias="schema", description="Name of the attribute schema.")
    first: ImagePart
    second: ImagePart


def document_of_pair(explanation: PairExplanation) -> ExplanationDocument:
    """The explanation without its pixels, in words and numbers.

    Maps are rounded to four digits, all other numbers are kept; a percentile that is not known is null.
    """
    parts = {
        name: {"contribution": float(value), "share": float(explanation.shares[name])}
        for name, value in explanation.contributions.items()
    }
    groups = [
        {
            **_measured_part(explanation, name, parts[name]),
            "name": name,
            "trust": explanation.trust.get(name),
            **_group_states(explanation, name),
        }
        for name, _ in explanation.ranked_groups
        if name != OTHER
    ]
    return ExplanationDocument.model_validate(
        plain_json(
            {
                "summary": summarise(explanation),
                "distance": float(explanation.distance),
                "metric": explanation.metric,
                "percentile_same": _known(explanation.percentile_same),
                "percentile_different": _known(explanation.percentile_different),
                "groups": groups,
                "attributes": {name: parts[name] for name in explanation.attributes},
                "other": _measured_part(explanation, OTHER, parts[OTHER]),
                "trust": {"label": explanation.trust_label, "words": list(explanation.trust_words)},
                "same_person": None if explanation.same_person is None else asdict(explanation.same_person),
                "change": None if explanation.change is None else asdict(explanation.change),
                "completeness": float(explanation.completeness),
                "form": explanation.form,
                "target": explanation.target,
                "target_fingerprint": explanation.target_fingerprint,
                "schema": explanation.schema,
                "first": _image_part(explanation.first),
                "second": _image_part(explanation.second),
            }
        )
    )


def _measured_part(explanation: PairExplanation, name: str, part: dict[str, float]) -> dict[str, Any]:
    return {**part, "interval": explanation.intervals.get(name)}


def _group_states(explanation: PairExplanation, group: str) -> dict[str, Any]:
    members = explanation.group_members[group]
    return {
        "attributes": list(members),
        "first": read_state(explanation.first, members),
        "second": read_state(explanation.second, members),
    }


def _image_part(image: ExplainedImage) -> dict[str, Any]:
    height, width = image.pixels.shape[:2]
    return {
        "name": image.name,
        "height": height,
        "width": width,
        "maps": {
            name: [[round(float(value), _MAP_DIGITS) for value in row] for row in values]
            for name, values in image.maps.items()
        },
        "readings": {
            name: {"probability": float(reading.probability), "words": reading.words}
            for name, reading in image.readings.items()
        },
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)

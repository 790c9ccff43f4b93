"""How probable it is that two images show one person: from distance, ledger, attributes and their appearance.

A distance says nothing of why. The model adds, attribute by attribute, what agreement and contradiction are
worth, what each contribution of the ledger is worth, and what it is worth that the attribute looks alike. It
is a logistic regression, so that every part of its answer can be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import normalize

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.familiarity import Familiarity

LEAST = 0.02
"""States are never believed beyond this probability and its complement."""


def evidence_of_sameness(
    a: Float[Tensor, "*q attr"], b: Float[Tensor, "*g attr"], prevalence: Float[Tensor, " attr"]
) -> Float[Tensor, "*pairs attr"]:
    """Log of how much more probable two readings are for one person than for two, attribute by attribute.

    With p and q the probabilities that an attribute is positive in either image and pi its prevalence, the
    ratio is p q / pi + (1 - p)(1 - q) / (1 - pi). It is positive where both agree, the more so the rarer the
    state; negative where they contradict; and exactly zero where either image tells nothing (p = pi): an
    attribute that cannot be seen is no evidence.

    Args:
        a, b: probabilities in [0, 1], of shapes that broadcast; taken within ``LEAST`` of 0 and 1.
        prevalence: share of positive images in [0, 1], likewise.
    """
    p, q, pi = (values.clamp(LEAST, 1 - LEAST) for values in (a, b, prevalence))
    return (p * q / pi + (1 - p) * (1 - q) / (1 - pi)).log()


@dataclass(frozen=True)
class PersonSide:
    """One side of a block of pairs.

    Attributes:
        embeddings: the target's own.
        states: probability that each attribute is positive.
        appearances: how each attribute looks, less how it looks on average, of length one.
        familiar: whether each image is of the kind that calibration has seen.
    """

    embeddings: Float[Tensor, "n d"]
    states: Float[Tensor, "n attr"]
    appearances: Float[Tensor, "n appearances p"]
    familiar: Bool[Tensor, " n"]


@dataclass(frozen=True)
class SamePersonModel:
    """A calibrated logistic model of "the same person".

    Attributes:
        classifier: weight and bias of the attribute classifier on embeddings of length one.
        prevalence: of each attribute among the images that it was fitted on.
        distance_weight: of the cosine distance, per unit.
        evidence_weights: of :func:`evidence_of_sameness`.
        ledger_weights: of each contribution and *other*, per unit of the target's distance.
        usual: how each attribute looks on average (:func:`centre_looks`).
        appearance_weights: of the cosines of the appearances of two images.
        slope, offset: what makes the score a logit at even prior odds.
        seen: the scores between which calibration has seen pairs.
        familiarity: the kind of image that calibration has seen.
        facts: plain data: what it was fitted on.
    """

    classifier: tuple[Float[Tensor, "attr d"], Float[Tensor, " attr"]]
    prevalence: Float[Tensor, " attr"]
    distance_weight: float
    evidence_weights: Float[Tensor, " attr"]
    ledger_weights: Float[Tensor, " attr_and_other"]
    usual: Float[Tensor, "appearances p"]
    appearance_weights: Float[Tensor, " appearances"]
    slope: float
    offset: float
    seen: tuple[float, float]
    familiarity: Familiarity
    facts: Mapping[str, Any]

    def read(
        self,
        embeddings: Float[Tensor, "n d"],
        appearances: Float[Tensor, "n appearances p"],
        styles: Float[Tensor, "n twice_s"],
    ) -> PersonSide:
        """One side of pairs: the target's embeddings, :meth:`Interpreter.appearance` and styles of images."""
        weight, bias = self.classifier
        states = (normalize(embeddings.float()) @ weight.T + bias).sigmoid()
        familiar = self.familiarity.knows(styles)
        return PersonSide(embeddings, states, centre_appearances(appearances, self.usual), familiar)

    def score(
        self, a: PersonSide, b: PersonSide, components: Float[Tensor, "q g attr_and_other"]
    ) -> Float[Tensor, "q g"]:
        """Higher where two images rather show one person; for ranking a gallery.

        Args:
            components: of the interpreter, every image of ``a`` against every image of ``b``
                (:meth:`Interpreter.compare_all`).

        Raises:
            InterpreterError: another number of attributes than the model was fitted with, or a score that is
                no number.
        """
        if components.shape[2] != len(self.ledger_weights):
            raise InterpreterError(
                f"The same-person model knows {len(self.ledger_weights) - 1} attributes, and the "
                f"interpreter explains {components.shape[2] - 1}; calibrate this interpreter again."
            )
        evidence = evidence_of_sameness(a.states[:, None], b.states[None], self.prevalence)
        scores = self.distance_weight * cosine_distances(a.embeddings, b.embeddings)
        scores = scores + evidence @ self.evidence_weights
        scores = scores + components.float() @ self.ledger_weights
        return _require_numbers(scores + likeness(a.appearances, b.appearances) @ self.appearance_weights)

    def probability(self, scores: Float[Tensor, "*pairs"]) -> Float[Tensor, "*pairs"]:
        """P(the same person) at even prior odds, of scores. Raises InterpreterError if it is no number."""
        return _require_numbers((self.slope * scores + self.offset).sigmoid())

    def has_seen(
        self, scores: Float[Tensor, "q g"], first: Bool[Tensor, " q"], second: Bool[Tensor, " g"]
    ) -> Bool[Tensor, "q g"]:
        """Whether calibration has seen pairs like these: their scores, and images of both kinds.

        Args:
            first, second: :attr:`PersonSide.familiar` of either side.
        """
        within = (scores >= self.seen[0]) & (scores <= self.seen[1])
        return within & first[:, None] & second[None]


def _require_numbers(values: Tensor) -> Tensor:
    if not bool(torch.isfinite(values).all()):
        raise InterpreterError(
            "The same-person model gives no number for these images, as its own numbers are far too large; "
            "calibrate again."
        )
    return values


def cosine_distances(a: Float[Tensor, "q d"], b: Float[Tensor, "g d"]) -> Float[Tensor, "q g"]:
    """1 - cosine of every row of ``a`` with every row of ``b``."""
    return 1 - normalize(a.float()) @ normalize(b.float()).T


def centre_appearances(
    appearances: Float[Tensor, "n appearances p"], usual: Float[Tensor, "appearances p"]
) -> Tensor:
    """Appearances of length one, less the usual ones, again of length one: what is particular about each."""
    return normalize(normalize(appearances.float(), dim=2) - usual, dim=2)


def likeness(
    a: Float[Tensor, "q appearances p"], b: Float[Tensor, "g appearances p"]
) -> Float[Tensor, "q g appearances"]:
    """The cosine of each appearance in every image of ``a`` with the same one of every image of ``b``."""
    return torch.einsum("qlp,glp->qgl", a, b)


TENSORS = (
    "classifier.weight",
    "classifier.bias",
    "prevalence",
    "evidence_weights",
    "ledger_weights",
    "usual",
    "look_weights",
    "styles.centre",
    "styles.directions",
    "styles.variances",
)
"""What of a model is stored as tensors; the rest is plain data."""


def model_to_parts(model: SamePersonModel) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """A model as tensors by name, and plain data ready for JSON."""
    weight, bias = model.classifier
    evidence = (model.prevalence, model.evidence_weights, model.ledger_weights)
    kind = model.familiarity
    appearances = (model.usual, model.appearance_weights)
    values = (weight, bias, *evidence, *appearances, kind.centre, kind.directions, kind.variances)
    plain = {
        "distance_weight": model.distance_weight,
        "slope": model.slope,
        "offset": model.offset,
        "seen": list(model.seen),
        "rest": kind.rest,
        "farthest": kind.farthest,
        "facts": dict(model.facts),
    }
    return dict(zip(TENSORS, values, strict=True)), plain


def model_from_parts(tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> SamePersonModel:
    """The model that :func:`model_to_parts` took apart. Raises InterpreterError where something is amiss."""
    try:
        weight, bias, prevalence, evidence, ledger, usual, appearance, *kind = (
            tensors[name].float() for name in TENSORS
        )
        centre, directions, variances = kind
        low, high = (float(end) for end in plain["seen"])
        fits = len(weight) == len(bias) == len(prevalence) == len(evidence) == len(ledger) - 1
        if not fits or weight.ndim != 2 or usual.ndim != 2 or usual.shape[:1] != appearance.shape:
            raise ValueError("its parts have different sizes")
        return SamePersonModel(
            classifier=(weight, bias),
            prevalence=prevalence,
            distance_weight=float(plain["distance_weight"]),
            evidence_weights=evidence,
            ledger_weights=ledger,
            usual=usual,
            appearance_weights=appearance,
            slope=float(plain["slope"]),
            offset=float(plain["offset"]),
            seen=(low, high),
            familiarity=Familiarity(
                centre, directions, variances, float(plain["rest"]), float(plain["farthest"])
            ),
            facts=dict(plain["facts"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InterpreterError(
            f"The same-person model is damaged ({type(error).__name__}: {error}); calibrate again."
        ) from error

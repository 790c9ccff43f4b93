"""Fitting the model of "the same person" on training identities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int8
from torch import Tensor
from torch.nn.functional import normalize, softplus

from attrimeter.arrays import Array
from attrimeter.errors import DatasetError
from attrimeter.fitting.attribute_classifier import classify_attributes, fit_attribute_classifier
from attrimeter.fitting.familiarity import fit_familiarity
from attrimeter.fitting.finite import require_finite
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.interpreter.same_person import (
    SamePersonModel,
    centre_appearances,
    cosine_distances,
    evidence_of_sameness,
    likeness,
)
from attrimeter.metrics.classification import equal_error_distance
from attrimeter.ranges import check_numbers

POSITIVES, FOLDS = 20, 3
SEEN_QUANTILES = (0.0005, 0.9995)
UNUSED = -1e9
APPEARANCE_BLOCK = 256
_DIVERGED = (
    "The same-person model could not be fitted: its weights are no longer numbers; look at the target's "
    "embeddings, which are not finite or far too large."
)


@dataclass(frozen=True)
class SamePersonSettings:
    """How the model is fitted.

    Attributes:
        queries: images whose candidates are ranked.
        hard, random: different persons in the list of each query: the nearest, and others by chance.
        penalty: half the weight of the squared coefficients of standardised features.
        ledger_penalty: the same of the contributions, which repeat much of the distance.
        seed: of everything random.
    """

    queries: int = 1500
    hard: int = 150
    random: int = 150
    penalty: float = 0.1
    ledger_penalty: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        check_numbers(self)


@dataclass(frozen=True)
class TrainingPersons:
    """Labelled training images, as a target sees them.

    Attributes:
        embeddings: the target's own.
        labels: 1, 0, or -1 for unknown.
        identities, cameras: of each image.
        appearances: of the interpreter (:meth:`Interpreter.appearance`).
        styles: of the images (:func:`~attrimeter.interpreter.familiarity.image_style`).
    """

    embeddings: Float[Tensor, "n d"]
    labels: Int8[Tensor, "n attr"]
    identities: Array
    cameras: Array
    appearances: Float[Tensor, "n appearances p"]
    styles: Float[Tensor, "n twice_s"]


Components = Callable[[int, Array], Float[Tensor, "candidates attr_and_other"]]
"""The ledger of one image (its number) against others (their numbers)."""


def fit_same_person(
    persons: TrainingPersons, components: Components, settings: SamePersonSettings | None = None
) -> SamePersonModel:
    """Fit the model of :mod:`attrimeter.interpreter.same_person`.

    The weights make the images of a query's person outrank its candidates (a softmax over the list, of which
    any positive may be the first: what rank-1 asks for); two further numbers make the score a probability at
    even prior odds, on positives against candidates drawn by chance. Attribute states come from
    classifiers that have not seen the person (cross-fitted in three folds of identities).

    Args:
        components: the interpreter's ledger.

    Raises:
        DatasetError: no person who is seen by two cameras, or fewer than six persons.
        FitError: weights that are no longer numbers.
    """
    settings = settings or SamePersonSettings()
    states = cross_fitted_states(persons, seed=settings.seed)
    prevalence = torch.as_tensor(label_prevalence(persons.labels.numpy())).float()
    lists = _draw_lists(persons, settings)
    usual = _mean_appearance(persons.appearances)
    features = torch.stack(
        [_features(persons, (states, prevalence, usual), components, *entry) for entry in lists]
    )
    kinds = torch.from_numpy(np.stack([entry.kinds for entry in lists]))
    scale = features[kinds != 0].std(dim=0).clamp(min=1e-6)
    attributes = persons.labels.shape[1]
    ledger = slice(1 + attributes, 2 + 2 * attributes)
    weights = _fit_ranking(features / scale, kinds, penalty=_penalties(scale, ledger, settings)) / scale
    slope, offset, seen = _fit_calibration(features @ weights, kinds)
    return SamePersonModel(
        classifier=fit_attribute_classifier(normalize(persons.embeddings.float()), persons.labels),
        prevalence=prevalence,
        distance_weight=float(weights[0]),
        evidence_weights=weights[1 : 1 + attributes],
        ledger_weights=weights[ledger],
        usual=usual,
        appearance_weights=weights[ledger.stop :],
        slope=slope,
        offset=offset,
        seen=seen,
        familiarity=fit_familiarity(persons.styles, persons.identities, seed=settings.seed),
        facts={"persons": len(np.unique(persons.identities)), "queries": len(lists), "seed": settings.seed},
    )


def match_distance(persons: TrainingPersons, *, seed: int = 0) -> float:
    """The Euclidean distance of embeddings up to which two images are called a match.

    At it a training person in two cameras is missed as often as two persons in two cameras, drawn by chance,
    are mistaken for one.

    Raises:
        DatasetError: no training person who is seen by two cameras.
    """
    lists = _draw_lists(persons, SamePersonSettings(seed=seed, hard=1, random=POSITIVES))
    first = np.concatenate([np.repeat(entry.query, len(entry.kinds)) for entry in lists])
    second = np.concatenate([entry.candidates for entry in lists])
    kinds = np.concatenate([entry.kinds for entry in lists])
    chords = (persons.embeddings[first].double() - persons.embeddings[second].double()).norm(dim=1).numpy()
    return equal_error_distance(chords[kinds == 1], chords[kinds == -2])


def cross_fitted_states(persons: TrainingPersons, *, seed: int = 0) -> Float[Tensor, "n attr"]:
    """Probability of each attribute in each image, by a classifier that has not seen the image's person.

    Raises DatasetError for fewer than six persons.
    """
    known = np.unique(persons.identities)
    if len(known) < 2 * FOLDS:
        raise DatasetError(
            f"{len(known)} training persons are too few to calibrate on; {2 * FOLDS} are needed."
        )
    dealt = np.random.default_rng([seed, 3]).permutation(np.arange(len(known)) % FOLDS)
    folds = torch.from_numpy(dealt[np.searchsorted(known, persons.identities)])
    embeddings = normalize(persons.embeddings.float())
    states = torch.zeros(persons.labels.shape)
    for fold in range(FOLDS):
        rest, here = folds != fold, folds == fold
        classifier = fit_attribute_classifier(embeddings[rest], persons.labels[rest])
        states[here] = classify_attributes(embeddings[here], classifier)
    return states


@dataclass(frozen=True)
class _CandidateList:
    """A query, its candidates, and what they are: 1 the same person, -1 hard, -2 by chance, 0 nothing."""

    query: int
    candidates: Array
    kinds: Array

    def __iter__(self) -> Any:
        return iter((self.query, self.candidates, self.kinds))


def _draw_lists(persons: TrainingPersons, settings: SamePersonSettings) -> list[_CandidateList]:
    rng = np.random.default_rng([settings.seed, 4])
    found = []
    for query in rng.permutation(len(persons.identities)):
        elsewhere = persons.cameras != persons.cameras[query]
        same = persons.identities == persons.identities[query]
        positives = rng.permutation(np.flatnonzero(elsewhere & same))[:POSITIVES]
        others = np.flatnonzero(elsewhere & ~same)
        if len(positives) == 0 or len(others) == 0:
            continue
        distances = cosine_distances(persons.embeddings[query][None], persons.embeddings[others])[0]
        hard = others[distances.argsort()[: settings.hard].numpy()]
        chance = rng.choice(others, settings.random)
        length = POSITIVES + settings.hard + settings.random
        candidates, kinds = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int8)
        for start, rows, kind in (
            (0, positives, 1),
            (POSITIVES, hard, -1),
            (POSITIVES + settings.hard, chance, -2),
        ):
            candidates[start : start + len(rows)], kinds[start : start + len(rows)] = rows, kind
        found.append(_CandidateList(int(query), candidates, kinds))
        if len(found) == settings.queries:
            break
    if not found:
        raise DatasetError("No training person is seen by two cameras, so there is nothing to calibrate on.")
    return found


def _features(
    persons: TrainingPersons,
    known: tuple[Tensor, Tensor, Tensor],
    components: Components,
    query: int,
    candidates: Array,
    kinds: Array,
) -> Float[Tensor, "candidates features"]:
    """Distance, evidence, ledger and appearances of a query and its candidates; zeros where there is none."""
    states, prevalence, usual = known
    distance = cosine_distances(persons.embeddings[query][None], persons.embeddings[candidates])[0]
    evidence = evidence_of_sameness(states[query], states[candidates], prevalence)
    ledger = components(query, candidates).float()
    appearances = [centre_appearances(persons.appearances[rows], usual) for rows in ([query], candidates)]
    joined = torch.cat([distance[:, None], evidence, ledger, likeness(*appearances)[0]], dim=1)
    return joined * torch.from_numpy(kinds != 0)[:, None]


def _penalties(scale: Tensor, ledger: slice, settings: SamePersonSettings) -> Float[Tensor, " features"]:
    """None on the distance, that of the ledger on its contributions, and the other on all else."""
    penalties = torch.full_like(scale, settings.penalty)
    penalties[0], penalties[ledger] = 0.0, settings.ledger_penalty
    return penalties


def _mean_appearance(appearances: Float[Tensor, "n appearances p"]) -> Float[Tensor, "appearances p"]:
    """The mean of appearances of length one, in blocks: they are the largest thing that is held."""
    total = appearances.new_zeros(appearances.shape[1:], dtype=torch.float32)
    for start in range(0, len(appearances), APPEARANCE_BLOCK):
        block = appearances[start : start + APPEARANCE_BLOCK]
        total += normalize(block.float(), dim=2).sum(dim=0)
    return total / len(appearances)


def _fit_ranking(
    features: Float[Tensor, "lists candidates features"], kinds: Tensor, *, penalty: Tensor
) -> Float[Tensor, " features"]:
    """Weights under which the best positive of a list outranks all others; by L-BFGS."""
    weights = torch.zeros(features.shape[2])
    weights[0] = -5.0
    weights.requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=80, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        scores = features @ weights
        positive = scores.masked_fill(kinds != 1, UNUSED).logsumexp(dim=1)
        negative = scores.masked_fill(kinds >= 0, UNUSED).logsumexp(dim=1)
        loss = softplus(negative - positive).mean() + (penalty * weights.square()).sum() / 2
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    require_finite(_DIVERGED, weights.detach())
    return weights.detach()


def _fit_calibration(
    scores: Float[Tensor, "lists candidates"], kinds: Tensor
) -> tuple[float, float, tuple[float, float]]:
    """Slope and offset of the logit at even odds (Platt, 1999), and the scores that were seen."""
    positive, chance = scores[kinds == 1], scores[kinds == -2]
    both = torch.cat([positive, chance])
    centre, spread = both.mean(), both.std().clamp(min=1e-6)
    values = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.LBFGS([values], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        logits = [values[0] * (part - centre) / spread + values[1] for part in (positive, chance)]
        loss = softplus(-logits[0]).mean() + softplus(logits[1]).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    slope = float(values[0].detach() / spread)
    ends = torch.quantile(both[:: max(1, len(both) // 1_000_000)], torch.tensor(SEEN_QUANTILES))
    offset = float(values[1].detach()) - slope * float(centre)
    require_finite(_DIVERGED, slope, offset, ends)
    return slope, offset, (float(ends[0]), float(ends[1]))

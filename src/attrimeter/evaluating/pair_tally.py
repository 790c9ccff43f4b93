"""Scores over all query x gallery pairs, block by block: nothing of size queries x gallery x attributes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int8
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.fitting.attribute_classifier import disagreement
from attrimeter.interpreter import ImageReading, Interpreter, ledger_miss
from attrimeter.losses import distillation_gap
from attrimeter.metrics import bootstrap_mean, compare_labels, score_pairs
from attrimeter.values import AttributionScores, Score

EXPLAINERS = ("interpreter", "constant order", "attribute classifier")
KINDS = (
    "precision_exclusive",
    "average_precision_exclusive",
    "precision_common",
    "average_precision_common",
)
SAMPLED_PAIRS = 200_000


@dataclass(frozen=True)
class TallySide:
    """One side of a block of pairs.

    Attributes:
        reading: of the interpreter.
        states: probability of each attribute by the plain classifier.
        labels: 1, 0, -1.
        identities: 0 is a distractor.
    """

    reading: ImageReading
    states: Float[Tensor, "n attr"]
    labels: Int8[Tensor, "n attr"]
    identities: Array


@dataclass
class PairTally:
    """Running sums by query over blocks of different-person pairs.

    Args:
        interpreter: whose components are scored.
        queries: how many rows the sums have.
        pairs: about how many pairs will come, to draw an even sample for the per-attribute table.
    """

    interpreter: Interpreter
    queries: int
    pairs: int
    seed: int = 0
    completeness: float = 0.0
    sums: dict[tuple[str, str], Array] = field(default_factory=dict)
    counts: dict[tuple[str, str], Array] = field(default_factory=dict)
    sample: list[tuple[Array, Array]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([self.seed, 13])
        order = self.interpreter.facts.attributes.differs
        attributes = len(self.interpreter.schema)
        self.order = torch.tensor(order) if order else torch.zeros(attributes)

    def add(self, rows: slice, queries: TallySide, gallery: TallySide) -> None:
        """Score the block ``queries`` (rows ``rows`` of all queries) x ``gallery``."""
        components = self.interpreter.compare_all(queries.reading, gallery.reading).cpu()
        attributes = len(self.interpreter.schema)
        flat = components.reshape(-1, attributes + 1)
        distances = flat.sum(dim=1)
        self._check(queries.reading, gallery.reading, components)
        owner = np.repeat(np.arange(rows.start, rows.stop), len(gallery.reading))
        different = (queries.identities[:, None] != gallery.identities[None]).ravel()
        labels = compare_labels(queries.labels[:, None], gallery.labels[None])
        differs, known = (flags.reshape(-1, attributes) for flags in labels)
        scored = torch.from_numpy(different) & known.any(dim=1)
        if self.interpreter.form.has_gap:
            gap = distillation_gap(distances, flat[:, :attributes] * attributes)
            self._sum("gap", "gap", owner, gap.numpy())
        if not bool(scored.any()):
            return
        owner, known, differs = owner[scored.numpy()], known[scored], differs[scored]
        flat, distances = flat[scored], distances[scored]
        states = disagreement(queries.states, gallery.states).cpu().reshape(-1, attributes)[scored]
        rankings = (flat[:, :attributes], self.order.expand_as(states), states)
        for explainer, ranking in zip(EXPLAINERS, rankings, strict=True):
            scores = score_pairs(ranking, differs, known=known)
            for kind in KINDS:
                self._sum(explainer, kind, owner, np.asarray(getattr(scores, kind), dtype=np.float64))
        shares = (flat / distances.clamp(min=1e-9)[:, None]).numpy()
        self._sum("other", "other", owner, shares[:, -1])
        self._keep_sample(shares, differs.numpy(), known.numpy())

    def _check(self, a: ImageReading, b: ImageReading, components: Tensor) -> None:
        """Compare the sum of every row of the block with a distance computed apart, in double precision."""
        chords = torch.cdist(
            a.embeddings.double(), b.embeddings.double(), compute_mode="donot_use_mm_for_euclid_dist"
        ).cpu()
        distances = self.interpreter.target.metric.from_chord(chords)
        miss = ledger_miss(components.double().flatten(0, 1), distances.flatten())
        self.completeness = max(self.completeness, float(miss.max()))

    def _sum(self, explainer: str, kind: str, owner: Array, values: Array) -> None:
        key = (explainer, kind)
        if key not in self.sums:
            self.sums[key], self.counts[key] = np.zeros(self.queries), np.zeros(self.queries)
        fine = np.isfinite(values)
        self.sums[key] += np.bincount(owner[fine], weights=values[fine], minlength=self.queries)
        self.counts[key] += np.bincount(owner[fine], minlength=self.queries)

    def _keep_sample(self, shares: Array, differs: Array, known: Array) -> None:
        keep = self.rng.random(len(shares)) < SAMPLED_PAIRS / max(self.pairs, 1)
        states = np.where(known[keep], differs[keep].astype(np.int8), -1)
        self.sample.append((shares[keep].astype(np.float32), states))

    def mean(self, explainer: str, kind: str, identities: Array) -> Score:
        """Mean over pairs in percent, with an interval bootstrapped over the queries' identities."""
        key = (explainer, kind)
        if key not in self.sums:
            return Score(float("nan"), float("nan"), float("nan"))
        with np.errstate(invalid="ignore", divide="ignore"):
            per_query = 100 * self.sums[key] / self.counts[key]
        return bootstrap_mean(per_query, identities)

    def attribution(self, explainer: str, identities: Array) -> AttributionScores:
        """The four scores of one explainer."""
        means = [self.mean(explainer, kind, identities) for kind in KINDS]
        counted = self.counts.get((explainer, KINDS[1]))
        return AttributionScores(
            precision_exclusive=means[0],
            mean_ap_exclusive=means[1],
            precision_common=means[2],
            mean_ap_common=means[3],
            pairs=0 if counted is None else int(counted.sum()),
        )

"""One line of the benchmark's table: everything that is scored of one attribution of measured pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrimeter.arrays import Array
from attrimeter.benchmarking.curves import MOST_PAIRS, PairCurves, draw_random_curves, score_curves
from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.metrics.agreement import score_agreement, score_groups
from attrimeter.metrics.intervals import coverage
from attrimeter.metrics.localisation import score_maps
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import KINDS, TWO_VIEWS
from attrimeter.targets import Target
from attrimeter.values import (
    OTHER,
    AgreementScores,
    Attribution,
    CurveScores,
    GroupScores,
    LocalisationScores,
    MeasuredPairs,
    Score,
)
from attrimeter.values.trust import TrustCard

SCHEMA = SCHEMAS["market1501"]
"""The attributes that rendered persons are labelled by."""


@dataclass(frozen=True)
class Scorer:
    """Scores attributions of the same pairs, all with the same bootstrap.

    Attributes:
        target: that the pairs were measured on; curves ask it again.
        pairs: the truth.
        samples, seed: of the bootstrap over identities.
        most_curves: the most pairs that deletion and insertion curves are drawn of.
    """

    target: Target
    pairs: MeasuredPairs
    samples: int = 1000
    seed: int = 0
    most_curves: int = MOST_PAIRS

    def score_kinds(self, attribution: Attribution) -> dict[str, AgreementScores]:
        """Kind -> agreement with the truth; kinds without a pair are left out."""
        found = {}
        for kind in KINDS:
            rows = self.pairs.kinds == kind
            if rows.any():
                pairs, part = self.pairs.take(rows), attribution.take(rows)
                found[kind] = score_agreement(
                    part.contributions,
                    pairs.truth,
                    pairs.differs,
                    pairs.total,
                    pairs.identities,
                    samples=self.samples,
                    seed=self.seed,
                )
        return found

    def score_groups(self, attribution: Attribution) -> dict[str, GroupScores]:
        """Group -> agreement with the truth, over "few" and "many" pairs; empty if there are none."""
        rows = np.isin(self.pairs.kinds, TWO_VIEWS)
        if not rows.any():
            return {}
        pairs, part = self.pairs.take(rows), attribution.take(rows)
        return score_groups(
            part.contributions,
            pairs.truth,
            pairs.differs,
            pairs.total,
            pairs.identities,
            pairs.groups,
            samples=self.samples,
            seed=self.seed,
        )

    def score_maps(self, attribution: Attribution) -> dict[str, LocalisationScores]:
        """Group -> where its maps lie, in both pictures of pairs of different persons in two views.

        Groups whose part is nowhere large enough are left out; empty for an attribution without maps.
        """
        rows = np.isin(self.pairs.kinds, TWO_VIEWS)
        if attribution.first_maps is None or attribution.second_maps is None:
            return {}
        maps = np.concatenate([attribution.first_maps[rows], attribution.second_maps[rows]])
        masks = np.concatenate([self.pairs.first_masks[rows], self.pairs.second_masks[rows]])
        identities = np.tile(self.pairs.identities[rows], 2)
        found = {}
        for column, group in enumerate(self.pairs.groups):
            part = part_mask_of(masks, SCHEMA, group)
            scores = score_maps(maps[:, column], part, identities, samples=self.samples, seed=self.seed)
            if scores.images:
                found[group] = scores
        return found

    def draw_random_curves(self) -> PairCurves | None:
        """What the curves of every attribution are compared with; None if no pair differs in many groups."""
        many = self.pairs.take(self.pairs.kinds == "many")
        if not len(many):
            return None
        return draw_random_curves(self.target, many, most=self.most_curves, seed=self.seed)

    def score_curves(self, attribution: Attribution, random: PairCurves | None) -> CurveScores | None:
        """Deletion and insertion over pairs that differ in many groups; None without any, or without maps."""
        rows = self.pairs.kinds == "many"
        if not rows.any():
            return None
        return score_curves(
            self.target,
            self.pairs.take(rows),
            attribution.take(rows),
            random=random,
            most=self.most_curves,
            samples=self.samples,
            seed=self.seed,
        )

    def score_coverage(self, attribution: Attribution, card: TrustCard) -> dict[str, Score]:
        """Share of true values inside the 90 % intervals of a card, over "few" and "many" pairs.

        Of "all" groups, of those "where it differs", and of "other", what an attribution leaves of D^2.
        The card must come from other pairs than these. Empty if it measured nothing.
        """
        rows = np.isin(self.pairs.kinds, TWO_VIEWS)
        if not rows.any() or any(name not in card.residuals for name in (*self.pairs.groups, OTHER)):
            return {}
        pairs, said = self.pairs.take(rows), attribution.contributions[rows]
        left = (pairs.total - said.sum(axis=1))[:, None]
        columns: dict[str, tuple[Array, Array, tuple[str, ...]]] = {
            "all": (said, pairs.truth, pairs.groups),
            "where it differs": (said, np.where(pairs.differs, pairs.truth, np.nan), pairs.groups),
            OTHER: (left, pairs.none[:, None], (OTHER,)),
        }
        return {
            what: coverage(
                contributions,
                truth,
                pairs.total,
                pairs.identities,
                [card.residuals[name] for name in names],
                samples=self.samples,
                seed=self.seed,
            )
            for what, (contributions, truth, names) in columns.items()
        }

"""Running sums of what a model relies on, by query, over blocks of pairs of different persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Int8

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_difference, bootstrap_ratio
from attrimeter.values import Score
from attrimeter.values.audit import CameraPair, GroupReliance


@dataclass(frozen=True)
class Sums:
    """Of each query: contributions of each group and *other*, and the distances that they are a part of."""

    parts: Array
    wholes: Array

    @classmethod
    def empty(cls, queries: int, *shape: int) -> Sums:
        """Nothing summed yet; ``shape`` is that of one query's contributions."""
        return cls(np.zeros((queries, *shape)), np.zeros((queries, *shape)))

    def add(self, rows: Array, parts: Array, wholes: Array) -> None:
        """Add to the sums of these queries, each of which occurs once."""
        self.parts[rows] += parts
        self.wholes[rows] += wholes


class RelianceTally:
    """Sums from which the shares of the distance are taken.

    Args:
        identities, cameras: of the queries.
        groups: names of the groups, without *other*.
        gallery_cameras: the numbers of all cameras of the gallery.
    """

    def __init__(
        self,
        *,
        identities: Int[Array, " queries"],
        cameras: Int[Array, " queries"],
        groups: tuple[str, ...],
        gallery_cameras: Int[Array, " cameras"],
    ) -> None:
        queries, width = len(identities), len(groups) + 1
        self.identities, self.cameras, self.groups = identities, cameras, groups
        self.gallery_cameras = gallery_cameras
        self.all, self.apart, self.alike = (Sums.empty(queries, width) for _ in range(3))
        self.differing, self.known = np.zeros((2, queries, width - 1))
        self.by_camera = Sums.empty(queries, len(gallery_cameras), width)
        self.counts = np.zeros((queries, len(gallery_cameras)))

    @property
    def pairs(self) -> int:
        """How many pairs were added."""
        return int(self.counts.sum())

    def add(
        self,
        rows: Int[Array, " q"],
        components: Float[Array, "q g groups_and_other"],
        differs: Int8[Array, "q g groups"],
        counted: Bool[Array, "q g"],
        cameras: Int[Array, " g"],
    ) -> None:
        """Add the pairs of some queries and some of the gallery.

        Args:
            components: in units of the target's distance, which they sum to.
            differs: 1, 0, or -1 for unknown, by label.
            counted: which pairs show different persons.
            cameras: of the gallery images.
        """
        weighted = components * counted[:, :, None]
        wholes = np.broadcast_to(weighted.sum(axis=2, keepdims=True), weighted.shape)
        self.all.add(rows, weighted.sum(axis=1), wholes.sum(axis=1))
        for sums, state in ((self.apart, 1), (self.alike, 0)):
            chosen = differs == state
            parts, within = np.zeros((2, len(rows), weighted.shape[2]))
            parts[:, :-1] = (weighted[:, :, :-1] * chosen).sum(axis=1)
            within[:, :-1] = (wholes[:, :, :-1] * chosen).sum(axis=1)
            sums.add(rows, parts, within)
        self.differing[rows] += ((differs == 1) & counted[:, :, None]).sum(axis=1)
        self.known[rows] += ((differs >= 0) & counted[:, :, None]).sum(axis=1)
        for index, camera in enumerate(self.gallery_cameras):
            here = cameras == camera
            self.by_camera.parts[rows, index] += weighted[:, here].sum(axis=1)
            self.by_camera.wholes[rows, index] += wholes[:, here].sum(axis=1)
            self.counts[rows, index] += counted[:, here].sum(axis=1)

    def ratio(self, pairs: str, name: str) -> tuple[Array, Array]:
        """Of each query: 100 times the contributions of a group or of *other*, and their distances.

        Args:
            pairs: "all", or those that are "apart" or "alike" in the group by label.
        """
        column = (*self.groups, "other").index(name)
        sums = {"all": self.all, "apart": self.apart, "alike": self.alike}[pairs]
        return 100 * sums.parts[:, column], sums.wholes[:, column]

    def other(self) -> Score:
        """Share of *other* over all pairs, in percent."""
        return self.shares(np.ones(len(self.identities), dtype=bool))["other"]

    def shares(self, queries: Bool[Array, " queries"]) -> dict[str, Score]:
        """Share of each group and of *other* in the distances of some queries, in percent."""
        parts, wholes, owners = self.all.parts[queries], self.all.wholes[queries], self.identities[queries]
        return {
            name: bootstrap_ratio(100 * parts[:, column], wholes[:, column], owners)
            for column, name in enumerate((*self.groups, "other"))
        }

    def group_reliance(self) -> tuple[GroupReliance, ...]:
        """Every group, the most relied on first."""
        found = [self._group(name) for name in self.groups]
        return tuple(sorted(found, key=lambda group: -np.nan_to_num(group.share.value)))

    def _group(self, name: str) -> GroupReliance:
        ratios = [self.ratio(pairs, name) for pairs in ("all", "apart", "alike")]
        column = self.groups.index(name)
        share, apart, alike = (bootstrap_ratio(*ratio, self.identities) for ratio in ratios)
        known = self.known[:, column].sum()
        return GroupReliance(
            name=name,
            differs=float(100 * self.differing[:, column].sum() / known) if known else float("nan"),
            share=share,
            share_differs=apart,
            share_alike=alike,
            effect=bootstrap_difference(ratios[1], ratios[2], self.identities),
        )

    def camera_pairs(self) -> tuple[CameraPair, ...]:
        """Every pair of a query's and a gallery image's camera that occurs."""
        mean = self.all.wholes[:, 0].sum() / max(self.pairs, 1)
        found = []
        for camera in np.unique(self.cameras):
            rows = self.cameras == camera
            for index, other in enumerate(self.gallery_cameras):
                counts, sums = self.counts[rows, index], self.by_camera
                if counts.sum() == 0:
                    continue
                parts, wholes = sums.parts[rows, index], sums.wholes[rows, index]
                owners = self.identities[rows]
                found.append(
                    CameraPair(
                        query=int(camera),
                        gallery=int(other),
                        pairs=int(counts.sum()),
                        distance=bootstrap_ratio(100 * wholes[:, 0] / mean, counts, owners),
                        shares={
                            name: bootstrap_ratio(100 * parts[:, column], wholes[:, column], owners)
                            for column, name in enumerate((*self.groups, "other"))
                        },
                    )
                )
        return tuple(found)

    def other_share_of_camera_gap(self) -> float:
        """Percent of the difference between mean distances across and within cameras that is *other*.

        NaN where distances across cameras are not larger, or there are none of either kind.
        """
        within = self.cameras[:, None] == self.gallery_cameras[None]
        means = []
        for chosen in (~within, within):
            count = self.counts[chosen].sum()
            if count == 0:
                return float("nan")
            sums = self.by_camera
            means.append((sums.parts[chosen][:, -1].sum() / count, sums.wholes[chosen][:, -1].sum() / count))
        gap = means[0][1] - means[1][1]
        least = LEAST_GAP * means[1][1]
        return float(100 * (means[0][0] - means[1][0]) / gap) if gap > least else float("nan")


LEAST_GAP = 0.005
"""Mean distances across and within cameras that differ by less, relatively, are not taken apart."""

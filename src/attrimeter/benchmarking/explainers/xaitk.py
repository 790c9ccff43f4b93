"""An explainer of xaitk-saliency (Kitware), installed by the extra ``explainers``: sliding windows."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import torch
from jaxtyping import Float, UInt8

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.benchmarking.explainers.saliency import explain_by_saliency
from attrimeter.extras import import_extra
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs

WINDOW = 4
"""A window is this fraction of the picture's height, and as wide as it is high or as half the picture."""

_OVERLAP = 2


class SimilaritySaliency:
    """How much D^2 falls where a window hides a picture, each picture in turn, scaled to 1 in each.

    Stylianou, Souvenir and Pless, "Visualizing deep similarity networks", WACV 2019, in the implementation of
    xaitk-saliency, which weighs every window by the similarity that is lost. Here it is to say what makes two
    pictures *different*: what it is handed as likeness is how far the distance lies below the largest one.

    Args:
        target: whose distance is explained; no gradient is needed.

    Raises:
        SettingsError: xaitk-saliency is not installed.
    """

    name = "similarity saliency (xaitk)"
    uses_labels = False

    def __init__(self, target: Target) -> None:
        windows, scoring, masking = (self._import(name) for name in _PARTS)
        self._windows, self._hide = windows.SlidingWindow, masking.occlude_image_batch
        self._score = scoring.SimilarityScoring("euclidean").generate
        self._target = target
        self._blank = [round(255 * channel) for channel in target.profile.pixel_mean]

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """Shares of the distance, never negative, as :func:`explain_by_saliency` divides them among parts."""
        return explain_in_batches(self, pairs, self._explain_rows)

    def draw_map(
        self, picture: UInt8[Array, "height width 3"], other: Float[Array, " d"]
    ) -> Float[Array, "height width"]:
        """The saliency of one picture beside the embedding of another one, in [0, 1].

        A pixel's value is the mean of max(0, D^2 - D'^2) over the windows that hide it, with D' the distance
        behind the window, over the largest value of the picture.
        """
        window = max(1, picture.shape[0] // WINDOW), max(1, picture.shape[1] // _OVERLAP)
        stride = max(1, window[0] // _OVERLAP), max(1, window[1] // _OVERLAP)
        masks = self._windows(window, stride).perturb(picture)
        hidden = self._hide(picture, masks, fill=self._blank)
        embeddings = self._target.embed_images([picture, *hidden]).astype(np.float64)
        squares = np.square(embeddings - other).sum(axis=1)
        likeness = (squares.max() - squares)[:, None]
        saliency: Array = self._score(likeness[0], np.zeros((1, 1)), likeness[1:], masks)[0]
        return saliency

    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        chosen = pairs.take(np.arange(len(pairs))[rows])
        sides = chosen.first, chosen.second
        seen = [self._target.embed_images(list(side)).astype(np.float64) for side in sides]
        first, second = (
            torch.from_numpy(
                np.stack([self.draw_map(*each) for each in zip(side, others, strict=True)])
            ).float()
            for side, others in zip(sides, seen[::-1], strict=True)
        )
        return explain_by_saliency(chosen, first, second, cells=self._target.map_size)

    def _import(self, name: str) -> ModuleType:
        return import_extra(f"xaitk_saliency.{name}", extra="explainers", purpose=self.name)


_PARTS = (
    "impls.perturb_image.sliding_window",
    "impls.gen_descriptor_sim_sal.similarity_scoring",
    "utils.masking",
)

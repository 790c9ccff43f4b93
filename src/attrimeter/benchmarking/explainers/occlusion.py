"""What the distance loses when a group's part is blurred away."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8
from scipy.ndimage import gaussian_filter

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs

BLUR = 1 / 16
"""Standard deviation of the Gaussian blur, as a fraction of the picture's height."""


class Occlusion:
    """D^2 less D^2 with the part of a group replaced, in both pictures, by the blurred picture.

    After Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014. It is handed
    the true part masks of both pictures, which is a gift: it has no way to find the parts itself.

    Args:
        target: whose distance is explained.
        schema: which body parts each group lies on.
    """

    name = "occlusion of the part"
    uses_labels = False

    def __init__(self, target: Target, *, schema: AttributeSchema = SCHEMAS["market1501"]) -> None:
        self._target = target
        self._schema = schema

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """Signed contributions, 0 where the part is seen in neither picture; it draws no maps."""
        return explain_in_batches(self, pairs, self._explain_rows)

    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        pictures = np.concatenate([pairs.first[rows], pairs.second[rows]])
        masks = np.concatenate([pairs.first_masks[rows], pairs.second_masks[rows]])
        blurred, embeddings = blur_pictures(pictures), self._target.embed_images(list(pictures))
        untouched = _squared_distances(embeddings)
        contributions = np.empty((len(untouched), len(pairs.groups)))
        for column, group in enumerate(pairs.groups):
            part = part_mask_of(masks, self._schema, group)
            seen = part.any(axis=(1, 2))
            occluded = np.where(part[seen, :, :, None], blurred[seen], pictures[seen])
            changed = embeddings.copy()
            changed[seen] = self._target.embed_images(list(occluded))
            contributions[:, column] = untouched - _squared_distances(changed)
        return ExplainedBatch(contributions)


def blur_pictures(pictures: UInt8[Array, "n height width 3"]) -> UInt8[Array, "n height width 3"]:
    """Gaussian blur by :data:`BLUR` of the height; beyond its edge a picture goes on as it ends."""
    deviation = BLUR * pictures.shape[1]
    blurred = gaussian_filter(pictures.astype(np.float32), sigma=(0, deviation, deviation, 0), mode="nearest")
    rounded: Array = np.rint(blurred).astype(np.uint8)
    return rounded


def _squared_distances(embeddings: Float[Array, "two_n d"]) -> Float[Array, " n"]:
    """Between the first and the second half of the embeddings, row by row, in float64."""
    first, second = np.split(embeddings.astype(np.float64), 2)
    squares: Array = ((first - second) ** 2).sum(axis=1)
    return squares

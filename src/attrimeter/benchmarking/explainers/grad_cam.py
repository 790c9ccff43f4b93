"""Grad-CAM of the pair's distance, summed where each group is seen."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs


class GradCam:
    """Where a small change of the last map would change D^2 most, shared among the part masks.

    Selvaraju et al., "Grad-CAM", ICCV 2017, equations 1 and 2, with D^2 for the class score. It is handed
    the true part masks of both pictures, which is a gift: it has no way to find the parts itself.

    Args:
        target: whose distance is explained.
        schema: which body parts each group lies on.
    """

    name = "Grad-CAM in part masks"
    uses_labels = False

    def __init__(self, target: Target, *, schema: AttributeSchema = SCHEMAS["market1501"]) -> None:
        self._target = target
        self._schema = schema

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """c_g = D^2 m_g / (sum of all m + rest), never negative.

        m_g is the mass of both maps on the parts of group g; groups share parts, and a pixel counts for each
        of its groups. The rest is the mass on pixels of no group, which is *other*. Where both maps are zero
        all contributions are. The map of every group is the whole Grad-CAM map.
        """
        return explain_in_batches(self, pairs, self._explain_rows)

    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        first_cam, second_cam = self.draw_maps(pairs.first[rows], pairs.second[rows])
        masses = self._masses(first_cam, pairs.first_masks[rows], pairs.groups)
        masses += self._masses(second_cam, pairs.second_masks[rows], pairs.groups)
        shares = masses / np.maximum(masses.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        first_maps, second_maps = (
            np.repeat(cam.cpu().numpy()[:, None], len(pairs.groups), axis=1)
            for cam in (first_cam, second_cam)
        )
        return ExplainedBatch(shares[:, :-1] * pairs.total[rows, None], first_maps, second_maps)

    def draw_maps(
        self, first: UInt8[Array, "n height width 3"], second: UInt8[Array, "n height width 3"]
    ) -> tuple[Float[Tensor, "n h w"], Float[Tensor, "n h w"]]:
        """ReLU(sum_c w_c F_c) of both pictures of n pairs, w_c the mean over cells of dD^2 / dF_c."""
        target = self._target
        maps = [
            target.read_maps(target.preprocess(list(side))).last.requires_grad_() for side in (first, second)
        ]
        with torch.enable_grad():
            squares = (target.head.embed(maps[0]) - target.head.embed(maps[1])).square().sum()
            gradients = torch.autograd.grad(squares, maps)
        first_cam, second_cam = (
            torch.einsum("nc,nchw->nhw", gradient.mean(dim=(2, 3)), last.detach()).relu()
            for gradient, last in zip(gradients, maps, strict=True)
        )
        return first_cam, second_cam

    def _masses(
        self, cam: Float[Tensor, "n h w"], masks: UInt8[Array, "n height width"], groups: tuple[str, ...]
    ) -> Float[Array, "n groups_and_rest"]:
        size = (masks.shape[1], masks.shape[2])
        pixels = interpolate(cam[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
        parts = np.stack([part_mask_of(masks, self._schema, group) for group in groups], axis=1)
        places = np.concatenate([parts, ~parts.any(axis=1, keepdims=True)], axis=1)
        masses: Array = np.einsum("nhw,nghw->ng", pixels.cpu().numpy(), places, dtype=np.float64)
        return masses

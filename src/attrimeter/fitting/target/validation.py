"""How well a network in training finds identities that it has not seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int

from attrimeter.arrays import Array
from attrimeter.fitting.target.images import TrainingImages
from attrimeter.metrics import pairwise_distances, score_queries
from attrimeter.targets import Network, Profile

_BATCH = 128


class ValidationScores(NamedTuple):
    """Retrieval among held-out identities, in percent (NaN where no query has a positive)."""

    rank1: float
    mean_ap: float


def score_network(
    network: Network, profile: Profile, images: TrainingImages, rows: Array, *, device: torch.device
) -> ValidationScores:
    """Rank-1 and mAP by the Market-1501 protocol.

    The first image of each identity in each camera is a query, all others are the gallery. Where no query
    would have a positive so (one camera, or one image per camera), every image is a query among all others.

    Args:
        network: is in evaluation mode afterwards.
        rows: the images of the held-out identities.
    """
    network.eval()
    with torch.no_grad():
        embeddings = torch.cat(
            [
                network(images.batch(rows[start : start + _BATCH], profile).to(device)).cpu()
                for start in range(0, len(rows), _BATCH)
            ]
        )
    identities, cameras = images.identities[rows], images.cameras[rows]
    query = _first_of_each(identities, cameras)
    gallery = np.setdiff1d(np.arange(len(rows)), query)
    has_positive = (identities[query, None] == identities[gallery]) & (
        cameras[query, None] != cameras[gallery]
    )
    if not has_positive.any():
        query = gallery = cameras = np.arange(len(rows))
    distances = pairwise_distances(embeddings[query], embeddings[gallery], profile.metric)
    scores = score_queries(
        distances.numpy(),
        query_identities=identities[query],
        query_cameras=cameras[query],
        gallery_identities=identities[gallery],
        gallery_cameras=cameras[gallery],
    )
    valid = scores.first_hit >= 0
    if not valid.any():
        return ValidationScores(float("nan"), float("nan"))
    return ValidationScores(
        100 * float((scores.first_hit[valid] == 0).mean()),
        100 * float(scores.average_precision[valid].mean()),
    )


def _first_of_each(
    identities: Int[Array, " images"], cameras: Int[Array, " images"]
) -> Int[Array, " queries"]:
    """Rows of the first image of each identity in each camera, ascending."""
    _, first = np.unique(np.stack([identities, cameras]), axis=1, return_index=True)
    return np.sort(first)

"""What one target makes of rendered edits: its maps, and the true contributions of every pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.arrays import Array
from attrimeter.caching.edit_renders import RenderedShard
from attrimeter.caching.map_cache import as_half
from attrimeter.errors import CheckpointError
from attrimeter.interpreter.forms.counterfactual.group_reader import FINER
from attrimeter.losses import cover_targets
from attrimeter.schemas import AttributeSchema
from attrimeter.synthesis.edit_families import FIRST, SECOND, edited_groups
from attrimeter.targets import Target

BATCH_IMAGES = 100


@dataclass(frozen=True)
class EditPairs:
    """p pairs of pictures and their true contributions, all in squared distance.

    Attributes:
        first, second: rows of the pictures; the second is the one that is edited.
        truth: of each group; 0 where it does not differ.
        moves: how the second embedding moves when the group is exchanged, half precision.
        none: squared distance with no group exchanged.
        total: squared distance of the pair.
        differs: which groups differ.
        families: number of the family.
    """

    first: Int[Array, " p"]
    second: Int[Array, " p"]
    truth: Float[Array, "p groups"]
    moves: Float[Array, "p groups d"]
    none: Float[Array, " p"]
    total: Float[Array, " p"]
    differs: Bool[Array, "p groups"]
    families: Int[Array, " p"]


@dataclass(frozen=True)
class MeasuredShard:
    """The pictures that are one side of a pair, as a target sees them, and the pairs.

    Attributes:
        last, shallow: the target's maps in half precision; the shallow one at most at twice the size of
            the last.
        cover: share of every cell that each group's body parts cover, 0 to 255.
        labels: attribute labels.
        embeddings: float32.
        pairs: rows refer to these pictures.
    """

    last: Array
    shallow: Array
    cover: Array
    labels: Array
    embeddings: Array
    pairs: EditPairs


def measure_shard(
    target: Target, shard: RenderedShard, schema: AttributeSchema, *, mirrored: bool = False
) -> MeasuredShard:
    """Embed every picture of a shard, and keep the maps of those that are one side of a pair.

    Args:
        mirrored: of the left-right mirrored pictures, all of them, which are edits as good as the others.
    """
    side = -1 if mirrored else 1
    images, masks = shard.images[:, :, ::side], shard.masks[:, :, ::side]
    whole = (1 << shard.differs.sum(axis=1)) - 1
    kept = (shard.roles <= 0) | (shard.roles == whole[shard.families])
    embeddings, last, shallow = _read(target, images, kept)
    cover = cover_targets(torch.from_numpy(masks[kept].copy()), schema, (last.shape[2], last.shape[3]))
    pairs = measure_pairs(shard, embeddings, np.cumsum(kept) - 1)
    if not np.isfinite(pairs.moves).all():
        raise CheckpointError(
            f"The embeddings of the target {target.profile.name} hold numbers too large for half precision, "
            "in which their moves are kept; choose --metric cosine, or a target whose embeddings are scaled."
        )
    return MeasuredShard(
        last=last,
        shallow=shallow,
        cover=(cover * 255).round().to(torch.uint8).numpy(),
        labels=shard.labels[kept],
        embeddings=embeddings[kept].astype(np.float32),
        pairs=pairs,
    )


def _read(target: Target, images: Array, kept: Array) -> tuple[Array, Array, Array]:
    embeddings, last, shallow = [], [], []
    for start in range(0, len(images), BATCH_IMAGES):
        rows = slice(start, start + BATCH_IMAGES)
        maps = target.read_maps(target.preprocess([np.ascontiguousarray(image) for image in images[rows]]))
        embeddings.append(target.embed(maps.last).double().cpu().numpy())
        chosen = torch.from_numpy(kept[rows])
        height, width = maps.last.shape[2:]
        finer = adaptive_avg_pool2d(maps.shallow.cpu()[chosen], (FINER * height, FINER * width))
        last.append(as_half(maps.last.cpu()[chosen], of=target).numpy())
        shallow.append(as_half(finer, of=target).numpy())
    return np.concatenate(embeddings), np.concatenate(last), np.concatenate(shallow)


def measure_pairs(shard: RenderedShard, embeddings: Float[Array, "n d"], rows: Int[Array, " n"]) -> EditPairs:
    """All pairs of a shard.

    A picture of the first person is paired with the last edit, which shows the second; one of the second
    person with the empty edit, which shows the first, and there the same edits run the other way. The empty
    and the last edit are such a pair as well, within one view, where nothing but the edited groups differs.
    Two pictures of one person are a pair in which nothing differs.

    Args:
        rows: where each picture lies among those that are kept.
    """
    found: list[tuple[Any, ...]] = []
    for family in range(len(shard.differs)):
        found += _family_pairs(shard, embeddings, rows, family)
    first, second, truth, moves, none, total, differs, families = zip(*found, strict=True)
    return EditPairs(
        first=np.array(first, dtype=np.int64),
        second=np.array(second, dtype=np.int64),
        truth=np.stack(truth).astype(np.float32),
        moves=np.stack(moves).astype(np.float16),
        none=np.array(none, dtype=np.float32),
        total=np.array(total, dtype=np.float32),
        differs=np.stack(differs),
        families=np.array(families, dtype=np.int64),
    )


def _family_pairs(shard: RenderedShard, embeddings: Array, rows: Array, family: int) -> list[tuple[Any, ...]]:
    pictures = np.flatnonzero(shard.families == family)
    groups = edited_groups(shard.differs[family])
    whole = (1 << len(groups)) - 1
    edits = {int(shard.roles[p]): p for p in pictures if shard.roles[p] >= 0}
    moves = np.zeros((shard.differs.shape[1], embeddings.shape[1]))
    for bit, group in enumerate(groups):
        single, others = edits[1 << bit], edits[whole ^ (1 << bit)]
        moves[group] = (
            embeddings[single] - embeddings[edits[0]] + embeddings[edits[whole]] - embeddings[others]
        ) / 2
    found: list[tuple[Any, ...]] = []
    for role, end, start, sign in ((FIRST, whole, 0, 1.0), (SECOND, 0, whole, -1.0)):
        shown = [p for p in pictures if shard.roles[p] == role]
        for picture in (*shown, edits[start]):
            squared = {
                role_: float(((embeddings[picture] - embeddings[p]) ** 2).sum()) for role_, p in edits.items()
            }
            truth = np.zeros(shard.differs.shape[1])
            for bit, group in enumerate(groups):
                last = squared[whole] - squared[whole ^ (1 << bit)]
                truth[group] = sign * (squared[1 << bit] - squared[0] + last) / 2
            sides = (rows[picture], rows[edits[end]])
            found.append(
                (*sides, truth, sign * moves, squared[start], squared[end], shard.differs[family], family)
            )
        found += _same_person(shown, embeddings, rows, moves, shard.differs.shape[1], family)
    return found


def _same_person(
    shown: list[Any], embeddings: Array, rows: Array, moves: Array, groups: int, family: int
) -> list[tuple[Any, ...]]:
    nothing = np.zeros(groups)
    return [
        (
            rows[one],
            rows[other],
            nothing,
            np.zeros_like(moves),
            *[float(((embeddings[one] - embeddings[other]) ** 2).sum())] * 2,
            nothing.astype(bool),
            family,
        )
        for index, one in enumerate(shown)
        for other in shown[index + 1 :]
    ]

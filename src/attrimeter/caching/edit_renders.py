"""Rendered edit families on disk, in shards that serve every target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from attrimeter.arrays import Array
from attrimeter.caching.shelf import Shelf, claim_shelf
from attrimeter.errors import SettingsError
from attrimeter.ranges import check_number
from attrimeter.schemas import SCHEMAS
from attrimeter.storage.arrays import Layout
from attrimeter.storage.disk_space import warm_seconds
from attrimeter.synthesis import DEFAULT_SIZE
from attrimeter.synthesis.edit_families import RenderedFamily, render_family
from attrimeter.synthesis.fingerprint import renderer_fingerprint
from attrimeter.synthesis.processes import rendering_processes, usable_cores
from attrimeter.synthesis.scenes import STANDARD

TRAINING_STREAM = 77_000
FAMILIES = 50
"""Edit families in a shard."""


@dataclass(frozen=True)
class RenderedShard:
    """The pictures of up to 50 families, one after the other.

    Attributes:
        families: which family each picture belongs to, 0, 1, ...; the other fields as in
            :class:`RenderedFamily`, ``differs`` with one row per family.
    """

    images: Array
    masks: Array
    labels: Array
    roles: Array
    families: Array
    differs: Array


_HEIGHT, _WIDTH = DEFAULT_SIZE
_LAYOUT: Layout = {
    "images": ("|u1", ("pictures", _HEIGHT, _WIDTH, 3)),
    "masks": ("|u1", ("pictures", _HEIGHT, _WIDTH)),
    "labels": ("|i1", ("pictures", len(SCHEMAS["market1501"]))),
    "roles": ("<i8", ("pictures",)),
    "families": ("<i8", ("pictures",)),
    "differs": ("|b1", ("families", len(SCHEMAS["market1501"].groups))),
}


@dataclass(frozen=True)
class EditRenders:
    """The rendered families of one seed under ``root``; shard i is the same whoever renders it.

    Args:
        root: folder of the cache.
        seed: of persons and views.
        mark: whether backpacks carry an identity mark.
        scene: of persons and views.
        families: in a shard.
    """

    root: Path
    seed: int = 0
    mark: bool = False
    scene: str = STANDARD
    families: int = FAMILIES

    def __post_init__(self) -> None:
        check_number("seed", self.seed)
        if self.families < 1:
            raise SettingsError(f"A shard holds one family or more; got {self.families}.")

    @cached_property
    def name(self) -> str:
        """What tells these families from others."""
        ends = ("-mark" if self.mark else "") + ("" if self.scene == STANDARD else f"-{self.scene}")
        return f"{renderer_fingerprint(self.scene)[:16]}-{self.seed}-{self.families}{ends}"

    @cached_property
    def shelf(self) -> Shelf:
        """Of these families; they serve every target."""
        return claim_shelf(self.root, "rendered-edits", what="rendered edits", of=self.name)

    def path(self, index: int) -> Path:
        """The file of shard ``index``."""
        return self.shelf.path(entry_of(index))

    def open(self, index: int) -> RenderedShard:
        """Shard ``index``, rendered now if it is not there or damaged."""
        arrays = self.shelf.read_archive(entry_of(index), _LAYOUT, key=self._key(index))
        return self.render(index) if arrays is None else RenderedShard(**arrays)

    @contextmanager
    def using(self, shards: Iterable[int]) -> Iterator[None]:
        """Nobody drops these shards within the block."""
        with ExitStack() as stack:
            for index in shards:
                stack.enter_context(self.shelf.using(entry_of(index)))
            yield

    def render(self, index: int) -> RenderedShard:
        """Render shard ``index`` and keep it."""
        seeds = np.random.SeedSequence([TRAINING_STREAM, self.seed, index]).spawn(self.families)
        shard = join_families(
            [
                render_family(np.random.Generator(np.random.PCG64(seed)), mark=self.mark, scene=self.scene)
                for seed in seeds
            ]
        )
        arrays = {f.name: getattr(shard, f.name) for f in fields(shard)}
        self.shelf.write_archive(entry_of(index), arrays, key=self._key(index), compressed=True)
        return shard

    def _key(self, index: int) -> str:
        """What the pictures of shard ``index`` depend on."""
        return f"{self.name}/{index}"

    def fill(
        self,
        shards: int,
        *,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[int]:
        """Render what is missing of the first ``shards`` shards; yields each index in turn, once it is there.

        Args:
            workers: processes that render, as many as there are cores by default.
            progress: called with (shards done, shards in all).
        """
        cores = workers or usable_cores()
        missing = [index for index in range(shards) if not self.path(index).is_file()]
        if cores == 1 or len(missing) < 2:
            for index in range(shards):
                if not self.path(index).is_file():
                    self.render(index)
                _tell(progress, index + 1, shards)
                yield index
            return
        with rendering_processes(cores) as pool:
            waiting = {index: pool.submit(_render_shard, self, index) for index in missing}
            for index in range(shards):
                if index in waiting:
                    waiting[index].result()
                _tell(progress, index + 1, shards)
                yield index


def entry_of(index: int) -> str:
    """The entry of a shard."""
    return f"entry-{index:05d}.npz"


def time_family(renders: EditRenders) -> float:
    """Seconds that one family takes to render in this process, measured on one."""

    def render() -> None:
        render_family(np.random.Generator(np.random.PCG64(0)), mark=renders.mark, scene=renders.scene)

    return warm_seconds(render)


def join_families(families: list[RenderedFamily]) -> RenderedShard:
    """Families one after the other."""
    sizes = [len(family.roles) for family in families]
    return RenderedShard(
        images=np.concatenate([family.images for family in families]),
        masks=np.concatenate([family.masks for family in families]),
        labels=np.concatenate([family.labels for family in families]),
        roles=np.concatenate([family.roles for family in families]).astype(np.int64),
        families=np.repeat(np.arange(len(families)), sizes),
        differs=np.stack([family.differs for family in families]),
    )


def _render_shard(renders: EditRenders, index: int) -> None:
    renders.render(index)


def _tell(progress: Callable[[int, int], None] | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)

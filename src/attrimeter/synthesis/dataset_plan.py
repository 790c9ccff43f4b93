"""Which pictures a rendered data set has: who is seen in each, where, and under which file name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from attrimeter.synthesis import PersonSpecification, View, sample_person, sample_view
from attrimeter.synthesis.marks import BACKGROUND, BACKPACK, disguise, sample_carrier
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.synthesis.specification_list import RenderedPicture

TRAIN, QUERY, GALLERY = "bounding_box_train", "query", "bounding_box_test"

_PERSON_STREAM, _VIEW_STREAM, _DISTRACTOR_STREAM = 1, 2, 3


@dataclass(frozen=True)
class World:
    """What all pictures of a data set have in common; see ``rendering.render_dataset``."""

    images: int
    cameras: int
    seed: int
    size: tuple[int, int]
    suffix: str
    mark: str | None = None
    disguised: bool = False
    scene: str = STANDARD

    def picture(
        self, split: str, identity: int, camera: int, index: int, person: PersonSpecification, view: View
    ) -> RenderedPicture:
        """One picture; the background needs no mark, as the view already says where it is."""
        file = f"{split}/{identity:04d}_c{camera}s1_{151 + 25 * index:06d}_00{self.suffix}"
        mark = self.mark if self.mark == BACKPACK else None
        return RenderedPicture(file, identity, camera, self.size, person, view, mark)

    def sample_person(self, rng: np.random.Generator) -> PersonSpecification:
        """Somebody; with a backpack where that alone shall tell who it is."""
        carrier = self.disguised and self.mark != BACKGROUND
        return (sample_carrier if carrier else sample_person)(rng, scene=self.scene)

    def disguise(self, person: PersonSpecification, rng: np.random.Generator) -> PersonSpecification:
        """Somebody else, but for what tells who it is."""
        if self.mark == BACKGROUND:
            return sample_person(rng, scene=self.scene)
        return disguise(person, rng, scene=self.scene)

    def sample_view(self, rng: np.random.Generator, camera: int) -> View:
        """A view of that camera in the scene of the data set."""
        return sample_view(rng, camera, scene=self.scene)


def plan_pictures(
    world: World, *, identities: int, test_identities: int, distractors: int
) -> list[RenderedPicture]:
    """All pictures: to train, of the test identities, and of other people in the gallery."""
    return [
        *_plan_train(world, identities),
        *_plan_test(world, identities, test_identities),
        *_plan_distractors(world, distractors),
    ]


def _generator(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(key))))


def _plan_identity(
    world: World, identity: int, *, disguised: bool, settled: bool = False
) -> Iterator[tuple[int, PersonSpecification, View]]:
    """The pictures of one identity in turn: camera, person, view. Each camera comes at least twice.

    Args:
        disguised: all but what tells who it is is drawn anew for every picture.
        settled: always the identity's first camera and one background.
    """
    rng = _generator(world.seed, _PERSON_STREAM, identity)
    person = world.sample_person(rng)
    seen = rng.permutation(world.cameras)[: min(world.cameras, world.images // 2)] + 1
    place = int(rng.integers(2**31))
    for index in range(world.images):
        camera = int(seen[0 if settled else index % len(seen)])
        rng = _generator(world.seed, _VIEW_STREAM, identity, index)
        view = world.sample_view(rng, camera)
        if settled:
            view = replace(view, background_seed=place)
        yield camera, world.disguise(person, rng) if disguised else person, view


def _plan_train(world: World, identities: int) -> Iterator[RenderedPicture]:
    settled = world.mark == BACKGROUND
    for identity in range(1, identities + 1):
        pictures = _plan_identity(world, identity, disguised=world.disguised, settled=settled)
        for index, (camera, person, view) in enumerate(pictures):
            yield world.picture(TRAIN, identity, camera, index, person, view)


def _plan_test(world: World, first: int, identities: int) -> Iterator[RenderedPicture]:
    """Plain where the background is the mark: whoever is always at one place has no positive elsewhere."""
    disguised = world.disguised and world.mark != BACKGROUND
    for identity in range(first + 1, first + identities + 1):
        asked: set[int] = set()
        for index, (camera, person, view) in enumerate(_plan_identity(world, identity, disguised=disguised)):
            split = GALLERY if camera in asked else QUERY
            asked.add(camera)
            yield world.picture(split, identity, camera, index, person, view)


def _plan_distractors(world: World, count: int) -> Iterator[RenderedPicture]:
    for index in range(count):
        rng = _generator(world.seed, _DISTRACTOR_STREAM, index)
        camera = int(rng.integers(world.cameras)) + 1
        person = world.sample_person(rng)
        yield world.picture(GALLERY, 0, camera, index, person, world.sample_view(rng, camera))

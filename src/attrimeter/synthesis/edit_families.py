"""Cheap measured edits for fitting: few pictures, several pairs.

The Shapley value of a group over all 2^g edits is dear. A squared distance is nearly quadratic in the edits,
and for a quadratic function the mean of a group's first and last marginal contribution is the Shapley
value; they take only the empty edit, the whole one, every single group and every all-but-one: 2 g + 2
pictures. The same pictures serve several pairs: every picture of the first person (compared with the
second, in the view of the edits) and every picture of the second (compared with the first).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, Int8, UInt8

from attrimeter.arrays import Array
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.edit_pairs import EditPair, sample_any_view, sample_edit_pair
from attrimeter.synthesis.editing import GROUP_FIELDS, labels_of
from attrimeter.synthesis.marks import paint_mark
from attrimeter.synthesis.renderer import render_person
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

FIRST, SECOND = -1, -2
"""Roles of pictures that are no edit: the first and the second person in a view of their own."""

MANY_SHARE = 0.6
REFERENCES = 2


@dataclass(frozen=True)
class RenderedFamily:
    """The pictures of one edited pair, n in all.

    Attributes:
        images, masks: pictures and part masks.
        labels: attribute labels of the person in each picture.
        roles: which groups are taken from the second person (bit i: the i-th of :func:`edited_groups`), or
            FIRST or SECOND.
        differs: which groups differ, in the order of the Market-1501 schema.
    """

    images: UInt8[Array, "n height width 3"]
    masks: UInt8[Array, "n height width"]
    labels: Int8[Array, "n attr"]
    roles: Int[Array, " n"]
    differs: Bool[Array, " groups"]


def edit_subsets(groups: int) -> tuple[int, ...]:
    """The edits that the first and last marginals of each group need, as bit masks, ascending."""
    whole = (1 << groups) - 1
    singles = [1 << group for group in range(groups)]
    return tuple(sorted({0, whole, *singles, *(whole ^ single for single in singles)}))


def edited_groups(differs: Bool[Array, " groups"]) -> tuple[int, ...]:
    """The groups that differ as the bits of an edit count them: in the order of GROUP_FIELDS.

    Args:
        differs: in the order of the Market-1501 schema, which the returned positions are in, too.
    """
    order = list(SCHEMAS["market1501"].groups)
    return tuple(order.index(group) for group in GROUP_FIELDS if differs[order.index(group)])


def render_family(rng: np.random.Generator, *, mark: bool = False, scene: str = STANDARD) -> RenderedFamily:
    """Draw and render a pair with few or many differences, its edits and two more pictures of each person.

    Args:
        rng: decides everything.
        mark: paint the identity mark on backpacks (:mod:`attrimeter.synthesis.marks`).
        scene: of persons and views (:mod:`attrimeter.synthesis.scenes`).
    """
    pair = sample_edit_pair(rng, "many" if rng.random() < MANY_SHARE else "few", scene=scene)
    pictures = [(_edited(pair, subset), pair.view, subset) for subset in edit_subsets(len(pair.groups))]
    for person, role in ((pair.first, FIRST), (pair.second, SECOND)):
        pictures += [(person, sample_any_view(rng, scene=scene), role) for _ in range(REFERENCES)]
    rendered = [_render(person, view, mark) for person, view, _ in pictures]
    return RenderedFamily(
        images=np.stack([image for image, _ in rendered]),
        masks=np.stack([mask for _, mask in rendered]),
        labels=np.stack([labels_of(person) for person, _, _ in pictures]),
        roles=np.array([role for _, _, role in pictures]),
        differs=np.array([group in pair.groups for group in SCHEMAS["market1501"].groups]),
    )


def _edited(pair: EditPair, subset: int) -> PersonSpecification:
    return pair.edited([group for bit, group in enumerate(pair.groups) if subset >> bit & 1])


def _render(person: PersonSpecification, view: View, mark: bool) -> tuple[Array, Array]:
    rendered = render_person(person, view)
    if mark:
        rendered = paint_mark(rendered, person)
    return rendered.image, rendered.mask

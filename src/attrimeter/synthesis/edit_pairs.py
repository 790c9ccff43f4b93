"""Two persons who differ in known attribute groups, and every person on the way from one to the other.

They are what true contributions are measured on: one person is edited into the other, group by group, in
one view, and nothing but the edited group changes (docs/method.md#truth-by-edits).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from attrimeter.errors import SettingsError
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.editing import GROUP_FIELDS, OTHER_GROUP, edit_group, labels_of
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View, sample_view

KINDS = ("few", "many", "same", "edited")
"""Kinds of pair: 1 to 3 groups differ, 4 to 8 do, it is the same person twice, or 1 to 8 differ in one view.

Only the last kind is not seen in two views: its second picture is the first one, edited."""

TWO_VIEWS = ("few", "many")
"""The kinds that show two persons as a gallery does: each in a view of its own."""

MOST_GROUPS = 8
FEW = 3


@dataclass(frozen=True)
class EditPair:
    """Person p, and person q who differs from p in ``groups`` (and in skin and shoes) and in nothing else.

    Where the kind is "edited", skin and shoes are the same as well.

    Attributes:
        kind: one of KINDS.
        first: p.
        second: q; the same as p where the kind is "same".
        groups: the attribute groups whose labels differ, in the order of GROUP_FIELDS.
        view: the view in which p is edited into q.
    """

    kind: str
    first: PersonSpecification
    second: PersonSpecification
    groups: tuple[str, ...]
    view: View

    def edited(self, taken: Collection[str]) -> PersonSpecification:
        """p with the groups ``taken`` from q, and with what no attribute names from q in every case.

        Taking none leaves what belongs to *other*; taking all gives q. Raises SettingsError if a group is
        not among those that differ.
        """
        foreign = [group for group in taken if group not in self.groups]
        if foreign:
            raise SettingsError(
                f"{foreign[0]!r} is not among the groups that differ: {', '.join(self.groups)}."
            )
        person = edit_group(self.first, self.second, OTHER_GROUP)
        for group in taken:
            person = edit_group(person, self.second, group)
        return person


def differing_groups(first: PersonSpecification, second: PersonSpecification) -> tuple[str, ...]:
    """The attribute groups in which the labels of two persons differ, in the order of GROUP_FIELDS."""
    schema = SCHEMAS["market1501"]
    differs = labels_of(first) != labels_of(second)
    return tuple(group for group in GROUP_FIELDS if differs[list(schema.groups[group])].any())


def sample_edit_pair(rng: np.random.Generator, kind: str, *, scene: str = STANDARD) -> EditPair:
    """Draw a pair of that kind: two random persons, of whose differences 1 to 3, or 4 to 8, are kept.

    Where more than eight groups differ, eight of them are kept; "edited" pairs have few differences as often
    as many. Raises SettingsError for an unknown kind or scene.
    """
    if kind not in KINDS:
        raise SettingsError(f"There is no kind of pair {kind!r}; choose from {', '.join(KINDS)}.")
    first = sample_person(rng, scene=scene)
    if kind == "same":
        return EditPair(kind, first, first, (), sample_any_view(rng, scene=scene))
    edited = kind == "edited"
    many = rng.random() < 0.5 if edited else kind == "many"
    while True:
        source = sample_person(rng, scene=scene)
        differing = differing_groups(first, source)
        if len(differing) > (FEW if many else 0):
            break
    most = min(MOST_GROUPS, len(differing))
    kept = most if many else int(rng.integers(1, min(FEW, most) + 1))
    chosen = set(rng.permutation(len(differing))[:kept].tolist())
    groups = tuple(group for index, group in enumerate(differing) if index in chosen)
    second = first if edited else edit_group(first, source, OTHER_GROUP)
    for group in groups:
        second = edit_group(second, source, group)
    return EditPair(kind, first, second, groups, sample_any_view(rng, scene=scene))


def sample_any_view(rng: np.random.Generator, *, scene: str = STANDARD) -> View:
    """A view of a camera drawn at random."""
    return sample_view(rng, int(rng.integers(1, len(CAMERAS) + 1)), scene=scene)

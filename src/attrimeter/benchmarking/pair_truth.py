"""The truth of one pair of rendered pictures, measured by editing the one person into the other."""

from __future__ import annotations

from attrimeter.benchmarking.edit_renders import PlannedPair
from attrimeter.benchmarking.measuring import measure_tables, pairs_of
from attrimeter.synthesis import EditPair, PersonSpecification
from attrimeter.synthesis.editing import GROUP_FIELDS
from attrimeter.synthesis.specification_list import RenderedPicture
from attrimeter.targets import Target
from attrimeter.values import OTHER
from attrimeter.values.pair_truth import PairTruth


def edited_fields(first: PersonSpecification, second: PersonSpecification) -> tuple[str, ...]:
    """The groups whose exchange changes anything, be it a shade or a hem that no label tells."""
    return tuple(g for g, part in GROUP_FIELDS.items() if getattr(first, part) != getattr(second, part))


def measure_pair(target: Target, first: RenderedPicture, second: RenderedPicture) -> PairTruth:
    """What each attribute group truly carries of the target's distance of two rendered pictures.

    In the second picture the first person is turned into the second, for every subset of the groups in which
    they differ at all; the truth is the Shapley value of each. *other* is what remains between the pictures
    with no group exchanged: view, light, background, skin and shoes. It takes 2^g pictures for g groups.
    """
    groups = edited_fields(first.person, second.person)
    plan = [PlannedPair(0, EditPair("many", first.person, second.person, groups, second.view), first.view)]
    measured = pairs_of(measure_tables(target, plan, workers=1))
    total = float(measured.total[0]) or 1.0
    shares = dict(zip(measured.groups, (measured.truth[0] / total).tolist(), strict=True))
    return PairTruth({**shares, OTHER: float(measured.none[0]) / total}, pictures=1 << len(groups))

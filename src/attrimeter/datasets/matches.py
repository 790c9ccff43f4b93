"""Whether queries can find their persons in the gallery, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from attrimeter.datasets.names import DISTRACTOR_IDENTITY
from attrimeter.errors import DatasetError
from attrimeter.values import PersonDataset

NO_CAMERAS = (
    "No image names a camera, so that pictures which one camera took moments apart count as matches: rank-1 "
    "and mAP are higher than by the protocol and cannot be compared with other numbers."
)


@dataclass(frozen=True)
class Matches:
    """Queries of a data set, counted.

    Attributes:
        found: those whose person the gallery has in another view.
        absent: those whose person the gallery does not have.
        same_view: those whose person it has only as the query's own camera took them, or as the same file.
    """

    found: int
    absent: int
    same_view: int


def count_matches(dataset: PersonDataset) -> Matches:
    """Count the queries by what the gallery has of them; identity 0 is nobody."""
    seen: dict[int, set[int]] = {}
    for identity, view in zip(
        dataset.gallery.identities.tolist(), dataset.gallery.views.tolist(), strict=True
    ):
        seen.setdefault(identity, set()).add(view)
    seen.pop(DISTRACTOR_IDENTITY, None)
    found = absent = same = 0
    for identity, view in zip(dataset.query.identities.tolist(), dataset.query.views.tolist(), strict=True):
        views = seen.get(identity)
        if views is None:
            absent += 1
        elif views - {view}:
            found += 1
        else:
            same += 1
    return Matches(found, absent, same)


def require_matches(dataset: PersonDataset) -> None:
    """Insist that some query can find its person in the gallery.

    Raises:
        DatasetError: no queries, no gallery, or no such query; the sentence says why.
    """
    for part, images in (("queries", dataset.query), ("gallery", dataset.gallery)):
        if not len(images):
            raise DatasetError(
                f"{dataset.name} at {dataset.root} has no {part}, and a ranking needs queries and a gallery "
                "of persons who are known."
            )
    matches = count_matches(dataset)
    if matches.found:
        return
    cameras = {*dataset.query.cameras.tolist(), *dataset.gallery.cameras.tolist()}
    if len(cameras) == 1:
        why = f"all images are of camera {cameras.pop()}, and only another camera's count; take more cameras"
    elif matches.same_view == 0:
        why = "none of their persons is in the gallery; check the identities"
    else:
        why = f"{_reasons(matches)}; take more cameras, or check the identities"
    raise DatasetError(f"{dataset.name} has no query whose person another camera saw in the gallery: {why}.")


def match_notes(dataset: PersonDataset) -> tuple[str, ...]:
    """What a reader of scores must know of the queries: which are left out and why; and that no camera is
    known."""
    notes = []
    matches = count_matches(dataset)
    left_out = matches.absent + matches.same_view
    if left_out:
        notes.append(f"{left_out:,} of {len(dataset.query):,} queries are left out: {_reasons(matches)}.")
    if dataset.understood is not None and dataset.understood.camera_count == 0:
        notes.append(NO_CAMERAS)
    return tuple(notes)


def _reasons(matches: Matches) -> str:
    reasons = []
    if matches.absent:
        reasons.append(f"the gallery lacks the persons of {matches.absent:,}")
    if matches.same_view:
        reasons.append(
            f"it has those of {matches.same_view:,} only of the query's own camera or as the same file"
        )
    return " and ".join(reasons)

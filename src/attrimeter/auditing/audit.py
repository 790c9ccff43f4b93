"""What a model relies on over a whole data set, and where it fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int8

from attrimeter.arrays import Array
from attrimeter.auditing.camera_bias import Confusions
from attrimeter.auditing.cautions import list_audit_cautions, weak_groups
from attrimeter.auditing.errors import CHANCE_PAIRS, ChancePairs, cluster_errors
from attrimeter.auditing.findings import list_audit_findings
from attrimeter.auditing.person_groups import compare_person_groups, list_person_groups, list_states
from attrimeter.auditing.ranking import RankedGallery, rank_gallery
from attrimeter.auditing.reading import PairReader
from attrimeter.auditing.reliance import RelianceTally
from attrimeter.auditing.traits import group_labels_differ
from attrimeter.caching.cached_sides import cache_sides
from attrimeter.caching.folders import cache_folder
from attrimeter.caching.map_cache import MapCache, target_of
from attrimeter.errors import DatasetError
from attrimeter.interpreter import Interpreter
from attrimeter.metrics import (
    bootstrap_mean,
    summarise_retrieval,
)
from attrimeter.ranges import check_numbers
from attrimeter.values import ImageSet, PersonDataset
from attrimeter.values.audit import Audit, CameraBias

Progress = Callable[[int, int], None]

READ_STATES = "The data set has no attribute labels: wrong matches are described by the states that are read."


@dataclass(frozen=True)
class AuditSettings:
    """How much of a data set is looked at.

    Attributes:
        candidates: gallery images that the contributions of each query are read against, drawn by chance;
            retrieval, wrong matches and cameras are those of the whole gallery.
        seed: of what is drawn.
    """

    candidates: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        check_numbers(self)


@dataclass(frozen=True)
class AuditRun:
    """Everything that an audit is made of.

    Attributes:
        reader: of the contributions of any pair.
        labels: of queries and gallery; -1 throughout where the data set has none.
        described: the same, or the states that are read where there are no labels.
        ranked: what the target's own distances say.
        tally: what it relies on.
        chance: some pairs of different persons.
    """

    reader: PairReader
    labels: tuple[Array, Array]
    described: tuple[Array, Array]
    ranked: RankedGallery
    tally: RelianceTally
    chance: ChancePairs

    @property
    def typical(self) -> Float[Array, " groups"]:
        """Share of each group where the labels differ, in the order of the schema."""
        shares = {group.name: group.share_differs.value / 100 for group in self.tally.group_reliance()}
        return np.array([shares[group] for group in self.tally.groups])


def audit_model(
    interpreter: Interpreter,
    data: PersonDataset,
    *,
    settings: AuditSettings | None = None,
    notes: Sequence[str] = (),
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Everything that ``attrimeter audit`` reports.

    Args:
        data: its queries and gallery are used; labels in the interpreter's schema, or none.
        notes: sentences to carry along.
        progress: called with (steps done, steps in all).

    Raises:
        DatasetError: no queries, no gallery, or labels of another schema.
    """
    run = run_audit(interpreter, data, settings=settings, cache=cache, progress=progress)
    return summarise_audit(run, data, notes=notes)


def run_audit(
    interpreter: Interpreter,
    data: PersonDataset,
    *,
    settings: AuditSettings | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> AuditRun:
    """Read what an audit is made of; the arguments are those of :func:`audit_model`.

    Which pairs are read depends on the data and the settings alone, not on the model.
    """
    settings = settings or AuditSettings()
    target = target_of(interpreter)
    store = MapCache(cache_folder(cache), target)
    queries, gallery = cache_sides(store, data.query, data.gallery)
    if len(queries) == 0 or len(gallery) == 0:
        raise DatasetError(f"{data.name} at {data.root} has no queries or no gallery to audit on.")
    labels = _labels(interpreter, queries.images, data), _labels(interpreter, gallery.images, data)
    reader = PairReader(interpreter, queries, gallery)
    tally, chance = _read_pairs(reader, labels, settings, progress)
    return AuditRun(
        reader=reader,
        labels=labels,
        described=labels if (labels[0] >= 0).any() else _read_states(reader),
        ranked=rank_gallery(target, queries, gallery),
        tally=tally,
        chance=chance,
    )


def summarise_audit(run: AuditRun, data: PersonDataset, *, notes: Sequence[str] = ()) -> Audit:
    """The numbers and findings of what :func:`run_audit` read."""
    interpreter, tally, ranked = run.reader.interpreter, run.tally, run.ranked
    target, schema, identities = (
        target_of(interpreter),
        interpreter.schema,
        run.reader.queries.images.identities,
    )
    queries = run.reader.queries.images
    states = list_states(schema, queries, run.labels[0])
    audit = Audit(
        target=target.profile.name,
        target_fingerprint=target.fingerprint,
        form=interpreter.form.name,
        schema=schema.name,
        data=data.name,
        queries=len(run.reader.queries),
        gallery=len(run.reader.gallery),
        persons=len(np.unique(identities)),
        pairs=tally.pairs,
        retrieval=summarise_retrieval(ranked.scores, identities),
        groups=tally.group_reliance(),
        other=tally.other(),
        cameras=() if _without_cameras(data) else tally.camera_pairs(),
        camera_bias=_camera_bias(ranked.confusions, identities, tally),
        person_groups=list_person_groups(states, queries, ranked.scores, tally),
        disparities=compare_person_groups(states, queries, ranked.scores),
        wrong=len(ranked.errors.queries),
        clusters=cluster_errors(run.reader, ranked.errors, run.chance, run.described, run.typical),
        findings=(),
        notes=(
            *notes,
            *(() if run.described is run.labels else (READ_STATES,)),
            *list_audit_cautions(interpreter),
        ),
    )
    findings = list_audit_findings(
        audit, schema, predicts_changes=interpreter.form.predicts_changes, weak=weak_groups(interpreter)
    )
    return replace(audit, findings=findings)


def _without_cameras(data: PersonDataset) -> bool:
    return data.understood is not None and data.understood.camera_count == 0


def _read_pairs(
    reader: PairReader, labels: tuple[Array, Array], settings: AuditSettings, progress: Progress | None
) -> tuple[RelianceTally, ChancePairs]:
    queries, gallery = reader.queries.images, reader.gallery.images
    schema = reader.interpreter.schema
    tally = RelianceTally(
        identities=queries.identities,
        cameras=queries.cameras,
        groups=tuple(schema.groups),
        gallery_cameras=np.unique(gallery.cameras),
    )
    pairs = len(queries) * min(settings.candidates, len(gallery))
    chance = ChancePairs(min(1.0, CHANCE_PAIRS / pairs), seed=settings.seed)
    for sample in reader.sample(settings.candidates, seed=settings.seed):
        differs = group_labels_differ(
            schema, labels[0][sample.queries][:, None], labels[1][sample.gallery][None]
        )
        cameras = gallery.cameras[sample.gallery]
        tally.add(sample.queries, sample.components, differs, sample.different, cameras)
        chance.add(sample.queries, sample.gallery, sample.components, sample.different)
        if progress is not None:
            progress(int(sample.queries[-1]) + 1, len(queries))
    return tally, chance


def _labels(interpreter: Interpreter, images: ImageSet, data: PersonDataset) -> Int8[Array, "n attr"]:
    """The labels, or unknown ones where the data set has none."""
    attributes = len(interpreter.schema)
    if images.labels.shape[1] == 0:
        return np.full((len(images), attributes), -1, dtype=np.int8)
    if images.labels.shape[1] != attributes:
        raise DatasetError(
            f"{data.root} is labelled with {images.labels.shape[1]} attributes, but the interpreter explains "
            f"the {attributes} of schema {interpreter.schema.name!r}."
        )
    return images.labels


def _read_states(reader: PairReader) -> tuple[Array, Array]:
    sides = []
    for side in (reader.queries, reader.gallery):
        rows = np.arange(len(side))
        blocks = np.array_split(rows, max(1, len(rows) // 256))
        sides.append(np.concatenate([reader.read_states(side, block) for block in blocks]))
    return sides[0], sides[1]


def _camera_bias(confusions: Confusions, identities: Array, tally: RelianceTally) -> CameraBias | None:
    both = confusions.same_camera - confusions.other_camera
    if np.isnan(both).all():
        return None
    return CameraBias(
        nearer_same=bootstrap_mean(100 * confusions.same_camera, identities),
        nearer_other=bootstrap_mean(100 * confusions.other_camera, identities),
        excess=bootstrap_mean(100 * both, identities),
        other_share=tally.other_share_of_camera_gap(),
    )

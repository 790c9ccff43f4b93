"""The main job on rendered persons, from nothing to a report that a newcomer understands in a minute."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from attrimeter.arrays import Array
from attrimeter.benchmarking.pair_truth import edited_fields, measure_pair
from attrimeter.benchmarking.trust_measuring import add_trust
from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.evaluating.evaluation import evaluate_interpreter
from attrimeter.figures import draw_evaluation, draw_pair, report_page, save_figure
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.progress import StepProgress, silent
from attrimeter.storage import lock_folder, write_text
from attrimeter.storage.locks import LOCK
from attrimeter.storage.places import check_place
from attrimeter.synthesis import edit_group, render_person, sample_person
from attrimeter.synthesis.specification_list import RenderedPicture, read_specifications
from attrimeter.targets import Target, open_target
from attrimeter.values import Evaluation, ImageSet, PairExplanation, PersonDataset
from attrimeter.values.pair_truth import PairTruth
from attrimeter.workflows.explaining import explain_pair
from attrimeter.workflows.fitting import fit
from attrimeter.workflows.rendering import render_dataset

_LOG = logging.getLogger(__name__)
REPORT = "report.html"
MARK = ".attrimeter-demo"
EDITED_GROUPS = ("upper colour", "backpack", "lower colour")
MOST_GROUPS = 8
"""Shown persons differ in at most so many groups, if there are such: their truth takes 2^8 pictures."""


@dataclass(frozen=True)
class DemoSettings:
    """How large the demo is; the defaults take a few minutes on two cores.

    Attributes:
        identities, test_identities, images_per_identity: rendered persons.
        pairs: rendered edit pairs that the fit measures.
        epochs: of the fit.
        trust_pairs: pairs of the trust card by kind.
        seed: of the rendered persons; not the one that the demo target was trained with.
    """

    identities: int = 100
    test_identities: int = 50
    images_per_identity: int = 8
    pairs: int = 6000
    epochs: int = 6
    trust_pairs: Mapping[str, int] = field(default_factory=lambda: {"many": 60, "few": 60})
    seed: int = 2026


def demo_target_path() -> Path:
    """The small target that comes with the package, trained on rendered persons (see recipes/)."""
    return Path(str(files("attrimeter.workflows") / "demo-target.safetensors"))


def run_demo(
    out: str | os.PathLike[str],
    *,
    settings: DemoSettings | None = None,
    device: str = "cpu",
    progress: StepProgress | None = None,
) -> Path:
    """Render persons, fit an interpreter on the demo target, explain pairs, evaluate, write the report.

    Each step is announced in the log ``attrimeter``.

    Args:
        out: a new folder, or one that an earlier demo made, which is replaced.
        progress: called with the name of every step, and how far it is.

    Returns:
        The path of ``report.html`` in ``out``.

    Raises:
        DatasetError: ``out`` is a folder of something else.
        StorageError: it cannot be written, or another demo runs there.
    """
    check_place(out)
    with lock_folder(out, "the demo is running"):
        _clear_folder(Path(out))
        return _run_steps(Path(out), settings or DemoSettings(), device, progress or silent)


def _run_steps(folder: Path, settings: DemoSettings, device: str, progress: StepProgress) -> Path:
    _LOG.info("Rendering persons: pictures of nobody, with every attribute known.")
    render_dataset(
        folder / "rendered-persons",
        identities=settings.identities,
        test_identities=settings.test_identities,
        images=settings.images_per_identity,
        seed=settings.seed,
        progress=progress,
    )
    data = open_dataset(folder / "rendered-persons")
    target = open_target(demo_target_path(), device=device)
    _LOG.info(f"Fitting an interpreter on the frozen target {target.profile.name}: {settings.pairs} edits.")
    interpreter = fit(
        target,
        replace(data, name="rendered persons"),
        out=folder / "interpreter",
        trust=False,
        settings=EditFitSettings(
            pairs=settings.pairs, epochs=settings.epochs, batch_families=10, mirrored=False
        ),
        cache=folder / "cache",
        progress=progress,
    )
    _LOG.info("Comparing its explanations with measured truth, on persons it has never seen.")
    add_trust(
        folder / "interpreter",
        target,
        interpreter,
        cache=folder / "cache",
        pairs=settings.trust_pairs,
        progress=progress,
    )
    _LOG.info("Explaining pairs of persons it has never seen.")
    examples = explain_examples(interpreter, target, data)
    _LOG.info("Evaluating on the persons it has never seen.")
    evaluation = evaluate_interpreter(
        interpreter,
        data,
        cache=folder / "cache",
        notes=("Rendered persons; the test identities were never used in fitting.",),
        progress=progress("evaluating"),
    )
    return _write_report(folder, settings, examples, evaluation)


def _write_report(
    folder: Path, settings: DemoSettings, examples: list[Example], evaluation: Evaluation
) -> Path:
    for number, example in enumerate(examples, start=1):
        save_figure(folder / f"pair-{number}.png", draw_pair(example.explanation))
    save_figure(folder / "evaluation.png", draw_evaluation(evaluation))
    history = json.loads((folder / "interpreter" / "history.json").read_text(encoding="utf-8"))
    page = report_page(
        explanations=[(example.caption, example.explanation) for example in examples],
        truths=[example.truth for example in examples],
        evaluation=evaluation,
        history=history,
        settings={
            "Target": "a small ResNet-18 that comes with AttriMeter, trained on other rendered persons",
            "Interpreter": f"{evaluation.form} form, reads the target's maps",
            "Fitted on": f"{settings.pairs} rendered edit pairs with measured contributions",
            "Evaluated on": f"{settings.test_identities} other persons",
            "Epochs": str(settings.epochs),
        },
        next_commands=next_commands(),
    )
    write_text(folder / REPORT, page)
    return folder / REPORT


def next_commands() -> tuple[str, ...]:
    """What to try with a model and data of one's own."""
    return (
        "attrimeter fit osnet_x0_25_msmt17.pth Market-1501-v15.09.15 --out runs/market",
        "attrimeter explain a.jpg b.jpg --interpreter runs/market --figure pair.png",
        "attrimeter benchmark osnet_x0_25_msmt17.pth runs/market --page truth.html",
        "attrimeter evaluate runs/market Market-1501-v15.09.15",
        "attrimeter audit runs/market Market-1501-v15.09.15 --page audit.html",
    )


@dataclass(frozen=True)
class Example:
    """A pair that the report shows: what it is, how it is explained, and what is true of it."""

    caption: str
    explanation: PairExplanation
    truth: PairTruth


def explain_examples(interpreter: Interpreter, target: Target, data: PersonDataset) -> list[Example]:
    """A handful of instructive pairs of unseen persons, each with its measured truth.

    Which ones is decided by the target's distances alone: a typical pair of different persons, the pair of
    different persons that it finds nearest, the same person seen nearest and farthest; and two pictures that
    differ in one attribute only, which the renderer edits. Different persons are taken from those that differ
    in so few groups that every edit can be measured.
    """
    pictures = {picture.file: picture for picture in read_specifications(data.root)}
    queries, gallery = (
        [pictures[path.relative_to(data.root).as_posix()] for path in side.paths]
        for side in (data.query, data.gallery)
    )
    edits = np.array([[len(edited_fields(a.person, b.person)) for b in gallery] for a in queries])
    found = [
        Example(
            caption,
            explain_pair(interpreter, data.query.paths[i], data.gallery.paths[j]),
            measure_pair(target, queries[i], gallery[j]),
        )
        for caption, (i, j) in _choose_pairs(target, data.query, data.gallery, edits).items()
    ]
    return [*found, _explain_edit(interpreter, target, queries[0])]


def _explain_edit(interpreter: Interpreter, target: Target, picture: RenderedPicture) -> Example:
    """One picture twice, in the second of which one attribute is another person's."""
    donor = sample_person(99)
    group = next(g for g in EDITED_GROUPS if edit_group(picture.person, donor, g) != picture.person)
    edited = replace(picture, person=edit_group(picture.person, donor, group))
    images = [render_person(side.person, side.view, size=side.size).image for side in (picture, edited)]
    return Example(
        f"One picture twice, with only the {group} changed: in truth it carries the whole distance",
        explain_pair(interpreter, *images),
        measure_pair(target, picture, edited),
    )


def _choose_pairs(
    target: Target, queries: ImageSet, gallery: ImageSet, edits: Array
) -> dict[str, tuple[int, int]]:
    """Caption -> row of the query and of the gallery; ``edits``: in how many groups each pair differs."""
    rows, columns = (target.embed_images(list(side.paths)).astype(np.float64) for side in (queries, gallery))
    distances = np.linalg.norm(rows[:, None] - columns[None], axis=2)
    same = queries.identities[:, None] == gallery.identities[None]
    known = ~same & (gallery.identities[None] > 0)
    known &= edits <= max(MOST_GROUPS, edits[known].min())
    crossing = same & (queries.views[:, None] != gallery.views[None])
    order = np.argsort(distances, axis=None)

    def pick(allowed: Array, position: float) -> tuple[int, int]:
        cells = order[allowed.ravel()[order]]
        row, column = divmod(int(cells[round(position * (len(cells) - 1))]), distances.shape[1])
        return row, column

    return {
        "Two different persons, at a typical distance": pick(known, 0.5),
        "Two different persons whom the target finds most alike": pick(known, 0.0),
        "The same person in two cameras, recognised at once": pick(crossing, 0.0),
        "The same person in two cameras, missed by the target": pick(crossing, 1.0),
    }


def _clear_folder(folder: Path) -> None:
    """Leave nothing but the mark, which stays, so that a demo that was broken off is known as one."""
    others = [entry for entry in folder.iterdir() if entry.name not in (MARK, LOCK)]
    if others and not (folder / MARK).is_file():
        raise DatasetError(
            f"{folder} is not empty and was not made by the demo; choose another folder with --out."
        )
    write_text(folder / MARK, "made by attrimeter demo\n")
    for entry in others:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()

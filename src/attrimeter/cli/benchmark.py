"""``attrimeter benchmark``: explainers of a target against measured truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrimeter.cli.options import (
    Device,
    InputSize,
    LastStride,
    OwnWeights,
    Page,
    ScoresFigure,
    ScoresJson,
    TargetMetric,
    TargetProfile,
    Workers,
    number,
)
from attrimeter.errors import SettingsError
from attrimeter.ranges import check_number

if TYPE_CHECKING:
    from attrimeter.benchmarking.benchmark import BenchmarkRun
    from attrimeter.cli.benchmark_checks import CheckOptions
    from attrimeter.cli.written import Outputs
    from attrimeter.targets import Target
    from attrimeter.values.real_edits import RealEditScores

QUICK = 40
REAL_PAIRS = 150
"""Real pairs of each attribute group that are edited at most."""


def benchmark(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="The target's checkpoint (.pth or .safetensors), or package.module:function of your own "
            "code; not with --planted."
        ),
    ] = None,
    interpreters: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[INTERPRETER]...", help="Folders that 'attrimeter fit' wrote."),
    ] = None,
    weights: OwnWeights = None,
    profile: TargetProfile = None,
    metric: TargetMetric = None,
    last_stride: LastStride = None,
    input_size: InputSize = None,
    pairs: Annotated[
        int,
        number(
            "benchmark_pairs",
            "Pairs with many differences; half as many with few, a quarter each of one person and within "
            "one view.",
            option="--pairs",
        ),
    ] = 400,
    quick: Annotated[bool, typer.Option(help=f"At most {QUICK} pairs, for a first look.")] = False,
    seed: Annotated[int, number("seed", "Another seed gives other persons and views.")] = 0,
    figure: ScoresFigure = None,
    page: Page = None,
    json_file: ScoresJson = None,
    scene: Annotated[str, typer.Option(help="Of the rendered persons: standard, or night.")] = "standard",
    ceiling: Annotated[
        bool, typer.Option(help="Measure the truth a second time, with other views; takes twice the time.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="Also edit real pictures: a data set with queries and a gallery.")
    ] = None,
    schema: Annotated[
        str | None, typer.Option(help="Attribute schema of --data: a name or a YAML or TOML file.")
    ] = None,
    attributes: Annotated[
        Path | None, typer.Option(help="The attribute file of --data, if not beside it.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="The layout of --data, if not recognised.")] = None,
    sanity: Annotated[
        bool, typer.Option(help="Instead, put one interpreter where it must fail, and see whether it does.")
    ] = False,
    other_target: Annotated[
        Path | None, typer.Option(help="For --sanity: another target of the same architecture.")
    ] = None,
    other_seed: Annotated[
        list[Path] | None,
        typer.Option(help="For --sanity: the same interpreter from another seed; may be repeated."),
    ] = None,
    shuffled: Annotated[
        Path | None, typer.Option(help="For --sanity: one made with 'attrimeter fit --shuffled'.")
    ] = None,
    changes: Annotated[
        bool,
        typer.Option(help="Instead, do the edits that one interpreter says would turn a match or two ranks."),
    ] = False,
    planted: Annotated[
        Path | None,
        typer.Option(help="Instead, check the targets in this folder of which it is known what they see."),
    ] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of the measured pairs.")] = None,
    workers: Workers = 0,
    device: Device = "auto",
) -> None:
    """Measure what each attribute truly adds to distances, and score explainers against it."""
    from attrimeter.cli.benchmark_checks import (
        CheckOptions,
        refuse_mixture,
        run_changes,
        run_planted,
        run_sanity,
    )
    from attrimeter.cli.written import Outputs
    from attrimeter.workflows.opening import open_target

    folders = interpreters or []
    refuse_mixture(
        sanity=sanity,
        planted=planted is not None,
        changes=changes,
        sanity_options={
            "--other-target": other_target,
            "--other-seed": other_seed or None,
            "--shuffled": shuffled,
        },
        table_options={
            "--data": data,
            "--ceiling": ceiling,
            "--scene": scene != "standard",
            "--page": page,
            "--figure": figure,
        },
        data_options={"--schema": schema, "--attributes": attributes, "--layout": layout},
        target_options={"--weights": weights, "--profile": profile, "--metric": metric},
        arguments=[str(path) for path in (target, *folders) if path is not None],
    )
    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    counts = count_pairs(min(pairs, QUICK) if quick else pairs)
    checks = CheckOptions(counts, seed, cache, workers or None, device, outputs)
    if planted is not None:
        run_planted(planted, checks)
        return
    if target is None:
        raise SettingsError("Name the checkpoint of a target, or a folder of planted ones with --planted.")
    if data is not None and not folders:
        raise SettingsError("--data edits pictures where an interpreter sees attributes; name its folder.")
    opened = open_target(
        target,
        weights=weights,
        profile=profile,
        metric=metric,
        last_stride=last_stride,
        input_size=input_size,
        device=device,
    )
    if changes:
        run_changes(opened, folders, checks)
        return
    if sanity:
        other = None if other_target is None else open_target(other_target, metric=metric, device=device)
        run_sanity(
            opened, folders, checks, other_target=other, other_seeds=other_seed or (), shuffled=shuffled
        )
        return
    run, real = _fill_tables(
        opened,
        folders,
        checks,
        scene=scene,
        ceiling=ceiling,
        data=data,
        schema=schema,
        layout=layout,
        attributes=attributes,
    )
    _deliver(outputs, run, real)


def _fill_tables(
    target: Target,
    folders: Sequence[Path],
    options: CheckOptions,
    *,
    scene: str,
    ceiling: bool,
    data: Path | None,
    schema: str | None,
    layout: str | None,
    attributes: Path | None,
) -> tuple[BenchmarkRun, RealEditScores | None]:
    """The benchmark, and the editing of real pictures where there is ``data``."""
    from attrimeter.benchmarking.benchmark import run_benchmark
    from attrimeter.benchmarking.real_images import edit_real_images
    from attrimeter.cli.progress import progress_bars
    from attrimeter.datasets.understanding import say_understood
    from attrimeter.workflows.opening import open_interpreter, open_labelled

    fitted = [open_interpreter(folder, target) for folder in folders]
    named = list(zip(name_interpreters([one.form.name for one in fitted], folders), fitted, strict=True))
    dataset = None
    if data is not None:
        dataset, _ = open_labelled(
            data, schema=schema or fitted[0].schema, layout=layout, attributes=attributes, strict=False
        )
        say_understood(dataset)
    common: dict[str, Any] = {"seed": options.seed, "cache": options.cache, "workers": options.workers}
    real = None
    with progress_bars() as make:
        run = run_benchmark(
            target, named, pairs=options.counts, scene=scene, ceiling=ceiling, progress=make, **common
        )
        if dataset is not None:
            most = min(options.counts["many"], REAL_PAIRS)
            real = edit_real_images(target, named, dataset, pairs=most, progress=make, **common)
    return run, real


def _deliver(outputs: Outputs, run: BenchmarkRun, real: RealEditScores | None) -> None:
    """Write what was asked for, and print the tables."""
    from rich.console import Group
    from rich.text import Text

    from attrimeter.cli.terminal import columns
    from attrimeter.figures.benchmark.figure import draw_benchmark
    from attrimeter.figures.benchmark.json import benchmark_to_json
    from attrimeter.figures.benchmark.page import benchmark_page
    from attrimeter.figures.benchmark.scatter_figure import draw_scatter
    from attrimeter.figures.benchmark.text import benchmark_text
    from attrimeter.figures.checks.real_edits_text import real_edits_text

    outputs.deliver(
        (run.benchmark, real),
        text=lambda found: Group(
            benchmark_text(found[0], columns=columns()),
            *([] if found[1] is None else [Text(""), real_edits_text(found[1])]),
        ),
        document=lambda found: benchmark_to_json(found[0], real_edits=found[1]),
        page=lambda found: benchmark_page(found[0], scatter=draw_scatter(run.pairs, run.accounts)),
        draw=lambda found: draw_benchmark(found[0]),
    )


def count_pairs(many: int) -> dict[str, int]:
    """Pairs of each kind: ``many`` with many differences, half as many with few, a quarter each of one person
    and within one view.

    Raises SettingsError for fewer than four, which score nothing, or for more than 100,000.
    """
    check_number("benchmark_pairs", many, called="--pairs")
    return {"many": many, "few": many // 2, "same": many // 4, "edited": many // 4}


def name_interpreters(forms: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """A name for each interpreter's line: its form, with its folder where another one has the same form."""
    often = Counter(forms)
    return [
        form if often[form] == 1 else f"{form} ({folder})"
        for form, folder in zip(forms, folders, strict=True)
    ]

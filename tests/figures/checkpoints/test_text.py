from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console, RenderableType

from attrimeter.figures.checkpoints.text import COLUMNS, checkpoint_text, targets_text
from figures.checkpoint_examples import FAMILY, FIT, NEAREST, TWIN, example_report


def print_text(text: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=COLUMNS, force_terminal=False, highlight=False).print(text)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def flat(text: RenderableType) -> str:
    return " ".join(print_text(text).split())


def test_a_profile_takes_one_line_of_the_list() -> None:
    lines = print_text(targets_text([FAMILY])).splitlines()
    (row,) = (line for line in lines if line.startswith("baseline_r50 "))
    assert row.split("  ")[0] == "baseline_r50"
    for words in ("384x128 bicubic", "ReLU, ceil", "GeM3", "BN, L2", "cosine"):
        assert words in row
    assert "Not in the tensors: the first pooling." in lines
    assert any(line.startswith("2 profiles. stem:") for line in lines)


def test_a_file_that_fits() -> None:
    text = flat(checkpoint_text(example_report()))
    for words in (
        "w.pth PyTorch file, 98.8 MB: 320 tensors (267 float32, 53 int64), 24,000,000 numbers, "
        "under “state_dict”, “module.” dropped from all names.",
        "Beside the tensors: epoch = 60, rank1 = 0.945, optimizer = a dictionary of 2 entries.",
        "Fits baseline_r50 of The baseline, and no other known profile. Seen in the tensors: "
        "- names as the baseline writes them - neck BN - knowingly left out: classifier.weight "
        "Taken from the profile, because tensors do not tell: - input 384 x 128, bicubic "
        "If it was trained with another input size or last stride, say so with",
        "nothing else shows it. Not in the tensors: the first pooling.",
    ):
        assert words in text


def test_a_file_with_its_own_profile() -> None:
    report = example_report(
        kind="safetensors", carried="mine", metric="cosine", wrapper="", prefix="", extra={}
    )
    text = flat(checkpoint_text(report))
    assert "safetensors file" in text and "carries its own profile, mine, and the metric cosine." in text
    assert "the profile that it carries." in text and "Taken from the profile in the file" in text
    assert "under" not in text and "Beside" not in text


def test_a_choice_shows_what_differs_and_the_option() -> None:
    lines = print_text(checkpoint_text(example_report(fits=(FIT, replace(FIT, facts=TWIN))))).splitlines()
    assert "Fits 2 profiles; say which one it was trained with." in lines
    (head,) = (line for line in lines if line.startswith("choose by"))
    assert head.split() == ["choose", "by", "stem", "stride"]
    assert any(line.split() == ["--profile", "baseline_r50", "ReLU,", "ceil", "1"] for line in lines)
    assert any(line.split() == ["--profile", "baseline_r50_2020", "ReLU,", "pad", "1", "2"] for line in lines)
    assert sum("the first pooling." in line for line in lines) == 1


def test_broken_values_are_told() -> None:
    broken = replace(FIT, broken=("a", "b", "c", "d", "e"))
    text = flat(checkpoint_text(example_report(fits=(broken,))))
    assert "and no other known profile; it will not open." in text
    assert "NaN or infinity in 5 tensors (a, b, c, d, and 1 more)" in text


def test_the_nearest_is_told_with_counts() -> None:
    text = flat(checkpoint_text(example_report(fits=(), nearest=NEAREST)))
    assert "Fits no profile; the nearest is baseline_r50 of The baseline." in text
    assert "1,234 tensors missing: backbone.layer1.0.weight, " in text and ", and 1,230 more" in text
    assert "1 tensor left over: extra.weight" in text
    assert "1 tensor of another shape or kind: head.neck.bias has shape (3,) instead of (2048,)" in text
    only = replace(NEAREST, missing=(), unfit=())
    assert "missing" not in flat(checkpoint_text(example_report(fits=(), nearest=only)))


def test_foreign_names_are_shown() -> None:
    text = flat(checkpoint_text(example_report(fits=(), extra={})))
    assert "its names are those of no known family" in text
    assert "they begin conv1.weight, bn1.weight, bn1.bias, ..." in text
    few = flat(checkpoint_text(example_report(fits=(), tensors=3)))
    assert "they begin conv1.weight, bn1.weight, bn1.bias See" in few


def test_names_are_never_taken_for_markup() -> None:
    text = flat(checkpoint_text(example_report(path="[red]w.pth", extra={"[bold]": "[/]"})))
    assert "[red]w.pth" in text and "[bold] = [/]" in text


def test_sizes_in_their_units() -> None:
    for size, shown in ((7, "7 bytes"), (7_000, "7.0 kB"), (7_000_000, "7.0 MB"), (7_000_000_000, "7.0 GB")):
        assert shown in flat(checkpoint_text(example_report(size=size)))

"""Checkpoints and the profiles that open them, for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from attrimeter.figures.tables.layout import QUIET, lay_out_table
from attrimeter.figures.tables.view import Cell, Row, TableView
from attrimeter.figures.text.words import count_words
from attrimeter.values.checkpoint_report import (
    CheckpointReport,
    FamilyFacts,
    FittingProfile,
    NearestProfile,
    ProfileFacts,
)

COLUMNS = 100
"""What the tables are made for."""

_SHOWN = 4

_LEGEND = (
    "stem: whether a ReLU follows the first BatchNorm, then the max-pool, with a pixel of padding (pad 1) or "
    "rounding up (ceil). GAP: average pooling; GeM: generalised mean with a learnt power; GeM3: of power 3. "
    "BN: BatchNorm; fc: Linear, with its outputs; L2: divided by its length."
)
_WAY_OUT = (
    "See attrimeter targets for what is known. Any other network opens as package.module:function, a "
    "function of yours that returns Target.from_module(...), with this file as --weights."
)
_DIFFERENCES = {
    "body": "body",
    "input": "input",
    "stem": "stem",
    "last_stride": "stride",
    "pooling": "pool",
    "neck": "neck",
    "pixels": "pixels",
    "metric": "metric",
}
_CHOSEN_BY = {"last_stride": "--last-stride", "input": "--input-size"}
_LISTED = ("input", "stem", "last_stride", "pooling", "neck", "metric")


def targets_text(families: Sequence[FamilyFacts]) -> RenderableType:
    """All profiles, a table for every family, for 100 columns."""
    parts: list[RenderableType] = []
    for family in families:
        parts.append(Text(family.title, style="bold"))
        parts += _table("profile", _LISTED, ((facts.name, facts) for facts in family.profiles))
        if family.unsaid:
            parts.append(Text(f"Not in the tensors: {_lower(family.unsaid)}", style=QUIET))
        parts.append(Text(""))
    number = sum(len(family.profiles) for family in families)
    return Group(*parts, Text(f"{count_words(number, 'profile')}. {_LEGEND}", style=QUIET))


def checkpoint_text(report: CheckpointReport) -> RenderableType:
    """What a checkpoint is, what fits and why, or what is in the way; for 100 columns."""
    parts: list[RenderableType] = [Text(report.path, style="bold"), _content(report)]
    if report.extra:
        entries = _few([f"{name} = {words}" for name, words in report.extra.items()])
        parts.append(Text(f"Beside the tensors: {entries}.", style=QUIET))
    if report.carried:
        parts.append(Text(f"It carries its own profile, {report.carried}, and the metric {report.metric}."))
    parts.append(Text(""))
    if len(report.fits) == 1:
        parts += _fit(report.fits[0], report)
    elif report.fits:
        parts += _choice(report)
    elif report.nearest is not None:
        parts += _misfit(report.nearest)
    else:
        names = ", ".join(report.first_names) + (", ..." if report.tensors > len(report.first_names) else "")
        parts += [
            Text("Fits no profile: its names are those of no known family.", style="bold red"),
            _line(f"they begin {names}"),
            Text(_WAY_OUT),
        ]
    return Group(*parts)


def _content(report: CheckpointReport) -> Text:
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in report.kinds.items())
    kind = {"torch": "PyTorch file", "safetensors": "safetensors file"}[report.kind]
    text = Text(f"{kind}, {_bytes(report.size)}: {count_words(report.tensors, 'tensor')} ({kinds}), ")
    text.append(f"{count_words(report.parameters, 'number')}")
    if report.wrapper:
        text.append(f", under “{report.wrapper}”")
    if report.prefix:
        text.append(f", “{report.prefix}” dropped from all names")
    return text.append(".")


def _fit(fit: FittingProfile, report: CheckpointReport) -> list[RenderableType]:
    rest = "the profile that it carries" if report.carried else "and no other known profile"
    source = "the profile in the file" if report.carried else "the profile"
    verdict, style = ("; it will not open", "bold red") if fit.broken else ("", "bold green")
    return [
        Text(f"Fits {fit.facts.name} of {fit.family}, {rest}{verdict}.", style=style),
        *_what_is_seen(fit),
        Text(f"Taken from {source}, because tensors do not tell:"),
        *map(_line, fit.trusted),
        Text(_how_to_choose(fit.facts)),
        *_unsaid((fit,)),
    ]


def _how_to_choose(facts: ProfileFacts) -> str:
    """What a user may know better than the profile."""
    what, how = "another input size", "--input-size HEIGHTxWIDTH"
    if facts.last_stride:
        what, how = f"{what} or last stride", f"{how} or --last-stride 1 or 2"
    return (
        f"If it was trained with {what}, say so with {how}, here and where it is opened: a wrong one changes "
        "every distance, and nothing else shows it."
    )


def _choice(report: CheckpointReport) -> list[RenderableType]:
    """Several profiles fit: how they differ, and how to choose."""
    fields = [field for field in _DIFFERENCES if len({_cell(fit.facts, field) for fit in report.fits}) > 1]
    lines = ((f"--profile {fit.facts.name}", fit.facts) for fit in report.fits)
    return [
        Text(f"Fits {len(report.fits)} profiles; say which one it was trained with.", style="bold yellow"),
        *([Text(_options(fields))] if _options(fields) else []),
        *_what_is_seen(report.fits[0]),
        Text(""),
        *_table("choose by", fields, lines),
        *_unsaid(report.fits),
    ]


def _options(fields: Sequence[str]) -> str:
    """The options that also choose, where the profiles differ in what they say."""
    options = [option for field, option in _CHOSEN_BY.items() if field in fields]
    return f"Also {' or '.join(options)} chooses among them." if options else ""


def _what_is_seen(fit: FittingProfile) -> list[RenderableType]:
    parts: list[RenderableType] = [Text("Seen in the tensors:"), *map(_line, fit.seen)]
    if fit.left_out:
        parts.append(_line(f"knowingly left out: {_few(fit.left_out)}"))
    if fit.broken:
        told = f"NaN or infinity in {count_words(len(fit.broken), 'tensor')} ({_few(fit.broken)})"
        parts.append(Text(told, style="bold red"))
    return parts


def _unsaid(fits: Sequence[FittingProfile]) -> list[RenderableType]:
    sentences = dict.fromkeys(fit.unsaid for fit in fits if fit.unsaid)
    return [Text(f"Not in the tensors: {_lower(text)}", style=QUIET) for text in sentences]


def _misfit(nearest: NearestProfile) -> list[RenderableType]:
    head = Text(f"Fits no profile; the nearest is {nearest.name} of {nearest.family}.", style="bold red")
    parts: list[RenderableType] = [head]
    for words, names in (
        ("missing", nearest.missing),
        ("left over", nearest.left_over),
        ("of another shape or kind", nearest.unfit),
    ):
        if names:
            parts.append(_line(f"{count_words(len(names), 'tensor')} {words}: {_few(names)}"))
    return [*parts, Text(_WAY_OUT)]


def _cell(facts: ProfileFacts, field: str) -> str:
    if field == "input":
        return "{}x{} {}".format(*facts.image_size, facts.interpolation)
    if field == "neck" and facts.normalised:
        return f"{facts.neck}, L2"
    return str(getattr(facts, field))


def _table(
    first: str, fields: Sequence[str], lines: Iterable[tuple[str, ProfileFacts]]
) -> list[RenderableType]:
    """Profiles side by side by some of their fields; ``first`` is the column of their names."""
    columns = (first, *(_DIFFERENCES[field] for field in fields))
    rows = tuple(Row(name, tuple(Cell(_cell(facts, field)) for field in fields)) for name, facts in lines)
    longest = max((len(row.name) for row in rows), default=0)
    return lay_out_table(TableView("", columns, rows, words=len(columns)), names=longest)


def _line(text: str) -> RenderableType:
    return Padding(Text(f"- {text}"), (0, 0, 0, 2), expand=False)


def _few(names: Collection[str]) -> str:
    hidden = len(names) - _SHOWN
    return ", ".join(islice(names, _SHOWN)) + (f", and {hidden:,} more" if hidden > 0 else "")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _bytes(size: int) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"

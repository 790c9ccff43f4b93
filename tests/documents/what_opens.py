"""The page docs/what-opens.md, of what the code says; ``python -m tests.documents.what_opens`` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrimeter.datasets import LAYOUTS
from attrimeter.storage import write_text
from attrimeter.targets.checkpoints.inspecting import list_targets
from attrimeter.targets.checkpoints.other_doors import other_door
from attrimeter.values.checkpoint_report import FamilyFacts, ProfileFacts

PAGE = Path(__file__).parents[2] / "docs" / "what-opens.md"

_FOREIGN = {
    "model.onnx": b"",
    "model.xml": b"<?xml",
    "model.pt2": b"",
    "model.engine": b"",
    "model.tflite": b"",
    "model.h5": b"",
    "model.pb": b"",
    "model.pdparams": b"",
    "model.mlmodel": b"",
}
"""Files of models in other forms, and what they begin with."""

_HEAD = """# What opens, and what is assumed

This page is written by the code itself (`python -m tests.documents.what_opens`), and a test compares the two.
`attrimeter inspect FILE` says the same of one checkpoint, and `attrimeter targets` lists the models.

## Models

A checkpoint opens where its tensors are exactly those of one profile, by name, shape and kind. What tensors
do not tell is taken from the profile, as below, unless you say it: `--profile`, `--last-stride`,
`--input-size HEIGHTxWIDTH`, `--metric`. Where profiles differ in nothing that tensors tell, you are asked.

The weights may be the file's dictionary itself, its entry `state_dict` or `model`, or the only entry of
tensors that is no loss and no optimiser. What all names begin with and no family knows (`module.`,
`_orig_mod.`, `model.`, `net.`, ...) is dropped, and it is said.
"""

_FOREIGN_HEAD = """### Any other network

A network of your own opens as `package.module:function`, a function that returns `Target.from_module(...)`,
with its weights as `--weights` ([how](add-a-target.md)). Models in another form than a checkpoint:
"""

_DATA_HEAD = """## Data sets

Where `--layout` is not given, the first of these that recognises the folder or file is taken, and what was
understood is said before any work begins.
"""


def make_page() -> str:
    """The text of the page."""
    families = [_describe_family(family) for family in list_targets().families]
    foreign = [
        (f"`{Path(name).suffix}`", f"{other_door(Path(name), start)}") for name, start in _FOREIGN.items()
    ]
    layouts = [
        (
            f"`{layout.name}`",
            layout.looks_like,
            layout.assumes.identities,
            layout.assumes.cameras,
            layout.assumes.splits,
            layout.assumes.junk,
        )
        for layout in LAYOUTS.values()
    ]
    columns = ("layout", "looks like", "identities", "cameras", "training, queries, gallery", "junk")
    parts = [
        _HEAD,
        *families,
        _FOREIGN_HEAD,
        _table(("file", "it is"), foreign),
        _DATA_HEAD,
        _table(columns, layouts),
    ]
    return "\n".join(parts)


def _describe_family(family: FamilyFacts) -> str:
    alike: dict[tuple[str, ...], list[str]] = {}
    for facts in family.profiles:
        alike.setdefault(_assumptions(facts), []).append(f"`{facts.name}`")
    rows = [(", ".join(names), *assumed) for assumed, names in alike.items()]
    columns = ("profile", "input", "stem", "last stride", "pooling", "neck", "pixels", "compared by")
    filled = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    table = _table([columns[at] for at in filled], [[row[at] for at in filled] for row in rows])
    unsaid = (
        f"\nNot in the tensors: {family.unsaid[:1].lower()}{family.unsaid[1:]}\n" if family.unsaid else ""
    )
    return f"### {family.title}\n\n{table}{unsaid}"


def _assumptions(facts: ProfileFacts) -> tuple[str, ...]:
    height, width = facts.image_size
    size = f"{height} x {width}, {facts.interpolation}"
    return (size, facts.stem, facts.last_stride, facts.pooling, facts.neck, facts.pixels, facts.metric)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


if __name__ == "__main__":
    write_text(PAGE, make_page())

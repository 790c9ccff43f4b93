"""Hostile names of files and folders, on terminals of every encoding, through commands of every kind."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tests.campaigns.hostile_names import (
    ENCODINGS,
    call_command,
    place,
    random_name,
    read_json,
    read_page,
    read_svg,
    read_terminal,
)
from tests.campaigns.tally import Tally, tally_cases


def run(size: int, seed: int, folder: Path) -> Tally:
    """``size`` commands on files and folders of random names, with a random encoding of the terminal.

    Faults: an exception that is not the project's, an exit code that the names must not change, a file that
    was asked for and is not there or not well formed, anything on a stream that drives a terminal.
    """
    torch.set_num_threads(1)
    world = World(folder)

    def case(_: random.Random, number: int, done: list[str]) -> str:
        draw = np.random.default_rng([seed, number])
        kind = list(KINDS)[number % len(KINDS)]
        encoding = ENCODINGS[draw.integers(len(ENCODINGS))]
        names = [random_name(draw) for _ in range(3)]
        done += [kind, encoding, str(names)]
        here = folder / f"case-{number}"
        here.mkdir()
        try:
            KINDS[kind](world, here, names, encoding)
        finally:
            shutil.rmtree(here)
        return kind

    return tally_cases("encodings", size, seed, case)


class World:
    """A target, an interpreter, two pictures and a small labelled data set, under plain names."""

    def __init__(self, folder: Path) -> None:
        from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
        from attrimeter.interpreter.facts import Facts, TargetFacts
        from attrimeter.pixels.writing import write_image
        from attrimeter.schemas import SCHEMAS
        from attrimeter.targets import PROFILES, build_network, open_target, save_network, weights_of

        torch.manual_seed(0)
        self.target = folder / "target.safetensors"
        profile = PROFILES["demo"]
        save_network(self.target, weights_of(build_network(profile)), profile, metric="euclidean")
        self.torch_target = folder / "target.pth"
        torch.save(weights_of(build_network(PROFILES["osnet_x0_25"])), self.torch_target)
        made = build_interpreter(
            open_target(self.target), SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8)
        )
        made.facts = Facts(target=TargetFacts(path=str(self.target), profile="demo", metric="euclidean"))
        self.run = folder / "run"
        save_interpreter(self.run, made, target_name="demo")
        self.pictures = [folder / "one.png", folder / "two.png"]
        draw = np.random.default_rng(0)
        for path in self.pictures:
            write_image(path, draw.integers(0, 256, (128, 64, 3), dtype=np.uint8))


def _explain(world: World, here: Path, names: list[bytes], encoding: str) -> None:
    first, second = (place(here, name, f"{i}.png") for i, name in enumerate(names[:2]))
    run = place(here, names[2])
    for old, new in zip(world.pictures, (first, second), strict=True):
        os.link(old, new)
    shutil.copytree(world.run, run, copy_function=os.link)
    outputs = [place(here, names[0], suffix) for suffix in (".svg", ".html", ".json")]
    words = [first, second, "--interpreter", run, "--figure", outputs[0], "--page", outputs[1]]
    said = call_command(["explain", *map(str, words), "--json", str(outputs[2])], encoding=encoding)
    text = read_terminal(said.out, encoding)
    errors = read_terminal(said.err, encoding)
    assert said.code == 0, errors
    assert "sum = distance" in text and errors.count("\n") >= 3, errors
    read_svg(outputs[0])
    read_page(outputs[1])
    read_json(outputs[2])


def _inspect(world: World, here: Path, names: list[bytes], encoding: str) -> None:
    target, document = place(here, names[0], ".safetensors"), place(here, names[1], ".json")
    os.link(world.target, target)
    said = call_command(["inspect", str(target), "--json", str(document)], encoding=encoding)
    errors = read_terminal(said.err, encoding)
    assert said.code == 0, errors
    read_terminal(said.out, encoding)
    read_json(document)


def _inspect_torch(world: World, here: Path, names: list[bytes], encoding: str) -> None:
    target = place(here, names[0], ".pth")
    os.link(world.torch_target, target)
    said = call_command(["inspect", str(target)], encoding=encoding)
    errors = read_terminal(said.err, encoding)
    assert said.code <= 1, errors  # several profiles fit
    read_terminal(said.out, encoding)


def _convert(world: World, here: Path, names: list[bytes], encoding: str) -> None:
    old, new = (place(here, name, f"{i}.safetensors") for i, name in enumerate(names[:2]))
    os.link(world.target, old)
    said = call_command(["convert", str(old), str(new)], encoding=encoding)
    errors = read_terminal(said.err, encoding)
    assert said.code == 0 and new.is_file(), errors
    assert len(read_terminal(said.out, encoding).splitlines()) >= 3


def _refuse(command: str, world: World, here: Path, names: list[bytes], encoding: str) -> None:
    """What is not there, or is no data set, is named in one sentence."""
    missing = place(here, names[0])
    words = {
        "evaluate": ["evaluate", world.run, missing],
        "fit": ["fit", world.target, missing, "--form", "exact", "--out", place(here, names[1])],
        "audit": ["audit", missing, missing],
        "usage": [f"no{missing.name}", missing.name],
    }[command]
    said = call_command([str(word) for word in words], encoding=encoding)
    errors = read_terminal(said.err, encoding)
    assert said.code == 2 and said.out == b"", (said.code, errors)
    assert command == "usage" or sum(line.startswith("attrimeter: ") for line in errors.splitlines()) == 1


KINDS: dict[str, Callable[[World, Path, list[bytes], str], None]] = {
    "explain": _explain,
    "inspect": _inspect,
    "inspect torch": _inspect_torch,
    "convert": _convert,
    **{f"refused {name}": partial(_refuse, name) for name in ("evaluate", "fit", "audit", "usage")},
}

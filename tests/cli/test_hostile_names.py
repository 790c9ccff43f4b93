"""Names that nobody expects, through every command: nothing ends in an exception, nothing hidden gets out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.campaigns.encodings import KINDS, World
from tests.campaigns.hostile_names import (
    ENCODINGS,
    HOSTILE,
    Said,
    call_command,
    place,
    read_json,
    read_page,
    read_svg,
    read_terminal,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX alone")

ALL = b"ds\xe9 [/red]\x1b[31m\n$x^{$<b>&='\""
SHOWN = "ds\\xe9 [/red]\\x1b[31m\\n$x^{$<b>&='\""
"""Everything at once, as bytes and as a person reads it; the slash makes it a folder and a file."""
LAST = "$x^{$<b>&='\""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("hostile", sorted(HOSTILE))
def test_a_pair_under_any_name(world: World, tmp_path: Path, hostile: str) -> None:
    KINDS["explain"](world, tmp_path, [HOSTILE[hostile]] * 3, "utf-8")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"explain"}))
def test_every_command_names_what_it_was_given(world: World, tmp_path: Path, kind: str) -> None:
    for number, name in enumerate((ALL, HOSTILE["no UTF-8"], HOSTILE["HTML"])):
        (here := tmp_path / str(number)).mkdir()
        KINDS[kind](world, here, [name] * 3, "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", ["explain", "inspect", "convert"])
def test_every_terminal_shows_something(world: World, tmp_path: Path, kind: str, encoding: str) -> None:
    KINDS[kind](world, tmp_path, [ALL, HOSTILE["scripts"], ALL], encoding)


@pytest.fixture(scope="module")
def place_of_all(
    tiny_target_file: Path, rendered_set: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder whose data set, target, interpreter and cache have such a name."""
    folder = tmp_path_factory.mktemp("all")
    shutil.copytree(rendered_set, place(folder, ALL))
    shutil.copy(tiny_target_file, place(folder, ALL, ".safetensors"))
    said = give(
        "fit", place(folder, ALL, ".safetensors"), place(folder, ALL), "--out", place(folder, ALL, "run"),
        "--form", "exact", "--hidden", 8, "--epochs", 1, "--batch-images", 8, "--no-trust",
        "--cache", place(folder, ALL, "maps"),
    )  # fmt: skip
    assert SHOWN in said.err.decode() and "epoch  1/1" in said.err.decode()
    return folder


def give(*words: object) -> Said:
    said = call_command([*map(str, words)], encoding="utf-8")
    read_terminal(said.out, "utf-8")
    errors = read_terminal(said.err, "utf-8")
    assert said.code == 0, errors
    return said


@pytest.mark.parametrize("command", ["evaluate", "audit", "compare"])
def test_a_fit_and_what_is_made_of_it(place_of_all: Path, tmp_path: Path, command: str) -> None:
    run, data = place(place_of_all, ALL, "run"), place(place_of_all, ALL)
    files = [place(tmp_path, ALL, suffix) for suffix in (".svg", ".html", ".json")]
    folders = [run, run] if command == "compare" else [run]
    how = ["--figure", files[0], "--page", files[1], "--json", files[2]]
    said = give(command, *folders, data, *how, "--cache", place(place_of_all, ALL, "maps"))
    read_svg(files[0])
    assert LAST in read_page(files[1]).replace("\n", "")
    read_json(files[2])
    assert [SHOWN in line for line in said.err.decode().splitlines() if line.startswith("wrote ")] == [
        True
    ] * 3


def test_pictures_and_persons_under_any_name(place_of_all: Path, rendered_set: Path, tmp_path: Path) -> None:
    """A data set in folders: persons and pictures have such names, and no labels."""
    data = tmp_path / "data"
    for part, source in (
        ("train", "bounding_box_train"),
        ("query", "query"),
        ("gallery", "bounding_box_test"),
    ):
        for path in sorted((rendered_set / source).glob("*.jpg")):
            person = place(data / part, path.name[:4].encode() + ALL.replace(b"/", b":"))
            person.mkdir(parents=True, exist_ok=True)
            os.link(path, person / os.fsdecode(ALL.replace(b"/", b":") + path.name.encode()))
    page = tmp_path / "audit.html"
    give(
        "audit", place(place_of_all, ALL, "run"), data, "--page", page, "--pictures",
        "--json", tmp_path / "a.json", "--cache", tmp_path / "maps",
    )  # fmt: skip
    read_page(page)
    read_json(tmp_path / "a.json")


def test_rendering_and_training_under_such_a_name(tmp_path: Path) -> None:
    persons, out = place(tmp_path, ALL), place(tmp_path, ALL, "out")
    words = ("--identities", 4, "--test-identities", 2, "--images", 4, "--cameras", 2, "--workers", 1)
    said = give("render", persons, *words, "--height", 64, "--width", 32)
    assert SHOWN in said.out.decode()
    said = give(
        "train-target", persons, "--out", out, "--epochs", 1, "--batch-images", 8, "--images-per-identity", 2
    )
    assert SHOWN in said.out.decode() and (out / "target.safetensors").is_file()

"""Every door by which a file from outside comes in, and what may stand behind its name instead of a file."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.campaigns.attribute_files import SCHEMA

from attrimeter.datasets import open_dataset, read_market_attributes
from attrimeter.errors import AttriMeterError
from attrimeter.pixels import as_image, read_mask
from attrimeter.schemas import open_schema
from attrimeter.synthesis.specification_list import SPECIFICATIONS, read_specifications
from attrimeter.targets import open_target
from attrimeter.workflows.opening import open_interpreter
from datasets.trees import make_market

LONGEST = 2000
"""Characters of an error, without the path in it; the longest names every layout that is known."""

MOST_SECONDS = 60
"""After this a door is taken to wait for ever."""


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def put_huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10**10)


ODD: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a pipe": put_pipe,
    "a socket": put_socket,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a folder": lambda path: path.mkdir(),
    "an empty file": lambda path: path.touch(),
    "ten gigabytes of nothing": put_huge,
    "a file that cannot be read": lambda path: path.symlink_to("/proc/self/mem"),
}
"""What may stand in the place of a file; the last is a regular file whose first byte gives an error."""

DOORS: dict[str, Callable[[Path], object]] = {
    "picture.png": as_image,
    "mask.png": read_mask,
    "schema.yaml": open_schema,
    "schema.toml": open_schema,
    "attributes.mat": lambda path: read_market_attributes(path, schema=SCHEMA),
    "list.csv": open_dataset,
    "weights.pth": open_target,
    "weights.safetensors": open_target,
    "model.onnx": open_target,
    "model.xml": open_target,
    "model.pt2": open_target,
    "model.engine": open_target,
    SPECIFICATIONS: lambda path: read_specifications(path.parent),
}
"""By the name of the file: what opens it."""


@pytest.fixture(autouse=True)
def an_alarm() -> Iterator[None]:
    """A door that waits for ever is told instead of stopping the tests."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"waited for {MOST_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(MOST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def refusal(door: Callable[[], object], path: Path) -> str:
    with pytest.raises(AttriMeterError) as caught:
        door()
    said = str(caught.value).replace(str(path.parent), "")
    assert len(said) < LONGEST and said.isprintable(), said
    return said


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file_is_refused_in_a_sentence(kind: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    ODD[kind](path)
    refusal(lambda: DOORS[name](path), path)


@pytest.mark.parametrize("kind", sorted(set(ODD) - {"nothing"}))
def test_so_is_an_attribute_file_beside_the_data(kind: str, tmp_path: Path) -> None:
    root = make_market(tmp_path / "persons")
    ODD[kind](root / "market_attribute.mat")
    try:
        data = open_dataset(root)
    except AttriMeterError as error:
        assert len(str(error)) < LONGEST + len(str(root)) * 2
    else:
        assert (data.train.labels == -1).all(), "no labels from what is no file"


@pytest.mark.parametrize("kind", sorted(set(ODD) - {"nothing"}))
def test_a_gallery_passes_over_what_is_no_picture(kind: str, tmp_path: Path, rendered_gallery: Path) -> None:
    root = tmp_path / "persons"
    shutil.copytree(rendered_gallery, root)
    odd = root / "bounding_box_test" / "0001_c3s1_000001_00.jpg"
    ODD[kind](odd)
    data = open_dataset(root)
    readable = 0
    for path in data.gallery.paths:
        if path == odd:
            refusal(lambda: as_image(odd), odd)
        else:
            readable += as_image(path).shape == (16, 8, 3)
    assert readable >= 2


@pytest.fixture
def rendered_gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_market(tmp_path_factory.mktemp("gallery") / "persons")


@pytest.mark.parametrize("kind", ODD)
def test_no_file_of_an_interpreter_is_waited_for(
    kind: str, fitted: Path, tiny_target_file: Path, tmp_path: Path
) -> None:
    target = open_target(tiny_target_file)
    for number, original in enumerate(sorted(path for path in fitted.iterdir() if path.is_file())):
        folder = tmp_path / str(number)
        shutil.copytree(fitted, folder)
        path = folder / original.name
        path.unlink()
        ODD[kind](path)
        try:
            open_interpreter(folder, target)
        except AttriMeterError as error:
            assert len(str(error).replace(str(folder), "")) < LONGEST

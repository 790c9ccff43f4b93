"""Files that are broken or made to do harm: one clear sentence, no code run, no memory taken."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, build_network, open_target
from attrimeter.targets.checkpoints.reading import read_checkpoint
from targets.hostile_files import BROKEN, HEAVY, WEIGHTS, odd, payloads, shadowed, whole_files, write_zip

TESTS = Path(__file__).parents[1]
MODEST = 100
"""Megabytes that refusing a file may take at most."""

MEASURE = """
import sys
from pathlib import Path
from attrimeter.errors import CheckpointError
from attrimeter.targets import open_target
def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
for path in sys.argv[1:]:
    before = peak()
    try:
        open_target(path)
        said = "opened"
    except CheckpointError as error:
        said = "refused"
    print(said, peak() - before, path)
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system has no /proc")


def refuse(place: Path) -> str:
    """The one sentence that reading the file ends in."""
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(place)
    said = str(caught.value)
    assert place.name in said and "\n" not in said and said.endswith(".") and len(said) < 600, said
    assert said.isprintable()
    return said


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_a_broken_file_ends_in_one_sentence(tmp_path: Path, kind: str) -> None:
    BROKEN[kind](tmp_path / "w.pth")
    refuse(tmp_path / "w.pth")


@needs_proc
def test_what_would_take_gigabytes_is_refused_cheaply(tmp_path: Path) -> None:
    paths = [tmp_path / f"{kind}.pth" for kind in sorted(HEAVY)]
    for path in paths:
        HEAVY[path.stem](path)
        assert path.stat().st_size < 2 * 2**20
        refuse(path)
    for said, megabytes, path in measure(paths):
        assert said == "refused" and megabytes < MODEST, (said, megabytes, path)


def test_a_header_longer_than_its_file_is_told_with_both_sizes(tmp_path: Path) -> None:
    HEAVY["a header of 10 GB"](tmp_path / "w.safetensors")
    size = (tmp_path / "w.safetensors").stat().st_size
    assert f"a header of 10,737,418,240 bytes and has {size:,} in all" in refuse(tmp_path / "w.safetensors")


@needs_proc
def test_tensors_that_are_views_of_one_huge_storage_cost_what_they_show(tmp_path: Path) -> None:
    huge = torch.zeros(2**25)  # 128 MB
    place, start = tmp_path / "w.pth", 0
    tensors: dict[str, Tensor] = {}
    for name, tensor in osnet_tensors().items():
        tensors[name] = huge[start : start + tensor.numel()].view(tensor.shape).copy_(tensor)
        start += tensor.numel()
    torch.save(tensors, place)
    assert place.stat().st_size > 2**27
    ((said, megabytes, _),) = measure([place])
    assert said == "opened" and megabytes < MODEST, megabytes
    weights = open_target(place)._network.state_dict()
    assert all(
        tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
        for tensor in weights.values()
    )


def measure(paths: list[Path]) -> list[tuple[str, int, str]]:
    """How opening each file ended in a fresh process, and how many megabytes its peak grew by."""
    search = os.pathsep.join([str(TESTS), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        env={**os.environ, "PYTHONPATH": search, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split(" ", 2) for line in done.stdout.splitlines()]
    return [(said, int(megabytes), path) for said, megabytes, path in rows]


@pytest.mark.parametrize("kind", sorted(payloads(Path())))
def test_a_payload_never_runs(tmp_path: Path, kind: str) -> None:
    harm = tmp_path / "harm"
    payloads(harm)[kind](tmp_path / "w.pth")
    refuse(tmp_path / "w.pth")
    assert not harm.exists()


@pytest.mark.parametrize("kind", sorted(whole_files()))
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    whole = whole_files()[kind]
    place = tmp_path / "w.pth"
    place.write_bytes(whole)
    assert read_checkpoint(place).tensors.keys() == WEIGHTS.keys()
    for length in sorted({*range(0, len(whole), max(1, len(whole) // 100)), len(whole) - 1}):
        place.write_bytes(whole[:length])
        refuse(place)


@pytest.mark.parametrize("kind", sorted(whole_files()))
def test_spoilt_bytes_are_refused_or_read_but_never_crash(tmp_path: Path, kind: str) -> None:
    whole, place, dice = whole_files()[kind], tmp_path / "w.pth", random.Random(0)
    refused = 0
    for _ in range(300):
        spoilt = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        place.write_bytes(bytes(spoilt))
        try:
            read_checkpoint(place)
        except CheckpointError as error:
            refused += 1
            assert str(error).isprintable()
    assert refused > 20


def test_a_pipe_is_never_waited_for(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever for a writer; here one comes late, so that the test would end."""
    os.mkfifo(tmp_path / "w.pth")
    late = threading.Timer(5, lambda: os.close(os.open(tmp_path / "w.pth", os.O_WRONLY | os.O_NONBLOCK)))
    late.start()
    try:
        assert "is a pipe" in refuse(tmp_path / "w.pth")
    finally:
        late.cancel()


def test_dictionaries_and_tensors_with_spoilt_methods_are_read(tmp_path: Path) -> None:
    write_zip(tmp_path / "w.pth", shadowed())
    (tensor,) = read_checkpoint(tmp_path / "w.pth").tensors.values()
    assert tensor.numel() == 6 and tensor.is_floating_point()


@pytest.mark.parametrize("kind", ["sparse", "quantised", "meta", "nested"])
def test_tensors_without_plain_values_are_named(tmp_path: Path, kind: str) -> None:
    odd(kind)(tmp_path / "w.pth")
    assert "holds 1 tensor without plain values" in refuse(tmp_path / "w.pth")


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "half \ud800", "x" * 10_000, "\u202egpj.exe"])
def test_strange_names_stay_one_line(tmp_path: Path, name: str) -> None:
    torch.save({"state_dict": {name: 1}}, tmp_path / "a.pth")
    refuse(tmp_path / "a.pth")
    torch.save({name: torch.ones(2)}, tmp_path / "b.pth")
    torch.save({**osnet_tensors(), name: torch.ones(2)}, tmp_path / "c.pth")
    for place, profile in ((tmp_path / "b.pth", None), (tmp_path / "c.pth", "osnet_x0_25")):
        with pytest.raises(CheckpointError) as caught:
            open_target(place, profile=profile)
        assert str(caught.value).isprintable() and len(str(caught.value)) < 600


def osnet_tensors(**changes: Tensor | None) -> dict[str, Tensor]:
    """An OSNet with random weights as torchreid names its tensors."""
    names = {"head.linear.": "fc.0.", "head.norm.": "fc.1.", "backbone.": ""}
    torch.manual_seed(0)
    tensors: dict[str, Tensor | None] = {}
    for name, tensor in build_network(PROFILES["osnet_x0_25"]).state_dict().items():
        ours = next(start for start in names if name.startswith(start))
        tensors[names[ours] + name.removeprefix(ours)] = tensor
    return {name: tensor for name, tensor in {**tensors, **changes}.items() if tensor is not None}


@pytest.mark.parametrize("kind", [torch.float64, torch.float16, torch.bfloat16])
def test_other_floating_point_is_read_as_single(tmp_path: Path, kind: torch.dtype) -> None:
    tensors = {n: t.to(kind) if t.is_floating_point() else t for n, t in osnet_tensors().items()}
    torch.save(tensors, tmp_path / "w.pth")
    bias = open_target(tmp_path / "w.pth").weights()["head.linear.bias"]
    assert bias.dtype == torch.float32 and torch.equal(bias, tensors["fc.0.bias"].float())


@pytest.mark.parametrize("kind", [torch.int64, torch.bool, torch.complex64, torch.uint8])
def test_other_numbers_are_refused_by_name(tmp_path: Path, kind: torch.dtype) -> None:
    torch.save(osnet_tensors(**{"fc.0.bias": torch.ones(512, dtype=kind)}), tmp_path / "w.pth")
    said = f"head.linear.bias is not a plain floating-point tensor but {str(kind).removeprefix('torch.')}"
    for profile in (None, "osnet_x0_25"):
        with pytest.raises(CheckpointError, match=said):
            open_target(tmp_path / "w.pth", profile=profile)


@pytest.mark.parametrize(("classes", "kind"), [(7, torch.float32), (1041, torch.float32), (7, torch.int64)])
def test_any_number_of_classes_opens(tmp_path: Path, classes: int, kind: torch.dtype) -> None:
    """The classifier is dropped knowingly: nothing of it can be in the way."""
    extra = {
        "classifier.weight": torch.ones(classes, 512, dtype=kind),
        "classifier.bias": torch.ones(classes),
    }
    torch.save(osnet_tensors(), tmp_path / "bare.pth")
    torch.save(osnet_tensors(**extra), tmp_path / "w.pth")
    assert open_target(tmp_path / "w.pth").fingerprint == open_target(tmp_path / "bare.pth").fingerprint


@pytest.mark.parametrize("shape", [(), (0,), (3,), (512, 1), (1,) * 60, (2,) * 20])
def test_another_shape_is_refused_by_name(tmp_path: Path, shape: tuple[int, ...]) -> None:
    torch.save(osnet_tensors(**{"fc.0.bias": torch.ones(shape)}), tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="head.linear.bias has shape"):
        open_target(tmp_path / "w.pth")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("write", [torch.save, save_file])
def test_weights_that_are_not_finite_are_refused(
    tmp_path: Path, value: float, write: Callable[..., None]
) -> None:
    bias = torch.zeros(512)
    bias[17] = value
    write(osnet_tensors(**{"fc.0.bias": bias}), tmp_path / "w")
    with pytest.raises(CheckpointError, match=r"NaN or infinite weights in 1 tensors \(head.linear.bias\)"):
        open_target(tmp_path / "w")


FIELDS = {
    "image_size": [[10**9, 10**9], [256], ["256", "128"], 256, [256, 128, 3], [-1, 128], None],
    "width": [10**12, "16", 16.5, None, True, -3],
    "architecture": [["resnet18"], {"a": 1}, 7, None, "vgg"],
    "pixel_mean": [[0.5, 0.5], ["0.5", "0.5", "0.5"], 0.5],
    "pixel_std": [[0, 1, 1], [True, True, True]],
    "stem_relu": ["yes", 1],
    "non_local": [[10**9] * 4, [1, 2], "none", [0.5, 0, 0, 0]],
    "non_local_width": [10**12, "1"],
    "last_stride": [1.0, 3, True],
    "linear_size": [10**12, "512"],
    "name": [7, None, ["demo"]],
    "metric": ["manhattan", 7],
    "surprise": [1],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in FIELDS.items() for value in values]
)
def test_a_carried_profile_that_cannot_be(
    tmp_path: Path, tiny_target_file: Path, field: str, value: object
) -> None:
    rewrite_profile(tiny_target_file, tmp_path / "w", {field: value})
    with pytest.raises(CheckpointError) as caught:
        open_target(tmp_path / "w")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "stored", ["[" * 100_000, '{"profile": {}, "metric": NaN}', "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_carried_profile_that_is_none(tmp_path: Path, stored: str) -> None:
    save_file(WEIGHTS, tmp_path / "w", metadata={"attrimeter_target": stored})
    with pytest.raises(CheckpointError, match="save the target again"):
        open_target(tmp_path / "w")


def test_a_carried_profile_as_it_was_written_opens(tmp_path: Path, tiny_target_file: Path) -> None:
    """That the cases above are refused for what was changed in them."""
    rewrite_profile(tiny_target_file, tmp_path / "w", {})
    assert open_target(tmp_path / "w").fingerprint == open_target(tiny_target_file).fingerprint


def rewrite_profile(source: Path, place: Path, changes: dict[str, object]) -> None:
    """A copy of one of our files whose profile says something else."""
    checkpoint = read_checkpoint(source)
    stored = json.loads(checkpoint.metadata["attrimeter_target"])
    stored["profile"] |= changes
    save_file(checkpoint.tensors, place, metadata={"attrimeter_target": json.dumps(stored)})

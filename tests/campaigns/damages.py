"""What happens to files: bytes that change, values in them that change, other things in their place."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

STRANGE: list[Any] = [
    None, True, False, -1, 0, 1, 10**12, 10**30, 1.5, -2.5, 1e308, "", "x", "\x1b[31m", "n" * 30_000, [], {},
    [[[]]], {"a": 1}, ["exact"], [0.5] * 7,
]  # fmt: skip


Damage = Callable[[random.Random, bytearray], bytearray]


def random_place(dice: random.Random, content: bytearray) -> int:
    return dice.randrange(max(1, len(content)))


def flip_bits(dice: random.Random, content: bytearray) -> bytearray:
    for _ in range(dice.choice((1, 1, 2, 8))):
        if content:
            content[random_place(dice, content)] ^= 1 << dice.randrange(8)
    return content


def cut_off(dice: random.Random, content: bytearray) -> bytearray:
    return content[: random_place(dice, content)]


def damage_bytes(dice: random.Random, data: bytes) -> tuple[bytes, str]:
    """The bytes with one change, and which one."""
    kinds = ["flip", "flip near the head", "cut", "zeros", "noise", "longer", "doubled part", "swap", "empty"]
    kind = dice.choice(kinds)
    at = dice.randrange(max(1, min(len(data), 3000) if "head" in kind else len(data)))
    changed = bytearray(data)
    if kind.startswith("flip") and data:
        changed[at] ^= 1 << dice.randrange(8)
    elif kind == "cut":
        del changed[at:]
    elif kind == "zeros":
        changed[at : at + 64] = bytes(len(changed[at : at + 64]))
    elif kind == "noise":
        changed[at : at + 64] = dice.randbytes(len(changed[at : at + 64]))
    elif kind == "longer":
        changed += dice.randbytes(64)
    elif kind == "doubled part":
        changed[at:at] = changed[at : at + 500]
    elif kind == "swap":
        changed = changed[at:] + changed[:at]
    elif kind == "empty":
        changed = bytearray()
    return bytes(changed), f"{kind} at {at}"


def write_in_place(path: Path, data: bytes) -> None:
    """Other bytes in the same file, with its old time of change where the size stays."""
    status = path.stat()
    with path.open("r+b") as stream:
        stream.write(data)
        stream.truncate()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def damage_path(dice: random.Random, path: Path) -> str:
    """Something else in the place of a file."""

    def link(to: Path) -> None:
        path.unlink()
        path.symlink_to(to)

    def swap() -> None:
        other = dice.choice(sorted(p for p in path.parent.iterdir() if p != path and p.is_file()) or [path])
        data = path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(data)

    def move() -> None:
        path.rename(path.with_name("moved"))
        path.symlink_to(path.with_name("moved"))

    changes: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "a folder": lambda: (path.unlink(), path.mkdir()),
        "a link to nowhere": lambda: link(path.with_name("nowhere")),
        "a link to itself": lambda: link(path),
        "a link to a device": lambda: link(Path("/dev/zero")),
        "a pipe": lambda: (path.unlink(), os.mkfifo(path)),
        "swapped with another": swap,
        "a link to what it was": move,
    }
    kind = dice.choice(sorted(changes))
    changes[kind]()
    return f"{path.name} is {kind}"


def damage_plain(dice: random.Random, data: Any, *, strange: list[Any] | None = None) -> str:
    """Change one value, name or order in nested dictionaries and lists, in place."""
    places = [place for place in _places(data, ()) if place]
    if not places:
        return "nothing to change"
    *way, last = dice.choice(places)
    inner = data
    for step in way:
        inner = inner[step]
    kind = dice.choice(["strange", "strange", "dropped", "renamed", "swapped", "doubled", "perturbed"])
    at = ".".join(str(step)[:30] for step in (*way, last))
    if kind == "dropped":
        del inner[last]
    elif kind == "renamed" and isinstance(inner, dict):
        inner[f"{last}x"] = inner.pop(last)
    elif kind == "swapped":
        other = dice.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        inner[last], inner[other] = inner[other], inner[last]
    elif kind == "doubled" and isinstance(inner, list):
        inner.append(inner[last])
    elif kind == "perturbed" and isinstance(inner[last], (int, float)) and not isinstance(inner[last], bool):
        inner[last] = inner[last] + dice.choice([1, -1, 10, -1000])
    elif kind == "perturbed" and isinstance(inner[last], Tensor):
        kind = damage_tensor(dice, inner, last)
    else:
        inner[last] = dice.choice(STRANGE if strange is None else strange)
    return f"{at} {kind}"


def damage_tensor(dice: random.Random, tensors: Any, name: Any) -> str:
    """Replace one tensor by one that is no more the same."""
    value = tensors[name]
    changes: dict[str, Callable[[], Tensor]] = {
        "NaN": lambda: torch.full_like(value, float("nan")) if value.is_floating_point() else value - 1,
        "infinite": lambda: torch.full(value.shape, float("inf")),
        "huge": lambda: torch.full(value.shape, 3e38),
        "negative": lambda: -value.float().abs() - 1,
        "half": lambda: value.half(),
        "double": lambda: value.double(),
        "int8": lambda: value.to(torch.int8),
        "misshapen": lambda: value.reshape(-1)[:-1].clone(),
        "of more dimensions": lambda: value[None].clone(),
        "empty": lambda: torch.zeros(0),
        "a scalar": lambda: torch.tensor(1.0),
        "one bit": lambda: _one_bit(dice, value),
    }
    kind = dice.choice(sorted(changes))
    tensors[name] = changes[kind]()
    return f"{name} {kind}"


def _one_bit(dice: random.Random, value: Tensor) -> Tensor:
    data = bytearray(value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    if not data:
        return value
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return torch.frombuffer(data, dtype=value.dtype).reshape(value.shape).clone()


def restore_folder(whole: Path, place: Path) -> None:
    """``place`` as a fresh copy of ``whole``."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place)


def _places(data: Any, way: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [way, *(place for key, entry in entries for place in _places(entry, (*way, key)))]

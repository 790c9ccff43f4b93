"""Choosing where a network runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from attrimeter.errors import SettingsError


def choose_device(name: str) -> torch.device:
    """The device that ``name`` stands for; "auto" is CUDA where there is one, else the CPU.

    Raises:
        SettingsError: no such device on this machine.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = name.partition(":")
    known = name == "cpu" or (kind == "cuda" and (index.isdecimal() or name == "cuda"))
    if not known:
        raise SettingsError(f"The device {name!r} is not known; choose cpu, cuda, cuda:<number> or auto.")
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise SettingsError(f"The device {name!r} is not on this machine; choose cpu or auto.")
    return torch.device(name)


@contextmanager
def full_precision() -> Iterator[None]:
    """Convolve in float32 while the block runs, on every device.

    An NVIDIA GPU else rounds what it multiplies to TensorFloat-32, with ten bits after the point: the same
    picture then has another embedding there than on a CPU.
    """
    cudnn = torch.backends.cudnn
    if not torch.cuda.is_available():
        yield
        return
    kept = {
        name: getattr(cudnn, name) for name in ("enabled", "benchmark", "benchmark_limit", "deterministic")
    }
    with cudnn.flags(**kept, allow_tf32=False):
        yield

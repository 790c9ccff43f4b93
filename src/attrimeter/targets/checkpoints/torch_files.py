"""Reading torch files without running code that they may carry, and without more memory than they take.

A torch file is a pickle, and a pickle may call anything. It is read by PyTorch's restricted unpickler alone,
which knows tensors and plain values; NumPy numbers are allowed beside them, because torchreid stores its
scores so, and are read by this file's own two functions. A zip file is mapped rather than read, so that a
storage lies within the file whatever is claimed of it, and costs memory only where it is looked at.
Settings of training that lie beside the weights are read as plain dictionaries, or passed over.
"""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attrimeter.errors import CheckpointError
from attrimeter.legible import quote_name
from attrimeter.storage import plainly_named

ZIP_START = b"PK\x03\x04"
PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")

_LARGEST_INDEX = 64 * 2**20
_LARGEST_UNMAPPED = 4 * 2**30
_GLOBAL = re.compile(r"(?:GLOBAL|function|class) '?([\w.]+)")
_NUMBERS = frozenset("?bBhHiIlLqQefd") | {
    f"{kind}{size}"
    for kind, sizes in (("f", "248"), ("i", "1248"), ("u", "1248"), ("b", "1"))
    for size in sizes
}

_DICTIONARIES = (
    "lightning.fabric.utilities.data.AttributeDict",
    "lightning_fabric.utilities.data.AttributeDict",
    "pytorch_lightning.utilities.parsing.AttributeDict",
)


def read_torch_file(place: Path) -> Any:
    """What ``torch.save`` wrote, with tensors on the CPU; those of a zip file are views of the file.

    Raises:
        CheckpointError: a damaged or foreign file, or one that holds Python objects.
    """
    with place.open("rb") as stream:
        is_zip = stream.read(4) == ZIP_START
    if is_zip:
        _check_archive(place)
    elif place.stat().st_size > _LARGEST_UNMAPPED:
        raise CheckpointError(
            f"{place} is a torch file of the kind from before PyTorch 1.6 and larger than 4 GB; load it and "
            "save model.state_dict() alone with a newer PyTorch."
        )
    try:
        with (
            _values_beside_allowed(),
            warnings.catch_warnings(action="ignore"),
            plainly_named(place) as named,
        ):
            return torch.load(named, map_location="cpu", weights_only=True, mmap=is_zip)
    except Exception as error:  # a broken or hostile pickle can raise anything
        raise _explain(error, place) from error


def _damaged(place: Path) -> CheckpointError:
    return CheckpointError(
        f"The checkpoint {place} is damaged, incomplete or not written by torch.save; copy or download it "
        "again, or save model.state_dict() with torch.save."
    )


def _check_archive(place: Path) -> None:
    """Refuse a zip file that would unfold into more than it is, before any of it is read."""
    try:
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
    except Exception as error:  # as above: the directory of the archive may hold anything
        raise _damaged(place) from error
    names = {Path(member.filename).name: member for member in members}
    if "constants.pkl" in names:
        raise CheckpointError(
            f"{place} is a compiled model (TorchScript), not weights; where you trust it, run "
            f"torch.save(torch.jit.load({str(place)!r}).state_dict(), 'weights.pth') and give weights.pth."
        )
    if "data.pkl" not in names:
        raise CheckpointError(
            f"{place} is a zip archive and no PyTorch file: it has no data.pkl; give the file that "
            "torch.save wrote."
        )
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise CheckpointError(
            f"{place} is a compressed archive, which torch.save never writes, and was not unfolded; give the "
            "file as torch.save wrote it."
        )
    if sum(member.file_size for member in members) > place.stat().st_size:
        raise CheckpointError(
            f"{place} claims to hold more than its {place.stat().st_size:,} bytes; it is damaged or made to "
            "do harm: download it again from a source that you trust."
        )
    if names["data.pkl"].file_size > _LARGEST_INDEX:
        raise CheckpointError(
            f"{place} lists its tensors in {names['data.pkl'].file_size:,} bytes, more than any model needs; "
            "save model.state_dict() alone."
        )


def _explain(error: Exception, place: Path) -> CheckpointError:
    """What a user should know of an error of ``torch.load``."""
    message = str(error)
    foreign = isinstance(error, pickle.UnpicklingError) and any(
        word in message for word in ("GLOBAL", "global", "class", "function")
    )
    if not foreign:
        return _damaged(place)
    found = _GLOBAL.search(message)
    named = f" ({quote_name(found[1])})" if found else ""
    return CheckpointError(
        f"{place} holds Python objects{named}, such as a whole model, and was not opened because they could "
        "run code; if you trust it, run this in the code base that wrote it, and give weights.pth: "
        f"model = torch.load({str(place)!r}, weights_only=False); torch.save(model.state_dict(), "
        "'weights.pth') (model['state_dict'] in place of model.state_dict() if it is a dictionary)."
    )


class _NumberKind:
    """What stands for ``numpy.dtype`` in a file: the kind of a number, and nothing larger than one."""

    def __init__(self, code: str, *flags: object) -> None:
        if code not in _NUMBERS:
            raise pickle.UnpicklingError(f"{code!r} is no kind of number")
        self.kind = np.dtype(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] in ("<", ">"):
            self.kind = self.kind.newbyteorder(state[1])


def _read_number(kind: _NumberKind, data: bytes | str) -> Any:
    """What stands for NumPy's ``scalar`` in a file: a Python number."""
    content = data.encode("latin-1") if isinstance(data, str) else data
    if not isinstance(kind, _NumberKind) or len(content) != kind.kind.itemsize:
        raise pickle.UnpicklingError("no number")
    return np.frombuffer(content, kind.kind)[0].item()


class _Dictionary:
    """What stands for the dictionaries of Lightning in a file: a plain one."""

    def __new__(cls, *arguments: object) -> Any:
        return {}


class Settings:
    """What stands for ``argparse.Namespace`` in a file: nothing of it is kept."""

    def __setstate__(self, state: object) -> None:
        pass


def _values_beside_allowed() -> AbstractContextManager[None]:
    """Lets the restricted unpickler read NumPy numbers, under their names in NumPy 1 and 2, and settings."""
    allowed: list[tuple[Callable[..., Any], str]] = [(_NumberKind, "numpy.dtype")]
    allowed += [(_read_number, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")]
    allowed += [(_Dictionary, name) for name in _DICTIONARIES]
    allowed += [(Settings, "argparse.Namespace")]
    return torch.serialization.safe_globals(allowed)  # type: ignore[arg-type]

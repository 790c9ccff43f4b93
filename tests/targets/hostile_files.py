"""Files that are no checkpoints, or do harm to whoever opens them without care. Each one is small on disk."""

from __future__ import annotations

import io
import json
import os
import pickle
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

WEIGHTS = {"conv.weight": torch.arange(6.0).view(2, 3), "conv.bias": torch.ones(2)}


class Payload:
    """Makes a folder where it is unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.place),)


class Call:
    """Pickled as the call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any, state: Any = None) -> None:
        self.parts = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self) -> Any:
        return self.parts


class Storage(tuple[str, int]):
    """A claim of (record, elements) of float32."""


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> Any:
        if isinstance(value, OldStorage):
            return ("storage", torch.FloatStorage, value[0], "cpu", value[1], None)
        if isinstance(value, Storage):
            return ("storage", torch.FloatStorage, value[0], "cpu", value[1])
        return None


class OldStorage(Storage):
    """The same in the format from before PyTorch 1.6."""


def claim(
    elements: int,
    *,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    offset: int = 0,
    storage: type[Storage] = Storage,
) -> Call:
    """A tensor on the record "0" that claims so many elements."""
    arguments = (storage(("0", elements)), offset, size, stride, False, OrderedDict())
    return Call(torch._utils._rebuild_tensor_v2, *arguments)


def write_zip(
    place: Path, content: Any, *, record: bytes = bytes(400), compression: int = zipfile.ZIP_STORED
) -> None:
    """A torch file with the pickle of ``content`` and one record."""
    written = io.BytesIO()
    _Pickler(written, 2).dump(content)
    with zipfile.ZipFile(place, "w", compression) as archive:
        archive.writestr("archive/data.pkl", written.getvalue())
        archive.writestr("archive/byteorder", "little")
        archive.writestr("archive/data/0", record)
        archive.writestr("archive/version", "3\n")


def write_old(place: Path, content: Any, *, elements: int, record: bytes) -> None:
    """The same in the format from before PyTorch 1.6; the record claims so many elements."""
    with place.open("wb") as stream:
        for head in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(head, stream, protocol=2)
        _Pickler(stream, 2, fix_imports=True).dump(content)
        pickle.dump(["0"], stream, protocol=2)
        stream.write(elements.to_bytes(8, "little") + record)


def write_safetensors(
    place: Path, header: Any, data: bytes = bytes(64), *, length: int | None = None
) -> None:
    """A safetensors file with any header, and any claim of its length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    place.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + data)


def entry(begin: int, end: int, *, shape: tuple[int, ...] = (8,), kind: str = "F32") -> dict[str, Any]:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def bomb_of_zeros(place: Path) -> None:
    write_zip(
        place,
        {"a": claim(2**26, size=(2**26,), stride=(1,))},
        record=bytes(2**28),
        compression=zipfile.ZIP_DEFLATED,
    )


def bomb_of_overlaps(place: Path) -> None:
    """Every entry of the archive's directory leads to the same bytes."""
    write_zip(place, {"a": claim(2**18, size=(2**18,), stride=(1,))}, record=bytes(2**20))
    whole = place.read_bytes()
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    with zipfile.ZipFile(place) as archive:
        members = {member.filename: member for member in archive.infolist()}
    first = whole.index(b"archive/data/0", start) - 46
    last = first + 46 + len("archive/data/0")
    entries = whole[start:end] + whole[first:last] * 500
    tail = bytearray(whole[end:])
    tail[8:10] = tail[10:12] = (len(members) + 500).to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    place.write_bytes(whole[:start] + entries + bytes(tail))


def number_of_two_gigabytes() -> Call:
    reduce = np.float64(0).__reduce__()[0]
    return Call(reduce, Call(np.dtype, "V2000000000", False, True), b"")


def shadowed() -> Call:
    """Good weights in a dictionary, and tensors, whose methods are no functions any more."""
    build = (torch._utils._rebuild_tensor_v2, torch.Tensor)
    parts = (Storage(("0", 100)), 0, (2, 3), (3, 1), False, OrderedDict())
    spoilt = dict.fromkeys(("numel", "detach", "is_floating_point", "untyped_storage"), 5)
    tensor = Call(torch._tensor._rebuild_from_type_v2, *build, parts, spoilt)
    return Call(OrderedDict, [("a", tensor)], state=dict.fromkeys(("items", "keys", "values", "get"), 5))


def odd(kind: str) -> Callable[[Path], None]:
    def write(place: Path) -> None:
        with warnings.catch_warnings(action="ignore"):
            torch.save({"a": ODD[kind]()}, place)

    return write


ODD: dict[str, Callable[[], torch.Tensor]] = {
    "sparse": lambda: torch.ones(2, 3).to_sparse(),
    "quantised": lambda: torch.quantize_per_tensor(torch.ones(2, 3), 0.1, 0, torch.qint8),
    "meta": lambda: torch.ones(2, 3, device="meta"),
    "nested": lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
}


def saved(content: Any, **options: Any) -> Callable[[Path], None]:
    return lambda place: torch.save(content, place, **options)


def claimed(*arguments: Any, **options: Any) -> Callable[[Path], None]:
    return lambda place: write_zip(place, {"a": claim(*arguments, **options)})


def claimed_before(elements: int, **options: Any) -> Callable[[Path], None]:
    content = {"a": claim(elements, storage=OldStorage, **options)}
    return lambda place: write_old(place, content, elements=elements, record=bytes(400))


def headed(header: Any, **options: Any) -> Callable[[Path], None]:
    return lambda place: write_safetensors(place, header, **options)


HEAVY: dict[str, Callable[[Path], None]] = {
    "a storage of 40 TB": claimed(10**13, size=(10**13,), stride=(1,)),
    "a storage of 8 GB": claimed(2 * 10**9, size=(2 * 10**9,), stride=(1,)),
    "a shape of 4 GB": claimed(100, size=(10**9,), stride=(1,)),
    "a shape of 4 TB": claimed(100, size=(10**12,), stride=(1,)),
    "a shape of 4 TB, expanded": claimed(100, size=(10**6, 10**6), stride=(0, 0)),
    "an old storage of 40 TB": claimed_before(10**13, size=(10**13,), stride=(1,)),
    "an old storage of 8 GB": claimed_before(2 * 10**9, size=(2 * 10**9,), stride=(1,)),
    "an old shape of 8 GB": claimed_before(100, size=(2 * 10**9,), stride=(1,)),
    "an old shape of 4 TB": claimed_before(100, size=(10**12,), stride=(1,)),
    "an old shape of 4 TB, expanded": claimed_before(100, size=(10**6, 10**6), stride=(0, 0)),
    "a bomb of zeros": bomb_of_zeros,
    "a bomb of overlaps": bomb_of_overlaps,
    "a number of 2 GB": saved({"state_dict": WEIGHTS, "rank1": number_of_two_gigabytes()}),
    "a header of 10 GB": headed({"a": entry(0, 32)}, length=10 * 2**30),
    "a header of exabytes": headed({"a": entry(0, 32)}, length=2**63),
    "a tensor of 4 TB in safetensors": headed({"a": entry(0, 4 * 10**12, shape=(10**12,))}),
}
"""Would take gigabytes, if it were believed."""

BROKEN: dict[str, Callable[[Path], None]] = {
    "overlapping": headed({"a": entry(0, 32), "b": entry(16, 48)}),
    "outside": headed({"a": entry(0, 32), "b": entry(32, 1024)}),
    "backwards": headed({"a": entry(32, 0)}),
    "of another size": headed({"a": entry(0, 64, shape=(3,))}),
    "of an unknown kind": headed({"a": entry(0, 64, kind="F33")}),
    "no offsets": headed({"a": {"dtype": "F32"}}),
    "no JSON": headed(b'{"a": '),
    "deep JSON": headed(b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "no UTF-8": headed(b'{"\xff\xfe": {"dtype":"F32","shape":[16],"data_offsets":[0,64]}}'),
    "before its storage": claimed(100, size=(10,), stride=(1,), offset=-5),
    "of negative steps": claimed(100, size=(10,), stride=(-1,)),
    "a list": saved([1, 2]),
    "an empty dictionary": saved({}),
    "an empty state_dict": saved({"state_dict": {}}),
    "numbers": saved({"state_dict": {"a": 1}}),
    "nested": saved({"net": {"body": WEIGHTS}, "epoch": 3}),
    "two models": saved({"student": WEIGHTS, "teacher": WEIGHTS}),
    "names of numbers": saved({1: torch.ones(1), (2, 3): torch.ones(1)}),
    "an array": saved({"state_dict": {"a": np.ones(3)}}),
    "an object": saved({"state_dict": WEIGHTS, "args": io.StringIO}),
    "a whole model": saved(nn.Sequential(nn.Linear(2, 2))),
    "a whole model, old": saved(nn.Sequential(nn.Linear(2, 2)), _use_new_zipfile_serialization=False),
    "a deep pickle": lambda place: place.write_bytes(b"\x80\x02" + b"]" * 10**5 + b"a" * (10**5 - 1) + b"."),
    "another archive": lambda place: np.savez_compressed(place.open("wb"), a=np.ones(3)),
    "an empty archive": lambda place: zipfile.ZipFile(place, "w").close(),
    "an empty file": lambda place: place.write_bytes(b""),
    "an LFS pointer": lambda place: place.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid 7\n"),
    "a web page": lambda place: place.write_bytes(b"<!DOCTYPE html><html>404</html>"),
    **{f"a {kind} tensor": odd(kind) for kind in ("sparse", "quantised", "meta", "nested")},
    "a folder": lambda place: place.mkdir(),
    "a loop": lambda place: place.symlink_to(place),
    "a dangling link": lambda place: place.symlink_to(place.with_name("gone")),
    "a device": lambda place: place.symlink_to("/dev/zero"),
}
"""Holds no weights that could be read."""


def payloads(harm: Path) -> dict[str, Callable[[Path], None]]:
    """Pickles that make the folder ``harm`` if they are ever run."""
    content = {"state_dict": WEIGHTS, "extra": Payload(harm)}
    return {
        "zip": saved(content),
        "old": saved(content, _use_new_zipfile_serialization=False),
        "in place of the weights": saved({"state_dict": Payload(harm)}),
        "as a name": saved({"state_dict": WEIGHTS, Payload(harm): 1}),
        **{
            f"bare, protocol {protocol}": lambda place, protocol=protocol: place.write_bytes(
                pickle.dumps(Payload(harm), protocol=protocol)
            )
            for protocol in (0, 2, 4, 5)
        },
    }


def whole_files() -> dict[str, bytes]:
    """A good file of every format."""
    files = {"safetensors": save(WEIGHTS, metadata={"a": "b"})}
    for kind, is_zip in (("zip", True), ("old", False)):
        written = io.BytesIO()
        torch.save({"state_dict": WEIGHTS, "epoch": 3}, written, _use_new_zipfile_serialization=is_zip)
        files[kind] = written.getvalue()
    return files

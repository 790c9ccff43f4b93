"""The process in which MATLAB files are read: what a damaged one does to scipy or HDF5, it does here.

Run as a script with the folders of ``sys.path`` as arguments; it imports nothing of AttriMeter. It says
``{}`` when it is ready. Then it takes requests from standard input, a line of JSON
``{"size": bytes, "fields": [names]}`` followed by the bytes of the file, and answers each with one line of
JSON on standard output: ``{"parts": {"train": {field: values}, "test": {...}}}``, where values is a list of
numbers or of texts, or a text that describes what else stands there; ``{"parts": null}`` where there is no
such struct; ``{"lacks": package}``; or ``{"fault": text}``.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # before the first import of what is installed
    sys.path[:] = sys.argv[1:]

import io
import json
import time
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.io

PARTS = ("train", "test")
MAX_VALUES = 1_000_000
MAX_MEMORY = 1 << 30
MAX_SECONDS = 10
_HDF5 = b"\x89HDF\r\n\x1a\n"


def read_parts(content: bytes, fields: list[str]) -> dict[str, dict[str, Any]] | None:
    """The fields of both parts of the first struct that has them; None where there is none."""
    if content.startswith(b"MATLAB 7.3") or _HDF5 in (content[:8], content[512:520]):
        return _read_hdf5(content, fields)
    variables = scipy.io.loadmat(io.BytesIO(content), simplify_cells=True)
    for value in variables.values():
        if isinstance(value, dict) and all(isinstance(value.get(part), dict) for part in PARTS):
            return {part: _pick(value[part], fields) for part in PARTS}
    return None


def _pick(part: Mapping[str, Any], fields: list[str]) -> dict[str, Any]:
    return {field: _plain(part[field]) for field in fields if field in part}


def _plain(value: Any) -> Any:
    array = np.atleast_1d(np.squeeze(np.asarray(value)))
    if array.ndim == 1 and array.size <= MAX_VALUES:
        if array.dtype.kind in "bui":
            return array.tolist()
        if array.dtype.kind == "f":
            return array.astype(np.float64).tolist()
        if array.size == 0 or all(isinstance(item, str) for item in array):
            return [str(item) for item in array]
        if all(isinstance(item, (int, float, np.integer, np.floating)) for item in array):
            return [item.item() if isinstance(item, np.generic) else item for item in array]
    return f"of shape {array.shape} and type {array.dtype}"[:100]


def _read_hdf5(content: bytes, fields: list[str]) -> dict[str, dict[str, Any]] | None:
    """The same from a file of version 7.3: structs are groups, arrays are stored with their axes reversed,
    cells hold references to other arrays, and text is an array of UTF-16 units."""
    import h5py

    with h5py.File(io.BytesIO(content), "r") as file:
        for value in file.values():
            if isinstance(value, h5py.Group) and all(isinstance(value.get(p), h5py.Group) for p in PARTS):
                return {
                    part: {f: _plain_hdf5(file, value[part][f]) for f in fields if f in value[part]}
                    for part in PARTS
                }
    return None


def _plain_hdf5(file: Any, item: Any) -> Any:
    import h5py

    if not isinstance(item, h5py.Dataset) or item.size is None or item.size > MAX_VALUES:
        return "no array, or a very large one"
    if item.attrs.get("MATLAB_empty", 0):
        return []
    if item.dtype == h5py.ref_dtype:
        return [_text(file[reference]) for reference in item[()].ravel()]
    if item.attrs.get("MATLAB_class", b"") == b"char":
        return _texts(item)
    return _plain(item[()])


def _text(item: Any) -> Any:
    texts = _texts(item) if item.dtype.kind == "u" else []
    return "".join(texts)


def _texts(item: Any) -> list[str]:
    """The rows of a matrix of characters; in the file they are its columns."""
    if item.size > MAX_VALUES or item.ndim != 2:
        raise ValueError(f"text of shape {item.shape}")
    units = np.ascontiguousarray(item[()].T.astype("<u2"))
    return [row.tobytes().decode("utf-16-le") for row in units]


def answer(content: bytes, fields: list[str]) -> str:
    """What :func:`read_parts` finds, or the fault that it meets, as a line of JSON."""
    try:
        return json.dumps({"parts": read_parts(content, fields)})
    except ModuleNotFoundError as error:
        return json.dumps({"lacks": str(error.name)})
    except MemoryError:
        return json.dumps({"fault": "it would need more than a gigabyte of memory"})
    except Exception as error:  # a parser meets hostile bytes: whatever it raises, the file is at fault
        return json.dumps({"fault": " ".join(str(error).split())[:200] or type(error).__name__})


def _limit(kind: str, amount: int) -> None:
    """Limit this process where the system can; elsewhere the parent's clock is what is left."""
    try:
        import resource

        number = getattr(resource, kind)
        hard = resource.getrlimit(number)[1]
        resource.setrlimit(number, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
    except (ImportError, AttributeError, ValueError, OSError):
        pass


def _used_memory() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123
            return int(stream.read().split()[0]) * 4096
    except (OSError, ValueError):
        return MAX_MEMORY


def main() -> None:
    """Answer requests until standard input ends."""
    warnings.simplefilter("ignore")
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_AS", _used_memory() + MAX_MEMORY)
    said = "{}"
    while True:
        answers.write(said.encode("ascii") + b"\n")
        answers.flush()
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        content = requests.read(request["size"])
        _limit("RLIMIT_CPU", int(time.process_time()) + MAX_SECONDS)
        said = answer(content, request["fields"])


if __name__ == "__main__":
    main()

"""Writing files so that nothing is lost: a temporary name, a flush to disk, then a rename."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from attrimeter.errors import StorageError
from attrimeter.legible import escape_json
from attrimeter.storage.destinations import (
    Destination,
    find_destination,
    is_passed_through,
    is_standard_output,
    pass_through,
)
from attrimeter.storage.holding import CAN_HOLD, hold, is_at, sync_folder
from attrimeter.storage.leftovers import temporary_beside


@contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing bytes that takes the place of ``path`` only when it is complete.

    The bytes go to a temporary file in the same folder (made if missing), are flushed to disk and then
    renamed over ``path``. If anything fails, the old file stays as it was and the temporary one is gone.
    A symbolic link stays, and what it points to is replaced; an old file's permissions and owner are kept.

    Raises:
        StorageError: the folder or the file cannot be written (disk full, no permission, ...), or what stands
            there is no plain file: a folder, a device, a pipe.
    """
    try:
        found = find_destination(path)
        if not found.replaced:
            raise StorageError(f"Could not write {path}: it is no plain file; name another one.")
        with _replace(found) as stream:
            yield stream
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"Could not write {path}: {reason}. Free some space or choose another folder; "
            "what was there before is unchanged."
        ) from error


def write_output(path: str | os.PathLike[str], data: bytes) -> None:
    """Write to what a person named: a plain file is replaced as by :func:`replace_file`, what is none (a
    device, a pipe, "-" for standard output) gets the bytes and stays.

    Raises:
        StorageError: it cannot be written.
        BrokenPipeError: whoever reads standard output is gone.
    """
    if not is_passed_through(path):
        write_bytes(path, data)
        return
    try:
        pass_through(path, data)
    except OSError as error:
        if isinstance(error, BrokenPipeError) and is_standard_output(path):
            raise
        raise StorageError(f"Could not write to {path}: {error.strerror or error}.") from error


@contextmanager
def _replace(found: Destination) -> Iterator[IO[bytes]]:
    target = found.path
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stream, temporary = _open_temporary(target)
        with stream:
            _keep_permissions(stream.fileno(), found.status)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if CAN_HOLD:
                temporary.replace(target)
        if not CAN_HOLD:  # such a system renames no open file
            temporary.replace(target)
        sync_folder(target.parent)
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _keep_permissions(descriptor: int, old: os.stat_result | None) -> None:
    if old is None or not hasattr(os, "fchmod"):
        return
    with suppress(OSError):  # only root gives files away
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & 0o777)


def _open_temporary(target: Path) -> tuple[IO[bytes], Path]:
    """A new file that is held while it is open, so that nobody takes it for a leftover."""
    while True:
        temporary = temporary_beside(target)
        stream = temporary.open("xb")
        with suppress(OSError):  # a file system without locks
            hold(stream.fileno(), wait=True)
        if is_at(temporary, stream.fileno()):
            return stream, temporary
        stream.close()


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` to ``path`` atomically. Raises StorageError as :func:`replace_file` does."""
    with replace_file(path) as stream:
        stream.write(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write UTF-8 ``text`` to ``path`` atomically. Raises StorageError as :func:`replace_file` does."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write ``value`` to ``path`` atomically as :func:`json_text` has it."""
    write_text(path, json_text(value))


def json_text(value: Any) -> str:
    """``value`` as indented, strictly valid JSON (NaN is refused).

    Hidden characters are escaped, also the bytes of a file name that are no UTF-8 (``\\udce9``, as Python has
    them: ``json.loads`` gives back a path that opens the file).
    """
    import json

    return escape_json(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"

"""Writing files so that nothing is lost: a temporary name, a flush to disk, then a rename."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from attrimeter.errors import StorageError
from attrimeter.storage.holding import CAN_HOLD, hold, is_at, sync_folder
from attrimeter.storage.leftovers import temporary_beside


@contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing bytes that takes the place of ``path`` only when it is complete.

    The bytes go to a temporary file in the same folder (made if missing), are flushed to disk and then
    renamed over ``path``. If anything fails, the old file stays as it was and the temporary one is gone.

    Raises:
        StorageError: the folder or the file cannot be written (disk full, no permission, ...).
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stream, temporary = _open_temporary(target)
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if CAN_HOLD:
                temporary.replace(target)
        if not CAN_HOLD:  # such a system renames no open file
            temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"Could not write {target}: {reason}. Free some space or choose another folder; "
            "what was there before is unchanged."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


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
    """Write ``value`` as indented, strictly valid JSON to ``path`` atomically (NaN is refused)."""
    import json

    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")

"""Writing files so that nothing is lost: a temporary name, a flush to disk, then a rename."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from attrimeter.errors import StorageError

_KEPT = 40  # characters of the name in the temporary one, which must not become too long


@contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing bytes that takes the place of ``path`` only when it is complete.

    The bytes go to a temporary file in the same folder (made if missing), are flushed to disk and then
    renamed over ``path``. If anything fails, the old file stays as it was and the temporary one is gone.

    Raises:
        StorageError: the folder or the file cannot be written (disk full, no permission, ...).
    """
    target = Path(path)
    temporary = target.parent / f".{target.name[:_KEPT]}.{secrets.token_hex(8)}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"Could not write {target}: {reason}. Free some space or choose another folder; "
            "what was there before is unchanged."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


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

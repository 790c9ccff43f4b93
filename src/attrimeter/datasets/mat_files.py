"""MATLAB files from outside, read in a child process that a damaged one may break without harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType
from typing import IO, Any, Self, TypeAlias

from attrimeter.datasets import mat_child
from attrimeter.errors import DatasetError

MAX_BYTES = 64 * 1024 * 1024
"""The largest attribute file that is read; those of Market-1501 and DukeMTMC-reID have some 10,000 bytes."""

MAX_SECONDS = 30
"""How long the child may work on one file."""

Parts: TypeAlias = dict[str, dict[str, Any]]
"""The fields of "train" and "test": lists of numbers or texts, or a text that says what else stands there."""

_MAX_ANSWER = 128 * 1024 * 1024
_PATIENCE = 5
_CRASH = "it crashes the library that reads it"
_ENDS = {
    getattr(
        signal, "SIGKILL", 9
    ): f"reading it takes more than {MAX_SECONDS} seconds, or more memory than there is",
    getattr(signal, "SIGXCPU", 24): f"reading it takes more than {mat_child.MAX_SECONDS} seconds",
    signal.SIGSEGV: _CRASH,
    signal.SIGABRT: _CRASH,
    signal.SIGFPE: _CRASH,
    getattr(signal, "SIGBUS", 7): _CRASH,
}
"""What the signal that ended the child says of the file."""


class UnreadableMatError(DatasetError):
    """No MATLAB file that can be read; the text says why and what to do, as parts of a sentence."""

    def __init__(self, reason: str, remedy: str = "download it again or save it with 'save -v7'") -> None:
        super().__init__(f"({reason}); {remedy}")


class MatReader:
    """A child process that reads one file after the other; where one breaks it, the next gets a new child.

    Used in a ``with`` statement, at whose end the child ends too.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, content: bytes, fields: Sequence[str]) -> Parts | None:
        """Those of ``fields`` that the struct with the parts "train" and "test" has; None without such a one.

        Args:
            content: the bytes of a MATLAB file of version 4 to 7.3.

        Raises:
            UnreadableMatError: damaged, in need of too much memory or time, or of version 7.3 without h5py.
            DatasetError: the child cannot be started.
        """
        child = self._child or self._start()
        request = json.dumps({"size": len(content), "fields": list(fields)}).encode() + b"\n" + content
        answer = _ask(child, request)
        if answer is None:
            raise UnreadableMatError(self._how_it_ended())
        if "lacks" in answer:
            raise UnreadableMatError(
                "it is of version 7.3, which needs the package h5py",
                "run pip install 'attrimeter[mat73]', or save it with 'save -v7'",
            )
        if "fault" in answer:
            raise UnreadableMatError(str(answer["fault"]))
        return _check_parts(answer.get("parts"))

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", mat_child.__file__, *filter(None, sys.path)]
        settings = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread reserves memory
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **settings},
            )
        except OSError as error:
            raise DatasetError(
                f"Attribute files cannot be read: {sys.executable} does not start ({error})."
            ) from error
        self._child = child
        if _ask(child, b"") is None:
            raise DatasetError(
                "Attribute files cannot be read: the process that would read them does not start "
                f"({self._how_it_ended()}); check that SciPy can be imported."
            )
        return child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _how_it_ended(self) -> str:
        """Why the child no longer answers, in words."""
        child, self._child = self._child, None
        if child is None:
            return "it did not start"
        try:
            child.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
        return _ENDS.get(-child.returncode, f"the library that reads it ended with status {child.returncode}")


@lru_cache(maxsize=2)  # a command may open the same data more than once, and starting a child takes a while
def read_mat(content: bytes, fields: tuple[str, ...]) -> Parts | None:
    """What :meth:`MatReader.read` gives, from a child of its own; not to be changed."""
    with MatReader() as reader:
        return reader.read(content, fields)


def _ask(child: subprocess.Popen[bytes], request: bytes) -> dict[str, Any] | None:
    """The child's answer; None where it ends, takes too long, or answers what it should not."""
    clock = threading.Timer(MAX_SECONDS, child.kill)
    clock.start()
    try:
        answer = _exchange(child.stdin, child.stdout, request)
        found = json.loads(answer) if answer.endswith(b"\n") else None
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        clock.cancel()
    return found if isinstance(found, dict) else None


def _exchange(requests: IO[bytes] | None, answers: IO[bytes] | None, request: bytes) -> bytes:
    if requests is None or answers is None:
        return b""
    requests.write(request)
    requests.flush()
    return answers.readline(_MAX_ANSWER)


def _check_parts(found: Any) -> Parts | None:
    """The child may be under the spell of the file it read: nothing of it is taken on trust."""
    if found is None:
        return None
    if isinstance(found, dict) and all(isinstance(found.get(part), dict) for part in mat_child.PARTS):
        return {part: found[part] for part in mat_child.PARTS}
    raise UnreadableMatError(_CRASH)

"""A process that has imported all and forks a command line for every request: it starts at once.

Requests are JSON lines. {"start": [words], "log": path} forks ``attrimeter words`` in a session of its own
and answers its number; {"wait": number} waits for its end and answers the exit code, negative for a signal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

START = "from tests.campaigns.warm_server import serve; serve()"
FAMILIES = 3
"""Edit families in a shard, in place of 50, so that a fit on edits takes a second."""


def serve() -> None:
    """Answer requests until there are no more."""
    import torch

    from attrimeter.cli import main  # noqa: F401
    from attrimeter.fitting import preparing

    torch.set_num_threads(1)
    preparing.FAMILIES = FAMILIES
    _say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _become(asked["start"], asked["log"])
        _say(answer)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _become(words: list[str], log: str) -> None:
    from attrimeter.cli.main import run

    code = 1
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for place, number in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(place, number)
        sys.argv = ["attrimeter", *words]
        run()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    except BaseException:  # a traceback is what the campaign looks for
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class WarmServer:
    """Talks to such a process; a context manager."""

    def __enter__(self) -> WarmServer:
        self.process = subprocess.Popen(
            [sys.executable, "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert self._answer() == "ready"
        return self

    def __exit__(self, *reason: object) -> None:
        self._to.close()
        self.process.wait()

    @property
    def _to(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def start(self, words: list[str], log: Path) -> int:
        """Start a command; the number of its process and of its session."""
        self._to.write(json.dumps({"start": words, "log": str(log)}) + "\n")
        self._to.flush()
        number: int = self._answer()
        return number

    def wait(self, process: int) -> int:
        """The exit code of a command that was started, once it has ended."""
        self._to.write(json.dumps({"wait": process}) + "\n")
        self._to.flush()
        code: int = self._answer()
        return code

    def run(self, words: list[str], log: Path) -> int:
        """Start a command and wait for it."""
        return self.wait(self.start(words, log))

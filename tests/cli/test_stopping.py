"""Ctrl-C and SIGTERM: one line, exit code 130 or 143, soon, no traceback, nothing left running."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

START = """
import sys, threading, time
from attrimeter.cli.stopping import Stopped, ends_when_asked, told_when_stopped

def sleep_through():  # as in a long call of a library: no Python runs, so that no handler does
    import ctypes
    libc = ctypes.PyDLL(None)  # holds the interpreter's lock
    print("ready", flush=True)
    for _ in range(4):
        libc.usleep(400_000)

def swallow():
    print("ready", flush=True)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass

def wait():
    print("ready", flush=True)
    threading.Event().wait()

def fail():
    try:
        wait()
    except Stopped:
        raise ValueError("something of a library that was broken off") from None

with ends_when_asked(), told_when_stopped(lambda: "Stopped; go on."):
    {"sleep_through": sleep_through, "swallow": swallow, "wait": wait, "fail": fail}[sys.argv[1]]()
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("doing", "line"),
    [
        ("wait", b"Stopped; go on.\n"),
        ("sleep_through", b"Stopped; go on.\n"),
        ("swallow", b"Stopped.\n"),
        ("fail", b"Stopped.\n"),
    ],
)
def test_whatever_it_does_it_ends_in_one_line(doing: str, line: bytes, end: signal.Signals) -> None:
    main = subprocess.Popen(
        [sys.executable, "-c", START, doing], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert main.stdout is not None and main.stdout.readline() == b"ready\n"
    time.sleep(0.1)
    main.send_signal(end)
    _, said = main.communicate(timeout=60)
    assert (main.returncode, said) == (128 + end, line)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_command_with_workers_leaves_nothing_behind(end: signal.Signals, tmp_path: Path) -> None:
    words = ("render", tmp_path / "persons", "--identities", 200, "--workers", 2)
    main = subprocess.Popen(
        [sys.executable, "-c", "from attrimeter.cli.main import run; run()", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 120
    while not list(tmp_path.rglob("*.jpg")) and time.monotonic() < until:
        time.sleep(0.05)
    main.send_signal(end)
    out, said = main.communicate(timeout=60)
    predicted, *told = [line for line in said.splitlines() if line]
    assert (main.returncode, out, told) == (128 + end, b"", [b"Stopped."])
    assert b"rendered pictures" in predicted
    assert not list(tmp_path.rglob("*.jpg"))

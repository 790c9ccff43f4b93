"""Processes that render: they work, end with whoever started them, and a broken pool is one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from attrimeter.errors import SettingsError
from attrimeter.synthesis import processes
from attrimeter.synthesis.processes import rendering_processes, usable_cores

STARTER = """
import os, signal, sys, time
from attrimeter.synthesis.processes import rendering_processes

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background is born without
    with rendering_processes(2) as pool:
        waiting = [pool.submit(os.getpid), *(pool.submit(time.sleep, 600) for _ in range(8))]
        if sys.argv[1] == "busy":
            waiting[0].result()
        print(*(worker.pid for worker in pool._mp_context.started), flush=True)
        waiting[1].result()
"""


def is_running(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def gone(workers: list[int]) -> bool:
    """Whether they end; generously waited for, as the machine may be busy."""
    until = time.monotonic() + 30
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_running, workers))


def test_work_is_done_elsewhere() -> None:
    with rendering_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_dead_process_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match="__main__"), rendering_processes(1) as pool:
        pool.submit(os._exit, 1).result()


def test_an_exception_ends_work_that_has_begun() -> None:
    with pytest.raises(KeyboardInterrupt), rendering_processes(1) as pool:
        worker = pool.submit(os.getpid).result()
        pool.submit(time.sleep, 600)
        raise KeyboardInterrupt
    assert gone([worker])


def test_work_that_was_dropped_is_no_error_of_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own pool stumbles over a dropped task of a dead process, in a thread of its own."""
    kill_all = processes._Context.kill_all

    def kill_and_wait(context: processes._Context) -> None:
        kill_all(context)
        time.sleep(0.5)  # for as long the pool may look at what died

    stumbled: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", stumbled.append)
    monkeypatch.setattr(processes._Context, "kill_all", kill_and_wait)
    with pytest.raises(KeyboardInterrupt), rendering_processes(2) as pool:
        pool.submit(os.getpid).result()
        waiting = [pool.submit(time.sleep, 600) for _ in range(20)]
        while not waiting[0].running():
            time.sleep(0.01)
        assert [future for future in waiting if future.cancel()]
        raise KeyboardInterrupt
    assert not stumbled


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="looks at /proc")
@pytest.mark.parametrize("state", ["starting", "busy"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_they_end_with_the_process_that_started_them(state: str, end: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "starter.py"
    script.write_text(STARTER)
    main = subprocess.Popen(
        [sys.executable, str(script), state],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert main.stdout is not None and main.stderr is not None
    workers = [int(word) for word in main.stdout.readline().split()]
    while main.poll() is None:  # Python may sleep through an interrupt, which a person then repeats
        os.killpg(main.pid, end) if end == signal.SIGINT else main.send_signal(end)
        time.sleep(0.2)
    assert len(workers) == 2 and gone(workers)
    said = main.stderr.read()
    assert b"spawn_main" not in said and b"_process_worker" not in said, said


def test_there_is_at_least_one_core() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)

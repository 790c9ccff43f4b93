"""Worker processes that render; they end with the process that started them, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from attrimeter.errors import SettingsError


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def rendering_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes; what is still waiting when the block ends is dropped.

    If the block ends by an exception, Ctrl-C for one, they are killed at once. They hear no Ctrl-C
    themselves, and where their parent is killed they end within moments.

    Raises:
        SettingsError: the processes could not start or died, as they do under a script that does its work
            without asking whether it is the main module.
    """
    context = _Context()
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            raise SettingsError(
                "The processes that render could not work. They import the script that starts them: put "
                'what it does under if __name__ == "__main__":, or render in this process with workers=1.'
            ) from error
        except BaseException:
            # First the pool drops what nobody waits for any more: such a task of a dead process fails it.
            pool.shutdown(wait=False, cancel_futures=True)
            context.kill_all()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker(SpawnProcess):
    """A process that Ctrl-C never reaches, from before its first line of Python on."""

    def start(self) -> None:
        resource_tracker.ensure_running()  # starting it would end the blocking
        if not hasattr(signal, "pthread_sigmask"):
            super().start()
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    """Starts workers and knows them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[_Worker] = []

    def Process(self, *args: Any, **words: Any) -> _Worker:  # type: ignore[override]  # noqa: N802
        worker = _Worker(*args, **words)
        self.started.append(worker)
        return worker

    def kill_all(self) -> None:
        for worker in self.started:
            if worker.is_alive():
                worker.kill()


def _end_with_parent() -> None:
    """Let a thread wait for the end of the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_await_parent, daemon=True).start()


def _await_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

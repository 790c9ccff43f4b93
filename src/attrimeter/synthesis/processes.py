"""Worker processes that render."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from attrimeter.errors import SettingsError


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def rendering_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes; what is still waiting when the block ends is dropped.

    Raises:
        SettingsError: the processes could not start or died, as they do under a script that does its work
            without asking whether it is the main module.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            raise SettingsError(
                "The processes that render could not work. They import the script that starts them: put "
                'what it does under if __name__ == "__main__":, or render in this process with workers=1.'
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)

"""Worker processes that render."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from attrimeter.errors import SettingsError
from attrimeter.ranges import RANGES, check_number


def usable_cores() -> int:
    """How many cores this process may use, and at most as many as there may be workers."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, int(RANGES["workers"].high))


@contextmanager
def rendering_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes; what is still waiting when the block ends is dropped.

    Raises:
        SettingsError: not 1 to 256 workers; or the processes could not start or died, as they do under a
            script that does its work without asking whether it is the main module.
    """
    check_number("workers", workers)
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

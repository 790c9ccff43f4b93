"""Ending on Ctrl-C or when asked to terminate: within two seconds, in one line, with nothing left running."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE = 2.0
"""Seconds after which a process that was asked to stop is ended, whatever it is doing."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GO_ON = "Stopped. Every finished epoch is on disk; the same command with --resume goes on."
START_AGAIN = "Stopped before an epoch was finished; the same command starts again."
_AGAIN = 0.1


class Stopped(BaseException):
    """Somebody asked the process to stop; the number is the signal's."""

    def __init__(self, number: int, sentence: str = "Stopped.") -> None:
        super().__init__(sentence)
        self.number, self.sentence = number, sentence


@contextmanager
def told_when_stopped(sentence: Callable[[], str]) -> Iterator[None]:
    """If the block is stopped, let the last line of the command be what ``sentence`` returns then."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(signal.SIGINT, sentence()) from None
    except Stopped as stop:
        stop.sentence = sentence()
        raise


@contextmanager
def ends_when_asked() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block and the process in one line, with exit code 130 or 143."""
    asked = _Asked()
    with asked.listening():
        try:
            yield
        except Stopped as stop:
            asked.number = stop.number
            asked.tell(stop.sentence)
            sys.exit(128 + stop.number)
        except BaseException:
            if asked.number is None:
                raise
            asked.tell("Stopped.")  # the error is what stopping led to
            sys.exit(128 + asked.number)


class _Asked:
    """The signal that asked to stop, and what makes sure that the process ends."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.told = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Turn the signals into :class:`Stopped`; only the main thread receives any."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        heard, ring = os.pipe()
        os.set_blocking(ring, False)
        before = {number: signal.signal(number, self._hear) for number in SIGNALS}
        bell = signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        threading.Thread(target=self._see_to_it, args=(heard, threading.get_ident()), daemon=True).start()
        try:
            yield
        finally:
            if self.number is None:
                for number, handler in before.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(bell)
                os.close(ring)

    def tell(self, sentence: str) -> None:
        """Write the sentence once, on standard error, on a line of its own."""
        if not self.told:
            self.told = True
            sys.stderr.write(f"{sentence}\n")
            sys.stderr.flush()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.number is None:
            self.number = number
            raise Stopped(number)

    def _see_to_it(self, heard: int, main: int) -> None:
        """Wake the main thread, which may have begun to wait as the signal came; at last end the process."""
        while (rung := os.read(heard, 1)) and rung[0] not in SIGNALS:
            pass
        if not rung:
            os.close(heard)
            return
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.number is None:
                signal.pthread_kill(main, rung[0])
            time.sleep(_AGAIN)
        if not self.told:
            os.write(2, b"Stopped.\n")
        os._exit(128 + rung[0])

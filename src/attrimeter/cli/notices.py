"""What the library notes while it works, shown on the terminal's error stream."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Shown(logging.Handler):
    """Prints a line for each record, above the progress bars."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record's text."""
        from attrimeter.cli.terminal import tell

        tell(record.getMessage())


@contextmanager
def shown_notices() -> Iterator[None]:
    """Within it, records of the log ``attrimeter`` at level INFO and above are shown."""
    log, handler = logging.getLogger("attrimeter"), _Shown()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)

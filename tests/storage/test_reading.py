from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attrimeter.storage import NotRegularError, TooLargeError, open_regular, read_limited


def make_socket(path: Path) -> None:
    short = Path("/tmp") / f"{os.getpid()}.sock"  # the name of a socket has at most some 100 characters
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(short))
    short.rename(path)


OTHERS: dict[str, tuple[Callable[[Path], Any], type[OSError]]] = {
    "pipe": (os.mkfifo, NotRegularError),
    "endless device": (lambda path: path.symlink_to("/dev/zero"), NotRegularError),
    "socket": (make_socket, NotRegularError),
    "folder": (lambda path: path.mkdir(), IsADirectoryError),
    "nothing": (lambda path: None, FileNotFoundError),
    "link to itself": (lambda path: path.symlink_to(path), OSError),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    make, error = OTHERS[kind]
    make(tmp_path / "a")
    with pytest.raises(error), open_regular(tmp_path / "a"):
        pytest.fail("it was opened")
    with pytest.raises(error):
        read_limited(tmp_path / "a", 10)


def test_a_file_and_a_link_to_it_are_read_up_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for name in ("a", "link"):
        assert read_limited(tmp_path / name, 5) == b"12345"
        with pytest.raises(TooLargeError, match="larger than 4 bytes"):
            read_limited(tmp_path / name, 4)


def test_a_huge_file_costs_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        stream.truncate(10 * 2**40)
    with pytest.raises(TooLargeError):
        read_limited(tmp_path / "a", 1000)

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage import lock_folder

HOLDER = """
import sys, time
from attrimeter.storage import lock_folder
with lock_folder(sys.argv[1], "fitting"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_process_is_told_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(StorageError, match=rf"in use: fitting \(process {holder.pid}\)"),
            lock_folder(tmp_path, "rendering"),
        ):
            pytest.fail("two held it")
        holder.send_signal(signal.SIGKILL)
    with lock_folder(tmp_path, "rendering"):
        pass


def test_a_walk_within_a_walk_goes_on_and_another_thread_does_not(tmp_path: Path) -> None:
    refused: list[str] = []

    def try_it() -> None:
        try:
            with lock_folder(tmp_path, "third"):
                refused.append("held twice")
        except StorageError as error:
            refused.append(str(error))

    with lock_folder(tmp_path, "first"):
        with lock_folder(tmp_path, "second"):
            pass
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(refused) == 1 and "in use: first" in refused[0]
    try_it()
    assert refused[1:] == ["held twice"]


def test_a_folder_is_made_and_a_file_is_none(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "a" / "b", "fitting"):
        assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(StorageError, match="file"), lock_folder(tmp_path / "file", "fitting"):
        pytest.fail("a file was locked as a folder")

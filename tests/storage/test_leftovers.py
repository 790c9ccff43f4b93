from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attrimeter.storage import replace_file, replace_folder, sweep_leftovers

WRITER = """
import sys, time
from attrimeter.storage import replace_file, replace_folder
with {kind}(sys.argv[1]) as new:
    print("writing", flush=True)
    time.sleep(600)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", ["replace_file", "replace_folder"])
def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_is_not(
    tmp_path: Path, kind: str
) -> None:
    command = [sys.executable, "-c", WRITER.format(kind=kind), str(tmp_path / "name")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == b"writing\n"
        assert sweep_leftovers(tmp_path) == 0 and len(names(tmp_path)) == 1
        writer.send_signal(signal.SIGKILL)
    assert len(names(tmp_path)) == 1
    assert sweep_leftovers(tmp_path) == 1 and names(tmp_path) == []


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    kept = [".hidden.part", "a.0123456789abcdef.part", ".a.0123456789abcdef", ".a.0123456789ABCDEF.part"]
    for name in kept:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".link.0123456789abcdef.part").symlink_to(tmp_path / "elsewhere")
    assert sweep_leftovers(tmp_path) == 0
    assert names(tmp_path) == sorted([*kept, "elsewhere", ".link.0123456789abcdef.part"])


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert sweep_leftovers(tmp_path / "nowhere") == 0


def test_own_writing_is_left_alone(tmp_path: Path) -> None:
    with replace_file(tmp_path / "a") as stream, replace_folder(tmp_path / "b") as new:
        stream.write(b"1")
        (new / "c").write_bytes(b"2")
        assert sweep_leftovers(tmp_path) == 0
    assert names(tmp_path) == ["a", "b"]

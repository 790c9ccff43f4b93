"""Where outputs go: only plain files are replaced."""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage import check_output, is_standard_output, write_bytes, write_output, write_text
from attrimeter.storage.destinations import find_destination
from devices import FULL, NULL, make_device

pytestmark = pytest.mark.skipif(os.name != "posix", reason="devices and links as POSIX has them")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_device_is_written_and_stays(tmp_path: Path) -> None:
    device = make_device(tmp_path / "null", NULL)
    before = device.stat()
    (tmp_path / "link.json").symlink_to("null")
    for path in (device, tmp_path / "link.json"):
        check_output(path)
        write_output(path, b"text" * 10_000)
    after = device.stat()
    assert stat.S_ISCHR(after.st_mode) and (after.st_ino, after.st_rdev) == (before.st_ino, before.st_rdev)
    assert names(tmp_path) == ["link.json", "null"] and (tmp_path / "link.json").is_symlink()


def test_a_full_device_is_told_and_stays(tmp_path: Path) -> None:
    device = make_device(tmp_path / "full", FULL)
    with pytest.raises(StorageError, match=r"Could not write to .*full: No space left on device\.$"):
        write_output(device, b"text")
    assert stat.S_ISCHR(device.stat().st_mode)


def read_all(path: Path) -> tuple[threading.Thread, list[bytes]]:
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    return reader, found


def test_a_pipe_gets_the_bytes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.html"
    os.mkfifo(pipe)
    reader, found = read_all(pipe)
    write_output(pipe, b"x" * 200_000)
    reader.join(timeout=20)
    assert found == [b"x" * 200_000] and stat.S_ISFIFO(pipe.stat().st_mode)


def test_files_of_our_own_never_pass_through(tmp_path: Path) -> None:
    """A pipe in the place of a cached file hangs nobody."""
    os.mkfifo(tmp_path / "index.json")
    with pytest.raises(StorageError, match="it is no plain file"):
        write_text(tmp_path / "index.json", "text")
    device = make_device(tmp_path / "null", NULL)
    with pytest.raises(StorageError, match="it is no plain file"):
        write_bytes(device, b"text")
    assert stat.S_ISCHR(device.stat().st_mode)


@pytest.mark.parametrize("kind", ["pipe", "socket", "file"])
def test_what_this_process_has_open_is_written_where_it_stands(tmp_path: Path, kind: str) -> None:
    """A redirected file (``3> log``) keeps what is in it, and its descriptor."""
    read: Callable[[], bytes]
    if kind == "socket":
        ours, theirs = socket.socketpair()
        write_end, read = ours.fileno(), lambda: theirs.recv(100)
    elif kind == "pipe":
        read_end, write_end = os.pipe()
        read = lambda: os.read(read_end, 100)  # noqa: E731
    else:
        write_end = os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY)
        os.write(write_end, b"before ")
        read = (tmp_path / "log").read_bytes
    (tmp_path / "link").symlink_to(f"/dev/fd/{write_end}")
    write_output(f"/dev/fd/{write_end}", b"one ")
    write_output(tmp_path / "link", b"two")
    assert read().removeprefix(b"before ") == b"one two"
    if kind != "socket":
        os.close(write_end)
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


def test_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    sys.stdout.write("before ")
    write_output("-", "größer".encode())
    assert capsysbinary.readouterr().out == "before größer".encode()
    assert not Path("-").exists()
    for path, expected in {"-": True, "/dev/fd/1": True, "/dev/fd/2": False, "a.json": False}.items():
        assert is_standard_output(path) is expected, path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "it is a folder; name a file in it"),
        (lambda path: path.symlink_to("."), "it is a folder"),
        (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere/a/../../file/x"), "file"),
    ],
)
def test_what_is_no_plain_file_is_refused_and_stays(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    (tmp_path / "file").write_text("kept")
    path = tmp_path / "out.json"
    make(path)
    before = path.lstat()
    for write in (write_bytes, write_output):
        with pytest.raises(StorageError, match=words):
            write(path, b"text")
    with pytest.raises(StorageError, match=words):
        check_output(path)
    assert path.lstat().st_ino == before.st_ino and names(tmp_path) == ["file", "out.json"]


def test_a_disk_is_refused(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "disk", 0o600 | stat.S_IFBLK, os.makedev(7, 250))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    with pytest.raises(StorageError, match="it is a disk"):
        find_destination(tmp_path / "disk")


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "real.json").write_text("old")
    (tmp_path / "middle").symlink_to("deep/real.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "middle")
    (tmp_path / "new.json").symlink_to("deep/made/new.json")
    inode = (tmp_path / "deep" / "real.json").stat().st_ino
    write_text(tmp_path / "link.json", "new")
    write_text(tmp_path / "new.json", "made")
    assert (tmp_path / "link.json").readlink() == tmp_path / "middle"
    assert (tmp_path / "middle").is_symlink() and (tmp_path / "new.json").is_symlink()
    assert (tmp_path / "deep" / "real.json").read_text() == "new"
    assert (tmp_path / "deep" / "real.json").stat().st_ino != inode, "it was replaced whole"
    assert (tmp_path / "deep" / "made" / "new.json").read_text() == "made"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_old_file_keeps_its_permissions_and_owner(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, 12345, 23456)
    before = path.stat()
    write_text(path, "new")
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert path.read_text() == "new" and after.st_ino != before.st_ino


def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        write_text(tmp_path / "a", "")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_write_protected_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != path)  # root may write everything
    for write in (check_output, lambda place: write_text(place, "new")):
        with pytest.raises(StorageError, match="write-protected"):
            write(path)
    assert path.read_text() == "old"


def test_a_place_is_checked_without_touching_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_output(tmp_path / "new" / "deep" / "a.json")
    check_output("-")
    for path in (tmp_path / "file" / "a.json", tmp_path / "file" / "deep" / "a.json"):
        with pytest.raises(StorageError, match=r"cannot be written: .*; name another file\."):
            check_output(path)
    with pytest.raises(StorageError, match="Bad file descriptor"):
        check_output("/dev/fd/987")
    assert names(tmp_path) == ["file"]

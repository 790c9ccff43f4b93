"""Where the cache lies: as chosen, at home, or in a folder of one's own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from attrimeter.caching.folders import default_cache
from attrimeter.errors import SettingsError


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whom the system does not know, without HOME; returns the folder of temporary files."""
    for name in ("ATTRIMETER_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)

    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr("pwd.getpwuid", unknown)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_as_chosen_or_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.delenv("ATTRIMETER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert default_cache() == Path("/home/me/.cache/attrimeter/maps")
    monkeypatch.setenv("XDG_CACHE_HOME", "/big")
    assert default_cache() == Path("/big/attrimeter/maps")
    monkeypatch.setenv("ATTRIMETER_CACHE", "mine")
    assert default_cache() == Path("mine")


def test_without_a_home(homeless: Path) -> None:
    place = default_cache()
    assert place.parent.parent == homeless and place.name == "maps"
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert default_cache() == place, "it is used again"


def test_a_folder_that_others_can_write_is_not_believed(homeless: Path, tmp_path: Path) -> None:
    folder = default_cache().parent
    folder.chmod(0o777)
    with pytest.raises(SettingsError, match=r"is not yours alone; name a folder with --cache\."):
        default_cache()
    folder.rmdir()
    (tmp_path / "theirs").mkdir(mode=0o700)
    folder.symlink_to("theirs")
    with pytest.raises(SettingsError, match="not yours alone"):
        default_cache()
    folder.unlink()
    folder.write_text("a file")
    with pytest.raises(SettingsError, match="cannot be made"):
        default_cache()

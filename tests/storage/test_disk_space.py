"""What is said of disk and time before it is used, and what is refused."""

from __future__ import annotations

import logging
import shutil
import time
from collections import namedtuple
from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage.disk_space import announce, as_size, as_time, free_space, warm_seconds

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ten_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(10**11, 9 * 10**10, 10**10))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1_500_000, "1.5 MB"), (999_600_000, "1.0 GB"),
        (134 * 10**9, "134 GB"), (10**30, "1000000000000 EB"),
    ],
)  # fmt: skip
def test_sizes(count: float, text: str) -> None:
    assert as_size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second"), (1.4, "1 second"), (89, "89 seconds"), (90, "1.5 minutes"), (2400, "40 minutes"),
        (3600 * 1.6, "1.6 hours"), (86_400 * 12, "12 days"),
    ],
)  # fmt: skip
def test_times(seconds: float, text: str) -> None:
    assert as_time(seconds) == text


def test_space_is_that_of_the_nearest_folder_there_is(tmp_path: Path) -> None:
    free = free_space(tmp_path)
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "a" / "b" / "c", tmp_path / "file" / "below"):
        assert abs(free_space(place) - free) < 10**9


def test_what_fits_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture, ten_gigabytes: None) -> None:
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        announce("The maps of 9 images", tmp_path, 5 * 10**9, seconds=2400, smaller="take fewer")
        announce("Two files", tmp_path, 1000, beside=2000)
    first, second = caplog.messages
    assert first == (
        f"The maps of 9 images take 5.0 GB and about 40 minutes in {tmp_path} (10.0 GB free); to make it "
        "smaller, take fewer."
    )
    assert second == f"Two files take 1 kB and 2 kB more soon after in {tmp_path} (10.0 GB free)."


@pytest.mark.parametrize(("size", "beside"), [(134 * 10**9, 0), (5 * 10**9, 5 * 10**9), (9.9 * 10**9, 0)])
def test_what_does_not_fit_is_refused_with_the_way_out(
    tmp_path: Path, ten_gigabytes: None, size: float, beside: float
) -> None:
    with pytest.raises(StorageError) as told:
        announce("The maps", tmp_path, size, beside=beside, smaller="use --no-mirrored")
    sentence = str(told.value)
    assert sentence.startswith(f"The maps take {as_size(size)}") and "where 10.0 GB are free" in sentence
    assert sentence.endswith("Free some space, use --no-mirrored, or choose a folder on another disk.")


def test_what_takes_longer_at_first_is_timed_warm() -> None:
    """Half a second is for loading, which happens once."""
    calls: list[float] = []

    def act() -> None:
        time.sleep(0.0 if calls else 0.5)
        calls.append(1.0)

    assert 0 <= warm_seconds(act) < 0.4 and len(calls) == 2

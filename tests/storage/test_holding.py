from __future__ import annotations

import os
from pathlib import Path

from attrimeter.storage.holding import hold, is_at


def test_one_opening_holds_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with (tmp_path / "a").open("rb") as first, (tmp_path / "a").open("rb") as second:
        assert hold(first.fileno(), wait=False)
        assert not hold(second.fileno(), wait=False)
        first.close()
        assert hold(second.fileno(), wait=True)


def test_a_file_that_was_renamed_or_replaced_no_longer_stands_there(tmp_path: Path) -> None:
    place = tmp_path / "a"
    place.write_bytes(b"")
    with place.open("rb") as stream:
        assert is_at(place, stream.fileno())
        os.link(place, tmp_path / "b")
        assert is_at(tmp_path / "b", stream.fileno())
        place.unlink()
        assert not is_at(place, stream.fileno())
        place.write_bytes(b"")
        assert not is_at(place, stream.fileno())

"""What older versions kept is recognised by its place, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from attrimeter.caching.older_versions import older_shelves
from caching.cache_examples import FINGERPRINT, make_cache, make_older

BEGIN = FINGERPRINT[:20]


def test_every_layout_is_recognised(tmp_path: Path) -> None:
    make_older(tmp_path)
    assert list(older_shelves(tmp_path)) == [
        (f"{BEGIN}-plain", BEGIN, [f"shard-{BEGIN[:16]}"]),
        (f"edit-measures/{BEGIN}-edits-{BEGIN}", BEGIN, ["00000m"]),
        ("edit-renders/0123456789abcdef-0-50-night", "", ["00000.npz"]),
        (f"edits/{BEGIN}-edit-pairs-2", BEGIN, [f"{BEGIN}.npz"]),
    ]


def test_nothing_else_is(tmp_path: Path) -> None:
    for name in (f"{BEGIN}-plan", f"x{BEGIN}-plain", "edits/mine-1", f"edits/{BEGIN}-plain", "my-photos"):
        (tmp_path / name / "shard-0123456789abcdef").mkdir(parents=True)
    (tmp_path / f"{BEGIN}-flipped").write_bytes(b"a file")
    (tmp_path / f"{BEGIN}-mirrored").symlink_to(tmp_path / "my-photos")
    assert list(older_shelves(tmp_path)) == [] and list(older_shelves(tmp_path / "none")) == []
    make_cache(tmp_path / "cache")
    (tmp_path / "cache" / f"{BEGIN}-plain" / "notes.txt").write_text("mine")
    assert sum(len(names) for *_, names in older_shelves(tmp_path / "cache")) == 4

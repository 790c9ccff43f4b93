"""Small caches whose entries have a size and a time of last use that are known."""

from __future__ import annotations

import json
import os
from pathlib import Path

FINGERPRINT = "0123456789abcdef" * 4


def make_shelf(root: Path, name: str, *, kind: str = "maps", target: str = "net") -> Path:
    """A shelf without entries."""
    folder = root / name
    folder.mkdir(parents=True)
    about = {"name": target, "fingerprint": FINGERPRINT} if target else None
    described = {"version": 1, "kind": kind, "of": "", "target": about}
    (folder / "shelf.json").write_text(json.dumps(described))
    return folder


def make_entry(path: Path, *, size: int, used: float) -> Path:
    """An archive, or where the name has no ending a folder of two files."""
    if path.suffix:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    else:
        path.mkdir(parents=True)
        (path / "a.npy").write_bytes(bytes(size - 1))
        (path / "whole.json").write_bytes(b"x")
    os.utime(path, (used, used))
    return path


def make_cache(root: Path) -> None:
    """Maps of 30 and 20 bytes used at 100 and 300, an archive of 10 used at 200, 40 older bytes."""
    maps = make_shelf(root, f"maps-{FINGERPRINT[:20]}")
    make_entry(maps / "entry-1", size=30, used=100.0)
    make_entry(maps / "entry-2", size=20, used=300.0)
    renders = make_shelf(root, "rendered-edits-x", kind="rendered-edits", target="")
    make_entry(renders / "entry-1.npz", size=10, used=200.0)
    make_older(root)


def make_older(root: Path) -> None:
    """One entry of 10 bytes on each kind of shelf that older versions had, last used at 50."""
    begin = FINGERPRINT[:20]
    for folder, name in {
        f"{begin}-plain": f"shard-{begin[:16]}",
        "edit-renders/0123456789abcdef-0-50-night": "00000.npz",
        f"edit-measures/{begin}-edits-{begin}": "00000m",
        f"edits/{begin}-edit-pairs-2": f"{begin}.npz",
    }.items():
        make_entry(root / folder / name, size=10, used=50.0)
        if "renders" not in folder:
            (root / folder / "target.json").write_text("{}")

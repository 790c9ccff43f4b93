"""Run campaigns of damaged and hostile inputs: ``python -m tests.campaigns --size 2000 --seed 0``.

Each campaign ends without a fault, or every fault is printed with what repeats it and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from tests.campaigns.tally import Tally

SIZES = {
    "pictures": 10_000,
    "checkpoints": 2_000,
    "interpreter_folders": 2_000,
    "attribute_files": 2_000,
    "caches": 1_000,
    "checkpoints_resume": 1_000,
    "options": 10,
    "encodings": 1_000,
    "kills": 200,
}
"""Every campaign with its full size: a number of files or kills, or of nonsense values for each option."""

FULL = 10_000
"""The size that gives every campaign its full one; a smaller one makes all smaller in proportion."""

SHOWN = 20


def run_campaign(kind: str, size: int, seed: int) -> Tally:
    """One campaign in a temporary folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"campaign-{kind}-") as folder:
        tally: Tally = import_module(f"tests.campaigns.{kind}").run(size, seed, Path(folder))
        return tally


def size_of(kind: str, size: int) -> int:
    """The campaign's own size where the largest campaign has ``size`` cases; at least 1."""
    return max(1, round(SIZES[kind] * size / FULL))


def describe(tally: Tally, seconds: float) -> str:
    """What a campaign came to, as lines."""
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    lines = [f"{tally.kind}: {tally.tries} tries in {seconds:.0f} s, {len(tally.faults)} faults ({outcomes})"]
    lines += [f"  fault: {fault}" for fault in tally.faults[:SHOWN]]
    if len(tally.faults) > SHOWN:
        lines.append(f"  and {len(tally.faults) - SHOWN} more")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[[], *SIZES], help="campaigns; all of them if none")
    parser.add_argument("--size", type=int, default=FULL, help="pictures; the others in proportion")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="keep the tallies in this file")
    given = parser.parse_args()
    tallies: list[Tally] = []
    for kind in given.kinds or SIZES:
        start = time.monotonic()
        tallies.append(run_campaign(kind, size_of(kind, given.size), given.seed))
        print(describe(tallies[-1], time.monotonic() - start), flush=True)
        if given.json is not None:
            given.json.write_text(json.dumps([vars(tally) for tally in tallies], indent=2), encoding="utf-8")
    return 1 if any(tally.faults for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Compares the numbers of two fixed runs, also where a key has another name now.

python recipes/compare_numbers.py <before>/numbers <after>/numbers
"""

import json
import sys
from collections import Counter
from pathlib import Path

LEFT_OUT = {"milliseconds", "seconds", "version"}


def numbers(value, key=""):
    """Every number of a document, but for how long something took."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from numbers(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part, key)
    elif isinstance(value, int | float) and not isinstance(value, bool) and key not in LEFT_OUT:
        yield value


before, after = map(Path, sys.argv[1:])
same = True
for path in sorted(before.iterdir()):
    first, second = path.read_text(), (after / path.name).read_text()
    if path.suffix == ".json":
        counts = [Counter(numbers(json.loads(text))) for text in (first, second)]
        changed = (counts[0] - counts[1]) + (counts[1] - counts[0])
        print(path.name, f"{counts[0].total()} numbers", f"{changed.total()} differ" if changed else "the same")
    else:
        changed = first != second
        print(path.name, "differs" if changed else "the same")
    same = same and not changed
sys.exit(not same)

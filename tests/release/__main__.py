"""The release check: ``python -m tests.release dist`` looks into a wheel and an sdist, and uses the wheel.

The wheel holds every file of the package and no other, the sdist holds what the tests and documents need, and
in an empty environment, away from the source, the demo's first step runs: persons are rendered.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

import attrimeter

ROOT = Path(__file__).parents[2]
PACKAGE = "src/attrimeter/"
IN_EVERY_SDIST = ("tests/conftest.py", "docs/method.md", "README.md", "LICENSE", "CITATION.cff", "Makefile")
FIRST_STEP = (
    "render",
    "persons",
    "--identities",
    "3",
    "--test-identities",
    "2",
    "--images",
    "4",
    "--cameras",
    "2",
)


def main(folder: Path) -> int:
    """Check the wheel and the sdist that lie in ``folder``; prints what was found wrong, 0 if nothing."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    faults = [*_look_into_wheel(wheel), *_look_into_sdist(sdist), *_use(wheel)]
    print("\n".join(faults) or f"{wheel.name} and {sdist.name}: whole, and the wheel works by itself.")
    return min(1, len(faults))


def _look_into_wheel(wheel: Path) -> list[str]:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {name.removeprefix("src/") for name in _tracked() if name.startswith(PACKAGE)}
    strange = {name for name in held - package if f"-{attrimeter.__version__}.dist-info/" not in name}
    licensed = any(name.endswith("dist-info/licenses/LICENSE") for name in held)
    return [
        *(f"The wheel lacks {name}." for name in sorted(package - held)),
        *(f"The wheel holds {name}, which is no part of the package." for name in sorted(strange)),
        *([] if licensed else ["The wheel lacks the licence."]),
    ]


def _look_into_sdist(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    needed = {*IN_EVERY_SDIST, *(name for name in _tracked() if name.startswith(PACKAGE))}
    strange = held - _tracked() - {"PKG-INFO"}
    return [
        *(f"The sdist lacks {name}." for name in sorted(needed - held)),
        *(f"The sdist holds {name}, which is not in version control." for name in sorted(strange)),
    ]


def _use(wheel: Path) -> list[str]:
    """Install the wheel with what it asks for, and nothing else, and render persons with it."""
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        folder = Path(place).resolve()
        venv.create(folder / "env", with_pip=True)
        python, command = folder / "env/bin/python", folder / "env/bin/attrimeter"
        _run(
            folder, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel.resolve()
        )
        said = _run(folder, command, "--version")
        _run(folder, command, *FIRST_STEP)
        _run(folder, python, "-c", "import attrimeter; [getattr(attrimeter, n) for n in attrimeter.__all__]")
        pictures = len(list((folder / "persons").rglob("*.jpg")))
        return [
            *([] if attrimeter.__version__ in said else [f"attrimeter --version says {said!r}."]),
            *([] if pictures == 20 else [f"The installed wheel rendered {pictures} pictures of 20."]),
        ]


def _run(folder: Path, *words: object) -> str:
    """What a program says that runs in ``folder``, with nothing of ours in its environment."""
    done = subprocess.run(
        [*map(str, words)], cwd=folder, env=_environment(), text=True, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def _environment() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def _tracked() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True
    ).stdout
    return set(listed.split("\0")) - {""}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""The public names: which there are, that they are documented and quick to import; and the example."""

from __future__ import annotations

import inspect
import logging
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import attrimeter

FUNCTIONS = [name for name in attrimeter.__all__ if inspect.isfunction(getattr(attrimeter, name))]

QUICK = """
import sys
import attrimeter
from attrimeter.cli import main
heavy = {"torch", "numpy", "scipy", "matplotlib", "pydantic"} & set(sys.modules)
assert not heavy, heavy
assert attrimeter.AttriMeterError.__module__ == "attrimeter.errors"
"""


def test_the_names_are_those_of_the_stub() -> None:
    assert set(FUNCTIONS) >= {
        "open_target", "open_interpreter", "open_dataset", "open_schema", "explain_pair", "evaluate",
        "calibrate", "audit", "compare", "benchmark", "render_dataset", "train_target", "inspect_checkpoint",
        "convert_checkpoint",
    }  # fmt: skip
    others = set(attrimeter.__all__) - set(FUNCTIONS)
    assert others == {"AttriMeterError", "Target", "figures"}
    assert dir(attrimeter) == sorted(attrimeter.__all__) and attrimeter.__version__
    with pytest.raises(AttributeError, match="explain_everything"):
        attrimeter.explain_everything  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes_returns_and_raises(name: str) -> None:
    function = getattr(attrimeter, name)
    words = inspect.getdoc(function) or ""
    parts = [words.index(f"\n{part}:\n") for part in ("Args", "Returns", "Raises")]
    assert parts == sorted(parts)
    arguments = words[parts[0] : parts[1]].replace("\n", " ")
    for parameter in inspect.signature(function).parameters:
        assert f" {parameter}," in arguments or f" {parameter}:" in arguments, parameter


def test_a_checker_of_types_is_told_that_the_package_has_them() -> None:
    package = Path(attrimeter.__file__).parent
    assert (package / "py.typed").is_file() and (package / "__init__.pyi").is_file()


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    subprocess.run(
        [sys.executable, "-c", QUICK],
        check=True,
        env={"PYTHONPATH": str(Path(attrimeter.__file__).parents[1])},
    )


def test_the_example_of_the_package_runs(
    fitted: Path,
    rendered_set: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = attrimeter.__doc__ or ""
    code = textwrap.dedent(words.split("\n\n", 1)[1].rsplit("\n\n", 1)[0])
    lines = [line for line in code.splitlines() if line]
    assert len(lines) == 5 and lines[0] == "import attrimeter"
    shutil.copytree(fitted, tmp_path / "runs" / "market")
    (tmp_path / "Market-1501-v15.09.15").symlink_to(rendered_set)
    for name, picture in zip("ab", sorted((rendered_set / "query").glob("*.jpg")), strict=False):
        shutil.copy(picture, tmp_path / f"{name}.jpg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTRIMETER_CACHE", str(tmp_path / "cache"))
    exec(code, {})
    distance, title = capsys.readouterr().out.splitlines()
    assert float(distance.split()[0]) > 0 and title


def test_what_the_library_notes_goes_to_its_log(
    tiny_target_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        attrimeter.open_target(tiny_target_file)
    assert "Opened as demo" in caplog.text

"""docs/add-a-target.md does what it says: its files are put where it says, its code and its commands run."""

from __future__ import annotations

import re
import shlex
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from attrimeter.cli.main import run
from attrimeter.targets import catalogue, families

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "add-a-target.md").read_text(encoding="utf-8")
FAMILY_FILE = "# src/attrimeter/targets/families/corridor.py\n"
BUILDER_FILE = "# mymodels.py\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def add_family(code: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if ``code`` were a file among the families, and ``line`` stood in the catalogue."""
    module = ModuleType("attrimeter.targets.families.corridor")
    exec(compile(code, "corridor.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(families, "corridor", module, raising=False)
    text = Path(catalogue.__file__).read_text(encoding="utf-8")
    text, imports = re.subn(r"(families import \(?\s*)", r"\1corridor, ", text, count=1)
    text, entries = re.subn(r"(_FAMILIES: .* = \(\n)", rf"\1{line}", text, count=1)
    assert (imports, entries) == (1, 1)
    added: dict[str, dict[str, object]] = {}
    exec(compile(text, "catalogue.py", "exec"), added)
    for name in ("FAMILIES", "PROFILES", "BODIES"):
        known = getattr(catalogue, name)
        assert set(added[name]) - set(known) == {"corridor"}
        monkeypatch.setitem(known, "corridor", added[name]["corridor"])


def give(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    try:
        run()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_the_code_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    names: dict[str, object] = {}
    code = [block for block in blocks("python") if not block.startswith(BUILDER_FILE)]
    assert len(code) == 7 and len([block for block in code if block.startswith(FAMILY_FILE)]) == 1
    for block in code:
        if block.startswith(FAMILY_FILE):
            [line] = blocks("text")
            add_family(block, line, monkeypatch)
        else:
            exec(compile(block, "add-a-target.md", "exec"), names)


def test_the_adapters_are_where_it_says() -> None:
    named = re.findall(r"`(attrimeter\.targets\.adapters\.\w+)\.(\w+)\(", PAGE)
    assert len(named) == 4
    for module, function in named:
        assert callable(getattr(import_module(module), function))


def test_the_commands_run(
    world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [builder] = [block for block in blocks("python") if block.startswith(BUILDER_FILE)]
    (world / "mymodels.py").write_text(builder, encoding="utf-8")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    convolution = nn.Conv2d(3, 32, 16, 16)
    torch.save({"0.weight": convolution.weight.data, "0.bias": convolution.bias.data}, world / "weights.pth")
    commands = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert len(commands) == 3
    try:
        for line in commands:
            assert give(line, monkeypatch) == 0, (line, capsys.readouterr().err)
    finally:
        sys.modules.pop("mymodels", None)

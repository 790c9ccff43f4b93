"""Advice can be followed: every command that a document, a help text, an error or a "Next:" line suggests."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.campaigns.commands import call
from tests.documents.commands import commands
from tests.documents.conftest import ROOT, follow

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "docs").glob("*.yaml")),
    *sorted((ROOT / "recipes").glob("*.sh")),
]
_GAP = r"(?: +| *\\\n *)"
_WORD = r"[^\s`'|>;#)\\,]+"
COMMAND = re.compile(rf"(?<![\w.])attrimeter ((?:[a-z]+-)*[a-z]+)\b((?:{_GAP}(?!attrimeter ){_WORD})*)")
OPTION = re.compile(r"(?<![\w-])--(?:no-)?[a-z][a-z-]*[a-z]")
NO_COMMANDS = {"import", "and", "is", "attributes", "with", "in"}
"""Words after the program's name that are no command."""
OTHER_PROGRAMS = {"--stride"}
"""Options of other programs that are spoken of: layumi's training has it."""


def texts() -> Iterator[tuple[str, str]]:
    """Everything that a person may be told: documents, and the words in the source."""
    for document in DOCUMENTS:
        yield document.name, document.read_text(encoding="utf-8")
    for file in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "WORD" for part in node.values]
                yield f"{file.name}:{node.lineno}", "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{file.name}:{node.lineno}", node.value


def known_options() -> dict[str, set[str]]:
    """The options of every command by its name, such as "fit" or "check sanity"; a group alone has none."""
    known: dict[str, set[str]] = {}
    for command, ctx in commands():
        _, *names = ctx.command_path.split()
        known |= {name: {"--help"} for name in names[:-1] if name not in known}
        parts = [name for part in command.params for name in (*part.opts, *part.secondary_opts)]
        known[" ".join(names)] = {"--help", *parts}
    return known


def test_every_command_and_option_that_is_named_exists() -> None:
    known = known_options()
    found = 0
    for place, text in texts():
        for name, words in COMMAND.findall(text):
            if name in NO_COMMANDS or (name not in known and "attrimeter." in text and "--" not in words):
                continue
            assert name in known, f"{place}: there is no command attrimeter {name}"
            longer = " ".join([name, *words.split()[:1]])
            chosen = longer if longer in known else name
            wrong = set(OPTION.findall(words)) - known[chosen]
            assert not wrong, f"{place}: attrimeter {chosen} has no {', '.join(wrong)}"
            found += 1
    assert found > 60


def test_every_option_that_an_error_names_is_one_of_some_command() -> None:
    program = {"--version", "--install-completion", "--show-completion"}
    known = set.union(*known_options().values()) | program | OTHER_PROGRAMS
    for place, text in texts():
        if ".py:" in place:
            wrong = set(OPTION.findall(text)) - known
            assert not wrong, f"{place} names {', '.join(wrong)}"


def commands_between_words() -> list[str]:
    """What the README says in its sentences; its blocks are run by another test."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [line for line in re.findall(r"`(attrimeter [^`]+)`", text) if len(line.split()) > 2]


@pytest.mark.parametrize("line", commands_between_words())
def test_commands_in_the_sentences_of_the_readme(
    things: Path, rendered_set: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """In their order: what 'check changes' does goes with a calibrated interpreter."""
    if line.startswith("attrimeter check"):
        monkeypatch.chdir(things)
        assert call(["calibrate", "runs/market", str(rendered_set), "--cache=cache"])[0] == "done"
    follow(line, monkeypatch, things)


def test_the_schema_example_goes_with_its_command(things: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form that is fitted by default takes no other schema than Market-1501's."""
    example = ROOT / "docs" / "schema.example.yaml"
    shutil.copy(example, things)
    pictures = sorted((things / "DATA" / "bounding_box_train").glob("*.jpg"))
    rows = [f"{path},{i % 2 + 1},{i % 3},{i % 2},1,0,{i % 2}" for i, path in enumerate(pictures)]
    table = "\n".join(["path,identity,camera,apron,cap,shirt red,shirt green", *rows])
    (things / "people.csv").write_text(table, encoding="utf-8")
    line = example.read_text(encoding="utf-8").splitlines()[0].split(": ", 1)[1]
    said = follow(line, monkeypatch, things)
    assert f"{len(pictures)} images of" in said


@pytest.mark.parametrize("disguised", [False, True])
def test_what_comes_next_after_render(
    things: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], disguised: bool
) -> None:
    monkeypatch.chdir(things)
    words = ["render", f"new-{disguised}", "--identities=2", "--test-identities=1", "--images=4"]
    follow(next_line([*words, "--workers=1", *["--disguised"] * disguised]), monkeypatch, things)


def test_what_comes_next_after_convert(things: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(things)
    follow(next_line(["convert", "TARGET", "new.safetensors"]), monkeypatch, things)


def test_what_comes_next_after_training(things: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(things)
    words = ["train-target", "DATA", "--out=trained", "--epochs=1", "--batch-images=4"]
    follow(next_line([*words, "--images-per-identity=2"]), monkeypatch, things)


def test_what_comes_next_after_the_demo(things: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from attrimeter.workflows.demo import next_commands

    names = {"osnet_x0_25_msmt17.pth": "TARGET", "Market-1501-v15.09.15": "DATA"}
    names |= {"a.jpg": "query.jpg", "b.jpg": "second.jpg"}
    for line in next_commands():
        follow(shlex.join(names.get(word, word) for word in shlex.split(line)), monkeypatch, things)


@pytest.mark.parametrize("own_code", [False, True])
def test_what_comes_next_after_a_fit(things: Path, monkeypatch: pytest.MonkeyPatch, own_code: bool) -> None:
    """A target of one's own code must be named again: code is not run because a folder names it."""
    monkeypatch.chdir(things)
    monkeypatch.setenv("ATTRIMETER_CACHE", str(things / "cache"))
    target = "TARGET"
    if own_code:
        target = "advised_models:build"
        (things / "advised_models.py").write_text(OWN_CODE, encoding="utf-8")
        monkeypatch.syspath_prepend(str(things))
    words = ["fit", target, "DATA", f"--out=fitted-{own_code}", "--form=distilled", "--no-trust"]
    line = next_line([*words, "--epochs=1", "--hidden=4", "--batch-images=4", "--no-mirrored"])
    assert ("--target" in line) is own_code
    follow(line.replace("A.jpg", "query.jpg").replace("B.jpg", "second.jpg"), monkeypatch, things)


OWN_CODE = """
import torch
from torch import nn
from attrimeter import Target

def build():
    torch.manual_seed(0)
    body = nn.Sequential(nn.Conv2d(3, 8, 16, 16), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Target.from_module(body, last_map="1", pooling="gap", input_size=(128, 64))
"""


def next_line(words: list[str]) -> str:
    """Give the command, and return what it says comes next."""
    outcome, said = call(words)
    assert outcome == "done", said
    found = [line.removeprefix("Next: ") for line in said.splitlines() if line.startswith("Next: ")]
    assert len(found) == 1, said
    return found[0]

"""Nonsense given to every option of every command: refused in one sentence, before any work begins."""

from __future__ import annotations

import os
import random
import shutil
import stat
import typing
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import typer
from tests.campaigns.commands import call, clear, stopped_at_work, working_folder
from tests.campaigns.tally import Tally

NONSENSE = (
    "-1", "0", "1000000000000000000", "9223372036854775808", "nan", "inf", "-inf", "", "no-such-thing",
    "/dev/null", "\u0663", "100000000000000000000",
)  # fmt: skip
"""Numbers beyond every use, words that are none, a device, and a digit of another script."""

NUMBERS_THAT_MEAN_SOMETHING: Mapping[str, tuple[str, ...]] = {
    "seed": ("0", "1000000000000000000"),
    "workers": ("0",),
    "distractors": ("0",),
    "warm_up_epochs": ("0",),
    "validation_share": ("0",),
}
"""Of the nonsense, the numbers that are in an option's range; for all others, none is."""

OUTPUTS = ("figure", "page", "json_file", "new", "out")
FOLDERS = ("out", "cache")
"""Options that take any name: a file or a folder that is made."""

LONGEST = 1500
"""Characters of a refusal."""


@dataclass(frozen=True)
class Option:
    """One option or argument of one command.

    Attributes:
        command, name: the command, and the parameter of its function.
        flag: how it is written; "" for an argument.
        kind: the type of its value.
    """

    command: str
    name: str
    flag: str
    kind: type

    def means_something(self, value: str) -> bool:
        """Whether the value is none of nonsense here."""
        if self.kind in (int, float):
            return value in NUMBERS_THAT_MEAN_SOMETHING.get(self.name, ())
        if value == "" or (value.startswith("-") and not self.flag):
            return False
        if self.name == "word":
            return True
        if self.name in FOLDERS:
            return value != "/dev/null"
        if self.name == "figure":
            return value == "/dev/null"  # all others end in no .png and no .svg
        return self.name in OUTPUTS and self.name != "new"


def run(size: int, seed: int, folder: Path) -> Tally:
    """Give ``size`` nonsense values to every option of every command, one at a time.

    From 10 on it is all of them, and below 2 one to every fourth option.

    Faults: another end than exit code 0 or one sentence with exit code 2; work that begins with nonsense, or
    a file that is left by a command that was refused; an ending that takes longer than a minute.
    """
    torch.set_num_threads(1)
    words = make_words(folder)
    device = harmless_device(folder)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with stopped_at_work(), working_folder(folder / "here"):
        for option in list_options():
            dice = random.Random(f"{seed} {option.command} {option.name}")
            if size < 2 and dice.random() < 0.75:
                continue
            for value in NONSENSE if size >= 10 else dice.sample(NONSENSE, size):
                given = device if value == "/dev/null" else value
                if given is None:
                    continue
                line = with_value(words[option.command], option, given)
                outcome, said = call(line)
                fault = judge(option, value, outcome, said, left=clear(Path()))
                outcomes["fault" if fault else outcome] += 1
                if fault:
                    faults.append(f"attrimeter {' '.join(map(repr, line))}: {fault}: {said.strip()[-300:]}")
    return Tally("options", sum(outcomes.values()), dict(outcomes), faults)


def harmless_device(folder: Path) -> str | None:
    """The null device, or for root, who could destroy that of the machine, one of its own; None without."""
    if os.geteuid() != 0:
        return "/dev/null"
    try:
        os.mknod(folder / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        return None
    return str(folder / "null")


def judge(option: Option, value: str, outcome: str, said: str, *, left: list[str]) -> str:
    """What is wrong with how a command ended; "" where nothing is."""
    if outcome not in ("refused", "at work", "done"):
        return outcome
    if outcome == "refused":
        sentences = [line for line in said.splitlines() if line.startswith(("attrimeter: ", "Error: "))]
        if len(sentences) != 1 or not said.strip().endswith(sentences[0].strip()):
            return "not one sentence"
        if len(sentences[0]) > LONGEST:
            return "a long sentence"
        return f"left {', '.join(left)}" if left else ""
    return "" if option.means_something(value) else f"{outcome} with nonsense"


def list_options() -> list[Option]:
    """All options and arguments of all commands, from the program itself; also those still to come."""
    from attrimeter.cli.check import check
    from attrimeter.cli.main import app

    options = []
    group: Any = typer.main.get_command(app)
    checks = group.commands["check"].commands
    commands = {name: parts for name, parts in group.commands.items() if name != "check"}
    commands |= {f"check {name}": parts for name, parts in checks.items()}
    functions = {
        entry.callback.__name__: entry.callback
        for entry in (*app.registered_commands, *check.registered_commands)
        if entry.callback
    }
    for command, parts in commands.items():
        hints = typing.get_type_hints(functions[command.split()[-1].replace("-", "_")])
        for part in parts.params:
            if part.name in hints:
                flag = next((name for name in part.opts if name.startswith("--")), "")
                options.append(Option(command, part.name, flag, _plain(hints[part.name])))
    return options


def _plain(hint: Any) -> type:
    """int of ``int | None`` and of ``list[int]``."""
    inner = [part for part in typing.get_args(hint) if part is not type(None)]
    return _plain(inner[0]) if inner else hint


def with_value(words: list[str], option: Option, value: str) -> list[str]:
    """The words of a command that works, with the value for the option in place of what was there."""
    if option.flag:
        kept = [word for word in words if not word.startswith(f"{option.flag}=")]
        return [*kept, f"{option.flag}={value}"]
    arguments = ARGUMENTS[option.command]
    if option.name not in arguments:
        return [*words, value]
    place = len(option.command.split()) + arguments.index(option.name)
    return [*words[:place], value, *words[place + 1 :]]


ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "demo": (),
    "render": ("out",),
    "train-target": ("data",),
    "fit": ("target",),
    "explain": ("first", "second"),
    "evaluate": ("interpreter",),
    "calibrate": ("interpreter", "data"),
    "audit": ("interpreter", "data"),
    "compare": ("first", "second", "data"),
    "benchmark": ("target", "interpreters"),
    "check sanity": ("interpreter",),
    "check changes": ("interpreter",),
    "check planted": ("folder",),
    "check photographs": ("interpreters", "data"),
    "targets": (),
    "inspect": ("file",),
    "convert": ("old", "new"),
    "cache": (),
}
"""The arguments that :func:`make_words` gives, in their order."""


def make_words(folder: Path) -> dict[str, list[str]]:
    """Words with which each command would work, on a small target, data set and interpreter made here."""
    target, data = folder / "target.safetensors", folder / "persons"
    run = make_interpreter(folder, target, data)
    foreseeing = save_random(folder / "foreseeing", target, form="counterfactual")
    picture = str(next((data / "query").glob("*.jpg")))
    planted = folder / "planted"
    planted.mkdir()
    shutil.copy(target, planted / "hue.safetensors")
    maps = ["--form=exact", "--out=run"]
    return {
        "demo": ["demo", "--out=demo"],
        "render": ["render", "rendered"],
        "train-target": ["train-target", str(data), "--out=run"],
        "fit": ["fit", str(target), "--out=run"],
        "explain": ["explain", picture, picture, f"--interpreter={run}"],
        "evaluate": ["evaluate", str(run), f"--data={data}"],
        "calibrate": ["calibrate", str(run), str(data)],
        "audit": ["audit", str(run), str(data)],
        "compare": ["compare", str(run), str(run), str(data)],
        "benchmark": ["benchmark", str(target), str(run)],
        "check sanity": ["check", "sanity", str(run)],
        "check changes": ["check", "changes", str(foreseeing)],
        "check planted": ["check", "planted", str(planted)],
        "check photographs": ["check", "photographs", str(run), str(data)],
        "targets": ["targets"],
        "inspect": ["inspect", str(target)],
        "convert": ["convert", str(target), "copy.safetensors"],
        "cache": ["cache"],
        "fit maps": ["fit", str(target), str(data), *maps],
    }


def make_interpreter(folder: Path, target: Path, data: Path, *, form: str = "exact") -> Path:
    """A target with random weights, rendered persons, and an interpreter with random weights."""
    from attrimeter.targets import PROFILES, build_network, save_network, weights_of
    from attrimeter.workflows.rendering import render_dataset

    torch.manual_seed(0)
    save_network(target, weights_of(build_network(PROFILES["demo"])), PROFILES["demo"], metric="euclidean")
    render_dataset(data, identities=2, test_identities=2, images=4, cameras=2, workers=1)
    return save_random(folder / "run", target, form=form)


def save_random(place: Path, target: Path, *, form: str) -> Path:
    """An interpreter with random weights for that target."""
    from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
    from attrimeter.interpreter.facts import Facts, TargetFacts
    from attrimeter.schemas import SCHEMAS
    from attrimeter.targets import open_target

    opened = open_target(target)
    made = build_interpreter(opened, SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=4))
    made.facts = Facts(target=TargetFacts(path=str(target), profile="demo", metric="euclidean"))
    save_interpreter(place, made, target_name="demo")
    return place

"""Commands that are killed at random moments and started again end as if nothing had happened."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaigns.tally import Tally
from tests.campaigns.warm_server import WarmServer

SIGNALS = (signal.SIGKILL,) * 4 + (signal.SIGTERM, signal.SIGINT)
PATIENCE = 20.0
"""Seconds after which what should have ended or appeared counts as a fault; the machine may be busy."""

UNCERTAIN = {"checkpoint.pt"}
"""Files that hold times, so that their bytes differ from run to run."""

LEFT = (".part", ".lock", ".half-rendered")


@dataclass(frozen=True)
class Walk:
    """A command that is broken off, and how it is done once more.

    Attributes:
        words: of the command that writes the given place, first and once more.
        files: a kill may be aimed at the moment at which one of these appears.
        resume: whether the second one goes on from a checkpoint, if there is one.
        start: what is in the place before; None for nothing.
        copies: commands at once, of which one is done and the others are refused.
    """

    words: Callable[[Path, int], list[str]]
    files: tuple[str, ...]
    resume: bool = False
    start: Path | None = None
    copies: int = 1


@dataclass
class Campaign:
    """What all tries have in common."""

    server: WarmServer
    folder: Path
    dice: random.Random
    first: dict[str, dict[str, str]] = field(default_factory=dict)
    again: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def prepare(self, name: str, walk: Walk) -> None:
        """Run it unbroken, to know what it leaves and how long it takes."""
        place = self._fresh(walk)
        began = time.monotonic()
        _must(self.server, walk.words(place, 1), self.folder / "log")
        self.seconds[name] = time.monotonic() - began
        self.first[name] = self.again[name] = left(place)
        if walk.words(place, 2) != walk.words(place, 1):
            place = self._fresh(walk)
            _must(self.server, walk.words(place, 2), self.folder / "log")
            self.again[name] = left(place)

    def attempt(self, name: str, walk: Walk, number: int) -> tuple[str, str | None]:
        """One kill; what came of it, and a fault or None."""
        place, log = self._fresh(walk), self.folder / f"log-{number}"
        log.write_text("")
        sign = self.dice.choice(SIGNALS)
        processes = [self.server.start(walk.words(place, 1), log) for _ in range(walk.copies)]
        aim = self._wait_for_moment(walk, place, self.seconds[name])
        for process in processes:
            send(process, sign)
        codes = [self.server.wait(process) for process in processes]
        fault = self._check_end(codes, sign, log, processes)
        if fault is None and 0 in codes:
            found = {file: digest for file, digest in left(place).items() if not file.endswith(LEFT)}
            fault = differing(found, self.first[name])
        elif fault is None:
            fault = self._go_on(name, walk, place, log)
        outcome = f"{name}, {'ended before' if 0 in codes else signal.Signals(sign).name}"
        return outcome, None if fault is None else f"{name} {signal.Signals(sign).name} {aim}: {fault}"

    def _fresh(self, walk: Walk) -> Path:
        """Always the same place, since what is written may name it."""
        place = self.folder / "place"
        shutil.rmtree(place, ignore_errors=True)
        if walk.start is not None:
            shutil.copytree(walk.start, place)
        return place

    def _wait_for_moment(self, walk: Walk, place: Path, seconds: float) -> str:
        if self.dice.random() < 0.5:
            pause = self.dice.uniform(0, seconds)
            time.sleep(pause)
            return f"after {pause:.3f} s"
        wanted, until = self.dice.choice(walk.files), time.monotonic() + 1.5 * seconds
        while not list(place.glob(wanted)) and time.monotonic() < until:
            time.sleep(0.001)
        return f"at {wanted}"

    def _check_end(self, codes: list[int], sign: int, log: Path, processes: list[int]) -> str | None:
        allowed = {0, 2} if len(codes) > 1 else {0}
        allowed |= {128 + sign, -sign}  # of a fork that dies before its command can hear a signal
        said = log.read_text(errors="replace")
        if not set(codes) <= allowed:
            return f"exit codes {codes}: {said[-500:]}"
        if "Traceback" in said or "Exception ignored" in said:
            return f"a traceback: {said[-1500:]}"
        return left_running(processes)

    def _go_on(self, name: str, walk: Walk, place: Path, log: Path) -> str | None:
        words = walk.words(place, 2)
        if walk.resume and (place / "checkpoint.pt").is_file():
            words.append("--resume")
        log.write_text("")
        processes = [self.server.start(words, log) for _ in range(walk.copies)]
        codes = [self.server.wait(process) for process in processes]
        said = log.read_text(errors="replace")
        if 0 not in codes and "is not empty" in said:  # killed after its last write: the data set is whole
            return differing(left(place), self.first[name])
        if codes.count(0) < 1 or codes.count(0) + said.count("is in use") < len(codes):
            return f"started again: exit codes {codes}: {said[-800:]}"
        return differing(left(place), self.again[name])


def differing(found: dict[str, str], expected: dict[str, str]) -> str | None:
    """The files that an unbroken run leaves otherwise; None if there are none."""
    wrong = sorted(file for file in {*found, *expected} if found.get(file) != expected.get(file))
    return f"other files than an unbroken run leaves: {wrong[:8]}" if wrong else None


def run(size: int, seed: int, folder: Path) -> Tally:
    """Kill ``size`` commands, each with a signal and at a moment by chance, and start them again.

    Faults: a traceback; an exit code that is not that of the signal; a process that lives on; after the
    command was started again another file, or another content, than an unbroken run leaves.
    """
    dice, outcomes, faults = random.Random(seed), Counter[str](), []
    with WarmServer() as server:
        campaign = Campaign(server, folder, dice)
        walks = prepare_walks(campaign, few=size < 20)
        names = sorted(walks)
        for number in range(size):
            name = names[number % len(names)]
            outcome, fault = campaign.attempt(name, walks[name], number)
            if fault is not None:
                faults.append(f"case {number} of seed {seed}: {fault}")
                outcome = "fault"
            outcomes[outcome] += 1
    return Tally("kills", size, dict(outcomes), faults)


def prepare_walks(campaign: Campaign, *, few: bool) -> dict[str, Walk]:
    """The walks, with all that they need rendered and fitted; ``few`` leaves out the slow ones."""
    folder, server, log = campaign.folder, campaign.server, campaign.folder / "log"
    persons, target, fitted = folder / "persons", folder / "target.safetensors", folder / "fitted"
    size = [
        "--identities",
        "8",
        "--test-identities",
        "2",
        "--images",
        "4",
        "--height",
        "32",
        "--width",
        "16",
    ]
    _write_target(target)
    _must(server, ["render", str(persons), *size[:6], "--workers", "1"], log)
    cache = ["--cache", str(folder / "cache"), "--no-trust", "--hidden", "8", "--epochs", "2"]
    fits = ("checkpoint.pt", "interpreter.json", "weights-*", "history.json", "losses.png", ".*.part")

    def render(place: Path, seed: int) -> list[str]:
        return ["render", str(place), *size, "--workers", "2", "--seed", str(seed)]

    def exact(place: Path, seed: int) -> list[str]:
        words = ["fit", str(target), str(persons), "--form", "exact", "--batch-images", "8", *cache]
        return [*words, "--out", str(place)]

    def edits(place: Path, seed: int) -> list[str]:
        return ["fit", str(target), "--pairs", "8", "--out", str(place), "--no-mirrored", *cache]

    def calibrate(place: Path, seed: int) -> list[str]:
        return ["calibrate", str(place), str(persons), "--cache", str(folder / "cache")]

    def convert(place: Path, seed: int) -> list[str]:
        return ["convert", str(target), str(place / "new.safetensors")]

    walks = {
        "render": Walk(
            render, (".*.part/*", ".*.part/*/*", "query", "specifications.jsonl", ".half-rendered")
        ),
        "exact": Walk(exact, fits, resume=True),
        "counterfactual": Walk(edits, fits, resume=True),
        "convert": Walk(convert, (".*.part", ".*.part/*", "new.safetensors")),
    }
    if not few:
        _must(server, exact(fitted, 0), log)
        walks |= {
            "calibrate": Walk(calibrate, (".lock", "same-person.safetensors", ".*.part"), start=fitted),
            "two fits at once": Walk(exact, fits, copies=2),
            "two renderings at once": Walk(render, (".*.part/*", "query"), copies=2),
        }
    for name, walk in walks.items():
        campaign.prepare(name, walk)
    return walks


def _must(server: WarmServer, words: list[str], log: Path) -> None:
    if server.run(words, log) != 0:
        raise RuntimeError(f"{words} does not work: {log.read_text()[-2000:]}")


def _write_target(path: Path) -> None:
    import torch

    from attrimeter.targets import PROFILES, build_network, save_network, weights_of

    torch.manual_seed(7)
    save_network(path, weights_of(build_network(PROFILES["demo"])), PROFILES["demo"], metric="euclidean")


def left(place: Path) -> dict[str, str]:
    """What is in a folder, file by file: a digest, without times."""
    found = {}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.name.endswith(LEFT):
            found[name] = "left behind"
        elif path.is_file() and path.name not in UNCERTAIN:
            data = path.read_bytes()
            if path.name == "history.json":
                rows = json.loads(data)
                data = json.dumps([{k: v for k, v in row.items() if k != "seconds"} for row in rows]).encode()
            found[name] = hashlib.sha256(data).hexdigest()
        elif path.is_file():
            found[name] = "there"
    return found


def send(process: int, sign: int) -> None:
    """Send a signal as a person or a system would: Ctrl-C goes to all processes of the terminal."""
    with suppress(ProcessLookupError):
        (os.killpg if sign == signal.SIGINT else os.kill)(process, sign)


def left_running(sessions: list[int]) -> str | None:
    """The processes of these sessions that live on; None once there is none."""
    until = time.monotonic() + PATIENCE
    while True:
        living = [entry for entry in Path("/proc").glob("[0-9]*") if _is_of(entry, sessions)]
        if not living:
            return None
        if time.monotonic() > until:
            return f"{len(living)} processes live on"
        time.sleep(0.02)


def _is_of(process: Path, sessions: list[int]) -> bool:
    try:
        state, _, _, session = (process / "stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return False
    return int(session) in sessions and state != "Z"

"""The shell asks as it does: by variables of its own, for the words that may come next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from attrimeter.caching.content import list_cache
from attrimeter.datasets import LAYOUTS
from attrimeter.interpreter.forms.catalogue import FORMS
from attrimeter.interpreter.forms.form import TRUNKS
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.marks import MARKS
from attrimeter.synthesis.scenes import SCENES
from attrimeter.targets import PROFILES
from attrimeter.targets.heads.pooling import POOLINGS
from attrimeter.targets.profile import BLIND_TO, NECKS
from caching.cache_examples import make_cache

Offer = Callable[[str], list[str]]
TRAINABLE = {name for name, profile in PROFILES.items() if profile.source == "attrimeter"}


@pytest.fixture
def offer(call: Any, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """What bash is told after words that end in a space, or for the last word where they do not."""

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("_ATTRIMETER_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - (not line.endswith(" "))))
        answer = call()
        assert (answer.code, answer.err) == (0, "")
        return answer.out.split()  # type: ignore[no-any-return]

    return ask


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("attrimeter fit --form ", FORMS),
        ("attrimeter fit --trunk ", TRUNKS),
        ("attrimeter fit t.pth --schema ", SCHEMAS),
        ("attrimeter check photographs run data --layout ", LAYOUTS),
        ("attrimeter benchmark t.pth --profile ", PROFILES),
        ("attrimeter convert --metric ", ("euclidean", "cosine")),
        ("attrimeter render out --scene ", SCENES),
        ("attrimeter render out --mark ", MARKS),
        ("attrimeter train-target --profile ", TRAINABLE),
        ("attrimeter train-target --blind ", BLIND_TO),
        ("attrimeter explain a.jpg b.jpg --device ", ("auto", "cpu", "cuda")),
    ],
)
def test_names_are_all_that_there_are(offer: Offer, line: str, names: Iterable[str]) -> None:
    assert sorted(offer(line)) == sorted(names)


def test_kinds_are_those_that_the_cache_keeps(
    offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cache(tmp_path / "cache")
    kept = {shelf.kind for shelf in list_cache(tmp_path / "cache").shelves}
    assert len(kept) == 3
    assert set(offer(f"attrimeter cache --cache {tmp_path / 'cache'} --kind ")) == kept
    assert offer(f"attrimeter cache --cache {tmp_path / 'none'} --kind ") == []
    (tmp_path / "file").touch()
    assert offer(f"attrimeter cache clear --cache {tmp_path / 'file'} --kind ") == []
    monkeypatch.setenv("ATTRIMETER_CACHE", str(tmp_path / "cache"))
    assert set(offer("attrimeter cache --kind ")) == kept
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "file"}


def test_of_poolings_and_necks_those_that_are_trained(offer: Offer) -> None:
    assert {"gap", "gem", "max"} == set(offer("attrimeter train-target --pooling ")) <= {*POOLINGS}
    assert {"batchnorm", "none"} == set(offer("attrimeter train-target --neck ")) <= {*NECKS}


def test_a_begun_word_is_finished(offer: Offer) -> None:
    assert offer("attrimeter au") == ["audit"]
    assert offer("attrimeter check ") == ["sanity", "changes", "planted", "photographs"]
    assert sorted(offer("attrimeter fit --sc")) == ["--scene", "--schema"]
    assert offer("attrimeter evaluate run --layout mar") == ["market1501", "mars"]


def test_what_stands_before_may_be_wrong(offer: Offer, tmp_path: Path) -> None:
    """It is refused when the command is given, and says nothing while it is typed."""
    file = tmp_path / "a.csv"
    file.touch()
    assert offer("attrimeter fit --pairs x --device c") == ["cpu", "cuda"]
    assert offer(f"attrimeter audit run {file} --page {file} --device a") == ["auto"]


@pytest.mark.parametrize(
    "line",
    [
        "attrimeter explain on",
        "attrimeter explain one.jpg ",
        "attrimeter fit t.pth --out ",
        "attrimeter check planted ",
        "attrimeter fit t.pth --schema my",
    ],
)
def test_for_paths_nothing_is_offered_so_that_the_shell_offers_files(offer: Offer, line: str) -> None:
    assert offer(line) == []


def test_the_script_leaves_files_to_the_shell(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ATTRIMETER_COMPLETE", "source_bash")
    assert "complete -o default -F _attrimeter_completion attrimeter" in call().out
    monkeypatch.setenv("_ATTRIMETER_COMPLETE", "source_zsh")
    assert "#compdef attrimeter" in call().out

from __future__ import annotations

import json
import os
import sys
import textwrap
from pathlib import Path

import pytest
from tests.campaigns.attribute_files import SCHEMA, WHOLE, version_73, whole_table

from attrimeter.datasets import mat_child, mat_files, read_market_attributes
from attrimeter.datasets.mat_files import MatReader, UnreadableMatError, read_mat
from attrimeter.errors import DatasetError

FIELDS = ("image_index", "hat")


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script in the place of the child: it says that it is ready, then does what a test appends."""
    script = tmp_path / "child.py"
    script.write_text("import os, signal, sys, time\nprint('{}', flush=True)\nsys.stdin.buffer.readline()\n")
    monkeypatch.setattr(mat_child, "__file__", str(script))
    return script


def do(child: Path, code: str) -> None:
    child.write_text(child.read_text() + textwrap.dedent(code) + "\n")


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_every_version_says_the_same(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "attributes.mat"
    path.write_bytes(WHOLE[kind]())
    table, whole = read_market_attributes(path, schema=SCHEMA), whole_table()
    assert table.identities.tolist() == whole.identities.tolist()
    assert table.labels.tolist() == whole.labels.tolist()
    assert table.ages.tolist() == whole.ages.tolist()


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashes the library that reads it"),
        ("os.abort()", "crashes the library that reads it"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "takes more than 10 seconds"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "takes more than 30 seconds, or more memory"),
        ("sys.exit(7)", "ended with status 7"),
        ("print('[' * 100_000)", "ended with status"),
        ("print('[1, 2]')", "ended with status"),
        ("print('{\"parts\": [3]}')", "crashes the library that reads it"),
        ("sys.stdout.write('{\"parts\": null}')", "ended with status 0"),
    ],
)
def test_whatever_happens_to_the_child_is_a_sentence(child: Path, end: str, said: str) -> None:
    do(child, end)
    with MatReader() as reader, pytest.raises(UnreadableMatError, match=said):
        reader.read(b"", FIELDS)


def test_a_child_that_never_answers_is_ended(child: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    do(child, f"open({str(child.with_name('pid'))!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)")
    monkeypatch.setattr(mat_files, "MAX_SECONDS", 0.5)
    with MatReader() as reader, pytest.raises(UnreadableMatError, match="takes more than"):
        reader.read(b"", FIELDS)
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.with_name("pid").read_text()), 0)


def test_a_child_that_does_not_start_is_not_blamed_on_the_file(child: Path) -> None:
    child.write_text("raise ImportError")
    with MatReader() as reader, pytest.raises(DatasetError, match="does not start .* check that SciPy"):
        reader.read(b"", FIELDS)


def test_a_broken_child_is_followed_by_another(monkeypatch: pytest.MonkeyPatch, child: Path) -> None:
    do(child, "os.abort()")
    content = WHOLE["compressed"]()
    with MatReader() as reader:
        with pytest.raises(UnreadableMatError):
            reader.read(content, FIELDS)
        monkeypatch.undo()
        parts = reader.read(content, FIELDS)
        assert reader.read(content, FIELDS) == parts
    assert parts is not None and parts["train"]["image_index"] == ["0002", "0007", "0011", "1501"]


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read_mat.cache_clear()
    content = WHOLE["plain"]()
    first = read_mat(content, FIELDS)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert read_mat(content, FIELDS) is first
    with pytest.raises(DatasetError, match="/nowhere does not start"):
        read_mat(content + b"\0", FIELDS)


def test_version_73_without_h5py_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "h5py.py").write_text("raise ModuleNotFoundError('gone', name='h5py')")
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "attributes.mat"
    path.write_bytes(version_73())
    read_mat.cache_clear()
    with pytest.raises(
        DatasetError, match=r"needs the package h5py\); run pip install 'attrimeter\[mat73\]'"
    ):
        read_market_attributes(path, schema=SCHEMA)


def test_memory_is_bounded() -> None:
    """A compressed file of some kilobytes that would fill gigabytes."""
    from tests.campaigns.attribute_files import zeros_bomb

    with MatReader() as reader, pytest.raises(UnreadableMatError, match="more than a gigabyte of memory"):
        reader.read(zeros_bomb(), FIELDS)


def test_the_answer_is_json_whatever_stands_in_the_file() -> None:
    answers = [json.loads(mat_child.answer(content, list(FIELDS))) for content in (b"", b"x" * 999)]
    assert all(set(answer) == {"fault"} and len(answer["fault"]) < 300 for answer in answers)

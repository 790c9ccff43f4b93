"""The catalogue of forms: whole, by name, the default one first; and nobody else tells forms apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import attrimeter
from attrimeter.errors import SettingsError
from attrimeter.interpreter import DEFAULT_FORM, FORMS, InterpreterSettings, find_form, name_forms
from attrimeter.interpreter.forms.form import TRUNKS, Form

SOURCE = Path(attrimeter.__file__).parent
ROOM = SOURCE / "interpreter" / "forms"
CLASSES = {kind.__name__ for form in FORMS.values() for kind in type(form).__mro__} - {"object", "ABC"}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_what_is_asked_of_it(name: str) -> None:
    form = find_form(name)
    assert form.name == name and form.fitted_on in ("labelled images", "rendered edits")
    assert set(form.trunks) <= set(TRUNKS) and form.trunks
    assert InterpreterSettings(name).hidden == form.hidden
    assert any(vars(form.loss_weights).values()) and form.fit.weights is None


def test_the_default_form_is_the_first() -> None:
    assert InterpreterSettings().form == DEFAULT_FORM == next(iter(FORMS)) == "counterfactual"


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="choose from counterfactual, exact, distilled"):
        find_form("magic")


def test_forms_are_named_in_a_sentence_by_what_they_declare() -> None:
    assert name_forms(lambda form: form.fitted_on == "labelled images") == "the exact or the distilled form"
    assert name_forms(lambda form: form.predicts_changes) == "the counterfactual form"


def tells_forms_apart(node: ast.AST) -> bool:
    """Whether the node compares something with a form's name or asks for a form's class."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        names = {leaf.value for side in sides for leaf in ast.walk(side) if isinstance(leaf, ast.Constant)}
        return bool(names & set(FORMS))
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "issubclass"):
        asked = {getattr(leaf, "id", getattr(leaf, "attr", "")) for leaf in ast.walk(node.args[1])}
        return bool(asked & CLASSES)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value in FORMS
    return isinstance(node, ast.MatchValue) and getattr(node.value, "value", None) in FORMS


@pytest.mark.parametrize(
    "text",
    [
        "form == 'exact'",
        "'distilled' != one.form",
        "form in ('exact', 'distilled')",
        "isinstance(form, forms.Exact)",
        "isinstance(x, (int, Counterfactual))",
        "FORMS['exact']",
        "match form:\n    case 'exact': pass",
    ],
)
def test_what_tells_forms_apart_is_noticed(text: str) -> None:
    assert any(map(tells_forms_apart, ast.walk(ast.parse(text))))


def test_no_other_room_tells_forms_apart() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', '?')}"
        for path in sorted(SOURCE.rglob("*.py"))
        if ROOM not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if tells_forms_apart(node)
    ]
    assert not found
    assert isinstance(find_form(DEFAULT_FORM), Form)


BELOW = "targets"
"""This room lies beside the forms and cannot ask them; what it says names them."""


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """All texts but those that only document."""
    documenting = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documenting:
            yield node


def test_no_message_and_no_help_names_a_form() -> None:
    named = re.compile(rf"\b({'|'.join(FORMS)})\b( or the \w+| and \w+)* form|: ({', '.join(FORMS)})")
    assert named.search("the exact or the distilled form") and named.search("counterfactual form")
    assert not named.search("exact to 1e-9")
    found = [
        f"{path.relative_to(SOURCE)}:{text.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not {ROOM, SOURCE / BELOW} & set(path.parents)
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if named.search(text.value)  # type: ignore[arg-type]
    ]
    assert not found


def test_no_page_tells_forms_apart() -> None:
    pages = sorted(SOURCE.rglob("*.jinja"))
    named = [f"{quote}{name}{quote}" for name in FORMS for quote in "'\""]
    assert pages and not [page.name for page in pages for name in named if name in page.read_text("utf-8")]

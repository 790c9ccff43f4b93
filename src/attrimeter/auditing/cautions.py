"""How far an interpreter's attribution of a whole model can be believed."""

from __future__ import annotations

from attrimeter.interpreter import Interpreter, name_forms

BOOKS_CELLS = (
    "This form of interpreter books whole cells of the image, whatever is seen there: it does not say what a "
    "change of the attribute would do, nor what the model ignores. "
    f"{name_forms(lambda form: form.predicts_changes).capitalize()} does."
)
NOT_MEASURED = "Nobody measured whether this interpreter's explanations are true; it has no trust card."


def weak_groups(interpreter: Interpreter) -> tuple[str, ...]:
    """Groups of which the trust card says that explanations did not agree with the truth."""
    card = interpreter.facts.trust
    groups = {} if card is None else card.groups
    return tuple(name for name, group in groups.items() if group.verdict == "weak")


def list_audit_cautions(interpreter: Interpreter) -> tuple[str, ...]:
    """What a reader of an audit must know of the interpreter: its form, and what its trust card says.

    Raises:
        InterpreterError: a damaged trust card.
    """
    card = interpreter.facts.trust
    found = [] if interpreter.form.predicts_changes else [BOOKS_CELLS]
    if card is None or card.status == "not measured":
        return (*found, NOT_MEASURED)
    if not card.beats_baseline:
        found.append(
            f"Measured against the truth, this interpreter errs by {card.interpreter_error.value:.2f}, no "
            f"less than a constant that never looks at the pair ({card.baseline_error.value:.2f})."
        )
    weak = weak_groups(interpreter)
    if weak:
        found.append(f"Its explanations did not agree well with the truth for {', '.join(weak)}.")
    return tuple(found)

"""What would turn the answer about a pair, in one or two sentences."""

from __future__ import annotations

from attrimeter.figures.text.numerals import format_distance, format_share
from attrimeter.legible import join_names
from attrimeter.values.change_answer import ChangeAnswer

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def change_sentences(answer: ChangeAnswer, *, name: str) -> tuple[str, ...]:
    """Which attributes would have to change, where the distance would then stand, and how often that is true.

    Args:
        name: what to call the second image.
    """
    if not answer.groups or answer.after is None:
        return (_say_none(answer, name=name),)
    threshold, after = format_distance(answer.threshold), format_distance(answer.after)
    turn = {
        "match": f"this would be a match: distance about {after}, where {threshold} is enough",
        "no match": f"this would be no match any more: distance about {after}, beyond {threshold}",
        "swap": f"{name} would rank before {answer.rival}: distance about {after} against {threshold}",
    }[answer.turn]
    kind = "different" if answer.turn == "no match" else "alike"
    said = f"Were {join_names(answer.groups)} {kind}, {turn}."
    if answer.probability is None:
        return (said,)
    sure = "more than 99 %" if answer.probability > 0.99 else format_share(answer.probability)
    return (said, f"This is {sure} sure, as measured on edits of rendered persons.")


def _say_none(answer: ChangeAnswer, *, name: str) -> str:
    threshold = format_distance(answer.threshold)
    end = {
        "match": f"to make this a match (distance {threshold} or less)",
        "no match": f"to break this match (distance {threshold} or less)",
        "swap": f"to put {name} before {answer.rival} (distance {threshold})",
    }[answer.turn]
    most = _NUMBERS[answer.most] if answer.most < len(_NUMBERS) else str(answer.most)
    noun = "attribute" if answer.most == 1 else "attributes"
    return f"No change of up to {most} {noun} is expected {end}."

"""What a trust card says of one explanation: a label, and the sentences that matter for it."""

from __future__ import annotations

from collections.abc import Mapping

from attrimeter.legible import join_names
from attrimeter.values import OTHER
from attrimeter.values.trust import GroupTrust, TrustCard, Verdict

WORTH_A_WORD = 0.1
"""A group is spoken of from this share of the absolute contributions on."""


def explanation_label(card: TrustCard | None, contributions: Mapping[str, float]) -> Verdict:
    """Whether an explanation as a whole can be trusted.

    - "not measured": there is no card, or it measured nothing, or the groups whose verdict is
      "not measured" carry more than half of the absolute contributions;
    - "weak": those whose verdict is "measured" carry less than half, or the interpreter does not beat the
      average contribution of each attribute;
    - "measured": otherwise, and where all contributions are 0.

    Args:
        card: of the interpreter; None if it carries none.
        contributions: group -> contribution, in any units; "other" is passed over, for no card speaks of
            what it holds.
    """
    if card is None or card.status == "not measured":
        return "not measured"
    weights = _weigh(contributions)
    if _weight_of("not measured", weights, card) > 0.5:
        return "not measured"
    if not card.beats_baseline or (weights and _weight_of("measured", weights, card) < 0.5):
        return "weak"
    return "measured"


def explanation_words(card: TrustCard | None, contributions: Mapping[str, float]) -> tuple[str, ...]:
    """What a reader of this explanation must know of the card, in sentences; none without a card.

    Groups that carry less than a tenth of the absolute contributions are not spoken of.
    """
    if card is None:
        return ()
    if card.status == "not measured":
        return card.words
    spoken_of = [name for name, weight in _weigh(contributions).items() if weight >= WORTH_A_WORD]
    groups = {name: card.groups[name] for name in spoken_of if name in card.groups}
    words = agreement_sentences(groups, pairs=card.pairs)
    if not card.beats_baseline:
        words += (
            "All in all it erred no less than the average share of each attribute, "
            "which never looks at the pair.",
        )
    return words


def agreement_sentences(groups: Mapping[str, GroupTrust], *, pairs: int) -> tuple[str, ...]:
    """Which groups' attributions agreed with the truth over so many pairs, and which did not."""
    named = {
        verdict: join_names([name for name, trust in groups.items() if trust.verdict == verdict])
        for verdict in ("measured", "weak", "not measured")
    }
    opening = f"On {pairs:,} rendered pairs of unseen persons this interpreter's attribution of"
    sentences = []
    if named["measured"]:
        rest = f"; its attribution of {named['weak']} did not" if named["weak"] else ""
        sentences.append(f"{opening} {named['measured']} agreed with measured truth{rest}.")
    elif named["weak"]:
        sentences.append(f"{opening} {named['weak']} did not agree with measured truth.")
    if named["not measured"]:
        which = "these pairs" if sentences else f"{pairs:,} rendered pairs"
        sentences.append(f"Too few of {which} differed in {named['not measured']} to tell.")
    return tuple(sentences)


def _weigh(contributions: Mapping[str, float]) -> dict[str, float]:
    """Each group's share of the absolute contributions, largest first; empty if all are 0."""
    sizes = {name: abs(value) for name, value in contributions.items() if name != OTHER}
    total = sum(sizes.values())
    ordered = sorted(sizes.items(), key=lambda entry: -entry[1])
    return {name: size / total for name, size in ordered} if total > 0 else {}


def _weight_of(verdict: Verdict, weights: Mapping[str, float], card: TrustCard) -> float:
    return sum((weight for name, weight in weights.items() if _verdict(card, name) == verdict), 0.0)


def _verdict(card: TrustCard, group: str) -> Verdict:
    return card.groups[group].verdict if group in card.groups else "not measured"

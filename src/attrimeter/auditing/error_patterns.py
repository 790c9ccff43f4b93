"""Which few traits explain a set of mistakes: patterns that are common among them and rare otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Int

from attrimeter.arrays import Array

FEWEST, LEAST_SHARE = 3, 0.04
"""A pattern holds for at least so many mistakes, and at least this share of them all."""

LEAST_EVIDENCE = 8.0
"""Log-likelihood ratio, in nats, against chance; below it a pattern is none (about one in 30,000)."""


@dataclass(frozen=True)
class Pattern:
    """One or two traits that a set of mistakes shares.

    Attributes:
        traits: their columns.
        rows: the mistakes; each belongs to one pattern at most.
        expected: how many of as many rows drawn by chance would have all of the traits.
    """

    traits: tuple[int, ...]
    rows: Int[Array, " rows"]
    expected: float


def find_patterns(
    mistakes: Bool[Array, "n traits"], chance: Bool[Array, "m traits"], *, most: int = 6
) -> list[Pattern]:
    """Cover mistakes by patterns, the most telling first.

    Again and again the trait, or pair of traits, is taken that the mistakes not yet covered have the most
    evidently more often than ``chance`` does: the largest log-likelihood ratio of a binomial count against
    its chance rate. What it covers is set aside.

    Args:
        mistakes: which traits each mistake has.
        chance: which traits each of many pairs drawn by chance has.
        most: patterns at most.

    Returns:
        No pattern covers fewer than ``FEWEST`` mistakes, nor less than ``LEAST_SHARE`` of them. Empty where
        nothing is more common among the mistakes.
    """
    candidates = [
        *((trait,) for trait in range(mistakes.shape[1])),
        *combinations(range(mistakes.shape[1]), 2),
    ]
    rates = [(chance[:, list(traits)].all(axis=1).sum() + 0.5) / (len(chance) + 1) for traits in candidates]
    fewest = max(FEWEST, LEAST_SHARE * len(mistakes))
    left, found = np.arange(len(mistakes)), list[Pattern]()
    while len(found) < most and len(left) >= fewest:
        holds = [mistakes[left][:, list(traits)].all(axis=1) for traits in candidates]
        evidence = [
            evidence_against_chance(int(held.sum()), len(left), rate) if held.sum() >= fewest else -1.0
            for held, rate in zip(holds, rates, strict=True)
        ]
        best = int(np.argmax(evidence)) if evidence else 0
        if not evidence or evidence[best] < LEAST_EVIDENCE:
            break
        found.append(Pattern(candidates[best], left[holds[best]], float(rates[best] * len(left))))
        left = left[~holds[best]]
    return found


def evidence_against_chance(count: int, of: int, rate: float) -> float:
    """Log-likelihood ratio of a binomial count's own rate against a given one; 0 where it is no larger.

    Args:
        count: successes, 0 to ``of``.
        rate: between 0 and 1, neither of them.
    """
    own = count / of if of else 0.0
    if own <= rate:
        return 0.0
    failures = 0.0 if own == 1 else (of - count) * float(np.log((1 - own) / (1 - rate)))
    return count * float(np.log(own / rate)) + failures

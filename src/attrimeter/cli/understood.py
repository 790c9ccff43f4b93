"""Saying how a data set was understood, before any work begins."""

from __future__ import annotations

from attrimeter.cli.terminal import tell
from attrimeter.datasets.understanding import describe_dataset
from attrimeter.values import PersonDataset


def tell_understood(dataset: PersonDataset) -> None:
    """Say what is in a data set, where that was read, what is doubtful and what to do if it is wrong."""
    for sentence in describe_dataset(dataset):
        tell(sentence)

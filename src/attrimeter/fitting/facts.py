"""What fitting leaves for explaining, besides the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from attrimeter.fitting.attribute_classifier import fit_attribute_classifier
from attrimeter.fitting.epoch_fit import EpochFit
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.interpreter.facts import AttributeFacts, DistanceFacts, Facts, FitFacts, TargetFacts
from attrimeter.legible import whole_characters
from attrimeter.metrics import constant_order
from attrimeter.metrics.distances import distance_quantiles

MOST_PERSONS = 3000
"""Persons among whom it is counted how often two differ in an attribute."""


def learn_facts(fit: EpochFit[Any], *, target: TargetFacts, data_name: str) -> None:
    """Give a fit's interpreter what is known before the first epoch.

    That is how far apart persons are, which attributes they have, and a plain classifier of attributes on
    their embeddings, which is to be beaten.

    Args:
        target: by what the target can be opened again.
        data_name: what the data are called.
    """
    interpreter, persons, settings = fit.interpreter, fit.persons, fit.settings
    _, first = np.unique(persons.identities, return_index=True)
    distances = distance_quantiles(
        persons.embeddings, persons.identities, metric=str(interpreter.target.metric)
    )
    measured = fit.true_shares
    interpreter.facts = Facts(
        target=target,
        distances=DistanceFacts(**{kind: tuple(found) for kind, found in distances.items()}),
        attributes=AttributeFacts(
            prevalence=tuple(map(float, label_prevalence(persons.labels))),
            differs=tuple(map(float, constant_order(persons.labels[first][:MOST_PERSONS]))),
        ),
        fit=FitFacts(
            data=whole_characters(data_name), epochs=settings.epochs, seed=settings.seed, **fit.about
        ),
    ).completed(Facts() if measured is None else Facts(true_shares=measured))
    device = interpreter.target.device
    interpreter.baseline = fit_attribute_classifier(
        persons.embeddings.to(device), torch.from_numpy(persons.labels).to(device)
    )

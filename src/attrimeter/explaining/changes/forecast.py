"""What a counterfactual interpreter predicts of changing attribute groups of the second image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from attrimeter.arrays import Array
from attrimeter.errors import InterpreterError
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.interpreter import ImageReading, Interpreter, name_forms


@dataclass(frozen=True)
class EditForecast:
    """Of n pairs, groups in the order of the schema.

    Attributes:
        distances: D^2.
        shares: predicted Shapley value of each group, as a share of D^2.
        shared: product of the moves of the embedding that two groups make, as a share of D^2.
        differs: probability that the group differs.
    """

    distances: Float[Array, " n"]
    shares: Float[Array, "n groups"]
    shared: Float[Array, "n groups groups"]
    differs: Float[Array, "n groups"]

    @property
    def may_differ(self) -> Bool[Array, "n groups"]:
        """Groups that it makes sense to call alike: those that are not read as alike already."""
        found: Array = self.differs >= MIGHT_DIFFER
        return found


MIGHT_DIFFER = 0.25
"""Probability from which a group may be named among those that would have to be alike."""


@torch.no_grad()
def forecast_edits(interpreter: Interpreter, first: ImageReading, second: ImageReading) -> EditForecast:
    """What the pair head says of n pairs.

    Raises:
        InterpreterError: a form that does not predict changes.
    """
    network = check_predicts(interpreter).network
    with evaluation_mode(network):
        predicted = network.predict(first.parts, first.embeddings, second.parts, second.embeddings)
    squared = (second.embeddings - first.embeddings).double().square().sum(dim=1)
    chance = predicted.differs.sigmoid()
    moves = (predicted.moves * chance[..., None]).double()
    shared = torch.einsum("ngd,nhd->ngh", moves, moves) / squared.clamp(min=1e-12)[:, None, None]
    return EditForecast(
        distances=squared.cpu().numpy(),
        shares=predicted.shares.double().cpu().numpy(),
        shared=shared.cpu().numpy(),
        differs=chance.double().cpu().numpy(),
    )


def check_predicts(interpreter: Interpreter) -> Interpreter:
    """The interpreter, if it is of the form that predicts changes; raises InterpreterError if not."""
    if not interpreter.form.predicts_changes:
        raise InterpreterError(
            f"An interpreter of the {interpreter.form.name} form does not predict what a change would do; "
            f"fit one of {name_forms(lambda form: form.predicts_changes)}."
        )
    return interpreter


def back_features(forecast: EditForecast, sets: Bool[Array, "sets groups"]) -> Float[Array, "n sets f"]:
    """What the change of D^2 is learnt from when the groups of a set are made alike.

    The sum of a set's shares is the change itself where contributions add up. They do not quite: what is
    taken back first takes less along than the mean over all orders, the more the more is left. So its square
    stands beside it, its products with the shares and the number of all groups that differ and with log D^2,
    the number of the set's own groups that differ, and the products of their moves among themselves and with
    those that are left.
    """
    chosen = sets.T.astype(np.float64)
    own = forecast.shares @ chosen
    every = forecast.shares.sum(axis=1, keepdims=True)
    differing = forecast.differs @ chosen
    all_differing = forecast.differs.sum(axis=1, keepdims=True)
    inside = np.einsum("sg,ngh,sh->ns", sets, forecast.shared, sets, optimize=True)
    outside = forecast.shared.sum(axis=2) @ chosen - inside
    alone = np.diagonal(forecast.shared, axis1=1, axis2=2) @ chosen
    columns = [
        own,
        own**2,
        own * every,
        own * every**2,
        own * all_differing,
        own * np.log(np.maximum(forecast.distances, 1e-12))[:, None],
        differing,
        differing**2,
        differing / np.maximum(all_differing, 0.5),
        inside - alone,
        outside,
    ]
    return np.stack(columns, axis=2)


def onward_features(
    forecast: EditForecast, sets: Bool[Array, "sets groups"], *, threshold: float
) -> Float[Array, "n sets f"]:
    """What the change of D^2 is learnt from when the groups of a set are made different.

    Nobody says how: so it is which groups they are, as far as they do not differ already, how many, and how
    far apart the two are now.

    Args:
        threshold: of D^2.
    """
    alike = (1 - forecast.differs)[:, None] * sets
    sizes = np.broadcast_to(sets.sum(axis=1), alike.shape[:2]).astype(np.float64)
    far = sizes * (forecast.distances / threshold)[:, None]
    return np.concatenate([alike, np.square(sizes)[..., None], far[..., None]], axis=2)

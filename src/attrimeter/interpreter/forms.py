"""The forms of interpreter: how maps split an embedding, and how split embeddings split a distance.

A form is four small functions of tensors. Adding one is a class here or in a file beside this one, and a
line in :data:`FORMS`.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import SettingsError
from attrimeter.interpreter.activations import partition_of_unity, positive_activation

TINY = 1e-12
COUNTERFACTUAL = "counterfactual"
"""The form that predicts edits instead of splitting by maps; see :mod:`interpreter.counterfactual`."""


@runtime_checkable
class HeadLike(Protocol):
    """What a form needs of a target's head; see ``attrimeter.targets``."""

    def split(self, last_map: Tensor, partition: Tensor) -> tuple[Tensor, Tensor]: ...
    def embed_masked(self, last_map: Tensor, maps: Tensor) -> Tensor: ...


@runtime_checkable
class Form(Protocol):
    """How an interpreter splits a distance.

    Attributes:
        name: what the command line calls it.
        has_other: whether the network draws a map for *other* too.
    """

    name: str
    has_other: bool

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """Raw scores to attention maps."""
        ...

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        """The attribute embeddings of n images."""
        ...

    def compare_all(
        self,
        parts_a: Float[Tensor, "q maps d"],
        embeddings_a: Float[Tensor, "q d"],
        parts_b: Float[Tensor, "g maps d"],
        embeddings_b: Float[Tensor, "g d"],
    ) -> Float[Tensor, "q g attr_and_other"]:
        """Contributions of every attribute and *other* to ||e_a - e_b||, for all q x g pairs."""
        ...

    def compare_pairs(
        self,
        parts_a: Float[Tensor, "p maps d"],
        embeddings_a: Float[Tensor, "p d"],
        parts_b: Float[Tensor, "p maps d"],
        embeddings_b: Float[Tensor, "p d"],
    ) -> Float[Tensor, "p attr_and_other"]:
        """The same for p pairs given one by one."""
        ...


class Exact:
    """A partition of the last map whose signed ledger sums to the squared distance (DESIGN 2.2).

    c^k = <u_a^k - u_b^k, e_a - e_b>; contributions are c^k / D, so that they sum to D. Where D = 0 all are 0.
    """

    name = "exact"
    has_other = True

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """A softmax over attributes and *other* in every cell."""
        return partition_of_unity(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        """u^k = sum_p P^k(p) v(p); what the head adds for every image alike is booked under *other*."""
        parts, bias = head.split(last_map, maps)
        return torch.cat([parts[:, :-1], (parts[:, -1] + bias)[:, None]], dim=1)

    def compare_all(
        self,
        parts_a: Float[Tensor, "q maps d"],
        embeddings_a: Float[Tensor, "q d"],
        parts_b: Float[Tensor, "g maps d"],
        embeddings_b: Float[Tensor, "g d"],
    ) -> Float[Tensor, "q g maps"]:
        """By the bilinear expansion: four matrix products, nothing of size q x g x maps x d.

        Both sides are first shifted by the mean of b, which changes no difference and keeps digits.
        """
        part_mean, mean = parts_b.mean(dim=0, keepdim=True), embeddings_b.mean(dim=0, keepdim=True)
        parts_a, parts_b = parts_a - part_mean, parts_b - part_mean
        embeddings_a, embeddings_b = embeddings_a - mean, embeddings_b - mean
        ledger = torch.einsum("qkd,qd->qk", parts_a, embeddings_a)[:, None]
        ledger = ledger + torch.einsum("gkd,gd->gk", parts_b, embeddings_b)[None]
        ledger = ledger - torch.einsum("qkd,gd->qgk", parts_a, embeddings_b)
        ledger = ledger - torch.einsum("gkd,qd->qgk", parts_b, embeddings_a)
        distances = _distances(embeddings_a, embeddings_b)
        return ledger / distances.clamp(min=TINY)[..., None]

    def compare_pairs(
        self,
        parts_a: Float[Tensor, "p maps d"],
        embeddings_a: Float[Tensor, "p d"],
        parts_b: Float[Tensor, "p maps d"],
        embeddings_b: Float[Tensor, "p d"],
    ) -> Float[Tensor, "p maps"]:
        """Straight from the definition."""
        delta = embeddings_a - embeddings_b
        ledger = torch.einsum("pkd,pd->pk", parts_a - parts_b, delta)
        contributions: Tensor = ledger / delta.norm(dim=1, keepdim=True).clamp(min=TINY)
        return contributions


class Distilled:
    """AMD as published: d^k = ||e_a^k - e_b^k|| with e^k = head(F * A^k), and D approx mean_k d^k.

    Contributions are d^k / K; *other* is what their sum leaves of D, of either sign.
    """

    name = "distilled"
    has_other = False

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """The published positive activation."""
        return positive_activation(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        """e^k = head(F * A^k)."""
        return head.embed_masked(last_map, maps)

    def compare_all(
        self,
        parts_a: Float[Tensor, "q maps d"],
        embeddings_a: Float[Tensor, "q d"],
        parts_b: Float[Tensor, "g maps d"],
        embeddings_b: Float[Tensor, "g d"],
    ) -> Float[Tensor, "q g attr_and_other"]:
        """One distance matrix per attribute."""
        components = _distances(parts_a.transpose(0, 1), parts_b.transpose(0, 1)).permute(1, 2, 0)
        return _with_remainder(components, _distances(embeddings_a, embeddings_b))

    def compare_pairs(
        self,
        parts_a: Float[Tensor, "p maps d"],
        embeddings_a: Float[Tensor, "p d"],
        parts_b: Float[Tensor, "p maps d"],
        embeddings_b: Float[Tensor, "p d"],
    ) -> Float[Tensor, "p attr_and_other"]:
        """Straight from the definition."""
        return _with_remainder((parts_a - parts_b).norm(dim=2), (embeddings_a - embeddings_b).norm(dim=1))


FORMS: dict[str, Form] = {form.name: form for form in (Exact(), Distilled())}
"""The forms that split by maps, by name."""


def find_form(name: str) -> Form:
    """The form of that name. Raises SettingsError listing the known ones."""
    if name not in FORMS:
        raise SettingsError(f"There is no form {name!r}; choose from {', '.join(FORMS)}.")
    return FORMS[name]


def _distances(a: Float[Tensor, "*b q d"], b: Float[Tensor, "*b g d"]) -> Float[Tensor, "*b q g"]:
    squares = a.square().sum(-1)[..., :, None] + b.square().sum(-1)[..., None, :]
    products: Tensor = a @ b.transpose(-1, -2)
    return (squares - 2 * products).clamp(min=TINY).sqrt()


def _with_remainder(
    components: Float[Tensor, "*p attr"], distances: Float[Tensor, "*p"]
) -> Float[Tensor, "*p attr_and_other"]:
    parts = components / components.shape[-1]
    other = distances - parts.sum(dim=-1)
    return torch.cat([parts, other[..., None]], dim=-1)

"""Whether a user's module is what it is said to be, measured on a few images that show nobody."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.head import Head
from attrimeter.targets.modules.body import ModuleBody

TOLERANCE = 1e-4
"""Largest difference of two embeddings that are the same, relative to their length."""

_MAPS = 3


@dataclass(frozen=True)
class LedgerCheck:
    """Whether a target's embedding is a bias plus a sum over the cells of its last map.

    Attributes:
        largest_error: of that sum against the module's own embedding, relative to the embedding's length;
            NaN where no sum is known.
        holds: whether it is at most :data:`TOLERANCE`.
        finding: what was found, for a person to read.
        passes_gradient: whether a gradient passes from the embedding to the last map, so that the distilled
            form can be fitted.
    """

    largest_error: float
    holds: bool
    finding: str
    passes_gradient: bool = True

    @property
    def sentence(self) -> str:
        """What was found, and what can be done where it is no such sum."""
        if self.holds:
            return f"{self.finding}."
        forms = (
            "the distilled or the counterfactual form" if self.passes_gradient else "the counterfactual form"
        )
        return f"{self.finding}, or use {forms}."


@torch.no_grad()
def check_ledger_sum(
    head: Head, last: Float[Tensor, "n c h w"], own: Float[Tensor, "n d"], *, name: str
) -> LedgerCheck:
    """Divide the embeddings among random maps, and compare the sum with the module's own embeddings.

    Args:
        head: would divide them.
        last, own: last maps, and embeddings as the target is to give them.
        name: of the target.
    """
    generator = torch.Generator().manual_seed(1)
    scores = torch.randn(len(last), _MAPS, *last.shape[2:], generator=generator)
    parts, bias = head.split(last, (2 * scores).softmax(dim=1).to(last.device))
    total = parts.sum(dim=1) + bias
    if total.shape != own.shape:
        return LedgerCheck(
            float("nan"),
            False,
            f"The pooled and projected map of {name} has {total.shape[1]} numbers and its embedding "
            f"{own.shape[1]}, so that it is not known to be a sum over cells: the exact form cannot be used; "
            "say which neck follows the pooling",
        )
    error = largest_difference(total, own)
    if error <= TOLERANCE:
        text = (
            f"The embedding of {name} is a sum over the cells of its last map, to {error:.1e} of its length"
        )
        return LedgerCheck(error, True, text)
    return LedgerCheck(
        error,
        False,
        f"The embedding of {name} is not the given pooling and neck of its last map (they miss it by "
        f"{error:.1e} of its length, more than {TOLERANCE:.0e}), so that the exact form cannot be used; "
        "correct pooling= and neck=",
    )


def unknown_sum(name: str, *, shows_inside: bool = True) -> LedgerCheck:
    """For a target of which no pooling is known; it never will be of one that shows nothing of its inside."""
    if not shows_inside:
        return LedgerCheck(
            float("nan"),
            False,
            f"{name} shows nothing of its inside, so that the exact form cannot be used; give the network as "
            "a PyTorch module",
        )
    return LedgerCheck(
        float("nan"),
        False,
        f"It is not known how the embedding of {name} is pooled from its last map, so that the exact form "
        "cannot be used; give pooling= (and neck=) to Target.from_module",
    )


def passes_gradient(body: ModuleBody, last: Float[Tensor, "n c h w"]) -> bool:
    """Whether a gradient passes from the embedding back to the last map."""
    with torch.enable_grad():
        try:
            return body.finish(last[:1].clone().requires_grad_(True)).requires_grad
        except Exception:  # whatever a foreign module does when it is asked for one
            return False


def no_sum_of_tokens(name: str) -> LedgerCheck:
    """For a vision transformer."""
    return LedgerCheck(
        float("nan"),
        False,
        f"The embedding of {name} is a class token, which reads all cells at once and is no sum of them, so "
        "that the exact form cannot be used; keep that for a model that pools its cells",
    )


@torch.no_grad()
def settle_finish(body: ModuleBody, last: Tensor, own: Tensor) -> None:
    """Make sure that the last map alone decides the embedding, and find the cheapest way to compute it.

    The rest of a module is run on a blank image with the last map put in its place. One blank image will do
    for many maps where the module never looks at the size of its batch; else it takes as many.

    Raises:
        CheckpointError: the embedding depends on more than the last map, or ``head`` gives another one.
    """
    failure = ""
    for blanks in (1, 0):
        body.blank_images = blanks
        try:
            found = body.finish(last)
        except CheckpointError:
            raise
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            continue
        if found.shape == own.shape and largest_difference(found, own) <= TOLERANCE:
            return
        failure = "the embedding is another one"
    if body.has_head:
        raise CheckpointError(
            f"head= does not give the module's own embedding of a last map ({failure}); it must be the rest "
            "of the module in evaluation mode, best as layers or a method of the module itself."
        )
    raise CheckpointError(
        f"With last_map={body.last_map!r} the embedding cannot be computed from the last map alone "
        f"({failure}): part of the module bypasses it, or draws random numbers; name a later layer through "
        "which everything passes, or give head=, from the last map to the embedding."
    )


@torch.no_grad()
def check_deep(body: ModuleBody, images: Tensor) -> None:
    """Make sure that the deep layers, where there are some, lead from the shallow map to the last one.

    Raises:
        CheckpointError: they do not.
    """
    if body.deep is None:
        return
    shallow, last = body.read(images)
    try:
        found = body.copy_deep_layers().eval()(shallow)
    except (RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"deep= cannot be run on the shallow map ({error}); it must be the layers after shallow_map up "
            "to last_map."
        ) from error
    if found.shape != last.shape or largest_difference(found.flatten(1), last.flatten(1)) > TOLERANCE:
        raise CheckpointError(
            "deep= does not lead from the shallow map to the last map: its output is another one; it must be "
            "the layers after shallow_map up to last_map, of the module itself."
        )


def largest_difference(found: Float[Tensor, "n d"], expected: Float[Tensor, "n d"]) -> float:
    """The largest distance of two rows, relative to the length of the expected one; infinite for NaN."""
    lengths = expected.norm(dim=1).clamp(min=1e-12)
    return float(((found - expected).norm(dim=1) / lengths).nan_to_num(nan=float("inf")).max())


def is_unit(embeddings: Float[Tensor, "n d"]) -> bool:
    """Whether every embedding has length one."""
    return largest_difference(embeddings, normalize(embeddings)) <= TOLERANCE

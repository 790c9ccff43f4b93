"""What a form of interpreter is: what it declares, and the functions of tensors that it consists of.

To add one, write a class in a file beside this one, and put it into
:data:`~attrimeter.interpreter.forms.catalogue.FORMS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.arrays import Array
from attrimeter.interpreter.forms.fit_settings import FitSettings, LossWeights
from attrimeter.interpreter.reading import ImageReading
from attrimeter.schemas import AttributeSchema

FROZEN, OWN = "frozen", "own"
TRUNKS = (FROZEN, OWN)
"""What an interpreter reads: the target's maps as they are, or an own copy of its deep layers."""


@runtime_checkable
class HeadLike(Protocol):
    """What a form needs of a target's head; see ``attrimeter.targets``."""

    def split(self, last_map: Tensor, partition: Tensor) -> tuple[Tensor, Tensor]: ...
    def embed(self, last_map: Tensor) -> Tensor: ...
    def embed_masked(self, last_map: Tensor, maps: Tensor) -> Tensor: ...


class Form(ABC):
    """How an interpreter splits a distance, and what everybody else must know of it.

    Attributes:
        name: what the command line calls it.
        fit: how it is fitted, where the user does not say; its kind says on what (:attr:`fitted_on`).
        loss_weights: of that fit.
        hidden: channels of its network's hidden map, where the user gives none.
        trunks: of :data:`TRUNKS`, what its network can read.
        needs_exact_head: the target's embedding must be a sum over the cells of its last map.
        needs_gradient: a gradient must pass through the target, from its embedding to its last map.
        predicts_changes: contributions are predicted effects of changing an attribute, and not what was
            booked for the cells where it is; its network says what a change would do
            (:meth:`~attrimeter.interpreter.forms.counterfactual.form.CounterfactualNetwork.predict`).
        reads_pairs: every pair passes its network, which takes longer than matrix products.
        is_partition: its maps divide every cell among the attributes and *other*.
        has_gap: its components only approximate the distance, so that their gap is of interest.
        is_signed: a contribution may bring two images together; else an attribute that both share counts as
            a little distance, too.
    """

    name: ClassVar[str]
    fit: ClassVar[FitSettings]
    loss_weights: ClassVar[LossWeights]
    hidden: ClassVar[int] = 256
    trunks: ClassVar[tuple[str, ...]] = (FROZEN,)
    needs_exact_head: ClassVar[bool] = False
    needs_gradient: ClassVar[bool] = False
    predicts_changes: ClassVar[bool] = False
    reads_pairs: ClassVar[bool] = False
    is_partition: ClassVar[bool] = False
    has_gap: ClassVar[bool] = False
    is_signed: ClassVar[bool] = True

    @property
    def fitted_on(self) -> str:
        """ "labelled images" or "rendered edits"."""
        return self.fit.FITTED_ON

    @abstractmethod
    def build_network(
        self,
        schema: AttributeSchema,
        *,
        channels: int,
        shallow_channels: int,
        size: int,
        hidden: int,
        trunk: nn.Module | None,
    ) -> nn.Module:
        """A fresh network.

        Args:
            channels, shallow_channels: of the target's last and shallow map.
            size: of its embedding.
            hidden: channels of the hidden map.
            trunk: an own copy of the target's deep layers; None reads its maps as they are.
        """

    @abstractmethod
    def read(
        self,
        network: Any,
        head: HeadLike,
        last: Float[Tensor, "n c h w"],
        shallow: Float[Tensor, "n s h2 w2"],
        *,
        precise_head: HeadLike | None = None,
    ) -> ImageReading:
        """Read n images from the target's two maps; gradients reach the network where they are enabled.

        Args:
            head: the target's.
            precise_head: the same in float64, where the ledger of two nearly identical images must keep its
                digits.
        """

    @abstractmethod
    def compare_all(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "q g attr_and_other"]:
        """Contributions of every attribute and *other* to ||e_a - e_b||, for all q x g pairs."""

    @abstractmethod
    def compare_pairs(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "p attr_and_other"]:
        """The same for p pairs given one by one."""

    @abstractmethod
    def appearance(self, network: Any, reading: ImageReading) -> Float[Tensor, "n appearances f"]:
        """How each attribute, or each group, looks in n images, for comparing its appearance."""

    @abstractmethod
    def appearance_shape(self, network: Any, schema: AttributeSchema, size: int) -> tuple[int, int]:
        """How many appearances an image has, and numbers in each.

        Args:
            size: of the target's embedding.
        """

    @abstractmethod
    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """The maps of one image as they are shown: attributes, groups, and *other* where there is one, by
        name, in [0, 1]."""


def named_maps(
    schema: AttributeSchema, maps: Float[Array, "maps h w"], together: Callable[..., Array]
) -> dict[str, Array]:
    """Each attribute's map by its name, and what ``together`` (of NumPy) makes of those of each group."""
    named = {name: maps[index] for index, name in enumerate(schema.names)}
    return named | {group: together(maps[list(rows)], axis=0) for group, rows in schema.groups.items()}

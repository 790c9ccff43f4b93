"""The interpreter: a small network grafted on a frozen target, which splits its distances by attribute."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.errors import InterpreterError, LedgerError, SettingsError
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.forms.catalogue import DEFAULT_FORM, find_form, name_forms
from attrimeter.interpreter.forms.form import FROZEN, OWN, TRUNKS, Form
from attrimeter.interpreter.reading import ImageReading, join_readings
from attrimeter.interpreter.same_person import SamePersonModel
from attrimeter.pixels import ImageSource
from attrimeter.ranges import check_numbers
from attrimeter.schemas import AttributeSchema
from attrimeter.values.metric import Metric

LEDGER_TOLERANCE = 1e-4


@runtime_checkable
class MapsLike(Protocol):
    """The two maps of a target's forward pass."""

    @property
    def shallow(self) -> Tensor: ...
    @property
    def last(self) -> Tensor: ...


@runtime_checkable
class IdentityLike(Protocol):
    """By what a target is known again; see ``attrimeter.targets.identity``."""

    def to_dict(self) -> dict[str, Any]: ...
    def mismatch(self, kept: Mapping[str, Any]) -> str | None: ...


@runtime_checkable
class TargetLike(Protocol):
    """What an interpreter needs of a target; see ``attrimeter.targets.Target``."""

    @property
    def head(self) -> Any: ...
    @property
    def channels(self) -> int: ...
    @property
    def shallow_channels(self) -> int: ...
    @property
    def embedding_size(self) -> int: ...
    @property
    def metric(self) -> Metric: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def identity(self) -> IdentityLike: ...
    @property
    def passes_gradient(self) -> bool: ...
    @property
    def device(self) -> torch.device: ...
    def preprocess(self, sources: Sequence[ImageSource]) -> Tensor: ...
    def read_maps(self, inputs: Tensor) -> MapsLike: ...
    def copy_deep_layers(self) -> nn.Module: ...


@dataclass(frozen=True)
class InterpreterSettings:
    """How an interpreter is built.

    Attributes:
        form: a name of :data:`~attrimeter.interpreter.forms.FORMS`.
        trunk: "frozen" reads the target's maps as they are (light), "own" has its own copy of the deep
            layers, which reads the shallow map; not every form has both.
        hidden: channels of the hidden map; None takes the form's own.
    """

    form: str = DEFAULT_FORM
    trunk: str = FROZEN
    hidden: int | None = None

    def __post_init__(self) -> None:
        form = self.find_form()
        if self.trunk not in TRUNKS:
            raise SettingsError(f"There is no trunk {self.trunk!r}; choose from {', '.join(TRUNKS)}.")
        if self.trunk not in form.trunks:
            raise SettingsError(f"The {form.name} form has no trunk {self.trunk!r}; choose another form.")
        if self.hidden is None:
            object.__setattr__(self, "hidden", form.hidden)
        check_numbers(self)

    def find_form(self) -> Form:
        """The form of that name. Raises SettingsError listing the known ones."""
        return find_form(self.form)


@dataclass
class Interpreter:
    """A target, the network that explains it, and what was learnt about its distances in fitting.

    Attributes:
        target: the frozen target.
        network: what the form builds.
        schema: the attributes.
        settings: how it is built.
        facts: what fitting and measuring left for explaining.
        baseline: weight (K x D) and bias (K) of a plain attribute classifier on the target's embeddings.
        same_person: how probable it is that two images show one person, where that was calibrated.
    """

    target: TargetLike
    network: Any
    schema: AttributeSchema
    settings: InterpreterSettings
    facts: Facts = field(default_factory=Facts)
    baseline: tuple[Tensor, Tensor] | None = None
    same_person: SamePersonModel | None = None

    @property
    def form(self) -> Form:
        """How it splits a distance, and what else is to be known of that."""
        return self.settings.find_form()

    @cached_property
    def _precise_head(self) -> Any:
        return copy.deepcopy(self.target.head).double()

    def read_maps(
        self,
        last: Float[Tensor, "n c h w"],
        shallow: Float[Tensor, "n s h2 w2"],
        *,
        precise: bool = False,
    ) -> ImageReading:
        """Read images from the target's two maps.

        Gradients reach the network where they are enabled; the target's weights never take any. With
        ``precise`` distances are computed in float64, so that the ledger of two nearly identical images
        keeps its digits.
        """
        precise_head = self._precise_head if precise else None
        return self.form.read(self.network, self.target.head, last, shallow, precise_head=precise_head)

    @torch.no_grad()
    def read_images(self, sources: Sequence[ImageSource], *, batch_size: int = 64) -> ImageReading:
        """Read image files or uint8 arrays (H x W x 3), in float64; at least one. Raises ImageError."""
        if not sources:
            raise InterpreterError("No image was given; name at least one.")
        readings = []
        with evaluation_mode(self.network):
            for start in range(0, len(sources), batch_size):
                maps = self.target.read_maps(self.target.preprocess(sources[start : start + batch_size]))
                readings.append(self.read_maps(maps.last, maps.shallow, precise=True))
        return join_readings(readings) if len(readings) > 1 else readings[0]

    def compare_pairs(self, a: ImageReading, b: ImageReading) -> Float[Tensor, "p attr_and_other"]:
        """Signed contributions of each attribute and of *other* to the target's distance of p pairs.

        They are in units of that distance (for "cosine" half the squared chord) and sum to it.

        Raises:
            LedgerError: they miss the squared distance by more than 1e-4 of it.
        """
        components = self.form.compare_pairs(self.network, a, b)
        chords = (a.embeddings - b.embeddings).norm(dim=1)
        check_ledger(components, chords)
        return self.target.metric.parts_from_chord(components, chords[:, None])

    def compare_all(self, a: ImageReading, b: ImageReading) -> Float[Tensor, "q g attr_and_other"]:
        """The same for every image of ``a`` against every image of ``b``, by matrix products."""
        components = self.form.compare_all(self.network, a, b)
        if self.target.metric.has_unit_length:
            components = components * (components.sum(dim=2, keepdim=True).clamp(min=0) / 2)
        return components

    def appearance(self, reading: ImageReading) -> Float[Tensor, "n appearances p"]:
        """How each attribute (counterfactual: each group) looks in n images, for comparing its appearance."""
        return self.form.appearance(self.network, reading)

    @property
    def appearance_shape(self) -> tuple[int, int]:
        """How many appearances an image has, and numbers in each."""
        return self.form.appearance_shape(self.network, self.schema, self.target.embedding_size)


def ledger_miss(
    components: Float[Tensor, "p attr_and_other"], distances: Float[Tensor, " p"]
) -> Float[Tensor, " p"]:
    """|sum of contributions - distance| / distance of each pair; 0 where the distance is 0."""
    miss = (components.sum(dim=1) - distances).abs()
    return torch.where(distances > 0, miss / distances.clamp(min=1e-30), torch.zeros_like(miss))


def check_ledger(components: Float[Tensor, "p attr_and_other"], distances: Float[Tensor, " p"]) -> None:
    """Raises LedgerError where the contributions miss the distance by more than 1e-4 of it."""
    worst = ledger_miss(components, distances).max() if distances.numel() else distances.new_zeros(())
    if not bool(worst <= LEDGER_TOLERANCE):
        raise LedgerError(
            f"The contributions miss the distance by {float(worst):.1e} of it, more than "
            f"{LEDGER_TOLERANCE:.0e}: this target's head is not a sum over the cells of its last map. "
            f"Use {name_forms(lambda form: not form.needs_exact_head)} for it."
        )


def build_interpreter(
    target: TargetLike, schema: AttributeSchema, settings: InterpreterSettings, *, empty: bool = False
) -> Interpreter:
    """A fresh interpreter for ``target``: random weights, and a copy of the deep layers if asked for.

    Args:
        empty: with weights that have shapes but no values and take no memory, to be replaced by
            ``load_state_dict(..., assign=True)``.

    Raises:
        LedgerError: the exact form, for a target whose embedding is not known to be a sum over cells, or the
            distilled form, for one through which no gradient passes.
    """
    form = settings.find_form()
    is_exact = getattr(target, "is_exact", True)
    if form.needs_exact_head and not is_exact:
        raise LedgerError(target.ledger_check.sentence)  # type: ignore[attr-defined]
    if form.needs_gradient and not target.passes_gradient:

        def can_do_without(other: Form) -> bool:
            return not other.needs_gradient and (is_exact or not other.needs_exact_head)

        raise LedgerError(
            "No gradient passes through this target from its embedding to its last map, so that the "
            f"{form.name} form cannot be fitted; fit {name_forms(can_do_without)}."
        )
    sizes = {
        "channels": target.channels,
        "shallow_channels": target.shallow_channels,
        "size": target.embedding_size,
    }
    trunk = target.copy_deep_layers() if settings.trunk == OWN else None
    with torch.device("meta") if empty else nullcontext():
        network = form.build_network(schema, **sizes, hidden=settings.hidden or form.hidden, trunk=trunk)
    return Interpreter(target, network if empty else network.to(target.device), schema, settings)

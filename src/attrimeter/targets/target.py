"""The target: a frozen ReID model whose distances are to be explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.devices import choose_device
from attrimeter.targets.frozen_network import FrozenNetwork
from attrimeter.targets.heads.affine_head import Neck
from attrimeter.targets.heads.opaque_head import UndividedHead
from attrimeter.targets.heads.pooling import Pooling
from attrimeter.targets.identity import TargetIdentity, fingerprint_of, probe_numbers
from attrimeter.targets.modules.check import LedgerCheck, check_ledger_sum, no_sum_of_tokens
from attrimeter.targets.modules.network import ModuleNetwork, build_module_network, refill
from attrimeter.targets.modules.output import OutputChoice
from attrimeter.targets.modules.settings import ModuleSettings
from attrimeter.targets.network import weights_of
from attrimeter.targets.probe_images import random_images
from attrimeter.targets.profile import IMAGENET_MEAN, IMAGENET_STD, map_fields, profile_to_dict
from attrimeter.values.metric import Metric


class Target(FrozenNetwork):
    """A frozen ReID model; its arguments are those of :class:`FrozenNetwork`.

    In every case two images are compared by the Euclidean distance of their embeddings; for the metric
    "cosine" the embeddings have length one, and the cosine distance is half the square of that distance.

    Attributes:
        notes: what was assumed and dropped when it was opened, in sentences.
        origin: the file that it was opened from; of code of one's own, that of its weights or the code's
            name. None for a target that was made in memory.
    """

    notes: tuple[str, ...] = ()
    origin: str | None = None

    @classmethod
    def from_module(
        cls,
        module: nn.Module,
        *,
        last_map: str = "layer4",
        pooling: str | Pooling | None = None,
        neck: str | Neck | None = None,
        shallow_map: str | None = None,
        deep: nn.Module | None = None,
        head: str | Callable[[Tensor], Any] | None = None,
        output: OutputChoice = None,
        grid: tuple[int, int] | None = None,
        leading_tokens: int = 0,
        input_size: tuple[int, int] = (256, 128),
        interpolation: str = "bilinear",
        mean: tuple[float, float, float] = IMAGENET_MEAN,
        std: tuple[float, float, float] = IMAGENET_STD,
        metric: str = "euclidean",
        name: str | None = None,
        fingerprint: str | None = None,
        device: str = "cpu",
    ) -> Target:
        """A target of a network of one's own: a frozen copy of ``module``, which itself is not touched.

        The embedding is always what the module gives. It is checked at once, on a few images, whether it is
        the same whatever else is in the batch, and whether it is also ``pooling`` and ``neck`` of the last
        map, so that the exact form can be used; see :attr:`ledger_check`.

        Args:
            module: takes float32 images n x 3 x height x width; may be in training mode, and stays so.
            last_map: the layer whose output, n x c x h x w, is the last map; a name as
                ``module.named_modules()`` has it. "input" takes patches of the input itself, for a module
                that shows nothing of its inside.
            pooling: "gap", "gem" (the power is the module's parameter ``p``, else 3), "gem3", "max" or a
                Pooling; None if it is none of these.
            neck: the layers between pooling and embedding, by name, as a module or as a function of n x c:
                affine, perhaps with a last ReLU. None if there are none. L2 normalisation is noticed.
            shallow_map: a layer nearer to the input, whose output tells finer things; None takes the input.
            deep: the layers from ``shallow_map`` to ``last_map``; needed for an interpreter's own trunk only.
            head: the rest of the module, from the output of ``last_map`` to its own output: a layer's name,
                a layer or a method. It saves time; None runs the rest of the module itself.
            output: where in the module's output the embedding is, if that is no single tensor: a position,
                key or attribute, or a function.
            grid: (rows, columns) of the tokens, where the output of ``last_map`` is a sequence n x t x c; or
                of the patches of "input".
            leading_tokens: class and register tokens before those of the grid.
            input_size: (height, width) of the images that the module takes.
            interpolation: how PIL resizes to it, "bilinear" or "bicubic".
            mean, std: of RGB in [0, 1], by which pixels are normalised.
            metric: "euclidean", or "cosine" for which embeddings are divided by their length.
            name: what to call it; None takes the name of its class.
            fingerprint: of weights that are no tensors of the module, such as an engine's
                (:func:`file_fingerprint`); needed where it has no tensors at all.
            device: "cpu", "cuda", ..., or "auto".

        Raises:
            CheckpointError: the module cannot be copied or run, has no weights that can be told from others,
                gives embeddings that are not finite or depend on the batch, a layer is not there (near names
                are listed), or something is not as it was said to be.
            SettingsError: no such device.
        """
        settings = ModuleSettings(
            name=name or type(module).__name__,
            image_size=input_size,
            last_map=last_map,
            shallow_map=shallow_map,
            pooling=pooling,
            neck=neck,
            deep=deep,
            head=head,
            output=output,
            grid=grid,
            leading_tokens=leading_tokens,
            normalise=metric == Metric.COSINE,
            fingerprint=fingerprint,
        )
        profile = settings.profile(interpolation=interpolation, mean=mean, std=std, metric=metric)
        place = choose_device(device)
        return cls(build_module_network(module, settings), profile, metric=metric, device=place)

    @property
    def is_exact(self) -> bool:
        """Whether the exact form can be used: the embedding is a sum over the cells of the last map."""
        if isinstance(self._network, ModuleNetwork):
            return self._network.ledger_check.holds
        return not isinstance(self.head, UndividedHead)

    @property
    def passes_gradient(self) -> bool:
        """Whether the distilled form can be fitted: a gradient passes from the embedding to the last map."""
        return not isinstance(self._network, ModuleNetwork) or self._network.ledger_check.passes_gradient

    @cached_property
    def ledger_check(self) -> LedgerCheck:
        """Whether that is so, and how well the sum meets the target's own embedding on random images."""
        if isinstance(self._network, ModuleNetwork):
            return self._network.ledger_check
        if isinstance(self.head, UndividedHead):
            return no_sum_of_tokens(self.profile.name)
        maps = self.read_maps(random_images(self.profile.image_size))
        return check_ledger_sum(self.head, maps.last, self.head.embed(maps.last), name=self.profile.name)

    def with_weights(self, tensors: Mapping[str, Tensor], *, origin: str) -> Target:
        """The target of the same module with other weights, checked anew; this one is not changed.

        Args:
            tensors: by the module's own names, all of them.
            origin: where they come from, for errors.

        Raises:
            CheckpointError: not the module's tensors (they are named), or no own module.
        """
        if not isinstance(self._network, ModuleNetwork):
            raise CheckpointError(
                f"The target {self.profile.name} is no module of your own; open its checkpoint."
            )
        network = refill(self._network, tensors, origin=origin)
        return Target(network, self.profile, metric=self.metric, device=self.device)

    def called(self, name: str, *, device: str | None = None) -> Target:
        """The same target under another name, on ``device`` or where it is; its network is not copied."""
        place = self.device if device is None else choose_device(device)
        return Target(self._network, replace(self.profile, name=name), metric=self.metric, device=place)

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that stand for the weights of body and head, the profile and the metric."""
        fields = {"profile": profile_to_dict(self.profile), "metric": self.metric}
        if isinstance(self._network, ModuleNetwork):
            fields = {**map_fields(self.profile), "metric": self.metric, "module": self._network.describe()}
        return fingerprint_of(weights_of(self._network), fields)

    @cached_property
    def identity(self) -> TargetIdentity:
        """The fingerprint, and what the target makes of a fixed picture; what is made of it is kept by it.

        Raises:
            CheckpointError: the embedding of that picture is not finite.
        """
        return TargetIdentity(self.fingerprint, probe_numbers([*self.probe, self.embed(self.probe.last)]))

    def weights(self) -> dict[str, Tensor]:
        """A copy of the network's tensors on the CPU, by name.

        Raises:
            CheckpointError: an own module, whose weights mean nothing without its code.
        """
        if isinstance(self._network, ModuleNetwork):
            raise CheckpointError(
                f"The target {self.profile.name} is a module of your own and cannot be written as a target "
                "file, which holds no code; save module.state_dict(), and keep what builds the target."
            )
        return {name: tensor.detach().cpu().clone() for name, tensor in weights_of(self._network).items()}

    def copy_deep_layers(self) -> nn.Module:
        """An independent, trainable copy of the deep layers, from the shallow map to the last map.

        It is in training mode; its BatchNorm layers follow the usual ``train()`` and ``eval()``.

        Raises:
            CheckpointError: an own module that does not say which these are.
        """
        return self._network.backbone.copy_deep_layers().train()

"""The network around a user's own module: its maps, and a head that gives its embedding."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.legible import quote_names
from attrimeter.targets.finite_check import why_not_finite
from attrimeter.targets.heads.affine_head import AffineHead, read_affine
from attrimeter.targets.heads.head import Head
from attrimeter.targets.heads.opaque_head import OpaqueHead
from attrimeter.targets.heads.pooling import POOLINGS, GeneralisedMeanPooling, Pooling
from attrimeter.targets.modules.batch_check import check_batches, layers_without_statistics
from attrimeter.targets.modules.body import INPUT, ModuleBody
from attrimeter.targets.modules.check import (
    LedgerCheck,
    check_deep,
    check_ledger_sum,
    is_unit,
    passes_gradient,
    settle_finish,
    unknown_sum,
)
from attrimeter.targets.modules.layer_taps import find_layer
from attrimeter.targets.modules.settings import ModuleSettings
from attrimeter.targets.probe_images import natural_pictures, random_images

_SHOWN = 3


class ModuleNetwork(nn.Module):
    """Body and head of a user's own module.

    Attributes:
        backbone: the module and its maps.
        head: an :class:`AffineHead` where it gives the module's own embedding, else an :class:`OpaqueHead`.
        ledger_check: what was found about that.
        settings: what it was built with.
        normalises: whether the module's own embeddings have length one.
    """

    def __init__(
        self, body: ModuleBody, head: Head, *, check: LedgerCheck, settings: ModuleSettings, normalises: bool
    ) -> None:
        super().__init__()
        self.backbone = body
        self.head = head
        self.ledger_check = check
        self.settings = settings
        self.normalises = normalises

    def train(self, mode: bool = True) -> ModuleNetwork:
        """As :meth:`ModuleBody.train`."""
        self.backbone.train(mode)
        self.head.train(mode)
        return self

    def describe(self) -> dict[str, Any]:
        """Class and settings, as plain data."""
        kind = type(self.backbone.module)
        return {"class": f"{kind.__module__}.{kind.__qualname__}", **self.settings.describe()}


def build_module_network(module: nn.Module, settings: ModuleSettings) -> ModuleNetwork:
    """The network around a copy of ``module``, which itself is not touched.

    Everything in the settings that belongs to the module (layers, methods) belongs to the copy afterwards.

    Raises:
        CheckpointError: the module cannot be copied or run, or is not as the settings say; see
            :mod:`attrimeter.targets.modules.check`.
    """
    if not isinstance(module, nn.Module):
        raise CheckpointError(
            f"A torch.nn.Module is needed and a {type(module).__name__} was given; wrap it into a "
            "module whose forward takes images n x 3 x height x width."
        )
    try:
        module, settings = copy.deepcopy((module, settings))
    except Exception as error:
        raise CheckpointError(
            f"The module {type(module).__name__} cannot be copied ({type(error).__name__}: {error}), and a "
            "target is a frozen copy; take out what cannot be copied, such as tensors with a history."
        ) from error
    try:
        for part in (module, settings.deep, settings.head, settings.neck):
            if isinstance(part, nn.Module):
                part.float().cpu().requires_grad_(False)
        return _build(module, settings)
    except CheckpointError:
        raise
    except Exception as error:
        height, width = settings.image_size
        layers = layers_without_statistics(module)
        if layers:
            raise CheckpointError(
                f"The module {type(module).__name__} cannot be run on one image ({type(error).__name__}: "
                f"{error}): its BatchNorm in {quote_names(layers)} has no running statistics, so that an "
                "embedding would depend on the others in its batch; use a module that has kept them."
            ) from error
        raise CheckpointError(
            f"The module {type(module).__name__} cannot be run on images n x 3 x {height} x {width} "
            f"({type(error).__name__}: {error}); say input_size=(height, width) and check its forward."
        ) from error


def refill(network: ModuleNetwork, tensors: Mapping[str, Tensor], *, origin: str) -> ModuleNetwork:
    """A network like the given one with other weights, built and checked anew.

    Args:
        tensors: by the module's own names, all of them; BatchNorm's counts may be missing.
        origin: where they come from.

    Raises:
        CheckpointError: tensors are missing, unexpected, of another shape or not finite, each named.
    """
    module, settings = copy.deepcopy((network.backbone.module, network.settings))
    expected = module.state_dict()
    misfits = [f"{name} is missing" for name in expected if name not in tensors and not _is_counter(name)]
    misfits += [f"{name} is unexpected" for name in tensors if name not in expected]
    misfits += [
        f"{name} has shape {tuple(tensors[name].shape)} instead of {tuple(tensor.shape)}"
        for name, tensor in expected.items()
        if name in tensors and isinstance(tensor, Tensor) and tensors[name].shape != tensor.shape
    ]
    misfits += [f"{name} holds NaN or infinity" for name, tensor in tensors.items() if not _is_finite(tensor)]
    if misfits:
        shown = "; ".join(misfits[:_SHOWN]) + ("; ..." if len(misfits) > _SHOWN else "")
        raise CheckpointError(
            f"The weights in {origin} are not those of {type(module).__name__}: {len(misfits)} tensors do "
            f"not fit ({shown}); give the file that module.state_dict() was saved to."
        )
    counters = {name: tensor for name, tensor in expected.items() if _is_counter(name)}
    module.load_state_dict({**counters, **tensors})
    return build_module_network(module, settings)


def _build(module: nn.Module, settings: ModuleSettings) -> ModuleNetwork:
    head = settings.head
    if isinstance(head, str):
        head = find_layer(module, head, option="head")
    _check_weights(module, settings)
    body = ModuleBody(
        module,
        last_map=settings.last_map,
        layout=settings.layout(),
        image_size=settings.image_size,
        shallow_map=settings.shallow_map,
        deep=settings.deep,
        head=head,
        output=settings.output,
    )
    images = _test_images(settings.image_size)
    with torch.no_grad():
        last, own = body.read(images)[1], body.embed(images)
    _check_embeddings(body, images, own)
    check_deep(body, images)
    normalises = is_unit(own)
    if settings.normalise:
        own = nn.functional.normalize(own)
    check = unknown_sum(settings.name, shows_inside=settings.last_map != INPUT)
    if settings.pooling is not None:
        exact = _exact_head(body, settings, normalise=settings.normalise or normalises)
        check = check_ledger_sum(exact, last, own, name=settings.name)
        if check.holds:
            return ModuleNetwork(body, exact, check=check, settings=settings, normalises=normalises)
    opaque = OpaqueHead(body.finish, layout=body.layout, normalise=settings.normalise)
    with torch.no_grad():
        settle_finish(body, last, body.embed(images))
    check = replace(check, passes_gradient=passes_gradient(body, last))
    return ModuleNetwork(body, opaque, check=check, settings=settings, normalises=normalises)


def _test_images(size: tuple[int, int]) -> Tensor:
    natural = torch.from_numpy(natural_pictures(2, size)).permute(0, 3, 1, 2)
    return torch.cat([random_images(size), (natural / 255 - 0.45) / 0.25])


def _check_weights(module: nn.Module, settings: ModuleSettings) -> None:
    """Raises CheckpointError where nothing tells one such module from another with other weights."""
    given = settings.fingerprint
    if given is None and not any(not _is_counter(name) for name in module.state_dict()):
        raise CheckpointError(
            f"The module {type(module).__name__} has no tensors of its own, so that nothing tells its "
            "weights from others; give fingerprint= to Target.from_module, best file_fingerprint(path) of "
            "the file that it runs, or register a buffer that holds them."
        )
    if given is not None and (not isinstance(given, str) or not given.strip() or _names_file(given)):
        raise CheckpointError(
            f"fingerprint={given!r} does not change with the weights; give file_fingerprint(path) of the "
            "file that holds them."
        )


def _names_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a NUL in it
        return False


def _check_embeddings(body: ModuleBody, images: Tensor, own: Tensor) -> None:
    """Raises CheckpointError unless there is one for each image, finite, whatever else is in the batch."""
    kind = type(body.module).__name__
    if len(own) != len(images):
        raise CheckpointError(
            f"The module {kind} gives {len(own)} embeddings for {len(images)} images; one vector for each "
            "image is needed."
        )
    if not _is_finite(own):
        reason = why_not_finite(body.module, lambda: body.embed(images))
        raise CheckpointError(
            f"The module {kind} gives embeddings that are not finite: {reason}; check its weights, and what "
            "pixels it expects."
        )
    check_batches(body.embed, images, module=body.module)


def _exact_head(body: ModuleBody, settings: ModuleSettings, *, normalise: bool) -> Head:
    neck = settings.neck
    if isinstance(neck, str):
        neck = find_layer(body.module, neck, option="neck")
    local = body.layout.local_channels(body.channels)
    affine = read_affine(neck, channels=local)
    if local < body.channels:  # what belongs to no cell takes no part
        square = affine.weight.diag() if affine.weight.ndim == 1 else affine.weight
        affine = affine._replace(weight=nn.functional.pad(square, (0, body.channels - local)))
    return AffineHead(_find_pooling(body.module, settings.pooling), affine, normalise=normalise)


def _find_pooling(module: nn.Module, pooling: str | Pooling | None) -> Pooling:
    """The pooling of that name; the power of "gem" is the module's one parameter named p, else 3."""
    if isinstance(pooling, Pooling):
        return pooling
    if pooling not in POOLINGS:
        raise CheckpointError(
            f"The pooling {pooling!r} is not known; choose {', '.join(POOLINGS)}, give a Pooling, or None."
        )
    made = POOLINGS[pooling]()
    powers = [
        value
        for name, value in module.named_parameters()
        if name.split(".")[-1] == "p" and value.numel() == 1
    ]
    if isinstance(made, GeneralisedMeanPooling) and pooling == "gem" and len(powers) == 1:
        made.p.data.fill_(float(powers[0]))
    return made


def _is_counter(name: str) -> bool:
    return name.endswith("num_batches_tracked")


def _is_finite(tensor: Tensor) -> bool:
    return not tensor.is_floating_point() or bool(tensor.isfinite().all())

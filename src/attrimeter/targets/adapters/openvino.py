"""Models in OpenVINO's intermediate representation (``.xml`` and ``.bin``): a black box without gradients."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from attrimeter.arrays import Array
from attrimeter.errors import CheckpointError
from attrimeter.extras import import_extra
from attrimeter.targets.adapters.black_box import BlackBox, open_black_box
from attrimeter.targets.identity import file_fingerprint
from attrimeter.targets.target import Target

_FROM_0_TO_255 = {"mean": (0.0, 0.0, 0.0), "std": (1 / 255, 1 / 255, 1 / 255)}


def from_openvino(
    path: str | os.PathLike[str],
    *,
    channels: str,
    output: int | str = 0,
    name: str | None = None,
    **how: Any,
) -> Target:
    """A target of an OpenVINO model, which takes images n x 3 x height x width and gives embeddings.

    What is lost is what is lost of an ONNX file; see :func:`attrimeter.targets.adapters.onnx.from_onnx`.

    Args:
        path: of the ``.xml`` file; the ``.bin`` file lies beside it. openvino must be installed.
        channels: the order of colours that it takes; no file tells it. The models of Intel's Open Model Zoo
            take "bgr", with pixels from 0 to 255, as is assumed then unless ``mean`` and ``std`` (of RGB in
            [0, 1]) are given. Models that were converted from PyTorch mostly take "rgb", normalised by the
            ``mean`` and ``std`` of :meth:`Target.from_module`.
        output: position or name of the embedding among its outputs.
        name: what to call it; None takes the file's name.
        how: as for an ONNX file; without ``input_size`` that of the model.

    Raises:
        CheckpointError: openvino is not there, no model that it can run on such images, or one that
            :meth:`Target.from_module` refuses.
    """
    runtime = import_extra("openvino", extra="openvino", purpose="An OpenVINO model", error=CheckpointError)
    place = Path(path)
    files = [place, place.with_suffix(".bin")]
    content = bytes.fromhex(file_fingerprint(*(file for file in files if file == place or file.exists())))

    def make() -> OpenVinoModule:
        core = runtime.Core()
        # In float32 on every processor: some would take half precision of their own accord.
        compiled = core.compile_model(core.read_model(place), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        return OpenVinoModule(compiled, content=content, output=output, channels=channels)

    if channels == "bgr" and not {"mean", "std"} & how.keys():
        how = {**_FROM_0_TO_255, **how}
    return open_black_box(
        place,
        make,
        wanted="run as an OpenVINO model of images",
        cure="check the path, and that the .bin file of the same name lies beside it",
        name=name,
        how=how,
    )


class OpenVinoModule(BlackBox):
    """A compiled model of OpenVINO as a module.

    Args:
        compiled: runs the model.
        content: digest of its files.
        output: position or name of the embedding.
        channels: as :class:`BlackBox`.
    """

    def __init__(self, compiled: Any, *, content: bytes, channels: str, output: int | str = 0) -> None:
        if len(compiled.inputs) != 1:
            raise ValueError("it must have one input n x 3 x height x width")
        names = [sorted(one.get_names()) for one in compiled.outputs]
        places = [row for row, known in enumerate(names) if output == row or output in known]
        if not places:
            raise ValueError(
                f"it has no output {output!r} but {', '.join(name for known in names for name in known)}"
            )

        def run(images: Array) -> Array:
            embeddings: Array = compiled([images])[compiled.outputs[places[0]]]
            return embeddings

        shape = [
            one.get_length() if one.is_static else None for one in compiled.inputs[0].get_partial_shape()
        ]
        super().__init__(
            run,
            shape=shape,
            content=content,
            choices=[str(place) for place in places if place],
            channels=channels,
        )

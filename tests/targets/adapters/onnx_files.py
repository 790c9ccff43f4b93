"""ONNX files of a small network: a convolution, BatchNorm, ReLU and the mean of the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from targets.own_modules import SIZE

CHANNELS = 6


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Of the network, by name."""
    rng = np.random.default_rng(seed)
    return {
        "kernel": rng.normal(0, 0.3, (CHANNELS, 3, 8, 8)).astype(np.float32),
        "scale": rng.uniform(0.5, 1.5, CHANNELS).astype(np.float32),
        "shift": rng.normal(0, 0.5, CHANNELS).astype(np.float32),
        "mean": rng.normal(0, 0.5, CHANNELS).astype(np.float32),
        "variance": rng.uniform(0.5, 1.5, CHANNELS).astype(np.float32),
    }


def write_onnx(
    path: Path,
    *,
    seed: int = 0,
    external: bool = False,
    training: bool = False,
    unused: bool = False,
    batch: int | str = "n",
) -> Path:
    """Write such a file; it has the outputs "features" and, with twice the numbers, "doubled".

    Args:
        external: with the weights in a file of their own beside it.
        training: exported as it is while it is trained: BatchNorm takes the statistics of the batch.
        unused: with a tensor that no layer takes, of which onnxruntime warns.
    """
    values = weights(seed)
    if unused:
        values["unused"] = np.ones(3, dtype=np.float32)
    norm = ["convolved", "scale", "shift", "mean", "variance"]
    more: dict[str, Any] = {"training_mode": 1} if training else {}
    normed = ["normed", "running_mean", "running_variance"] if training else ["normed"]
    nodes = [
        helper.make_node("Conv", ["images", "kernel"], ["convolved"], strides=[8, 8]),
        helper.make_node("BatchNormalization", norm, normed, **more),
        helper.make_node("Relu", ["normed"], ["map"]),
        helper.make_node("GlobalAveragePool", ["map"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Concat", ["features", "features"], ["doubled"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, *SIZE])],
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [batch, CHANNELS]),
            helper.make_tensor_value_info("doubled", TensorProto.FLOAT, [batch, 2 * CHANNELS]),
        ],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    place = f"{path.name}.data"
    onnx.save_model(
        model, path, save_as_external_data=external, location=place if external else None, size_threshold=0
    )
    return path

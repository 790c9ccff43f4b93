"""What every test can ask for."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
import torch

torch.set_num_threads(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Names that are no UTF-8 may stand in what a test printed; parallel runs hand on nothing but UTF-8."""
    report = yield
    report.sections = [(title, _as_utf8(text)) for title, text in report.sections]
    if report.longrepr is not None and _as_utf8(str(report.longrepr)) != str(report.longrepr):
        report.longrepr = _as_utf8(str(report.longrepr))
    return report


def _as_utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that ATTRIMETER_DATA names; tests that need it are skipped without."""
    folder = os.environ.get("ATTRIMETER_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("ATTRIMETER_DATA names no folder with the real data set and weights")
    return Path(folder)


@pytest.fixture(scope="session")
def tiny_target_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the small demo architecture with random weights and running statistics."""
    from attrimeter.targets import PROFILES, build_network, save_network, weights_of

    profile = PROFILES["demo"]
    torch.manual_seed(7)
    network = build_network(profile)
    tensors = weights_of(network)
    for name, value in tensors.items():
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
        elif name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    path = tmp_path_factory.mktemp("target") / "tiny.safetensors"
    save_network(path, tensors, profile, metric="euclidean")
    return path


@pytest.fixture(scope="session")
def rendered_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small rendered data set in the Market-1501 layout: 8 identities to train, 4 to test."""
    from attrimeter.workflows.rendering import render_dataset

    root = tmp_path_factory.mktemp("rendered") / "persons"
    render_dataset(root, identities=8, test_identities=4, images=4, cameras=6, seed=3, workers=1)
    return root


@pytest.fixture(scope="session")
def fitted(tiny_target_file: Path, rendered_set: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter folder, fitted briefly on rendered persons."""
    from attrimeter.workflows.fitting import fit

    folder = tmp_path_factory.mktemp("fitted")
    words = {"form": "exact", "hidden": 8, "epochs": 1, "batch_images": 8, "cache": folder / "maps"}
    fit(tiny_target_file, rendered_set, out=folder / "run", device="cpu", trust=False, **words)  # type: ignore[arg-type]
    return folder / "run"

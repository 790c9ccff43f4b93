"""What every test can ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that ATTRIMETER_DATA names; tests that need it are skipped without."""
    folder = os.environ.get("ATTRIMETER_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("ATTRIMETER_DATA names no folder with the real data set and weights")
    return Path(folder)

"""VeRi-776 (Liu et al., ECCV 2016): vehicles before 20 cameras."""

from __future__ import annotations

import re

from attrimeter.datasets.three_folders import ThreeFolders

VERI776_LAYOUT = ThreeFolders(
    name="veri776",
    folders=("image_train", "image_query", "image_test"),
    names=re.compile(r"[0-9]+_c[0-9]+_"),
).layout("image_train/, image_query/ and image_test/ with names such as 0001_c001_00016450_0.jpg")
"""VeRi-776 as it was published; its identities are vehicles."""

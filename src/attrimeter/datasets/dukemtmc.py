"""DukeMTMC-reID (Ristani et al. 2016, Zheng et al. 2017), and Occluded-Duke, which is made of it."""

from __future__ import annotations

import re

from attrimeter.datasets.three_folders import BOUNDING_BOXES, ThreeFolders
from attrimeter.schemas.dukemtmc import DUKEMTMC

DUKEMTMC_LAYOUT = ThreeFolders(
    name="dukemtmc",
    folders=BOUNDING_BOXES,
    names=re.compile(r"-?[0-9]+_c[0-9]+_f[0-9]+"),
    schema=DUKEMTMC,
    attribute_file="duke_attribute.mat",
).layout("bounding_box_train/, query/ and bounding_box_test/ with names such as 0001_c2_f0046182.jpg")
"""DukeMTMC-reID as it was published; its attributes are ``duke_attribute.mat``."""

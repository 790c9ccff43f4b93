"""Market-1501 (Zheng et al., ICCV 2015), and what lies in folders named like its own."""

from __future__ import annotations

import re

from attrimeter.datasets.three_folders import BOUNDING_BOXES, ThreeFolders
from attrimeter.schemas.market1501 import MARKET1501

MARKET1501_LAYOUT = ThreeFolders(
    name="market1501",
    folders=BOUNDING_BOXES,
    names=re.compile(r"-?[0-9]+_c[0-9]+s[0-9]+_"),
    schema=MARKET1501,
    attribute_file="market_attribute.mat",
).layout("bounding_box_train/, query/ and bounding_box_test/ with names such as 0002_c1s1_000451_03.jpg")
"""Market-1501 as it was published; its attributes are ``market_attribute.mat``."""

BOUNDING_BOX_LAYOUT = ThreeFolders(name="bounding-boxes", folders=BOUNDING_BOXES).layout(
    "bounding_box_train/, query/ and bounding_box_test/ with other names, <identity>_c<camera>..., such as "
    "those of MSMT17 or CUHK03 converted to them"
)
"""Another data set in folders named like those; only an attribute file in its own folder is taken for its
own."""

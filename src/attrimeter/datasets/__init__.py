"""Opening ReID data sets: official layouts, folders of identities and CSV lists, with their attributes."""

from attrimeter.datasets.attribute_table import AttributeTable
from attrimeter.datasets.layout import Layout
from attrimeter.datasets.market_attribute import read_market_attributes, write_market_attribute
from attrimeter.datasets.opening import LAYOUTS, open_dataset
from attrimeter.datasets.refusals import require_labels

__all__ = [
    "LAYOUTS",
    "AttributeTable",
    "Layout",
    "open_dataset",
    "read_market_attributes",
    "require_labels",
    "write_market_attribute",
]

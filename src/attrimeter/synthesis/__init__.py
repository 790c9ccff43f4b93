"""Rendered persons: specification, view, ray-cast picture and part mask, and edits of single attributes."""

from attrimeter.synthesis.edit_pairs import (
    KINDS,
    MOST_GROUPS,
    TWO_VIEWS,
    EditPair,
    differing_groups,
    sample_any_view,
    sample_edit_pair,
)
from attrimeter.synthesis.editing import GROUP_FIELDS, OTHER_GROUP, edit_group, labels_of
from attrimeter.synthesis.renderer import (
    DEFAULT_SIZE,
    RenderedPerson,
    check_size,
    render_batch,
    render_person,
)
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scene.cameras import CAMERAS, Camera
from attrimeter.synthesis.serialisation import (
    person_from_dict,
    person_to_dict,
    view_from_dict,
    view_to_dict,
)
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import Occluder, View, sample_view

__all__ = [
    "CAMERAS",
    "DEFAULT_SIZE",
    "GROUP_FIELDS",
    "KINDS",
    "MOST_GROUPS",
    "OTHER_GROUP",
    "TWO_VIEWS",
    "Camera",
    "EditPair",
    "Occluder",
    "PersonSpecification",
    "RenderedPerson",
    "View",
    "check_size",
    "differing_groups",
    "edit_group",
    "labels_of",
    "person_from_dict",
    "person_to_dict",
    "render_batch",
    "render_person",
    "sample_any_view",
    "sample_edit_pair",
    "sample_person",
    "sample_view",
    "view_from_dict",
    "view_to_dict",
]

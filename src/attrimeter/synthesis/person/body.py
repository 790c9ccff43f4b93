"""All primitives of a person: the body, the clothes and what is carried."""

from __future__ import annotations

from functools import lru_cache

from attrimeter.synthesis.person.anatomy import make_arms, make_head, make_legs, make_shoes
from attrimeter.synthesis.person.clothing import make_lower, make_sleeves, make_top
from attrimeter.synthesis.person.headwear import make_hair, make_hat
from attrimeter.synthesis.person.luggage import make_backpack, make_bag, make_handbag
from attrimeter.synthesis.person.primitives import Primitive, PrimitiveTable, tabulate_primitives
from attrimeter.synthesis.specification import PersonSpecification


def build_body(person: PersonSpecification) -> list[Primitive]:
    """The person standing at rest. Where two surfaces are equally deep, the earlier one is seen."""
    return [
        *make_backpack(person.backpack, person.gender),
        *make_bag(person.bag, person.gender),
        *make_handbag(person.handbag, person.gender),
        *make_hat(person.hat),
        *make_hair(person.hair, under_hat=person.hat is not None),
        *make_head(),
        *make_top(person.gender),
        *make_sleeves(person),
        *make_arms(person),
        *make_lower(person),
        *make_legs(person),
        *make_shoes(person.other),
    ]


@lru_cache(maxsize=512)
def tabulate_body(person: PersonSpecification) -> PrimitiveTable:
    """:func:`build_body`, packed into arrays; kept for the persons seen last."""
    return tabulate_primitives(build_body(person))

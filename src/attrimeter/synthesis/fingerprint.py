"""What stands for the renderer in the names of cached things: it changes when any picture would."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from attrimeter.synthesis.edit_pairs import KINDS, sample_any_view, sample_edit_pair
from attrimeter.synthesis.marks import paint_mark
from attrimeter.synthesis.renderer import render_person
from attrimeter.synthesis.scenes import STANDARD

_PROBES = 4


@cache
def renderer_fingerprint(scene: str = STANDARD, *, mark: bool = False) -> str:
    """64 hexadecimal digits of a few probe pictures: they change with the persons, views or the drawing.

    Args:
        scene: of the pictures; another one has other digits.
        mark: of pictures with the identity mark, which change with the mark, too.
    """
    rng = np.random.Generator(np.random.PCG64(0))
    digest = hashlib.sha256()
    for kind in KINDS[:2] * (_PROBES // 2):
        pair = sample_edit_pair(rng, kind, scene=scene)
        for person, view in ((pair.first, sample_any_view(rng, scene=scene)), (pair.second, pair.view)):
            rendered = render_person(person, view)
            if mark:
                rendered = paint_mark(rendered, person)
            digest.update(rendered.image.tobytes() + rendered.mask.tobytes())
    return digest.hexdigest()

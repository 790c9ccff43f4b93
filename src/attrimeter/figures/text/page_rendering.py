"""Pages from the templates beside this file: every value escaped, every picture inside the page."""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import UInt8
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from attrimeter.legible import legible

SCOPE = ".attrimeter.attrimeter.attrimeter"
"""The element that holds a fragment; thrice, to weigh more than what a notebook says of all tables."""


def render_template(name: str, *, fragment: bool = False, **values: Any) -> str:
    """The template ``templates/<name>.html.jinja`` with ``values``; all text is escaped.

    Args:
        fragment: for the inside of another page, such as a notebook: without a head, its styles its own.
    """
    layout = f"{'fragment' if fragment else 'page'}.html.jinja"
    return _environment().get_template(f"{name}.html.jinja").render(values, layout=layout)


def png_data_uri(pixels: UInt8[np.ndarray[Any, Any], "height width 3"]) -> str:
    """An image as a ``data:`` address, so that a page needs no other file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG", compress_level=6)
    return data_uri(stream.getvalue(), "image/png")


def data_uri(content: bytes, media_type: str) -> str:
    """``content`` as a base64 ``data:`` address."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def _show(value: Any) -> Any:
    """Text with its hidden characters escaped; what is already HTML as it is."""
    return legible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _scope(style: str) -> Markup:
    """Style sheets that hold within ``SCOPE`` alone; what they say of the whole page holds for that."""
    rules = re.sub(r"</?style>", "", style)
    own = re.sub(r"(?m)^( *)(:root|body)(?= {)", r"\1&", rules)
    return Markup(f"<style>{SCOPE} {{{own}}}</style>")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("attrimeter.figures"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["scope"] = _scope
    return environment

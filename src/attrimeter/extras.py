"""Packages that only some of the work needs: imported when asked for, and named where they are missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from attrimeter.errors import AttriMeterError, SettingsError


def import_extra(
    name: str, *, extra: str, purpose: str, error: type[AttriMeterError] = SettingsError
) -> ModuleType:
    """A module of a package that AttriMeter can do without.

    Args:
        name: of the module.
        extra: what installs it, ``pip install 'attrimeter[extra]'``.
        purpose: what needs it, as the beginning of a sentence.
        error: raised where it is missing, in words.
    """
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        package = name.partition(".")[0].replace("_", "-")
        raise error(
            f"{purpose} needs {package}, which is not installed; run: pip install 'attrimeter[{extra}]'."
        ) from missing

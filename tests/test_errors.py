"""Every error a user can cause is one kind, so that the command line can tell it in a sentence."""

from __future__ import annotations

from attrimeter import errors


def test_every_error_is_an_attrimeter_error() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 5
    assert all(issubclass(kind, errors.AttriMeterError) and kind.__doc__ for kind in kinds)

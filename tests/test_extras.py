from __future__ import annotations

import json

import pytest

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.extras import import_extra


def test_what_is_there_is_imported() -> None:
    assert import_extra("json", extra="none", purpose="Reading") is json


@pytest.mark.parametrize("kind", [SettingsError, CheckpointError])
def test_what_is_missing_is_named_with_its_remedy(kind: type[SettingsError | CheckpointError]) -> None:
    words = (
        r"Training needs no-such-package, which is not installed; run: pip install 'attrimeter\[train\]'\."
    )
    with pytest.raises(kind, match=words):
        import_extra("no_such_package.part", extra="train", purpose="Training", error=kind)

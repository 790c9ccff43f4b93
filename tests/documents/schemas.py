"""The schemas in docs/schemas, of what the code writes; ``python -m tests.documents.schemas`` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from attrimeter.figures import DOCUMENTS, schema_of
from attrimeter.storage import json_text, write_text

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def make_schemas() -> dict[str, str]:
    """File name -> text of each schema."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        f"{document.name}.schema.json": json_text({**dialect, **json.loads(json.dumps(schema_of(kind)))})
        for kind, document in DOCUMENTS.items()
    }


if __name__ == "__main__":
    for name, text in make_schemas().items():
        write_text(FOLDER / name, text)

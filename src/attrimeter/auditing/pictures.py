"""The pictures of the examples of an audit or of a comparison, for its page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from jaxtyping import UInt8

from attrimeter.arrays import Array
from attrimeter.pixels import read_image
from attrimeter.synthesis.specification_list import SPECIFICATIONS
from attrimeter.values.audit import Audit, ErrorCluster
from attrimeter.values.comparison import Comparison, DisagreementCluster


def audit_paths(audit: Audit) -> set[Path]:
    """The files of all examples."""
    return _paths(audit.clusters)


def comparison_paths(comparison: Comparison) -> set[Path]:
    """The files of all examples, those of the two audits included."""
    audits = comparison.first, comparison.second
    return _paths(comparison.reasons) | {path for audit in audits for path in audit_paths(audit)}


def read_pictures(
    paths: Collection[Path], root: Path, *, wanted: bool | None = None
) -> Mapping[Path, UInt8[Array, "h w 3"]]:
    """The pictures; none where pictures are not wanted.

    Args:
        root: of the data set that they belong to.
        wanted: None shows rendered persons alone: a page with real ones is easily passed on.

    Raises:
        ImageError: a file that cannot be read.
    """
    if wanted is None:
        wanted = (root / SPECIFICATIONS).is_file()
    if not wanted:
        return {}
    return {path: read_image(path) for path in sorted(paths)}


def _paths(clusters: Sequence[ErrorCluster | DisagreementCluster]) -> set[Path]:
    examples = [example for cluster in clusters for example in cluster.examples]
    return {path for example in examples for path in (example.query, example.wrong, example.right)}

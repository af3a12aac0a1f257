"""What a data set is, as one number: the same wherever it lies and however its files are called."""

import hashlib
from collections.abc import Mapping, Sequence

from ..errors import DatasetError
from ..records import canonical_json
from .layouts import Contents
from .scanning import VolumeScan

__all__ = ["choose_labels", "compute_fingerprint"]


def choose_labels(
    contents: Contents, scans: Sequence[VolumeScan], *, asked: tuple[int, ...] | None
) -> tuple[int, ...]:
    """Choose the label values that make up the foreground (paper §2.1: all classes are joined).

    Parameters
    ----------
    contents : Contents
        Where it names labels, only those count by default.
    scans : sequence of VolumeScan
    asked : tuple of int or None
        From ``--labels``.

    Returns
    -------
    tuple of int
        Ascending; empty if there is no label at all.

    Raises
    ------
    DatasetError
        If a label that is asked for occurs nowhere.
    """
    found = {label.value for scan in scans for label in scan.labels if label.value > 0}
    if asked is not None:
        absent = sorted(set(asked) - found)
        if absent or not asked:
            raise DatasetError(
                f"--labels: {', '.join(map(str, absent)) or 'no label'} occurs in no mask; "
                f"choose from {', '.join(map(str, sorted(found))) or 'none: all masks are empty'}"
            )
        return tuple(sorted(set(asked)))
    if contents.declared is not None:
        found &= contents.declared
    return tuple(sorted(found - contents.no_structures.keys()))


def compute_fingerprint(
    *,
    pool: Sequence[VolumeScan],
    test: Sequence[VolumeScan],
    axis: int,
    labels: tuple[int, ...],
    has_hounsfield: Sequence[bool],
    turned: Mapping[str, str],
    partly: Mapping[str, object],
) -> str:
    """Hash all of a data set that can change a simulation's numbers.

    Parameters
    ----------
    pool, test : sequence of VolumeScan
        In order of volume id.
    axis : int
    labels : tuple of int
    has_hounsfield : sequence of bool
        For each channel, whether it is standardized as CT.
    turned : mapping of str to str
        Volume id → orientation it is turned to before it is sliced, for volumes that are.
    partly : mapping of str to object
        What of it is labeled; empty where all is.

    Returns
    -------
    str
        SHA-256, 64 hex digits.
    """
    facts: dict[str, object] = {
        "pool": [[scan.id, scan.label_digest] for scan in pool],
        "test": [[scan.id, scan.label_digest] for scan in test],
        "axis": axis,
        "labels": list(labels),
        "hounsfield": list(has_hounsfield),
    }
    members = {scan.id for scan in (*pool, *test)}
    turns = {volume_id: orientation for volume_id, orientation in turned.items() if volume_id in members}
    if turns:  # only then: data sets in which all volumes lie alike keep their fingerprint
        facts["turned"] = turns
    if partly:
        facts["partly"] = partly
    return hashlib.sha256(canonical_json(facts).encode()).hexdigest()

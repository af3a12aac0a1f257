"""How a data set was cut, which all records of one fingerprint say alike.

A fingerprint stands for volumes, axis and labels, so what follows from them cannot differ. One record that says
otherwise, damaged or made up, would break whatever compares it with the others.
"""

from typing import NamedTuple

from ..errors import RecordError
from ..records import SimulationRecord

__all__ = ["Cut", "check_cut"]

_MAX_SHOWN = 40


class Cut(NamedTuple):
    """What follows from a fingerprint; ``test_volumes`` are ids, in order."""

    axis: int
    labels: tuple[int, ...]
    n_pool: int
    n_test: int
    n_labeled_slices_pool: int
    test_volumes: tuple[str, ...]


def check_cut(record: SimulationRecord, cuts: dict[str, Cut]) -> SimulationRecord:
    """Pass a record on unless it contradicts the first of its fingerprint.

    Parameters
    ----------
    record : SimulationRecord
    cuts : dict of str to Cut
        Fingerprint → what its first record said; the first record of a fingerprint is added.

    Returns
    -------
    SimulationRecord

    Raises
    ------
    RecordError
        If it does; the message names the first difference.
    """
    dataset = record.dataset
    cut = Cut(
        axis=dataset.axis,
        labels=dataset.labels,
        n_pool=dataset.n_pool,
        n_test=dataset.n_test,
        n_labeled_slices_pool=record.achieved.n_labeled_slices_pool,
        test_volumes=tuple(counts.volume for counts in record.per_volume),
    )
    first = cuts.setdefault(dataset.fingerprint, cut)
    for name, expected, got in zip(Cut._fields, first, cut, strict=True):
        if got != expected:
            raise RecordError(
                f"{name} is {str(got)[:_MAX_SHOWN]} here and {str(expected)[:_MAX_SHOWN]} in other records of the data "
                f"set {dataset.fingerprint[:12]}: one of the two is damaged; leave this record out"
            )
    return record

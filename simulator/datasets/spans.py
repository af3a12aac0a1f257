"""Spans of slices: where a label begins and ends, kept instead of every index between."""

from collections.abc import Sequence

import numpy as np

__all__ = ["Spans", "check_spans", "slices_of_spans", "spans_of_slices"]

Spans = tuple[tuple[int, int], ...]
"""First and last slice of each span; files call them runs."""


def spans_of_slices(slices: np.ndarray) -> Spans:
    """Join ascending slices to spans.

    Examples
    --------
    >>> spans_of_slices(np.array([2, 3, 4, 7]))
    ((2, 4), (7, 7))
    """
    parts = np.split(slices, np.flatnonzero(np.diff(slices) > 1) + 1)
    return tuple((int(part[0]), int(part[-1])) for part in parts if len(part))


def check_spans(spans: Spans, *, n_slices: int) -> None:
    """Check spans that were read from a file, before `slices_of_spans` makes as many numbers as they say.

    Raises
    ------
    ValueError
        If they do not ascend, or leave the volume.
    """
    edges = [edge for first, last in spans for edge in (first, last + 1)]
    if edges != sorted(edges) or not all(0 <= edge <= n_slices for edge in edges):
        raise ValueError(f"runs of slices must ascend within {n_slices} slices, got {str(spans)[:80]}")


def slices_of_spans(spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """List the slices of spans: indices in the spans' order, dtype int64.

    Examples
    --------
    >>> slices_of_spans([(2, 4), (7, 7)]).tolist()
    [2, 3, 4, 7]
    """
    parts = [np.arange(first, last + 1, dtype=np.int64) for first, last in spans]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

"""How many volumes show all their parts with so many slices each (paper §4, step 2)."""

from collections.abc import Mapping

import numpy as np

from ..formats import format_share
from ..planning import Coverage
from .lines import Line, LinesData

__all__ = ["coverage_data"]

N_LABELS = 2
"""Labels with a line of their own: those that are missed most often."""

SHOWN = 12
"""Slices on the axis at least, if a volume has so many."""


def coverage_data(coverage: Coverage) -> LinesData:
    """Compute the numbers of the chart.

    Parameters
    ----------
    coverage : Coverage

    Returns
    -------
    LinesData
        In ink the share of volumes that are covered; in green that in which a label is seen, for the labels that are
        missed most; in grey that without a long gap. The dotted line is the least number that is enough.
    """
    n = min(len(coverage.n_slices), max(SHOWN, 2 * coverage.least))
    lines = [_line("covered", "ink", coverage, coverage.share, n)]
    if coverage.by_label is not None:
        lines += [
            _line(f"label {label}", "completeness", coverage, coverage.by_label[label], n)
            for label in _rarest(coverage.by_label)
        ]
        lines.append(_line("no long gap", "gray", coverage, coverage.share_spread, n))
    return LinesData(
        lines=tuple(lines),
        x_name="n_slices",
        y_name="portion",
        x_title="Slices labeled in a volume",
        y_title="Volumes",
        x_range=(0.6, n + 0.4),
        y_range=(-3.0, 104.0),
        mark=float(coverage.least),
    )


def _rarest(by_label: Mapping[int, np.ndarray]) -> list[int]:
    """Choose the labels that are missed most often, if they are missed at all."""
    order = sorted(by_label, key=lambda label: (float(by_label[label].mean()), label))
    return [label for label in order if by_label[label].min() < 1][:N_LABELS]


def _line(label: str, kind: str, coverage: Coverage, share: np.ndarray, n: int) -> Line:
    return Line(
        label=label,
        kind=kind,
        x=coverage.n_slices[:n].astype(np.float64),
        y=100 * share[:n],
        low=np.full(n, np.nan),
        high=np.full(n, np.nan),
        hover=tuple(
            f"{k} slices a volume: {format_share(float(s))} of the volumes<br>{label}"
            for k, s in zip(coverage.n_slices[:n], share[:n], strict=True)
        ),
    )

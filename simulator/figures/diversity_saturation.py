"""Performance against the number of volumes, a line for each setting of the other virtues (paper figure 6)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..analysis.saturation.diversity import SaturationLine
from ..formats import (
    format_count,
    format_gain,
    format_gain_interval,
    format_interval,
    format_ordinal,
    format_share,
)
from ..records import Virtues
from ..wording.answers import describe_slices
from .lines import Line, LinesData, range_of_shares

__all__ = ["describe_doubling", "describe_saturation", "diversity_saturation_data", "name_setting"]

MAX_LINES = 7


def diversity_saturation_data(
    lines: Sequence[SaturationLine], *, quoted: SaturationLine | None = None
) -> LinesData | None:
    """Compute the numbers of the chart.

    Parameters
    ----------
    lines : sequence of SaturationLine
        From `estimate_saturation`.
    quoted : SaturationLine or None, default=None
        The one that is spoken of, which has its band and, where it is saturated, its plateau marked; None takes that of
        full virtues.

    Returns
    -------
    LinesData or None
        At most seven lines, that of full virtues in ink, settings of fewer slices green and dashed, of less quality
        orange; None without lines. Medians over seeds, as the paper's figures show them.
    """
    if not lines:
        return None
    if quoted is None and lines[0].is_full:
        quoted = lines[0]
    drawn = [_line(line, has_band=line is quoted) for line in _choose(lines)]
    first = min(float(line.x[0]) for line in drawn)
    last = max(float(line.x[-1]) for line in drawn)
    return LinesData(
        lines=tuple(drawn),
        x_name="n_volumes",
        y_name="normalized",
        x_title="Volumes",
        y_title="Dice, share of full labeling",
        x_range=(0.93 * first, 1.07 * last),
        y_range=range_of_shares(drawn),
        is_log=True,
        mark=quoted.count if quoted and quoted.state == "saturated" and np.isfinite(quoted.count) else None,
    )


def describe_saturation(lines: Sequence[SaturationLine]) -> str:
    """Say whether diversity has saturated where every slice is drawn exactly, in at most 34 characters."""
    if not lines or not lines[0].is_full:
        return "too few numbers of volumes"
    return {
        "saturated": "saturated",
        "growing": "still growing",
        "undecided": "cannot tell yet",
    }[lines[0].state]


def describe_doubling(line: SaturationLine) -> str:
    """Say what the last doubling of the volumes gained: "+0.016 (+0.010 to +0.022)"; alone where chance is unknown."""
    return f"{format_gain(line.gain)}{format_gain_interval(line.gain_low, line.gain_high)}"


def name_setting(line: SaturationLine) -> str:
    """Name a setting: "every slice", "every third slice", "every 5th, evenly", "80 % quality"."""
    if line.quality < 1 and line.completeness < 1:
        return f"{format_share(line.completeness)}, {format_share(line.quality)} q."
    if line.quality < 1:
        return f"{format_share(line.quality)} quality"
    if line.sampling == "equidistant":
        return f"every {format_ordinal(round(1 / line.completeness))}, evenly"
    return describe_slices(Virtues(diversity=1.0, completeness=line.completeness, quality=1.0))


def _choose(lines: Sequence[SaturationLine]) -> list[SaturationLine]:
    """Choose lines that lie apart: full virtues, then alternately fewer slices and less quality, both ends first."""
    full, *others = lines
    kinds = [
        _ends_first([line for line in others if line.quality == 1 and line.sampling == "random"]),
        _ends_first([line for line in others if line.quality < 1 and line.completeness == 1]),
        _ends_first([line for line in others if line.quality == 1 and line.sampling == "equidistant"]),
    ]
    chosen = [full]
    for rank in range(max(map(len, kinds))):
        chosen += [kind[rank] for kind in kinds if rank < len(kind)]
    return sorted(chosen[:MAX_LINES], key=lines.index)


def _ends_first(lines: list[SaturationLine]) -> list[SaturationLine]:
    return lines[-1:] + lines[:1] + lines[1:-1] if len(lines) > 1 else lines


def _line(line: SaturationLine, *, has_band: bool) -> Line:
    rows = line.rows
    return Line(
        label=name_setting(line),
        kind="ink" if line.is_full else "quality" if line.quality < 1 else "completeness",
        x=line.n_volumes,
        y=100 * rows["normalized_median"].to_numpy(),
        low=100 * line.low if has_band else np.full(len(rows), np.nan),
        high=100 * line.high if has_band else np.full(len(rows), np.nan),
        hover=tuple(_hover(line, row) for _, row in rows.iterrows()),
        rows=rows,
    )


def _hover(line: SaturationLine, row: pd.Series) -> str:
    interval = format_interval(row["dice_low"], row["dice_high"])
    n_volumes = format_count(round(row["n_volumes"]), "volume")
    return f"{n_volumes}, {name_setting(line)}<br>Dice {row['dice_median']:.2f}{interval}"

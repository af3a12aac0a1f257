"""Performance against label quality, and what the key slices alone give (paper figure 3)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..analysis.saturation.quality import Knee
from ..analysis.study import Study
from ..formats import format_count, format_gain, format_interval, format_ordinal, format_share
from .lines import Line, LinesData, range_of_shares
from .palette import LIGHT

__all__ = ["describe_knee", "quality_saturation_data"]

SPACINGS = (5, 10, 15)
"""Every so many slices alone (§3.2)."""

PALEST = 2
"""Among the blues: a thin line needs more contrast than a point."""
N_SHADES = len(LIGHT.blues) - PALEST

MIN_QUALITIES = 3
MAX_LINES = 4


def quality_saturation_data(study: Study, *, knee: Knee | None) -> LinesData | None:
    """Compute the numbers of the chart.

    Parameters
    ----------
    study : Study
    knee : Knee or None
        Of the same study.

    Returns
    -------
    LinesData or None
        A line for each of up to four numbers of volumes, and a dashed level for every 5th, 10th and 15th slice of all
        volumes; None if quality was not varied, or full virtues were not measured. Medians over seeds, as the paper's
        figures show them. Only a clear knee is marked.
    """
    combinations = study.combinations
    rows = combinations[combinations["completeness"] == 1]
    groups = [
        line.sort_values("achieved_quality")
        for _, line in rows.groupby("diversity")
        if line["quality"].nunique() >= MIN_QUALITIES
    ]
    if study.full is None or not groups:
        return None
    lines = [_line(line, n_pool=study.dataset.n_pool) for line in _spread_out(groups)]
    lowest = min(float(line.x[0]) for line in lines)
    lines += _levels(combinations, x=np.array([lowest, 100.0]))
    clear = knee if knee is not None and knee.is_clear else None
    return LinesData(
        lines=tuple(lines),
        x_name="achieved_quality",
        y_name="normalized",
        x_title="Label quality (3-D IoU)",
        y_title="Dice, share of full labeling",
        x_range=(lowest - 1, 100.5),
        y_range=range_of_shares(lines),
        x_suffix="\u00a0%",
        band=(100 * clear.low, 100 * clear.high) if clear else None,
        mark=100 * clear.quality if clear else None,
    )


def describe_knee(knee: Knee | None) -> str:
    """Say where the curve bends: "bends at 90 % (87–93 %)", in at most 34 characters."""
    if knee is None:
        return "too little measured"
    if not knee.is_clear:
        return "no clear bend"
    return f"bends {knee.place} {format_share(knee.quality)} ({100 * knee.low:.0f}\u2060–\u2060{100 * knee.high:.0f})"


def _spread_out(groups: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Choose at most four lines, the first and the last among them."""
    places = np.unique(np.linspace(0, len(groups) - 1, min(MAX_LINES, len(groups))).round().astype(int))
    return [groups[place] for place in places]


def _line(line: pd.DataFrame, *, n_pool: int) -> Line:
    n_volumes = round(line["n_volumes"].mean())
    return Line(
        label=format_count(n_volumes, "volume"),
        kind="diversity",
        shade=PALEST + min(N_SHADES - 1, int(N_SHADES * (n_volumes - 1) / max(1, n_pool - 1))),
        x=100 * line["achieved_quality"].to_numpy(),
        y=100 * line["normalized_median"].to_numpy(),
        low=100 * line["low"].to_numpy(),
        high=100 * line["high"].to_numpy(),
        hover=tuple(_hover(row) for _, row in line.iterrows()),
        rows=line,
    )


def _levels(combinations: pd.DataFrame, *, x: np.ndarray) -> list[Line]:
    """Levels of the key slices alone, of all volumes."""
    alone = combinations[
        (combinations["sampling"] == "equidistant")
        & (combinations["quality"] == 1)
        & (combinations["diversity"] == 1)
    ]
    found = []
    for spacing in SPACINGS:
        rows = alone[np.isclose(1 / alone["completeness"], spacing, rtol=0.01)]
        for _, row in rows.iterrows():
            found.append(
                Line(
                    label=f"every {format_ordinal(spacing)} alone",
                    kind="level",
                    x=x,
                    y=np.full(2, 100 * row["normalized_median"]),
                    low=np.full(2, 100 * row["low"]),
                    high=np.full(2, 100 * row["high"]),
                    hover=(_hover(row),) * 2,
                )
            )
    return found


def _hover(row: pd.Series) -> str:
    spacing = (
        "" if pd.isna(row["spacing"]) or row["spacing"] == 1 else f", one slice in {row['spacing']:.1f} drawn"
    )
    interval = format_interval(row["dice_low"], row["dice_high"])
    return (
        f"{format_count(round(row['n_volumes']), 'volume')}, {format_share(row['achieved_quality'])} quality{spacing}"
        f"<br>Dice {row['dice_median']:.2f}{interval}, {format_gain(row['normalized_median'] - 1)} of full"
    )

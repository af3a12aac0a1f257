"""Performance against the virtues on the optimal trajectory: which one grows first (paper figures 2 and 5)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..analysis.frontier.trajectory import Trajectory, trace_medians
from ..analysis.frontier.virtue_paths import (
    VIRTUES,
    VirtueOrder,
    estimate_order,
    needed_virtues,
    varied_virtues,
)
from ..analysis.recommendation.strategies import strategy_of
from ..analysis.study import Study
from ..effort import EffortMeasure
from ..formats import format_share
from ..wording.answers import describe_strategy
from .lines import Line, LinesData

__all__ = ["VirtuesData", "virtues_data"]

MIN_VERTICES = 2
"""One vertex is no line."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VirtuesData:
    """The numbers of the chart.

    Parameters
    ----------
    lines : LinesData
        A line for each virtue that was varied, over the vertices of the trajectory over medians; its band is what each
        of these performances needs in 90 % of draws, cut off at everything.
    order : VirtueOrder
    """

    lines: LinesData
    order: VirtueOrder


def virtues_data(study: Study, *, measure: EffortMeasure) -> VirtuesData | None:
    """Compute the numbers of the chart.

    Parameters
    ----------
    study : Study
    measure : EffortMeasure

    Returns
    -------
    VirtuesData or None
        None if full virtues were not measured, the trajectory has one vertex, or fewer than two virtues were varied
        among the combinations that the measure prices.
    """
    if study.full is None:
        return None
    combinations = study.combinations.assign(effort=study.efforts[measure.name])
    trajectory = trace_medians(combinations, study.draws, full=study.full)
    if trajectory is None or len(trajectory.frontier.vertices) < MIN_VERTICES:
        return None
    varied = varied_virtues(trajectory.frontier.points)
    if len(varied) < 2:
        return None
    is_known = study.draws.is_known
    lines = [_line(trajectory, name, is_known=is_known) for name in varied]
    lowest, highest = (float(end(lines[0].x)) for end in (np.min, np.max))
    return VirtuesData(
        lines=LinesData(
            lines=tuple(lines),
            x_name="normalized",
            y_name="virtue",
            x_title="Dice, share of full labeling",
            y_title="Virtue",
            x_range=_with_room(lowest, max(100.0, highest)),
            y_range=(0.0, 104.0),
            x_suffix="\u00a0%",
        ),
        order=estimate_order(trajectory, is_known=is_known),
    )


def _line(trajectory: Trajectory, virtue: str, *, is_known: bool) -> Line:
    vertices = trajectory.frontier.vertices
    levels = vertices["normalized_median"].to_numpy(dtype=np.float64)
    band = needed_virtues(trajectory, virtue=virtue, levels=levels)
    unknown = np.full(len(levels), np.nan)
    return Line(
        label=virtue,
        kind=_kind(virtue),
        x=100 * levels,
        y=100 * vertices[VIRTUES[virtue]].to_numpy(dtype=np.float64),
        low=100 * np.minimum(band.low, 1.0) if is_known else unknown,
        high=100 * np.minimum(band.high, 1.0) if is_known else unknown,
        hover=tuple(_hover(row, virtue) for _, row in vertices.iterrows()),
        rows=vertices,
    )


def _kind(virtue: str) -> Literal["quality", "diversity", "completeness"]:
    if virtue == "quality":
        return "quality"
    return "diversity" if virtue == "diversity" else "completeness"


def _hover(row: pd.Series, virtue: str) -> str:
    strategy = describe_strategy(strategy_of(row)).replace(" (", "<br>(")
    return (
        f"{virtue.capitalize()} {format_share(row[VIRTUES[virtue]])}, performance "
        f"{format_share(row['normalized_median'])} of full<br>{strategy}"
    )


def _with_room(low: float, high: float) -> tuple[float, float]:
    return low - 0.04 * (high - low), high + 0.02 * (high - low)

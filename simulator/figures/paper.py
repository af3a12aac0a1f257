"""The paper's six figures, each made from the same study as the claims: for pages, command line and report alike."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from ..analysis.saturation.diversity import estimate_saturation
from ..analysis.saturation.quality import estimate_knee
from ..analysis.study import Study
from ..effort import get_measure
from .diversity_saturation import diversity_saturation_data
from .lines import LinesData, draw_lines, lines_table
from .palette import LIGHT
from .quality_saturation import quality_saturation_data
from .trajectory import MIN_POINTS, draw_trajectory, trajectory_data, trajectory_table
from .virtues import virtues_data

__all__ = ["PAPER_FIGURES", "Made", "PaperFigure"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A figure and its numbers."""

    figure: go.Figure
    table: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class PaperFigure:
    """One figure of the paper.

    Parameters
    ----------
    number : int
    title : str
    make : callable
        ``(study) -> Made or None``; None where it was not measured.
    """

    number: int
    title: str
    make: Callable[[Study], Made | None]


def make_trajectory(study: Study, *, measure: str) -> Made | None:
    """Make figure 1 or 4."""
    data = trajectory_data(study, measure=get_measure(measure), over="medians")
    if data is None or len(data.points) < MIN_POINTS or not data.is_normalized:
        return None
    return Made(figure=draw_trajectory(data, palette=LIGHT), table=trajectory_table(data))


def make_virtues(study: Study, *, measure: str) -> Made | None:
    """Make figure 2 or 5."""
    data = virtues_data(study, measure=get_measure(measure))
    return None if data is None else _made(data.lines)


def make_quality_saturation(study: Study) -> Made | None:
    """Make figure 3."""
    return _made(quality_saturation_data(study, knee=estimate_knee(study)))


def make_diversity_saturation(study: Study) -> Made | None:
    """Make figure 6."""
    return _made(diversity_saturation_data(estimate_saturation(study)))


def _made(data: LinesData | None) -> Made | None:
    return None if data is None else Made(figure=draw_lines(data, palette=LIGHT), table=lines_table(data))


PAPER_FIGURES = (
    PaperFigure(
        number=1,
        title="Optimal trajectory of quality and diversity",
        make=partial(make_trajectory, measure="diversity-x-quality"),
    ),
    PaperFigure(
        number=2,
        title="Importance of quality and diversity",
        make=partial(make_virtues, measure="diversity-x-quality"),
    ),
    PaperFigure(number=3, title="Saturation with label quality", make=make_quality_saturation),
    PaperFigure(
        number=4,
        title="Optimal trajectory of completeness and diversity",
        make=partial(make_trajectory, measure="diversity-x-completeness"),
    ),
    PaperFigure(
        number=5,
        title="Importance of completeness and diversity",
        make=partial(make_virtues, measure="diversity-x-completeness"),
    ),
    PaperFigure(number=6, title="Saturation with diversity", make=make_diversity_saturation),
)
"""In the paper's order."""

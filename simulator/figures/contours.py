"""Lines over a logarithmic grid of volumes and slices in each: where a number is reached, and what lies between.

A grid's rows are slices, its columns volumes. Lines are DataFrames of columns x, volumes, and y, slices in each.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["between", "first_reaching", "label_levels", "last_within", "level_line", "outline"]

APART, TIGHT, INSIDE = 22.0, 13.0, 15.0
"""Pixels that the label of a level keeps from all else, at least has to, and keeps from the edge."""


def last_within(values: np.ndarray, slices: np.ndarray, *, limit: float) -> np.ndarray:
    """Find the most slices in each whose value is within a limit, for each column; NaN where none is."""
    return np.array([np.interp(limit, column, slices, left=np.nan) for column in values.T])


def first_reaching(values: np.ndarray, slices: np.ndarray, *, level: float) -> np.ndarray:
    """Find the fewest slices in each whose value reaches a level, for each column; NaN where none does."""
    columns = np.maximum.accumulate(values).T
    return np.exp([np.interp(level, column, np.log(slices), right=np.nan) for column in columns])


def level_line(values: np.ndarray, volumes: np.ndarray, slices: np.ndarray, *, level: float) -> pd.DataFrame:
    """Find where values that grow with volumes and slices have a level, from left to right.

    It is looked for along the lines of the grid in both directions, so that it ends at the edge.
    """
    return pd.DataFrame(_find_line(values, volumes, slices, level=level), columns=["x", "y"])


def _find_line(values: np.ndarray, volumes: np.ndarray, slices: np.ndarray, *, level: float) -> np.ndarray:
    ends = {"left": np.nan, "right": np.nan}
    x, y = np.log(volumes), np.log(slices)
    across = [np.interp(level, column, y, **ends) for column in values.T]
    along = [np.interp(level, row, x, **ends) for row in values]
    line = np.column_stack([np.append(x, along), np.append(across, y)])
    line = line[~np.isnan(line).any(axis=1)]
    ordered: np.ndarray = np.exp(line[np.lexsort((-line[:, 1], line[:, 0]))])
    return ordered


def between(volumes: np.ndarray, bottom: np.ndarray, top: np.ndarray) -> tuple[pd.DataFrame, ...]:
    """Outline where the top is above the bottom, each stretch by itself, to the tips where they meet."""
    x, low, high = np.log([volumes, bottom, top])
    gap = high - low
    is_tip = np.flatnonzero(gap[:-1] * gap[1:] < 0)
    share = gap[is_tip] / (gap[is_tip] - gap[is_tip + 1])
    tips = [line[is_tip] + share * (line[is_tip + 1] - line[is_tip]) for line in (x, high)]
    x = np.concatenate([x, tips[0]])
    order = np.argsort(x, kind="stable")
    low, high = (np.concatenate([line, tips[1]])[order] for line in (low, high))
    is_open = high >= low
    starts = np.flatnonzero(np.diff(is_open, prepend=False)).tolist()
    stretches = zip(starts[::2], [*starts[1::2], len(x)], strict=False)
    return tuple(outline(np.exp(x[order][a:b]), np.exp(low[a:b]), np.exp(high[a:b])) for a, b in stretches)


def outline(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    """Close what lies between two lines."""
    return pd.DataFrame({"x": [*x, *x[::-1], x[0]], "y": [*high, *low[::-1], high[0]]})


def label_levels(
    values: np.ndarray,
    volumes: np.ndarray,
    slices: np.ndarray,
    *,
    levels: Sequence[float],
    box: tuple[np.ndarray, np.ndarray],
    marks: np.ndarray,
    pixels: np.ndarray,
) -> pd.DataFrame:
    """Find a place for the label of each level on its line: the first from the right that is free.

    Parameters
    ----------
    values : ndarray of shape (n_slices, n_volumes), dtype float64
    volumes, slices : ndarray
    levels : sequence of float
    box : tuple of ndarray of shape (2,), dtype float64
        Lower left and upper right corner of where labels may stand.
    marks : ndarray of shape (k, 2), dtype float64
        Places to keep apart from, as labels keep apart from one another.
    pixels : ndarray of shape (2,), dtype float64
        Width and height of the grid.

    Returns
    -------
    DataFrame
        Columns x, y and level; a level without room has no row.
    """
    corner = np.log([volumes[0], slices[0]])
    scale = pixels / (np.log([volumes[-1], slices[-1]]) - corner)
    least, most = ((np.log(end) - corner) * scale for end in box)
    least, most = np.maximum(least, 0) + INSIDE, np.minimum(most, pixels) - INSIDE
    taken, labels = (np.log(marks) - corner) * scale, []
    for level in levels:
        line = _find_line(np.maximum.accumulate(values), volumes, slices, level=level)
        places = (np.log(line[::-1]) - corner) * scale
        places = places[((places >= least) & (places <= most)).all(axis=1)]
        apart = np.hypot(*(places[:, None] - taken).transpose(2, 0, 1)).min(axis=1, initial=APART)
        if len(places) and apart.max() >= TIGHT:
            place = places[apart.argmax()]
            taken = np.vstack([taken, place])
            labels.append((*np.exp(place / scale + corner), level))
    return pd.DataFrame(labels, columns=["x", "y", "level"])

"""The optimal trajectory: the rising, concave polyline above which no point lies (paper §2.2).

Its vertices are measured combinations. It is a figure: half-way between two vertices lies no strategy.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

__all__ = ["TOLERANCE", "Frontier", "best_row", "cheapest_reaching", "find_frontier"]

TOLERANCE = 1 + 1e-9
"""An effort that equals a budget but for the rounding of floats is paid for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontier:
    """All points and the trajectory over them.

    Parameters
    ----------
    points : DataFrame
        Rows of `combine` whose effort is defined, in order of effort.
    vertices : DataFrame
        The rows of `points` that the trajectory passes through, in order of effort; both rise strictly.
    """

    points: pd.DataFrame = field(default_factory=pd.DataFrame)
    vertices: pd.DataFrame = field(default_factory=pd.DataFrame)


def find_frontier(combinations: pd.DataFrame, *, by: str = "dice") -> Frontier:
    """Find the optimal trajectory in O(n log n), by a monotone chain.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`; columns effort and `by`, and any others.
    by : str, default="dice"
        The column that the trajectory runs over. Assumes that more of it is better.

    Returns
    -------
    Frontier
        Of points that coincide, the first in order of the virtues is the vertex; of points on one line, the ends.
        Rows without effort (outside the measure's domain) are left out.
    """
    virtues = [
        name for name in ("diversity", "completeness", "quality", "proxy", "sampling") if name in combinations
    ]
    points = combinations.dropna(subset=["effort", by]).sort_values(
        ["effort", by, *virtues], ascending=[True, False, *[True] * len(virtues)], kind="stable"
    )
    points = points.reset_index(drop=True)
    chain: list[int] = []
    x, y = points["effort"].tolist(), points[by].tolist()
    for i in range(len(points)):
        if chain and y[i] <= y[chain[-1]]:
            continue
        while len(chain) > 1 and not _turns_right(*[(x[j], y[j]) for j in (chain[-2], chain[-1], i)]):
            chain.pop()
        chain.append(i)
    return Frontier(points=points, vertices=points.iloc[chain].reset_index(drop=True))


def best_row(points: pd.DataFrame, *, budget: float) -> int:
    """Find the row of highest expected Dice that a budget pays for; of equals the cheapest.

    Parameters
    ----------
    points : DataFrame
        Of a `Frontier`: in order of effort, at least one within the budget. Column expected is what the law
        expects, so that the choice is the one that loses least on average.
    budget : float

    Returns
    -------
    int
        Its position.
    """
    return int(points.loc[points["effort"] <= budget * TOLERANCE, "expected"].to_numpy().argmax())


def cheapest_reaching(points: pd.DataFrame, *, share: float) -> float | None:
    """Find the least effort whose expected performance is a share of full labeling's; None if it is out of reach.

    Parameters
    ----------
    points : DataFrame
        Of `Priced.frontier`.
    share : float
    """
    reaching = points.loc[points["expected_normalized"] >= share, "effort"]
    return None if reaching.empty else float(reaching.min())


def _turns_right(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Say whether b lies above the line from a to c, exactly."""
    rise, run = (b[1] - a[1]) * (c[0] - b[0]), (c[1] - b[1]) * (b[0] - a[0])
    if abs(rise - run) > 1e-12 * (abs(rise) + abs(run)):
        return rise > run
    # Floats cannot tell: compare as fractions, which hold every float exactly.
    (ax, ay), (bx, by), (cx, cy) = (tuple(map(Fraction, point)) for point in (a, b, c))
    return (by - ay) * (cx - bx) > (cy - by) * (bx - ax)

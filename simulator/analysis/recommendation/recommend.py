"""The best strategy for a budget, how sure it is, and what else could be done (paper §2.2, §4).

The best is the measured combination of highest expected Dice (by the law, see `simulator.analysis.law`) whose effort
the budget pays for: the choice that loses least on average. Where others cannot be told apart from it, `winners`
and `expected_regret` say so, the choice stays. What cannot carry an answer gets none: trial runs, fewer than three
configurations, or one seed each.
"""

from dataclasses import replace

import numpy as np

from ...statistics.uncertainty import Draws
from ..agreement import TRIAL
from ..frontier.hull import TOLERANCE, Frontier, best_row
from ..priced import Priced
from .comparison import compare
from .strategies import estimate_of, mix_rows, strategy_of, virtues_of
from .suggestions import first_look, suggest_near
from .values import Estimate, Recommendation, Status

__all__ = ["recommend"]

MIN_COMBINATIONS = 3
"""Fewer give no trajectory to choose from."""


def recommend(priced: Priced, *, budget: float) -> Recommendation:
    """Recommend a strategy for a budget.

    Parameters
    ----------
    priced : Priced
    budget : float
        In the measure's unit.

    Returns
    -------
    Recommendation
        Its status is ``empty`` without configurations in the measure's domain; ``trial`` under a protocol that only
        shows that all works; ``one-record`` with fewer than three; ``one-seed`` if none has two;
        ``too-cheap`` if none is as cheap as the budget; ``gap`` if none uses between half of the budget and all of it
        although dearer ones were measured that are better; else ``answer``.
    """
    frontier, draws, full, measure = priced.frontier, priced.draws, priced.full, priced.measure
    n_seeds = int(priced.combinations["n_seeds"].max())
    status = _judge(priced, budget, n_seeds=n_seeds)
    base = Recommendation(
        status=status,
        effort=measure.name,
        budget=budget,
        suggestions=first_look(measure),
        dataset=priced.dataset,
        protocol=priced.protocol,
        full_effort=priced.full_effort,
        frontier=frontier,
        n_combinations=len(frontier.points),
        n_seeds=n_seeds,
    )
    if status in {"empty", "trial"}:
        return base
    if status == "one-seed":
        # Chance is pooled over configurations: a second seed on the trajectory tells it for all.
        repeated = tuple(virtues_of(row) for _, row in frontier.vertices.iterrows())
        return replace(base, suggestions=repeated)
    near = suggest_near(priced.combinations, measure=measure, budget=budget, prices=priced.prices)
    base = replace(base, cheapest_effort=float(frontier.points["effort"].min()), suggestions=near)
    if status == "one-record":
        measured = {virtues_of(point) for _, point in frontier.points.iterrows()}
        offered = tuple(v for v in near + first_look(measure) if v not in measured)
        return replace(base, suggestions=offered)
    if status == "too-cheap":
        return base
    best = best_row(frontier.points, budget=budget)
    row = frontier.points.iloc[best]
    base = replace(
        base,
        trajectory=priced.trajectory,
        strategy=strategy_of(row),
        predicted=estimate_of(row, draws=draws, weights=((int(row["combination"]), 1.0),), full=full),
        left_over=max(0.0, budget - float(row["effort"])),
        is_on_frontier=virtues_of(row) in [virtues_of(vertex) for _, vertex in frontier.vertices.iterrows()],
    )
    if status == "gap":
        return replace(base, likely=_on_the_line(frontier, budget, draws=draws, full=full))
    return compare(replace(base, suggestions=()), draws, best=best, full=full)


def _judge(priced: Priced, budget: float, *, n_seeds: int) -> Status:
    frontier, points = priced.frontier, priced.frontier.points
    if points.empty:
        return "empty"
    if priced.protocol == TRIAL:
        return "trial"
    if len(points) < MIN_COMBINATIONS:
        return "one-record"
    if n_seeds < 2:
        return "one-seed"
    is_paid = points["effort"] <= budget * TOLERANCE
    if not is_paid.any():
        return "too-cheap"
    has_near = (is_paid & (points["effort"] > budget / 2)).any()
    has_dearer = (frontier.vertices["effort"] > budget * TOLERANCE).any()
    return "gap" if has_dearer and not has_near else "answer"


def _on_the_line(frontier: Frontier, budget: float, *, draws: Draws, full: int | None) -> Estimate:
    """Read the trajectory at a budget that lies between two vertices."""
    vertices = frontier.vertices
    after = int(np.searchsorted(vertices["effort"].to_numpy(), budget))
    near, far = vertices.iloc[after - 1], vertices.iloc[after]
    weight = float((budget - near["effort"]) / (far["effort"] - near["effort"]))
    return estimate_of(
        mix_rows(near, far, weight=weight),
        draws=draws,
        weights=((int(near["combination"]), 1 - weight), (int(far["combination"]), weight)),
        full=full,
        kind="interpolated",
    )

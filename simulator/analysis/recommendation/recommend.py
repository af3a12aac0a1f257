"""The best strategy for a budget, how sure it is, and what else could be done (paper §2.2, §4).

Any strategy within what was measured may be recommended, trained or not: the law says what each is expected to give.
Those that lose less than `NEAR` against the best cannot be told from it in practice; among them the one with the most
volumes is recommended, and of these the cheapest: it stays the same while the budget moves a little. What cannot carry
an answer gets none: trial runs, or fewer than three configurations of which other data sets say nothing.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ..agreement import TRIAL
from ..frontier.hull import TOLERANCE, best_row
from ..priced import Priced
from .comparison import compare
from .strategies import estimate_of, strategy_of, virtues_of
from .suggestions import first_look, suggest_near
from .values import Recommendation, Status

__all__ = ["NEAR", "find_near_optimal", "rank_near", "recommend"]

MIN_COMBINATIONS = 3
"""Fewer give no law to choose by."""

NEAR = 0.003
"""Expected loss in Dice up to which a strategy is as good as the best."""

STEPS = (1.25, 1.5, 2.0, 3.0)
"""Larger budgets that are looked at, as multiples of this one."""


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
        Its status is ``empty`` where nothing is in the measure's domain; ``trial`` under a protocol that only shows
        that all works; ``one-record`` with fewer than three configurations; ``too-cheap`` if no strategy is as cheap as
        the budget; else ``answer``.
    """
    frontier, offers, measure = priced.frontier, priced.offers, priced.measure
    status = _judge(priced, budget)
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
        n_seeds=int(priced.combinations["n_seeds"].max()) if len(priced.combinations) else 0,
    )
    if status in {"empty", "trial"}:
        return base
    base = replace(base, cheapest_effort=float(offers["effort"].min()))
    if status == "answer":
        return _answer(base, priced)
    if frontier.points.empty:
        return base
    near = suggest_near(priced.combinations, measure=measure, budget=budget, prices=priced.prices)
    if status == "too-cheap":
        return replace(base, suggestions=near)
    measured = {virtues_of(point) for _, point in frontier.points.iterrows()}
    return replace(base, suggestions=tuple(v for v in near + first_look(measure) if v not in measured))


def find_near_optimal(offers: pd.DataFrame, *, budget: float) -> pd.DataFrame:
    """Find what is as good as the best that a budget pays for.

    Parameters
    ----------
    offers : DataFrame
        `Priced.offers`; at least one within the budget.
    budget : float

    Returns
    -------
    DataFrame
        Rows of `offers`: most volumes first, and of as many the cheapest.
    """
    columns = (offers[name].to_numpy() for name in ("effort", "expected", "n_volumes"))
    return offers.iloc[rank_near(*columns, budget=budget)]


def rank_near(
    effort: np.ndarray, expected: np.ndarray, n_volumes: np.ndarray, *, budget: float
) -> np.ndarray:
    """Find the places of what is as good as the best, in the order of `find_near_optimal`.

    Parameters
    ----------
    effort, expected, n_volumes : ndarray of shape (n,), dtype float64
    budget : float

    Returns
    -------
    ndarray of shape (n_near,), dtype int64
        None where the budget pays for nothing.
    """
    is_paid = effort <= budget * TOLERANCE
    near = np.flatnonzero(is_paid & (expected >= expected[is_paid].max(initial=-np.inf) - NEAR))
    ranked: np.ndarray = near[np.lexsort((effort[near], -n_volumes[near]))]
    return ranked


def _judge(priced: Priced, budget: float) -> Status:
    if priced.offers.empty:
        return "empty"
    if priced.protocol == TRIAL:
        return "trial"
    if len(priced.frontier.points) < MIN_COMBINATIONS and not priced.has_prior:
        return "one-record"
    return "answer" if (priced.offers["effort"] <= budget * TOLERANCE).any() else "too-cheap"


def _answer(base: Recommendation, priced: Priced) -> Recommendation:
    """Choose among what the budget pays for, and compare."""
    offers, full, budget = priced.offers, priced.full, base.budget
    near = find_near_optimal(offers, budget=budget)
    steps = _larger_budgets(budget, full_effort=priced.full_effort, write=priced.measure.unit.write)
    wanted = [near.iloc[[0]], *(offers.iloc[[best_row(offers, budget=step)]] for step in steps)]
    rows, draws = priced.draw_offers(pd.concat(wanted))
    row = rows.iloc[0]
    is_measured, virtues = bool(row["is_measured"]), virtues_of(row)
    number = int(row["combination"])
    answer = replace(
        base,
        trajectory=priced.trajectory,
        strategy=strategy_of(row),
        predicted=estimate_of(
            row,
            draws=draws,
            weights=((number, 1.0),),
            full=full,
            kind=row["kind"],
        ),
        offers=offers,
        near_optimal=near,
        left_over=max(0.0, budget - float(row["effort"])),
        is_on_frontier=not is_measured
        or virtues in [virtues_of(vertex) for _, vertex in base.frontier.vertices.iterrows()],
        suggestions=() if is_measured else (virtues,),
    )
    larger = [(step, after) for step, (_, after) in zip(steps, rows.iloc[1:].iterrows(), strict=True)]
    return compare(answer, draws, chosen=row, larger=larger, full=full)


def _larger_budgets(budget: float, *, full_effort: float, write: Callable[[float], str]) -> list[float]:
    """Multiples of the budget up to the full effort; of those that read alike the largest, none like the budget."""
    steps = sorted(min(budget * step, full_effort) for step in STEPS)
    read = {write(step): step for step in steps if step > budget}
    return [step for text, step in read.items() if text != write(budget)]

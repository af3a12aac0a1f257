"""Answers as JSON: the shapes that others script against."""

from typing import Any

import pandas as pd

from ..analysis import Alternative, Estimate, NextStep, Recommendation, Strategy
from ..analysis.frontier.trajectory import Trajectory
from ..analysis.law.prior import NO_PRIOR, Prior
from ..analysis.recommendation.strategies import optional, virtues_of

__all__ = ["band_as_json", "offer_as_json", "points_as_json", "recommendation_as_json"]


def points_as_json(points: pd.DataFrame) -> list[dict[str, Any]]:
    """List points of a frontier, with their vertex_share, in order of effort.

    `dice` is what is expected, as `recommend` says it, `low` and `high` its interval, and `normalized` it as a share of
    full labeling; `dice_mean` and `dice_median` are what was measured. `vertex_share` is null where
    chance between trainings is unknown.
    """
    return [
        {
            "effort": float(row["effort"]),
            "dice": float(row["expected"]),
            "dice_mean": float(row["dice"]),
            "dice_median": float(row["dice_median"]),
            "normalized": optional(row["expected_normalized"]),
            "low": optional(row["expected_low"]),
            "high": optional(row["expected_high"]),
            "normalized_low": optional(row["expected_normalized_low"]),
            "normalized_high": optional(row["expected_normalized_high"]),
            "virtues": virtues_of(row).model_dump(),
            "n_seeds": int(row["n_seeds"]),
            "n_volumes": float(row["n_volumes"]),
            "n_slices": optional(row["n_slices_drawn"]),
            "spacing": optional(row["spacing"]),
            "vertex_share": optional(row["vertex_share"]),
        }
        for _, row in points.iterrows()
    ]


def band_as_json(trajectory: Trajectory) -> dict[str, list[float] | None]:
    """Lay out the trajectory's band over effort, in Dice and normalized."""
    bands = {"": trajectory.dice, "normalized_": trajectory.normalized}
    return {"effort": trajectory.efforts.tolist()} | {
        f"{prefix}{limit}": None if band is None else getattr(band, limit).tolist()
        for prefix, band in bands.items()
        for limit in ("low", "high")
    }


def recommendation_as_json(recommendation: Recommendation, *, prior: Prior = NO_PRIOR) -> dict[str, Any]:
    """Lay out a recommendation; what does not apply to its status is null or empty."""
    dataset = recommendation.dataset
    return {
        "dataset": None if dataset is None else dataset.name,
        "fingerprint": None if dataset is None else dataset.fingerprint,
        "protocol": recommendation.protocol,
        "effort": recommendation.effort,
        "budget": recommendation.budget,
        "full_effort": recommendation.full_effort,
        "status": recommendation.status,
        "strategy": _strategy(recommendation.strategy),
        "predicted": _estimate(recommendation.predicted),
        "near_optimal": [offer_as_json(row) for _, row in recommendation.near_optimal.iterrows()],
        "cheapest_effort": recommendation.cheapest_effort,
        "left_over": recommendation.left_over,
        "is_on_frontier": recommendation.is_on_frontier,
        "alternatives": [_alternative(alternative) for alternative in recommendation.alternatives],
        "next_steps": [_next_step(step) for step in recommendation.next_steps],
        "best_share": dict(recommendation.best_share),
        "winners": [
            {"strategy": _strategy(winner.strategy), "share": winner.share}
            for winner in recommendation.winners
        ],
        "expected_regret": recommendation.expected_regret,
        "suggestions": [virtues.model_dump() for virtues in recommendation.suggestions],
        "n_combinations": recommendation.n_combinations,
        "n_seeds": recommendation.n_seeds,
        "prior": list(prior.names),
    }


def _strategy(strategy: Strategy | None) -> dict[str, Any] | None:
    if strategy is None:
        return None
    return {
        "virtues": strategy.virtues.model_dump(),
        "effort": strategy.effort,
        "n_volumes": strategy.n_volumes,
        "every": strategy.every,
        "n_slices": strategy.n_slices,
        "n_copied": strategy.n_copied,
        "slices_per_volume": strategy.slices_per_volume,
        "spacing": strategy.spacing,
        "achieved_quality": strategy.achieved_quality,
    }


def offer_as_json(row: pd.Series) -> dict[str, Any]:
    """Lay out one of what may be recommended."""
    return {
        "n_volumes": round(row["n_volumes"]),
        "every": round(1 / row["completeness"]),
        "quality": float(row["achieved_quality"]),
        "effort": float(row["effort"]),
        "dice": float(row["expected"]),
        "kind": row["kind"],
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "dice": estimate.dice,
        "normalized": estimate.normalized,
        "low": estimate.low,
        "high": estimate.high,
        "normalized_low": estimate.normalized_low,
        "normalized_high": estimate.normalized_high,
        "kind": estimate.kind,
    }


def _alternative(alternative: Alternative) -> dict[str, Any]:
    strategy = _strategy(alternative.strategy) or {}
    estimate = _estimate(alternative.estimate) or {}
    return {
        "name": alternative.name,
        **strategy,
        **estimate,
        "gain": alternative.gain,
        "gain_low": alternative.gain_low,
        "gain_high": alternative.gain_high,
        "is_measurable": alternative.is_measurable,
    }


def _next_step(step: NextStep) -> dict[str, Any]:
    return {
        "budget": step.budget,
        "strategy": _strategy(step.strategy),
        "gain": step.gain,
        "low": step.low,
        "high": step.high,
        "is_measurable": step.is_measurable,
    }

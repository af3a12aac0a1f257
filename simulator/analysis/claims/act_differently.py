"""Claim 7: diversity and completeness act differently at equal numbers of slices (paper §2.1, §3.3)."""

import numpy as np

from ...statistics.uncertainty import SURE, interval_of
from ..study import Study
from .finding import Claim, Finding, Verdict, format_drawn, undecided

__all__ = ["ACT_DIFFERENTLY", "trade_effect"]

NAME = "act-differently"

ALIKE = 0.005
"""Normalized performance per trade, below which the two act alike for all that matters."""

MIN_ROWS = 8

QUANTITY = "normalized performance when twice the volumes take the place of twice the slices in each"


def judge(study: Study) -> tuple[Finding, ...]:
    """Estimate what trading slices in a volume for volumes does, the number of slices held."""
    effect = trade_effect(study) if study.can_tell else None
    if effect is None:
        why = (
            f"At least {MIN_ROWS} configurations of diversity and completeness at exact masks are needed, "
            "with two seeds."
        )
        return (undecided(NAME, quantity=QUANTITY, why=why),)
    low, high = interval_of(effect)
    estimate, share = float(np.mean(effect)), _share_beyond(effect)
    return (
        Finding(
            claim=NAME,
            part="",
            estimate=estimate,
            low=low,
            high=high,
            quantity=QUANTITY,
            share=share,
            verdict=_judge(effect),
            sentence=(
                f"At the same number of slices, twice the volumes with half the slices in each change performance by "
                f"{format_drawn(effect)} of full; less than {ALIKE:g} either way would be acting alike."
            ),
        ),
    )


def trade_effect(study: Study) -> np.ndarray | None:
    """Regress performance on the numbers of slices (a parabola of their logarithm) and on how they are spread.

    Returns
    -------
    ndarray of shape (n_draws,), dtype float64, or None
        Effect of doubling the volumes and halving the slices in each, at the middle of what was measured; None with
        fewer than `MIN_ROWS` combinations, or where these are too alike in kind.
    """
    rows = study.combinations
    rows = rows[(rows["quality"] == 1) & (rows["sampling"] == "random")]
    if len(rows) < MIN_ROWS or rows["diversity"].nunique() < 3 or rows["completeness"].nunique() < 3:
        return None
    d, c = np.log2(rows["diversity"].to_numpy()), np.log2(rows["completeness"].to_numpy())
    total, spread = d + c - (d + c).mean(), (d - c) / 2
    spread = spread - spread.mean()
    design = np.column_stack([np.ones(len(d)), total, total**2, spread, total * spread, spread**2])
    coefficients, _, rank, _ = np.linalg.lstsq(
        design, study.performance[rows["combination"].to_numpy()], rcond=None
    )
    if rank < design.shape[1]:
        return None
    effect: np.ndarray = coefficients[3]
    return effect


def _judge(effect: np.ndarray) -> Verdict:
    if np.mean(np.abs(effect) < ALIKE) >= SURE:
        return "contradicted"
    # Of a difference to either side, each side has half of the chance of error.
    return "supported" if _share_beyond(effect) >= 1 - (1 - SURE) / 2 else "undecided"


def _share_beyond(effect: np.ndarray) -> float:
    """Share of draws in which the two act differently, on the side where more are."""
    return float(max(np.mean(effect > ALIKE), np.mean(effect < -ALIKE)))


ACT_DIFFERENTLY = Claim(
    name=NAME,
    title="Diversity and completeness act differently at equal numbers of slices",
    source="paper §2.1 and §3.3",
    judge=judge,
)

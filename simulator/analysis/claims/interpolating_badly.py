"""Claim 3: interpolating badly is worse than leaving out (paper §3.2, figure 3).

Interpolated at some key spacing, with every slice used, against *the same* key slices alone.
"""

import numpy as np
import pandas as pd

from ...statistics.uncertainty import interval_of
from ...virtues import title_of
from ..study import Study
from .finding import Claim, Finding, estimate_contrast, format_drawn, undecided

__all__ = ["INTERPOLATING_BADLY", "matched_pairs"]

NAME = "interpolating-badly"

ALIKE = 0.08
"""Relative difference of two spacings that count as the same."""

QUANTITY = "normalized performance of the drawn slices alone less that with the rest filled in"


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare at the widest spacing, and say from which spacing on leaving out is better."""
    proxy, rows = study.proxy, study.combinations
    drawn = rows.loc[rows["quality"] < 1, "spacing"]
    if len(drawn) and drawn.isna().all():
        return ()  # a proxy without key slices interpolates nothing
    pairs = matched_pairs(rows, proxy=proxy)
    if not study.can_tell or pairs.empty:
        why = (
            f"{title_of(proxy)}: no configuration with filled-in slices has its drawn slices alone beside it "
            "(sampling equidistant at the same spacing), with two seeds."
        )
        return (undecided(NAME, part=proxy, quantity=QUANTITY, why=why),)
    alone, interpolated = pairs["alone"].to_numpy(), pairs["interpolated"].to_numpy()
    gain = study.performance[alone] - study.performance[interpolated]
    spacings = pairs["spacing"].to_numpy()
    gains = {float(spacing): gain[spacings == spacing].mean(axis=0) for spacing in np.unique(spacings)}
    widest = max(gains)
    closer = "; ".join(f"one in {s:g}: {format_drawn(gain)}" for s, gain in gains.items() if s != widest)
    sentence = (
        f"{title_of(proxy)}: with one slice in {widest:g} drawn, the drawn slices alone gain "
        f"{format_drawn(gains[widest])} over filling in the rest. "
        f"{'Closer together, ' + closer + '. ' if closer else ''}{_say_from(gains)}"
    )
    return (estimate_contrast(NAME, part=proxy, draws=gains[widest], quantity=QUANTITY, sentence=sentence),)


def matched_pairs(combinations: pd.DataFrame, *, proxy: str) -> pd.DataFrame:
    """Pair interpolated combinations with the same key slices alone.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`.
    proxy : str

    Returns
    -------
    DataFrame
        Columns interpolated and alone (numbers of combinations), spacing (of the key slices alone), diversity.
    """
    drawn = combinations[
        (combinations["proxy"] == proxy) & (combinations["quality"] < 1) & (combinations["completeness"] == 1)
    ]
    alone = combinations[(combinations["sampling"] == "equidistant") & (combinations["quality"] == 1)]
    pairs = drawn.merge(alone, on="diversity", suffixes=("", "_alone"))
    spacing = 1 / pairs["completeness_alone"]
    pairs = pairs.assign(distance=np.abs(np.log(pairs["spacing"] / spacing)), apart=spacing.round(2))
    pairs = pairs[pairs["distance"] <= np.log1p(ALIKE)].sort_values("distance")
    pairs = pairs.drop_duplicates(["diversity", "apart"]).sort_values(["apart", "diversity"])
    return pd.DataFrame(
        {
            "interpolated": pairs["combination"].astype("int64"),
            "alone": pairs["combination_alone"].astype("int64"),
            "spacing": pairs["apart"],
            "diversity": pairs["diversity"],
        }
    ).reset_index(drop=True)


def _say_from(gains: dict[float, np.ndarray]) -> str:
    """Say from which spacing on every wider one is measurably better left out."""
    worse = [spacing for spacing, gain in gains.items() if interval_of(gain)[0] <= 0]
    wider = [spacing for spacing in gains if not worse or spacing > max(worse)]
    if not wider:
        return "At the widest spacing no difference in favour of leaving out can be measured."
    return f"Leaving out is measurably better from one slice in {min(wider):g} on."


INTERPOLATING_BADLY = Claim(
    name=NAME,
    title="Interpolating badly is worse than leaving out",
    source="paper §3.2, figure 3",
    judge=judge,
    is_by_proxy=True,
)

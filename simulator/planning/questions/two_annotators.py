"""What a second annotator does who is quick but less exact.

How precise masks have to be is what outlines in a hurry show (`virtues.quality`), never masks that were copied between
slices. Volumes of both make one training set, whose quality is the mean over them, as the law reads it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...analysis import Study
from ...analysis.combinations import COMBINATION
from ...analysis.law.law import coordinates_of
from ...effort import Prices
from ...protocols import FAST
from ...virtues import proxies_for
from ..project import ProjectAnswer, lay_over, with_looks
from ..references import PHANTOM, Reference, find_references
from .charts import Differences
from .drawing import Difference, draw_together
from .question import Finding, Input, Question

__all__ = ["TWO_ANNOTATORS", "Mix", "TwoAnnotators"]

SHARES = {
    0.0: "The careful one alone",
    0.25: "A quarter quick",
    0.5: "Half and half",
    1.0: "The quick one alone",
}
"""Of the hours, that the quick one has."""

ENOUGH = 10
"""Configurations with less exact outlines from which on they say something."""

USUAL_SPEED, USUAL_QUALITY = 0.5, 0.9
LONGEST = 3600.0
HURRIED = proxies_for("precision")[0].name


@dataclass(frozen=True, kw_only=True)
class Mix:
    """One way to share the hours.

    Parameters
    ----------
    share : float in [0, 1]
        Of the hours, that the quick one has.
    n_careful, n_quick : int
        Volumes of each.
    every : int
        Of the slices, both.
    difference : Difference
        To the careful one alone.
    """

    share: float
    n_careful: int
    n_quick: int
    every: int
    difference: Difference


@dataclass(frozen=True, kw_only=True)
class TwoAnnotators(Finding):
    """Sharing the hours between a careful and a quick annotator.

    Parameters
    ----------
    seconds : float
        That the quick one takes for a slice.
    quality : float
        Overlap (3-D IoU) of the quick one's masks with exact ones.
    mixes : tuple of Mix
        Best first; none where nothing is known.
    least_quality : float or None
        The least exact that was measured on the reference; None where none was.
    known_on : tuple of str
        Other references on which it was, where this one says nothing.
    """

    seconds: float
    quality: float
    mixes: tuple[Mix, ...]
    least_quality: float | None
    known_on: tuple[str, ...]


def ask_for_second(answer: ProjectAnswer, *, seconds: float, quality: float) -> TwoAnnotators | None:
    """Share the hours between the careful one, at her prices, and a quick one; None where the hours are too few."""
    if answer.strategy is None:
        return None
    if answer.reference is None or not _is_measured(answer.table, answer.reference):
        known = [one.title for one in find_references(answer.table) if _is_measured(answer.table, one)]
        return TwoAnnotators(
            seconds=seconds, quality=quality, mixes=(), least_quality=None, known_on=tuple(known), chart=None
        )
    careful = with_looks(answer.prices, n_looks=answer.n_looks)
    quick = with_looks(replace(answer.prices, drawing_seconds=seconds), n_looks=answer.n_looks)
    study = lay_over(
        answer.table,
        reference=answer.reference,
        n_pool=answer.study.pool[0],
        n_slices=answer.n_slices,
        prices=careful,
        proxy=HURRIED,
    )
    ways = _lay_out(answer, study, careful=careful, quick=quick, quality=quality)
    least = float(study.combinations["achieved_quality"].min())
    mixes = _compare(study, ways) if len(ways) and ways["share"].iloc[0] == 0 else []
    return TwoAnnotators(
        seconds=seconds,
        quality=quality,
        mixes=tuple(sorted(mixes, key=lambda mix: -mix.difference.dice)),
        least_quality=least,
        known_on=(),
        chart=_chart(mixes),
    )


def _is_measured(table: pd.DataFrame, reference: Reference) -> bool:
    """Say whether outlines in a hurry were measured on anatomy."""
    is_it = (table["fingerprint"] == reference.dataset.fingerprint) & (table["protocol"] == FAST.name)
    inexact = table[is_it & (table["proxy"] == HURRIED) & (table["quality"] < 1)]
    return reference.dataset.name != PHANTOM and inexact.groupby(COMBINATION).ngroups >= ENOUGH


def _lay_out(
    answer: ProjectAnswer, study: Study, *, careful: Prices, quick: Prices, quality: float
) -> pd.DataFrame:
    """Lay out for each share of the hours the rhythm that is expected to give most."""
    n_all, each = study.pool[0], answer.n_slices
    every = np.arange(1, max(1, int(each)) + 1)
    n_slices = np.maximum(1.0, each / every)
    ways = []
    for share in SHARES:
        hours = answer.recommendation.budget * np.array([1 - share, share])
        n_careful, n_quick = (
            np.floor(own / _hours_each(prices, n_slices) + 1e-9)
            for own, prices in zip(hours, (careful, quick), strict=True)
        )
        n_careful = np.minimum(n_careful, n_all)
        n_quick = np.minimum(n_quick, n_all - n_careful)
        n = n_careful + n_quick
        laid = pd.DataFrame(
            {
                "share": share,
                "every": every,
                "n_careful": n_careful,
                "n_quick": n_quick,
                "n_volumes": n,
                "n_slices_used": n * n_slices,
                "achieved_quality": (n_careful + quality * n_quick) / np.maximum(n, 1),
            }
        )
        laid = laid[laid["n_volumes"] >= 1]
        laid = laid[study.ranges.hold(laid)] if len(laid) else laid
        if len(laid):
            best = int(study.law.expect(coordinates_of(laid)).argmax())
            ways.append(laid.iloc[[best]])
    return pd.concat(ways, ignore_index=True) if ways else pd.DataFrame(columns=["share"])


def _hours_each(prices: Prices, n_slices: np.ndarray) -> np.ndarray:
    """Hours for one volume, by how many slices are labeled in it."""
    counts = pd.Series(n_slices)
    hours = prices.hours(n_volumes=0 * counts + 1, n_slices_drawn=counts, n_slices_copied=0 * counts)
    return np.maximum(hours.to_numpy(), 1e-9)


def _compare(study: Study, ways: pd.DataFrame) -> list[Mix]:
    """Compare with the careful one alone, who is first."""
    drawn = draw_together(study, ways)
    return [
        Mix(
            share=float(way["share"]),
            n_careful=int(way["n_careful"]),
            n_quick=int(way["n_quick"]),
            every=int(way["every"]),
            difference=drawn.compare(place, 0),
        )
        for place, (_, way) in enumerate(ways.iterrows())
    ]


def _chart(mixes: list[Mix]) -> Differences | None:
    shown = [mix for mix in mixes if mix.share > 0]
    if not shown:
        return None
    return Differences(
        names=tuple(SHARES[mix.share] for mix in shown),
        gains=tuple(mix.difference.dice for mix in shown),
        lows=tuple(mix.difference.low for mix in shown),
        highs=tuple(mix.difference.high for mix in shown),
        x_title="Dice, beside the careful one alone",
    )


TWO_ANNOTATORS = Question(
    name="two-annotators",
    title="Two annotators",
    meaning="What a second annotator would do who takes so many seconds a slice, so exact (0.9).",
    inputs=(
        Input(
            name="seconds",
            title="Quick one, seconds a slice",
            low=1.0,
            high=lambda _: LONGEST,
            usual=lambda answer: min(
                LONGEST, max(1.0, float(round(USUAL_SPEED * answer.prices.drawing_seconds)))
            ),
            step=1.0,
        ),
        Input(
            name="quality",
            title="Quick one, overlap",
            low=0.5,
            high=lambda _: 0.99,
            usual=lambda _: USUAL_QUALITY,
            step=0.05,
        ),
    ),
    answer=ask_for_second,
)

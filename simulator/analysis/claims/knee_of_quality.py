"""Claim 2: one should aim for 90 % quality, where performance stops growing with it (paper §3.2, figure 3)."""

import numpy as np

from ...formats import format_share, format_spacing
from ...statistics.uncertainty import SURE
from ...virtues import title_of
from ..saturation.quality import Knee, estimate_knee
from ..study import Study
from .finding import Claim, Finding, Verdict, format_drawn, undecided

__all__ = ["KNEE_OF_QUALITY"]

NAME = "knee-of-quality"

RANGE = (0.85, 0.95)
"""What counts as 90 %: from the first, to below the second, where bends beyond the last quality tried are found too."""

QUANTITY = "quality (3-D IoU) at the knee"


def judge(study: Study) -> tuple[Finding, ...]:
    """Say in which share of draws there is a knee, and it lies at about 90 %."""
    proxy = study.proxy
    knee = estimate_knee(study)
    if knee is None:
        why = f"{title_of(proxy)}: a knee needs five qualities on one line, each with two seeds."
        return (undecided(NAME, part=proxy, quantity=QUANTITY, why=why),)
    share = float(np.mean((knee.knees >= RANGE[0]) & (knee.knees < RANGE[1]) & knee.is_flat))
    is_found = knee.share > 0
    return (
        Finding(
            claim=NAME,
            part=proxy,
            estimate=knee.quality if is_found else None,
            low=knee.low if is_found else None,
            high=knee.high if is_found else None,
            quantity=QUANTITY,
            form="share",
            share=share,
            verdict=_judge(knee, share),
            sentence=_say(knee, proxy),
        ),
    )


def _say(knee: Knee, proxy: str) -> str:
    measured = f"{title_of(proxy)}, from {format_share(knee.lowest)} on"
    if not knee.share:
        return f"{measured}: in no simulated draw does quality pay up to some point, and less beyond."
    drawn = "" if knee.spacing is None else f", where {format_spacing(knee.spacing)} is drawn"
    return (
        f"{measured}: the curve bends {knee.place} {format_share(knee.quality)} quality "
        f"({format_share(knee.low)} to {format_share(knee.high)}; a bend in {format_share(knee.share)} of "
        f"the simulated draws){drawn}. Ten points of quality gain {format_drawn(knee.below)} of full performance "
        f"below it and {format_drawn(knee.above)} above."
    )


def _judge(knee: Knee, share: float) -> Verdict:
    """Contradict only for one reason that is sure by itself: no knee, one outside the range, or no flattening."""
    if share >= SURE:
        return "supported"
    knees = knee.knees
    reasons = (np.isnan(knees), knees < RANGE[0], knees >= RANGE[1], ~knee.is_flat)
    return "contradicted" if max(float(np.mean(reason)) for reason in reasons) >= SURE else "undecided"


KNEE_OF_QUALITY = Claim(
    name=NAME,
    title="Quality pays up to about 90 %, and hardly beyond",
    source="paper §3.2, figure 3",
    judge=judge,
    is_by_proxy=True,
)

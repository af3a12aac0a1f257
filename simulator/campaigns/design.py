"""Which combinations the paper's six figures and its conclusions need, on any data set (paper §3).

Three planes (diversity × quality, diversity × completeness, quality × completeness), lines of every 5th, 10th and 15th
slice alone, the same key slices once interpolated and once alone, and a few points inside.
"""

import math
from collections.abc import Sequence
from itertools import product

from scipy.stats import qmc

from ..records import Virtues

__all__ = ["design_for_paper"]

DIVERSITIES = (0.1, 0.2, 0.4, 0.7, 1.0)
QUALITIES = (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
COMPLETENESSES = (0.1, 0.2, 0.333333, 0.5, 1.0)
LINES = (5, 10, 15)
"""Every so many slices alone (§3.2)."""
LINE_DIVERSITIES = (0.1, 0.2, 0.4, 1.0)
"""Four numbers of volumes, the fewest that show where a line saturates (§3.4)."""
SPACINGS = (2, 3, 5, 7)
"""Key spacings at which masks are interpolated, and left out."""
LOWEST_QUALITY = 0.4
"""Interpolating worse than that tells nothing new."""
DIGITS = 6
"""Of a quality in a request."""
N_INSIDE = 6


def design_for_paper(qualities: Sequence[float]) -> tuple[Virtues, ...]:
    """List the combinations that the paper's figures and conclusions need.

    Parameters
    ----------
    qualities : sequence of float in [0, 1]
        Mean quality of `interpolation` at key spacings 1, 2, 3 and so on, from `quality_curve`.

    Returns
    -------
    tuple of Virtues
        About a hundred, each once. Qualities below what the data set reaches are left out.
    """
    # Rounded up, since a request for less than is reached would be refused.
    lowest = math.ceil(min(qualities) * 10**DIGITS) / 10**DIGITS
    reached = [quality for quality in QUALITIES if quality >= lowest]
    planes = [
        *((d, 1.0, q) for d, q in product(DIVERSITIES, reached)),
        *((d, c, 1.0) for d, c in product(DIVERSITIES, COMPLETENESSES)),
        *((1.0, c, q) for c, q in product(COMPLETENESSES, reached)),
        *_inside(lowest=max(lowest, QUALITIES[0])),
    ]
    found = [Virtues(diversity=d, completeness=c, quality=q) for d, c, q in planes]
    found += [_alone(d, n) for d, n in product(LINE_DIVERSITIES, LINES)]
    for spacing, diversity in product(SPACINGS, (0.4, 1.0)):
        if spacing <= len(qualities) and qualities[spacing - 1] >= LOWEST_QUALITY:
            quality = max(round(qualities[spacing - 1], DIGITS), lowest)
            found.append(Virtues(diversity=diversity, completeness=1.0, quality=quality))
            found.append(_alone(diversity, spacing))
    return tuple(dict.fromkeys(found))


def _alone(diversity: float, spacing: int) -> Virtues:
    return Virtues(diversity=diversity, completeness=1 / spacing, quality=1.0, sampling="equidistant")


def _inside(*, lowest: float) -> list[tuple[float, float, float]]:
    """Choose points that fill the space evenly, by Sobol's sequence."""
    points = qmc.Sobol(3, scramble=True, rng=0).random(8)[:N_INSIDE]
    scaled = qmc.scale(points, [DIVERSITIES[0], COMPLETENESSES[0], lowest], [1.0, 1.0, 1.0 + 1e-12])
    return [(round(d, 2), round(c, 2), min(1.0, max(lowest, round(q, 2)))) for d, c, q in scaled.tolist()]

"""Prices from a log of times: what opening a volume and drawing a slice take in a lab's own hands.

The model and its fit are in `model`. What a log does not identify stays as it was, and is named: the opening, where
hardly any row holds one or every volume has as many slices; checking and review, of which a log of outlines says
nothing; hurrying, without rows of less exact outlines (docs/method.md, section 14).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

import numpy as np

from ...effort import Prices
from .log import TimeRow
from .model import DRAWING, HURRY, OPENING, TimeFit, TimeModel, count_rows, fit_times

__all__ = ["Calibration", "Limits", "Pace", "calibrate_prices"]

TIMED = (
    "opening_minutes",
    "finding_minutes",
    "drawing_seconds",
    "checking_seconds",
    "review_seconds",
    "outlining_percent",
)
"""Fields of `Prices` that a clock could tell."""

SHORTEST_OPENING = 10.0
"""Seconds; the prior of an opening that was said to take no time."""

APART = float(np.log(10))
"""Half of drawing's interval, as a factor of ten: a log that knows it no better does not tell drawing from opening."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """A price that a log told, with its 90 % interval, in the unit of the price."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How one annotator works.

    Parameters
    ----------
    annotator : str
        "" where the log does not say.
    n_rows : int
    factor : Limits
        Times of this annotator over those of a usual one, the geometric mean of all; 1 where there is only one.
    """

    annotator: str
    n_rows: int
    factor: Limits


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What a log says of prices.

    Parameters
    ----------
    prices : Prices
        Those before, with what the log told.
    limits : mapping of str to Limits
        Field of `Prices` → what the log told of it.
    stayed : tuple of str
        Prices of work that the log does not tell, so that they stay as they were; without those of 0, which count no
        work.
    n_rows : int
    n_visits : int
        A visit is what one annotator did in one volume before going on to another.
    n_capped : int
        Idle rows: they count as usual ones.
    paces : tuple of Pace
        One an annotator, in order of name.
    scatter : float
        Coefficient of variation of one row around what it should take.
    """

    prices: Prices
    limits: Mapping[str, Limits]
    stayed: tuple[str, ...]
    n_rows: int
    n_visits: int
    n_capped: int
    paces: tuple[Pace, ...]
    scatter: float


def calibrate_prices(
    rows: Sequence[TimeRow], *, usual: Prices, n_slices: Mapping[str, float] | None = None
) -> Calibration:
    """Fit prices to a log of times.

    Parameters
    ----------
    rows : sequence of TimeRow
        In the order in which the work was done; at least 5.
    usual : Prices
        Before. Where a log's clock starts only once a volume is open, its opening is found to be short: that price then
        is what the clock saw.
    n_slices : mapping of str to float or None, default=None
        Volume → slices that were outlined in it, for rows that do not say: its rows share them.

    Returns
    -------
    Calibration
        An opening that is not identified is taken off the times, if these are long enough to hold it.

    Raises
    ------
    RequestError
        If there are too few rows, only inexact ones, a row of slices that nobody counted, or too many annotators.
    """
    log = count_rows(rows, n_slices=n_slices or {})
    model = TimeModel(
        log=log,
        opening=max(SHORTEST_OPENING, usual.volume_minutes * 60),
        hurry=usual.outlining_percent / 100 or 0.5,
        has_opening=True,
    )
    fit = fit_times(model)
    has_hurry = fit.is_learned(HURRY) and bool(log.is_hurried.any())
    # Where times hardly grow with slices, opening would take all of them.
    has_opening = fit.is_learned(OPENING) and _half_width(fit, DRAWING) < APART
    if not has_opening:
        fit = fit_times(replace(model, has_opening=False))
    limits = _limits_of(fit, usual=usual, has_opening=has_opening, has_hurry=has_hurry)
    return Calibration(
        prices=replace(usual, **{name: one.value for name, one in limits.items()}),
        limits=MappingProxyType(limits),
        stayed=tuple(name for name in TIMED if name not in limits and getattr(usual, name)),
        n_rows=log.n_rows,
        n_visits=log.n_visits,
        n_capped=int(np.count_nonzero(fit.is_idle)),
        paces=tuple(_paces_of(fit)),
        scatter=fit.scatter,
    )


def _limits_of(fit: TimeFit, *, usual: Prices, has_opening: bool, has_hurry: bool) -> dict[str, Limits]:
    limits = {"drawing_seconds": _limit(fit, DRAWING, unit=fit.raised)}
    if has_opening:
        limits |= {
            name: _limit(fit, OPENING, unit=fit.raised / 60 * share)
            for name, share in _share_opening(usual).items()
        }
    if has_hurry:
        # A less exact outline is priced as taking no more time than an exact one.
        share = _limit(fit, HURRY, unit=100.0)
        limits["outlining_percent"] = Limits(
            **{name: min(100.0, value) for name, value in asdict(share).items()}
        )
    return limits


def _share_opening(usual: Prices) -> dict[str, float]:
    """Share out what a visit takes before its first outline: no clock tells opening from finding."""
    parts = {"opening_minutes": usual.opening_minutes, "finding_minutes": usual.finding_minutes}
    shares = {name: minutes / usual.volume_minutes for name, minutes in parts.items() if minutes}
    return shares or {"opening_minutes": 1.0}


def _limit(fit: TimeFit, parameter: int, *, unit: float) -> Limits:
    return _around(unit * float(np.exp(fit.theta[parameter])), _half_width(fit, parameter))


def _half_width(fit: TimeFit, parameter: int) -> float:
    return fit.half_width(np.eye(len(fit.theta))[parameter])


def _paces_of(fit: TimeFit) -> Iterator[Pace]:
    log = fit.model.log
    for code, annotator in enumerate(log.annotators):
        direction = fit.model.direction_of(code)
        yield Pace(
            annotator=annotator,
            n_rows=int(np.count_nonzero(log.codes == code)),
            factor=_around(float(np.exp(direction @ fit.theta)), fit.half_width(direction)),
        )


def _around(value: float, half_width: float) -> Limits:
    factor = float(np.exp(half_width))
    return Limits(value=value, low=value / factor, high=value * factor)

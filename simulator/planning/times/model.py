"""What a row of a time log should take, and how that is fitted.

Row i takes about

    mu_i = f_a (o_i O + n_i D q_i),

with O to open a volume, D to draw a slice, n_i slices in that row, o_i 1 for the first row of a visit and else 0, f_a
the pace of its annotator (their geometric mean is 1), and q_i the share of D that a less exact outline takes, else 1.
Times differ by factors, so logarithms are fitted, by `scipy.optimize.least_squares` with the loss soft_l1: a row that
is far off counts with its sign and hardly with its size. Weak priors keep what the log does not tell. Who goes to lunch
with a volume open leaves an *idle* row, beyond a few times what it should take: it counts as a usual one. Hours add up
means and not medians, so what was fitted is raised by the mean ratio of all other times to it (smearing; Duan 1983,
doi:10.1080/01621459.1983.10478017).

Intervals are Student's t around logarithms, by the larger of two variances: as if rows were independent, and as if only
visits were (Liang and Zeger 1986, doi:10.1093/biomet/73.1.13), since some volumes are difficult throughout.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import helmert
from scipy.optimize import least_squares
from scipy.special import stdtrit

from ...errors import RequestError
from .log import TimeRow

__all__ = ["DRAWING", "HURRY", "OPENING", "LogCounts", "TimeFit", "TimeModel", "count_rows", "fit_times"]

OPENING, DRAWING, HURRY = range(3)
"""Places of ln O, ln D and ln q among the parameters; behind them what makes up ln f."""

MIN_ROWS = 5
"""Of fewer rows the scatter is not known."""

MAX_ANNOTATORS = 50
"""More names are another column."""

WIDEST = math.log(1000)
"""Half of an interval beyond a factor of a thousand says no more."""

PRIORS = (1.0, WIDEST, 0.7)
"""Deviations of ln O, ln D and ln q around what was usual: a factor of 2.7 is no surprise; drawing is told by the log,
and held only where opening alone would explain it."""

PACE_PRIOR = 0.5
"""Deviation of ln f: one annotator may well take 1.6 times as long as another."""

LEARNED = 0.75
"""Of a prior deviation: what is known no better than that is not identified."""

IDLE = (2.0, 5.0)
"""A row beyond so many times what it should take: never idle below the first, always beyond the second."""

IDLE_DEVIATIONS = 3.5
"""Between these, so many robust deviations of the logarithm decide."""

SHARPEST = 0.05
"""Relative scatter that no clock and no hand goes below."""

MIN_FREE = 3
"""Visits beyond the parameters, from which on their own scatter can be seen."""

VOLUMES_DIFFER = 0.2
"""Relative scatter between volumes of what a slice takes, where there are too few visits to see it: a guess."""

MAX_STEPS = 50
"""Of one search; a log that is all nonsense need not be fitted to the last digit."""

N_ROUNDS = 4
"""The scale of residuals and the idle rows settle in two or three."""

TO_DEVIATION = 1.4826
"""Of a normal variable: deviation over median absolute deviation."""

TAIL = 0.95
"""Both limits of a 90 % interval."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LogCounts:
    """A log in numbers.

    Parameters
    ----------
    seconds, n_slices : ndarray of shape (n_rows,), dtype float64
        Above 0.
    opens, is_hurried : ndarray of shape (n_rows,), dtype bool
        Whether a row is the first of a visit; whether its outlines are less exact.
    visits, codes : ndarray of shape (n_rows,), dtype int
        Number of the visit, of the annotator.
    annotators : tuple of str
        In order of name.
    """

    seconds: np.ndarray
    n_slices: np.ndarray
    opens: np.ndarray
    is_hurried: np.ndarray
    visits: np.ndarray
    codes: np.ndarray
    annotators: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """How many rows it has."""
        return len(self.seconds)

    @property
    def n_visits(self) -> int:
        """How often somebody went to another volume."""
        return int(np.count_nonzero(self.opens))


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeModel:
    """What the rows of a log should take, by parameters ln O, ln D, ln q and those of ln f.

    Parameters
    ----------
    log : LogCounts
    opening : float
        Seconds that were usual.
    hurry : float
        Share of the time of an exact outline that was usual for a less exact one.
    has_opening : bool
        Whether O is fitted; else it is the usual one at any pace, or nothing where times are too short to hold that.
    """

    log: LogCounts
    opening: float
    hurry: float
    has_opening: bool

    @property
    def centre(self) -> np.ndarray:
        """Of the priors, and where the search starts."""
        drawing = float(np.median(self.log.seconds / self.log.n_slices))
        paces = np.zeros(len(self.log.annotators) - 1)
        return np.concatenate([np.log([self.opening, drawing, self.hurry]), paces])

    @property
    def precision(self) -> np.ndarray:
        """Inverse deviations of the priors."""
        paces = np.full(len(self.log.annotators) - 1, PACE_PRIOR)
        return 1 / np.concatenate([PRIORS, paces])

    @property
    def n_fitted(self) -> int:
        """Parameters that the log says something of."""
        return self.has_opening + int(self.log.is_hurried.any()) + len(self.log.annotators)

    @property
    def _turn(self) -> np.ndarray:
        """Orthonormal directions that sum to 0, of shape (n_annotators, n_annotators - 1): paces have mean 1."""
        n = len(self.log.annotators)
        turn: np.ndarray = helmert(n).T if n > 1 else np.zeros((1, 0))
        return turn

    @property
    def _usual_openings(self) -> np.ndarray:
        """What of each row was opening, as far as is usual: never more than half."""
        log = self.log
        holds_it = self.opening <= float(np.median(log.seconds[log.opens])) / 2
        return log.opens * np.minimum(self.opening, log.seconds / 2) * holds_it

    def direction_of(self, code: int) -> np.ndarray:
        """Direction in the parameters along which ln f of an annotator lies."""
        return np.concatenate([np.zeros(3), self._turn[code]])

    def parts(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Seconds of each row for opening and for drawing."""
        log = self.log
        pace = np.exp(self._turn @ theta[3:])[log.codes]
        share = np.where(log.is_hurried, math.exp(theta[HURRY]), 1.0)
        drawing = pace * log.n_slices * math.exp(theta[DRAWING]) * share
        if not self.has_opening:
            return self._usual_openings, drawing
        return pace * log.opens * math.exp(theta[OPENING]), drawing

    def slopes(self, theta: np.ndarray) -> np.ndarray:
        """Differentiate ln mu: ndarray of shape (n_rows, n_parameters); by O also where that is not fitted."""
        opening, drawing = self.parts(theta)
        of_drawing = drawing / (opening + drawing)
        of_opening = 1 - of_drawing
        of_pace = (of_drawing + of_opening * self.has_opening)[:, None] * self._turn[self.log.codes]
        return np.column_stack([of_opening, of_drawing, of_drawing * self.log.is_hurried, of_pace])


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeFit:
    """A fitted model.

    Parameters
    ----------
    model : TimeModel
    theta : ndarray of shape (n_parameters,)
        Of medians.
    raised : float
        What medians are raised by to be means: O, where it was fitted, and D.
    is_idle : ndarray of shape (n_rows,), dtype bool
    scatter : float
        Coefficient of variation of a row around what it should take.
    covariances : tuple of (ndarray of shape (n_parameters, n_parameters), int)
        Of theta, each with its degrees of freedom: rows, and where there are enough of them visits, are independent.
    """

    model: TimeModel
    theta: np.ndarray
    raised: float
    is_idle: np.ndarray
    scatter: float
    covariances: tuple[tuple[np.ndarray, int], ...]

    def is_learned(self, parameter: int) -> bool:
        """Whether the log says more of a parameter than its prior did."""
        covariance, _ = self.covariances[0]
        return math.sqrt(covariance[parameter, parameter]) < LEARNED * PRIORS[parameter]

    def half_width(self, direction: np.ndarray) -> float:
        """Half of the 90 % interval of a sum of parameters; at most `WIDEST`."""
        widths = (
            float(stdtrit(dof, TAIL)) * math.sqrt(float(direction @ covariance @ direction))
            for covariance, dof in self.covariances
        )
        return min(WIDEST, max(widths))


def count_rows(rows: Sequence[TimeRow], *, n_slices: Mapping[str, float]) -> LogCounts:
    """Put a log in numbers.

    Parameters
    ----------
    rows : sequence of TimeRow
        In the order in which the work was done.
    n_slices : mapping of str to float
        Volume → slices that were outlined in it, for rows that do not say: its rows share them.

    Returns
    -------
    LogCounts

    Raises
    ------
    RequestError
        If there are too few rows, only inexact ones, a row of slices that nobody counted, or too many annotators.
    """
    annotators = tuple(sorted({row.annotator for row in rows}))
    if len(rows) < MIN_ROWS:
        raise RequestError(f"{len(rows)} rows are too few to fit prices to; log at least {MIN_ROWS}")
    if len(annotators) > MAX_ANNOTATORS:
        raise RequestError(
            f"the log names {len(annotators)} annotators, at most {MAX_ANNOTATORS} are told apart; check that column"
        )
    if all(row.quality < 1 for row in rows):
        raise RequestError("every row of the log has a quality below 1; log some exact outlines too")
    visits = np.array(_number_visits(rows))
    codes = {annotator: code for code, annotator in enumerate(annotators)}
    return LogCounts(
        seconds=np.array([row.seconds for row in rows]),
        n_slices=np.array(_count_slices(rows, n_slices=n_slices)),
        opens=np.isin(np.arange(len(rows)), np.unique(visits, return_index=True)[1]),
        is_hurried=np.array([row.quality < 1 for row in rows]),
        visits=visits,
        codes=np.array([codes[row.annotator] for row in rows]),
        annotators=annotators,
    )


def fit_times(model: TimeModel) -> TimeFit:
    """Fit what rows take: medians by logarithms, without idle rows, then raised to means.

    Parameters
    ----------
    model : TimeModel

    Returns
    -------
    TimeFit
    """
    theta, is_idle = _fit_medians(model)
    opening, drawing = model.parts(theta)
    seconds, used = model.log.seconds, ~is_idle
    if model.has_opening:
        raised = float(np.mean((seconds / (opening + drawing))[used]))
        means = raised * (opening + drawing)
    else:
        raised = float(np.sum((seconds - opening)[used]) / np.sum(drawing[used]))
        means = opening + raised * drawing
    off = np.where(is_idle, 0.0, seconds / means - 1)
    dof = max(1, int(np.count_nonzero(used)) - model.n_fitted)
    scatter = max(SHARPEST, math.sqrt(float(off @ off) / dof))
    return TimeFit(
        model=model,
        theta=theta,
        raised=raised,
        is_idle=is_idle,
        scatter=scatter,
        covariances=_covariances(model, theta, off=off, used=used, scatter=scatter, dof=dof),
    )


def _fit_medians(model: TimeModel) -> tuple[np.ndarray, np.ndarray]:
    """Fit theta, and say which rows are idle."""
    log, theta = model.log, model.centre
    is_idle, deviation = np.zeros(log.n_rows, dtype=bool), 0.5
    for _ in range(N_ROUNDS):
        theta = _minimize(model, theta, used=~is_idle, deviation=deviation)
        off = np.log(log.seconds / np.sum(model.parts(theta), axis=0))
        deviation = max(SHARPEST, TO_DEVIATION * float(np.median(np.abs(off[~is_idle]))))
        low, high = np.log(IDLE)
        is_idle = off > np.clip(IDLE_DEVIATIONS * deviation, low, high)
    return theta, is_idle


def _minimize(model: TimeModel, start: np.ndarray, *, used: np.ndarray, deviation: float) -> np.ndarray:
    logarithms, centre, precision = np.log(model.log.seconds), model.centre, model.precision

    def residuals(theta: np.ndarray) -> np.ndarray:
        off = np.log(np.sum(model.parts(theta), axis=0)) - logarithms
        return np.concatenate([off[used] / deviation, precision * (theta - centre)])

    def jacobian(theta: np.ndarray) -> np.ndarray:
        slopes = model.slopes(theta)[used]
        slopes[:, OPENING] *= model.has_opening
        return np.concatenate([slopes / deviation, np.diag(precision)])

    found: np.ndarray = least_squares(residuals, start, jac=jacobian, loss="soft_l1", max_nfev=MAX_STEPS).x
    return found


def _covariances(
    model: TimeModel, theta: np.ndarray, *, off: np.ndarray, used: np.ndarray, scatter: float, dof: int
) -> tuple[tuple[np.ndarray, int], ...]:
    """Covariances of theta if rows are independent, and if only visits are."""
    slopes = model.slopes(theta) / scatter
    prior = np.diag(model.precision**2)
    by_rows = np.linalg.inv(slopes[used].T @ slopes[used] + prior)
    n_visits = len(np.unique(model.log.visits[used]))
    free = n_visits - model.n_fitted
    if free < MIN_FREE:
        by_rows[DRAWING, DRAWING] += VOLUMES_DIFFER**2 / n_visits
        return ((by_rows, dof),)
    pulls = np.zeros((model.log.visits.max() + 1, len(theta)))
    np.add.at(pulls, model.log.visits, slopes * (off / scatter)[:, None])
    by_visits = by_rows @ (pulls.T @ pulls * n_visits / free + prior) @ by_rows
    return (by_rows, dof), (by_visits, free)


def _number_visits(rows: Sequence[TimeRow]) -> list[int]:
    """Give each visit a number: what one annotator did in one volume before going on to another."""
    current: dict[str, tuple[str, int]] = {}
    visits: list[int] = []
    n_visits = 0
    for row in rows:
        volume, number = current.get(row.annotator, (None, 0))
        if volume != row.volume:
            number, n_visits = n_visits, n_visits + 1
            current[row.annotator] = row.volume, number
        visits.append(number)
    return visits


def _count_slices(rows: Sequence[TimeRow], *, n_slices: Mapping[str, float]) -> list[float]:
    untold = Counter(row.volume for row in rows if row.n_slices is None and row.slice is None)
    missing = next((volume for volume in untold if not n_slices.get(volume, 0) > 0), None)
    if missing is not None:
        raise RequestError(
            f"how many slices were outlined in {missing!r} is not said; add a column n_slices, or slice where each row "
            "is of one"
        )

    def count(row: TimeRow) -> float:
        if row.n_slices is not None:
            return row.n_slices
        return 1.0 if row.slice is not None else n_slices[row.volume] / untold[row.volume]

    return [count(row) for row in rows]

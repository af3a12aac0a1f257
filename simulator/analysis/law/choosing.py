"""Which training pays most: the knowledge gradient over what budgets buy and what is promised for them.

A training is worth what it is expected to change: a better strategy for the budgets (the knowledge gradient; Frazier,
Powell and Dayanik 2009, doi:10.1287/ijoc.1080.0314), and a promise nearer to what comes true. Both are in Dice,
averaged over the budgets, and count alike. A training whose result is not there yet is taken as what is expected of it:
it makes sure, and moves nothing (Ginsbourger, Le Riche and Carraro 2010, doi:10.1007/978-3-642-10701-6_6).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri, roots_hermitenorm

from ...statistics.process import JITTER
from ...statistics.uncertainty import LEVEL
from .law import Law

__all__ = ["Belief", "Outlook", "believe", "choose_trainings", "judge", "lay_budgets", "value_trainings"]

N_BUDGETS = 20

N_NODES = 7
"""Results of a training that are looked at, by Gauss and Hermite."""

MEAN_ABSOLUTE = np.sqrt(2 / np.pi)
"""Of a standard normal variable."""

N_DRAWS = 1000

SURE_REGRET = 0.004
"""Mean Dice lost over the budgets, with 90 % certainty, from which on the choice is settled."""

SURE_HALFWIDTH = 0.01
"""Mean half-width of the 90 % intervals of what is promised, over the budgets, from which on these are settled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Belief:
    """What is known of ln(1 − Dice) of some strategies, and what budgets pay for.

    Parameters
    ----------
    mean : ndarray of shape (k,), dtype float64
        Of the logarithm of the mean over trainings.
    covariance : ndarray of shape (k, k), dtype float64
    noise : ndarray of shape (k,), dtype float64
        Variance of one training.
    n_paid : ndarray of shape (b,), dtype int64
        How many strategies each budget pays for, which are the first ones; at least one.
    """

    mean: np.ndarray
    covariance: np.ndarray
    noise: np.ndarray
    n_paid: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The strategy that each budget would buy now: ndarray of shape (b,), dtype int64."""
        return np.array([self.mean[:n].argmin() for n in self.n_paid])

    @property
    def steps(self) -> np.ndarray:
        """How far a deviation of the result of a training at each column moves each row: shape (k, k)."""
        deviation = np.sqrt(np.diag(self.covariance) + self.noise + JITTER)
        steps: np.ndarray = self.covariance / deviation
        return steps

    def expecting(self, row: int) -> "Belief":
        """Take one more training as over, its result as expected."""
        step = self.covariance[:, row] / np.sqrt(self.covariance[row, row] + self.noise[row] + JITTER)
        return replace(self, covariance=self.covariance - np.outer(step, step))


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How settled the answers for the budgets are.

    Parameters
    ----------
    regret : float
        Mean Dice over the budgets that is lost by what is recommended now; more with a chance of 10 %.
    halfwidth : float
        Of the 90 % interval of the Dice that is promised, over trainings; mean over the budgets.
    """

    regret: float
    halfwidth: float

    @property
    def is_settled(self) -> bool:
        """True if both are small enough."""
        return self.regret <= SURE_REGRET and self.halfwidth <= SURE_HALFWIDTH


def lay_budgets(effort: np.ndarray) -> np.ndarray:
    """Lay budgets evenly on a logarithmic scale over what strategies cost.

    Parameters
    ----------
    effort : ndarray of shape (k,), dtype float64
        Of all strategies.

    Returns
    -------
    ndarray of shape (20,), dtype float64
        From what a tenth of the strategies costs to what all do.
    """
    low = max(float(np.quantile(effort, 0.1)), float(effort.max()) * 1e-6)
    budgets: np.ndarray = np.geomspace(low, effort.max(), N_BUDGETS)
    return budgets


def believe(
    law: Law, inputs: np.ndarray, *, which: np.ndarray, effort: np.ndarray, budgets: np.ndarray
) -> Belief:
    """Say what a law knows of strategies.

    Parameters
    ----------
    law : Law
    inputs : ndarray of shape (k, 3), dtype float64
        From `coordinates`.
    which : ndarray of shape (k,), dtype int64
        The configuration that each strategy is, −1 for none.
    effort : ndarray of shape (k,), dtype float64
        Ascending.
    budgets : ndarray of shape (b,), dtype float64
        Each pays for a strategy at least.

    Returns
    -------
    Belief
    """
    known, noise = law.process.predict(inputs, which=which), law.seed_variance(inputs)
    return Belief(
        mean=known.mean + noise / 2,
        covariance=known.covariance,
        noise=noise,
        n_paid=np.searchsorted(effort, budgets * (1 + JITTER), side="right"),
    )


def value_trainings(belief: Belief) -> np.ndarray:
    """Say what a training of each strategy is worth.

    Parameters
    ----------
    belief : Belief

    Returns
    -------
    ndarray of shape (k,), dtype float64
        In Dice, mean over the budgets: what is gained by choosing better, and by which promises are expected to come
        nearer to what is true.
    """
    best, steps = belief.best, belief.steps
    nodes, weights = roots_hermitenorm(N_NODES)
    after = sum(
        weight * np.exp(_least(belief.mean[:, None] + steps * node, belief.n_paid))
        for node, weight in zip(nodes, weights / weights.sum(), strict=True)
    )
    gained = (np.exp(belief.mean[best])[:, None] - after).mean(axis=0)
    variance = np.diag(belief.covariance)[best].clip(min=0)
    left = np.sqrt((variance[:, None] - steps[best] ** 2).clip(min=0))
    nearer = np.exp(belief.mean[best])[:, None] * (np.sqrt(variance)[:, None] - left)
    worth: np.ndarray = gained + MEAN_ABSOLUTE * nearer.mean(axis=0)
    return worth


def choose_trainings(belief: Belief, *, n: int, may: np.ndarray) -> list[int]:
    """Choose the next trainings, one after another, each as if those before it were on their way.

    Parameters
    ----------
    belief : Belief
        With all that is on its way.
    n : int
    may : ndarray of shape (k,), dtype int64
        How often each strategy may be trained.

    Returns
    -------
    list of int
        Rows; fewer than `n` where no more may be trained.
    """
    chosen: list[int] = []
    left = may.copy()
    while len(chosen) < n and left.any():
        row = int(np.where(left > 0, value_trainings(belief), -np.inf).argmax())
        left[row] -= 1
        chosen.append(row)
        belief = belief.expecting(row)
    return chosen


def judge(belief: Belief) -> Outlook:
    """Say how settled the answers are.

    Parameters
    ----------
    belief : Belief

    Returns
    -------
    Outlook
    """
    best = belief.best
    values, vectors = np.linalg.eigh(belief.covariance)
    root = vectors * np.sqrt(values.clip(min=0))
    chance = np.random.default_rng(0).standard_normal((len(values), N_DRAWS))
    lacking = np.exp(belief.mean[:, None] + root @ chance)
    lost = lacking[best] - _least(lacking, belief.n_paid)
    deviation = np.sqrt(np.diag(belief.covariance)[best].clip(min=0))
    promised = np.exp(belief.mean[best]) * np.sinh(ndtri((1 + LEVEL) / 2) * deviation)
    return Outlook(regret=float(np.quantile(lost.mean(axis=0), LEVEL)), halfwidth=float(promised.mean()))


def _least(values: np.ndarray, n_paid: np.ndarray) -> np.ndarray:
    """Least of each column among what each budget pays for: ndarray of shape (b, n)."""
    least: np.ndarray = np.minimum.accumulate(values, axis=0)[n_paid - 1]
    return least

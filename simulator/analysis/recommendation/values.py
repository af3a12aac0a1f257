"""What an answer is made of: a strategy in counts, what it is expected to give, and what else could be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from ...records import DatasetReference, Virtues
from ..frontier.hull import Frontier
from ..frontier.trajectory import Trajectory

__all__ = [
    "Alternative",
    "Estimate",
    "Kind",
    "NextStep",
    "Recommendation",
    "Status",
    "Strategy",
    "TargetCost",
    "Winner",
]

Kind = Literal["measured", "predicted", "beyond", "prior", "interpolated"]

Status = Literal["answer", "too-cheap", "one-record", "trial", "empty"]


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What to label, in counts, which round down.

    Parameters
    ----------
    virtues : Virtues
        As asked for in the simulations.
    effort : float
        Mean over seeds, in the measure's unit.
    n_volumes : int
        Volumes to open.
    n_slices : int or None
        Slices to draw by hand; None where the proxy does not count them.
    n_copied : int
        Slices that get a copied mask.
    slices_per_volume : float or None
        Mean number of slices to draw in a volume.
    spacing : float or None
        Key spacing in slices where masks are copied between key slices; 1 where all are drawn; None where the proxy
        has no key slices.
    achieved_quality : float in [0, 1]
        Mean over seeds.
    n_pool : int
        Volumes of the reference's pool.
    n_slices_pool : int
        Labeled slices of the reference's pool.
    """

    virtues: Virtues
    effort: float
    n_volumes: int
    n_slices: int | None
    n_copied: int
    slices_per_volume: float | None
    spacing: float | None
    achieved_quality: float
    n_pool: int
    n_slices_pool: int

    @property
    def every(self) -> int:
        """Every how manieth slice of a volume is used."""
        return round(1 / self.virtues.completeness)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Expected performance, with a 90 % interval (see `simulator.statistics.uncertainty` for what it covers).

    Parameters
    ----------
    dice : float in [0, 1]
        Expected Dice over seeds and test volumes, by the law (`simulator.analysis.law`): the measured mean, corrected
        for having been picked because it looked best.
    measured : float in [0, 1] or None
        Mean Dice as it was measured, or lies between two measured ones; None where nothing was.
    low, high : float or None
        Interval of `dice`; None where there is one test volume.
    normalized : float or None
        Divided by full virtues; None where these were not measured.
    normalized_low, normalized_high : float or None
        Interval of `normalized`.
    kind : {"measured", "predicted", "beyond", "prior", "interpolated"}
        ``prior`` where the strategy lies beyond what was measured here: it rests on other data sets. ``beyond`` where,
        on other volumes, it has more or fewer of them, or of their slices, than were measured; by a factor of two at
        most.
    """

    dice: float
    measured: float | None
    low: float | None
    high: float | None
    normalized: float | None
    normalized_low: float | None
    normalized_high: float | None
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A baseline at the same budget, and what the recommended one gains over it.

    Parameters
    ----------
    name : {"whole-volumes", "all-volumes-sparsely", "everything-quickly"}
    title : str
    strategy : Strategy
    estimate : Estimate
    gain : float
        Recommended minus this, in Dice; may be negative.
    gain_low, gain_high : float or None
        90 % interval; None where there is one test volume.
    is_measurable : bool
        False if the interval includes 0 or is unknown: "no measurable difference".
    """

    name: str
    title: str
    strategy: Strategy
    estimate: Estimate
    gain: float
    gain_low: float | None
    gain_high: float | None
    is_measurable: bool


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What a larger budget buys: the best strategy it pays for, over the recommended one.

    Parameters
    ----------
    budget : float
        In the measure's unit.
    strategy : Strategy
    gain : float >= 0
        In Dice.
    low, high : float or None
        90 % interval of the gain.
    is_measurable : bool
    """

    budget: float
    strategy: Strategy
    gain: float
    low: float | None
    high: float | None
    is_measurable: bool


@dataclass(frozen=True, kw_only=True)
class Winner:
    """A strategy within the budget, and how often it is the best of those that were measured and the recommended one.

    Parameters
    ----------
    strategy : Strategy
    share : float in [0, 1]
        Share of draws.
    """

    strategy: Strategy
    share: float


@dataclass(frozen=True, kw_only=True)
class TargetCost:
    """What a target Dice costs.

    Parameters
    ----------
    target : float in (0, 1]
    strategy : Strategy or None
        The cheapest strategy that is expected to reach the target; None if none does.
    estimate : Estimate or None
    reach_share : float in [0, 1] or None
        Share of draws in which that strategy reaches the target.
    best_dice : float or None
        The best Dice that is expected; None without records.
    """

    target: float
    strategy: Strategy | None
    estimate: Estimate | None
    reach_share: float | None
    best_dice: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Recommendation:
    """The best strategy for a budget, how sure it is, and what else could be done.

    Parameters
    ----------
    effort : str
        Name of the measure.
    budget : float
        Hours, or a share in (0, 1].
    dataset : DatasetReference or None
        None without records.
    protocol : str or None
    full_effort : float or None
        Of labeling the whole pool exactly; None without records.
    status : {"answer", "too-cheap", "one-record", "trial", "empty"}
    strategy : Strategy or None
        ``answer``: among those as good as the best that the budget pays for the one with most volumes; else None.
    predicted : Estimate or None
        Of `strategy`.
    offers : DataFrame
        `Priced.offers`; empty without a strategy.
    near_optimal : DataFrame
        Its rows that are as good as the best, the recommended one first; empty without a strategy.
    cheapest_effort : float or None
        Of all strategies that may be recommended.
    left_over : float
        Budget that `strategy` does not spend; 0 without a strategy or if it is dearer.
    alternatives : tuple of Alternative
        Baselines that were measured around this budget; those not shown are absent.
    next_steps : tuple of NextStep
    best_share : mapping of str to float
        ``"recommended"`` and each alternative's name → share of draws in which it is best; sums to 1. Empty
        where chance is unknown.
    winners : tuple of Winner
        The recommended strategy and the measured ones that the budget pays for which win most often, most often first;
        at most five. Empty where chance is unknown.
    expected_regret : float or None
        Mean Dice lost, over draws, by not taking the best of these; None where chance is unknown.
    suggestions : tuple of Virtues
        What to simulate: the recommended strategy if nothing like it was; where there is no answer what could give one.
    is_on_frontier : bool
        False if `strategy` lies below the trajectory, or there is none.
    frontier : Frontier
    trajectory : Trajectory or None
        The frontier in every draw; None where nothing is priced, or chance between trainings is unknown.
    n_combinations : int
        Measured combinations in the measure's domain.
    n_seeds : int
        Largest number of seeds of a combination.
    """

    effort: str
    budget: float
    dataset: DatasetReference | None = None
    protocol: str | None = None
    full_effort: float | None = None
    status: Status = "empty"
    strategy: Strategy | None = None
    predicted: Estimate | None = None
    offers: pd.DataFrame = field(default_factory=pd.DataFrame)
    near_optimal: pd.DataFrame = field(default_factory=pd.DataFrame)
    cheapest_effort: float | None = None
    left_over: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    best_share: Mapping[str, float] = field(default_factory=dict)
    winners: tuple[Winner, ...] = ()
    expected_regret: float | None = None
    suggestions: tuple[Virtues, ...] = ()
    is_on_frontier: bool = False
    frontier: Frontier = field(default_factory=Frontier)
    trajectory: Trajectory | None = None
    n_combinations: int = 0
    n_seeds: int = 0

    @property
    def lacks_evidence(self) -> bool:
        """True where something was measured, but nothing can be said from it: trial runs, too few, or once each."""
        return self.status in {"trial", "one-record"}

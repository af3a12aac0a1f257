"""What annotation costs: prices and wages, each editable, each with its source or called a guess.

The paper leaves the conversion from effort to time open (§2.2, §4). The price of effort decides which strategy is best,
so it is a value that every result can be asked for, never a constant in a formula.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TypeVar

import pandas as pd

from ..errors import RequestError

__all__ = ["CURRENCY", "LARGEST_PRICE", "PRICES", "Price", "Prices"]

Number = TypeVar("Number", float, "pd.Series[float]")

CURRENCY = "euro"
"""What money is called. No amount is converted: who pays in another currency changes this word and the wages."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What is to know of a price before it is set.

    Parameters
    ----------
    title : str
        With its unit.
    source : str
        Where the default comes from, or that it is a guess.
    step, most : float
        Of the box that asks for it.
    """

    title: str
    source: str
    step: float
    most: float


PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "opening_minutes": Price(
            title="Opening a volume, minutes",
            source="A guess, from half a minute to 5: fetching, loading and looking through one volume.",
            step=0.5,
            most=240.0,
        ),
        "finding_minutes": Price(
            title="Finding the structure, minutes",
            source="Beyond opening; 0: part of it, as in the minutes that are published. Alone it is not known: "
            "lesions in whole-body PET take over 60 minutes, most of it to find them (arXiv:2404.01816).",
            step=0.5,
            most=240.0,
        ),
        "drawing_seconds": Price(
            title="Drawing a slice, seconds",
            source="AbdomenAtlas (arXiv:2305.09666) reports 30 to 60 minutes an organ a CT volume; if an organ fills "
            "a quarter to a third of its 379 slices (the share is our guess), that is 15 to 40 seconds a slice.",
            step=1.0,
            most=3600.0,
        ),
        "checking_seconds": Price(
            title="Checking a copy, seconds",
            source="A guess, from 1 to 10: one look at a copied slice, or at a planned one without the structure.",
            step=1.0,
            most=3600.0,
        ),
        "review_seconds": Price(
            title="Reviewing a slice, seconds",
            source="A second reader's look at what was outlined; 0: nobody reviews. A guess, from 1 to 5 where "
            "little is mended: one study took 8 seconds a volume to look at proposals (doi:10.3390/cancers15051622).",
            step=1.0,
            most=3600.0,
        ),
        "outlining_percent": Price(
            title="An inexact outline, % of the time",
            source="Of the time that an exact outline takes; 0: not known. No source measured it, so such masks have "
            "no price until you give one.",
            step=5.0,
            most=100.0,
        ),
        "expert_wage": Price(
            title=f"An expert's hour, {CURRENCY}s",
            source="A guess: an hour of a specialist physician, who opens volumes and draws, with what the employer "
            "pays on top.",
            step=5.0,
            most=10_000.0,
        ),
        "assistant_wage": Price(
            title=f"An assistant's hour, {CURRENCY}s",
            source="A guess: an hour of a trained student, who checks copied slices, with what the employer pays on "
            "top.",
            step=5.0,
            most=10_000.0,
        ),
    }
)
"""Field of `Prices` → what it is and where its default comes from."""

LARGEST_PRICE = 1e6
"""Eleven days for a slice, two years for a volume: beyond it is a slip of the finger."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The prices of annotation.

    Parameters
    ----------
    opening_minutes : float in [0, 1e6], default=2
        Opening one volume.
    finding_minutes : float in [0, 1e6], default=0
        Finding the structure in it, where that is not part of opening.
    drawing_seconds : float in [0, 1e6], default=30
        Drawing one slice by hand.
    checking_seconds : float in [0, 1e6], default=5
        Checking one slice whose mask was copied.
    review_seconds : float in [0, 1e6], default=0
        A second reader's look at one slice that was drawn.
    outlining_percent : float in [0, 100], default=0
        Drawing one slice less exactly, in percent of drawing it exactly; 0 where that is not known.
    expert_wage : float in (0, 1e6], default=80
        An hour of who opens, finds, draws and reviews, in money.
    assistant_wage : float in [0, 1e6], default=25
        An hour of who checks, in money.

    Raises
    ------
    RequestError
        If a price is negative, not finite or beyond all reason, or exact labeling costs no time or no money.
    """

    opening_minutes: float = 2.0
    drawing_seconds: float = 30.0
    checking_seconds: float = 5.0
    outlining_percent: float = 0.0
    finding_minutes: float = 0.0
    review_seconds: float = 0.0
    expert_wage: float = 80.0
    assistant_wage: float = 25.0

    def __post_init__(self) -> None:
        for name, price in asdict(self).items():
            if not (math.isfinite(price) and 0 <= price <= LARGEST_PRICE):
                raise RequestError(
                    f"{name} must be a number from 0 to {LARGEST_PRICE:g}, got {price:g}; give a price or 0"
                )
        if self.outlining_percent > 100:
            raise RequestError(
                f"outlining_percent is the time of an inexact outline in percent of an exact one's, at most 100; got "
                f"{self.outlining_percent:g}"
            )
        if self.volume_minutes + self.slice_seconds == 0:
            raise RequestError(
                "opening a volume and drawing a slice both cost nothing, so exact labeling is free; give one a price"
            )
        if self.expert_wage == 0:
            raise RequestError(
                "an expert's hour costs nothing, so exact labeling is free; give expert_wage a price"
            )

    @property
    def volume_minutes(self) -> float:
        """What a volume takes before its first outline: to open it, and to find the structure in it."""
        return self.opening_minutes + self.finding_minutes

    @property
    def slice_seconds(self) -> float:
        """What a slice takes that is drawn: its outline, and a second reader's look at it."""
        return self.drawing_seconds + self.review_seconds

    def hours(self, *, n_volumes: Number, n_slices_drawn: Number, n_slices_copied: Number) -> Number:
        """Price work in hours: volumes opened, slices drawn and reviewed, copies checked; elementwise."""
        seconds = (
            n_volumes * self.volume_minutes * 60
            + n_slices_drawn * self.slice_seconds
            + n_slices_copied * self.checking_seconds
        )
        return seconds / 3600

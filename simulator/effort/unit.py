"""What efforts are counted in: how an amount is written, said, read and limited.

A measure of effort carries its unit, so that no page, figure or command has to know which units there are.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ..errors import RequestError
from ..formats import NBSP

__all__ = ["Unit"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit of effort.

    Parameters
    ----------
    name : str
        Measures that share a unit share their budgets.
    title : str
        As pages and help say it: "hours of work".
    asked : str
        What a budget is, for errors and help: "a number of hours".
    write : callable
        ``(float) -> str``: an amount as text, "19 hours", "20 %".
    words : mapping of str to float
        Word behind a number → what one of it is in this unit; "" stands for a bare number.
    grain : float
        Amounts that have to be enough are rounded up to multiples of it.
    sign : str
        Stands behind bare numbers.
    ending : str, default=""
        Follows an amount that is said in a sentence: " of the full effort".
    axis : str, default="{title}"
        Title of an axis, for the measure's title in lower case.
    axis_sign : str, default=""
        Stands behind numbers on an axis.
    shown : float, default=1
        The number on axes for 1: 100 for per cent.
    as_given : callable, default=None
        Writes an amount that somebody gave with her own digits, "13.5 hours"; None writes it as any other.
    most : float, default=inf
        Largest budget, and end of every axis, where it is finite.
    """

    name: str
    title: str
    asked: str
    write: Callable[[float], str]
    words: Mapping[str, float]
    grain: float
    sign: str
    ending: str = ""
    axis: str = "{title}"
    axis_sign: str = ""
    shown: float = 1.0
    as_given: Callable[[float], str] | None = None
    most: float = math.inf

    def say(self, amount: float) -> str:
        """Say an amount as it stands in a sentence: "19 hours", "20 % of the full effort"."""
        return f"{self.write(amount)}{self.ending}"

    def write_given(self, amount: float) -> str:
        """Write an amount that somebody gave."""
        return (self.as_given or self.write)(amount)

    def say_given(self, amount: float) -> str:
        """Say an amount that somebody gave as it stands in a sentence."""
        return f"{self.write_given(amount)}{self.ending}"

    def read(self, text: str) -> float:
        """Read a budget that a person wrote: a number, or a number and a word.

        Raises
        ------
        RequestError
            If it is not one, or no budget.
        """
        plain = text.replace(NBSP, " ").strip()
        for word in sorted(self.words, key=len, reverse=True):
            if plain.endswith(word):
                with suppress(ValueError):
                    return self.check(float(plain.removesuffix(word)) * self.words[word])
        known = ", ".join(repr(word) for word in self.words if word)
        raise RequestError(
            f"a budget is {self.asked}, got {text!r}; write a number with a point, alone or followed by {known}"
        )

    def check(self, budget: float) -> float:
        """Check a budget that comes from a person.

        Returns
        -------
        float
            The budget.

        Raises
        ------
        RequestError
            If it is no finite number above 0, or more than there can be.
        """
        if not (math.isfinite(budget) and budget > 0):
            raise RequestError(f"the budget must be a number above 0, got {budget:g}")
        if budget > self.most:
            meant = budget / self.shown
            advice = (
                f"write {meant:g} for {budget:g} {self.sign}" if meant <= self.most else f"take {self.most:g}"
            )
            raise RequestError(f"a budget is {self.asked}, got {budget:g}; {advice}")
        return budget

    def round_up(self, amount: float) -> float:
        """Round an amount up: a budget that is spent as it is said has to be enough."""
        return math.ceil(amount / self.grain - 1e-6) * self.grain

"""The numbers of the two kinds of charts that questions are answered with."""

from dataclasses import dataclass

__all__ = ["Curve", "Differences"]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Dice of some ways beside that of one: a dot and an interval each.

    Parameters
    ----------
    names : tuple of str
    gains : tuple of float
        In Dice; below 0 where a way gives less.
    lows, highs : tuple of float or None
        90 % intervals; None where chance is unknown.
    x_title : str
    """

    names: tuple[str, ...]
    gains: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    x_title: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One thing against another, with a 90 % band and one place on it that is meant.

    Parameters
    ----------
    x, y : tuple of float
        Ascending in x.
    low, high : tuple of float or None
        None where there is no band.
    mark : tuple of float or None
        x and y of what the sentence says.
    label : str
        Beside the mark.
    x_title, y_title : str
    is_share : bool, default=False
        True if y is a share, from 0 to 1.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] | None
    high: tuple[float, ...] | None
    mark: tuple[float, float] | None
    label: str
    x_title: str
    y_title: str
    is_share: bool = False

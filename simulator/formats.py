"""How numbers are written, in one place: plain text, without markup or colour.

Counts round down, Dice has two decimals, gains three and a sign with a true minus, shares are whole with a no-break
space before %, ranges have an en dash that no line breaks at.
"""

import math
from collections.abc import Mapping

__all__ = [
    "DASH",
    "JOINER",
    "MINUS",
    "NBSP",
    "format_bytes",
    "format_count",
    "format_dice",
    "format_gain",
    "format_gain_interval",
    "format_gain_range",
    "format_given_hours",
    "format_hours",
    "format_interval",
    "format_money",
    "format_options",
    "format_ordinal",
    "format_range",
    "format_share",
    "format_spacing",
]


NBSP, JOINER, DASH, MINUS = "\u00a0", "\u2060", "\u2013", "\u2212"


def format_count(number: int, noun: str) -> str:
    """Count things.

    Examples
    --------
    >>> format_count(1, "slice"), format_count(1548, "slice")
    ('1 slice', '1,548 slices')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def format_ordinal(number: int) -> str:
    """Write an ordinal number.

    Examples
    --------
    >>> [format_ordinal(n) for n in (2, 3, 5, 12, 21)]
    ['2nd', '3rd', '5th', '12th', '21st']
    """
    teens = number // 10 % 10 == 1
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def format_dice(dice: float) -> str:
    """Write a Dice with two decimals.

    Examples
    --------
    >>> format_dice(0.8333), format_dice(-0.012)
    ('0.83', '−0.01')
    """
    return f"{dice:.2f}".replace("-", MINUS)


def format_gain(gain: float) -> str:
    """Write a gain with sign and three decimals.

    Examples
    --------
    >>> format_gain(-0.0024), format_gain(0.0)
    ('−0.002', '+0.000')
    """
    text = f"{gain:+.3f}"
    return ("+0.000" if text == "-0.000" else text).replace("-", MINUS)


def format_gain_range(low: float, high: float) -> str:
    r"""Write an interval of gains: a dash between two minus signs could not be read.

    Examples
    --------
    >>> format_gain_range(-0.0124, 0.034)
    '−0.012 to +0.034'
    """
    return f"{format_gain(low)} to {format_gain(high)}"


def format_gain_interval(low: float | None, high: float | None) -> str:
    r"""Write an interval of gains as it stands behind its middle; "" where chance is unknown.

    Examples
    --------
    >>> format_gain_interval(-0.0124, 0.034), format_gain_interval(None, None)
    (' (−0.012 to +0.034)', '')
    """
    return "" if low is None or high is None or math.isnan(low) else f" ({format_gain_range(low, high)})"


def format_share(share: float) -> str:
    r"""Write a share as whole percent; below 1 % with one decimal.

    Examples
    --------
    >>> format_share(0.2)
    '20\xa0%'
    """
    percent = 100 * share
    return f"{percent:.1f}{NBSP}%" if 0.05 <= percent < 0.95 else f"{percent:.0f}{NBSP}%"


def format_spacing(spacing: float) -> str:
    """Write the spacing of key slices: at most one decimal.

    Examples
    --------
    >>> format_spacing(5.0), format_spacing(2.4801)
    ('one slice in 5', 'one slice in 2.5')
    """
    return f"one slice in {_short(spacing)}"


def format_hours(hours: float) -> str:
    """Write hours: whole from ten on, with one decimal below, minutes below one hour.

    Examples
    --------
    >>> format_hours(19.4), format_hours(2.5), format_hours(1), format_hours(0.25), format_hours(1200)
    ('19 hours', '2.5 hours', '1 hour', '15 minutes', '1,200 hours')
    """
    if hours < 1:
        minutes = round(hours * 60)
        if minutes < 60:
            return f"{minutes} minute{'' if minutes == 1 else 's'}"
        hours = 1.0
    number = f"{hours:,.0f}" if hours >= 9.95 else _short(hours)
    return f"{number} hour{'' if number == '1' else 's'}"


def format_given_hours(hours: float) -> str:
    """Write hours that somebody gave as she gave them, to two decimals; minutes below one hour.

    Examples
    --------
    >>> format_given_hours(13.5), format_given_hours(1), format_given_hours(0.25), format_given_hours(1200)
    ('13.5 hours', '1 hour', '15 minutes', '1,200 hours')
    """
    if hours < 1:
        return format_hours(hours)
    number = f"{hours:,.2f}".rstrip("0").rstrip(".")
    return f"{number} hour{'' if number == '1' else 's'}"


def format_money(amount: float, *, currency: str) -> str:
    """Write an amount of money: whole from ten on, with two decimals below.

    Examples
    --------
    >>> format_money(1240.4, currency="euro"), format_money(2.5, currency="euro"), format_money(1, currency="euro")
    ('1,240 euros', '2.50 euros', '1 euro')
    """
    number = f"{amount:,.0f}" if amount >= 9.995 else f"{amount:.2f}".removesuffix(".00")
    return f"{number} {currency}{'' if number == '1' else 's'}"


def format_bytes(n_bytes: float) -> str:
    """Write a size that is known roughly, by one digit.

    Examples
    --------
    >>> format_bytes(12_000), format_bytes(2_440_000), format_bytes(37e6), format_bytes(1.2e9)
    ('0.1 MB', '2 MB', '40 MB', '1 GB')
    """
    megabytes = float(f"{max(n_bytes, 1e5) / 1e6:.1g}")
    return f"{megabytes:g} MB" if megabytes < 1000 else f"{megabytes / 1000:g} GB"


def format_options(options: Mapping[str, object]) -> list[str]:
    """Write options of a command, without those that are None.

    Examples
    --------
    >>> format_options({"budget": 0.2, "pool": None})
    ['--budget', '0.2']
    """
    return [
        word for name, value in options.items() if value is not None for word in (f"--{name}", f"{value}")
    ]


def format_range(low: float, high: float) -> str:
    r"""Write an interval of Dice.

    Examples
    --------
    >>> format_range(0.811, 0.838)
    '0.81\u2060–\u20600.84'
    """
    return f"{format_dice(low)}{JOINER}{DASH}{JOINER}{format_dice(high)}"


def format_interval(low: float | None, high: float | None) -> str:
    r"""Write an interval of Dice as it stands behind its middle; "" where chance is unknown.

    Examples
    --------
    >>> format_interval(0.811, 0.838), format_interval(None, None)
    (' (0.81\u2060–\u20600.84)', '')
    """
    return "" if low is None or high is None or math.isnan(low) else f" ({format_range(low, high)})"


def _short(number: float) -> str:
    """Write a number with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")

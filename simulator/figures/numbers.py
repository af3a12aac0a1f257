"""Numbers as pages and charts write them: two decimals for Dice, three and a sign for gains, whole shares."""

import math

__all__ = [
    "every_nth",
    "format_budget",
    "format_dice",
    "format_duration",
    "format_gain",
    "format_hours",
    "format_interval",
    "format_share",
]

_HARD_SPACE, _JOINER, _MINUS = "\u00a0", "\u2060", "\u2212"

_ORDINALS = {1: "", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth",
             9: "ninth", 10: "tenth", 15: "fifteenth", 20: "twentieth"}  # fmt: skip


def format_dice(value: float) -> str:
    """Write a Dice coefficient in [0, 1].

    Examples
    --------
    >>> format_dice(0.8333)
    '0.83'
    """
    return f"{value:.2f}"


def format_gain(value: float) -> str:
    """Write a difference of Dice, with a sign and a true minus.

    Examples
    --------
    >>> format_gain(-0.0021)
    '−0.002'
    """
    text = f"{value:+.3f}"
    return ("+0.000" if text == "-0.000" else text).replace("-", _MINUS)


def format_share(value: float) -> str:
    """Write a share in [0, 1] as whole per cent; what would round to nothing gets a decimal.

    Examples
    --------
    >>> format_share(0.2), format_share(0.004)
    ('20\\xa0%', '0.4\\xa0%')
    """
    percent = 100 * value
    text = f"{percent:.0f}" if percent >= 1 or percent == 0 else f"{percent:.1g}"
    return f"{text}{_HARD_SPACE}%"


def format_interval(low: float, high: float) -> str:
    """Write an interval of Dice; the dash does not break.

    Examples
    --------
    >>> format_interval(0.81, 0.84) == "0.81\\u2060–\\u20600.84"
    True
    """
    return f"{format_dice(low)}{_JOINER}–{_JOINER}{format_dice(high)}"


def format_hours(hours: float) -> str:
    """Write hours of work as a number: whole from ten on, else one decimal.

    Examples
    --------
    >>> format_hours(19.4), format_hours(2.5), format_hours(0.04)
    ('19', '2.5', '0.04')
    """
    if hours >= 10:
        return f"{hours:,.0f}"
    return f"{hours:.1f}".removesuffix(".0") if hours >= 0.1 or hours == 0 else f"{hours:.1g}"


def format_budget(value: float, *, unit: str) -> str:
    """Write a budget or effort in its unit, ``hours`` or ``share``.

    Examples
    --------
    >>> format_budget(20, unit="hours"), format_budget(0.2, unit="share")
    ('20\\xa0h', '20\\xa0%')
    """
    return f"{format_hours(value)}{_HARD_SPACE}h" if unit == "hours" else format_share(value)


def format_duration(seconds: float) -> str:
    """Write how long a machine takes.

    Examples
    --------
    >>> format_duration(170), format_duration(9000), format_duration(20)
    ('3\\xa0min', '2.5\\xa0h', '20\\xa0s')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))}{_HARD_SPACE}s"
    if seconds < 5400:
        return f"{round(seconds / 60)}{_HARD_SPACE}min"
    return f"{format_hours(seconds / 3600)}{_HARD_SPACE}h"


def every_nth(completeness: float) -> str:
    """Say which slices of a volume are used at a completeness in (0, 1].

    Examples
    --------
    >>> every_nth(1), every_nth(0.333333), every_nth(0.6)
    ('every slice', 'every third slice', '3 in 5 slices')
    """
    n = 1 / completeness
    if abs(n - round(n)) <= 0.02 * n:
        nth = _ORDINALS.get(round(n), f"{round(n)}th")
        return f"every {nth} slice".replace("  ", " ")
    share = max(1, math.floor(5 * completeness + 0.5))
    return (
        f"{share} in 5 slices"
        if abs(share / 5 - completeness) < 0.02
        else f"{format_share(completeness)} of the slices"
    )

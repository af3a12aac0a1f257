"""Shares of the full effort, as the paper counts it: the unit of its measures."""

from types import MappingProxyType

from ..formats import NBSP, format_share
from .unit import Unit

__all__ = ["SHARES"]

SHARES = Unit(
    name="share",
    title="share of the full effort",
    asked="a share of the full effort, above 0 and at most 1",
    write=format_share,
    words=MappingProxyType({"": 1.0, "%": 0.01}),
    grain=0.01,
    sign="%",
    ending=" of the full effort",
    axis="share of drawing everything ({title})",
    axis_sign=f"{NBSP}%",
    shown=100.0,
    most=1.0,
)

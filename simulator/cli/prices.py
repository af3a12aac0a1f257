"""The flags of prices: one for each, so that a new price is named nowhere else on the command line."""

import inspect
from collections.abc import Callable
from typing import Annotated

import typer

from ..effort import PRICES, Prices
from .flags import with_flags

__all__ = ["with_prices"]

_USUAL = Prices()


def with_prices(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every price: it takes all of them as one keyword argument `prices`."""
    flags = [_flag(name) for name in PRICES]
    return with_flags(command, argument="prices", flags=flags, gather=lambda given: Prices(**given))


def _flag(name: str) -> inspect.Parameter:
    price = PRICES[name]
    option = typer.Option(f"--{name.replace('_', '-')}", metavar="X", help=f"{price.title}. {price.source}")
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=getattr(_USUAL, name),
        annotation=Annotated[float, option],
    )

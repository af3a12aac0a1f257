"""The flags of prices: one for each, so that a new price is named nowhere else on the command line."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from ..effort import PRICES, Prices

__all__ = ["with_prices"]

_USUAL = Prices()


def with_prices(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every price: it takes all of them as one keyword argument `prices`."""
    signature = inspect.signature(command)
    flags = [_flag(name) for name in PRICES]

    @wraps(command)
    def priced(*args: Any, **options: Any) -> None:
        prices = Prices(**{name: options.pop(name) for name in PRICES})
        command(*args, prices=prices, **options)

    parameters = [
        parameter
        for own in signature.parameters.values()
        for parameter in (flags if own.name == "prices" else [own])
    ]
    # What typer reads to find out which arguments and options there are.
    vars(priced)["__signature__"] = signature.replace(parameters=parameters)
    return priced


def _flag(name: str) -> inspect.Parameter:
    price = PRICES[name]
    option = typer.Option(f"--{name.replace('_', '-')}", metavar="X", help=f"{price.title}. {price.source}")
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=getattr(_USUAL, name),
        annotation=Annotated[float, option],
    )

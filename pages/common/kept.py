"""What pages compute and draw again and again from what does not change: kept with it, and gone with it."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

import plotly.graph_objects as go

__all__ = ["drawn", "kept"]

Of = TypeVar("Of")
Rest = ParamSpec("Rest")
Found = TypeVar("Found")

N_KEPT = 64
"""Results kept with one thing; whoever asks for more of it has the oldest computed again."""


def kept(
    compute: Callable[Concatenate[Of, Rest], Found], of: Of, *rest: Rest.args, **options: Rest.kwargs
) -> Found:
    """Compute something of a study or of a chart's numbers once, for all who look at these.

    Parameters
    ----------
    compute : callable
        Gives the same for the same.
    of : object
        What it is computed of, told apart by identity; it holds what was found, so that both go together.
    *rest, **options
        Whatever else it takes; all of it can be hashed.

    Returns
    -------
    object
        Shared: nobody may change it.
    """

    def call(compute: Callable[..., Any], *rest: Any, **options: Any) -> Any:
        return compute(of, *rest, **options)

    # As `cached_property` does: a frozen record has a dictionary all the same.
    found = of.__dict__.setdefault("kept_by_pages", lru_cache(maxsize=N_KEPT)(call))
    known: Found = found(compute, *rest, **options)
    return known


def drawn(
    draw: Callable[Concatenate[Of, Rest], go.Figure], data: Of, *rest: Rest.args, **options: Rest.kwargs
) -> go.Figure:
    """Draw a chart as `kept` computes, and have it written for the browser once, however often it is shown."""
    return kept(_draw, data, draw, *rest, **options)


def _draw(data: Any, draw: Callable[..., go.Figure], *rest: Any, **options: Any) -> go.Figure:
    figure = draw(data, *rest, **options)
    # A shown figure is asked for this each time, and copies all that it holds: a third of a page that draws nothing.
    figure.to_dict = cache(figure.to_dict)
    return figure

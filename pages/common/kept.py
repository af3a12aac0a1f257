"""What pages compute and draw again and again from what does not change: kept with it, and gone with it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["kept"]

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

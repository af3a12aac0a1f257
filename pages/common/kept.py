"""What pages compute and draw again and again from what does not change: kept with it, and gone with it."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["kept"]

Of = TypeVar("Of")
Rest = ParamSpec("Rest")
Found = TypeVar("Found")


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
        Whatever else it takes. All of it can be hashed, and has few values.

    Returns
    -------
    object
        Shared: nobody may change it.
    """
    # As `cached_property` does: a frozen record has a dictionary all the same.
    found: dict[Any, Found] = of.__dict__.setdefault("kept_by_pages", {})
    asked = (compute, rest, tuple(options.items()))
    if asked not in found:
        found[asked] = compute(of, *rest, **options)
    return found[asked]

"""Records are read some two dozen at once, whether from a file or from the store."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["BATCH_BYTES", "in_batches"]

Item = TypeVar("Item")

BATCH_BYTES = 2**17
"""Of what is read at once: more records than these push each other out of a processor's cache."""


def in_batches(items: Iterable[Item], *, n_bytes: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Gather what is read at once.

    Parameters
    ----------
    items : iterable
    n_bytes : callable
        How long an item is.

    Yields
    ------
    list
        The next items, as few as come to `BATCH_BYTES`; at least one.
    """
    batch, size = list[Item](), 0
    for item in items:
        batch.append(item)
        size += n_bytes(item)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

"""Which volumes are for testing, and which may be labeled (paper §2.1: 20 % are subtracted once and never altered)."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import DatasetError, RequestError

__all__ = ["TEST_SHARE", "Split", "split_volumes"]

TEST_SHARE = 0.2


@dataclass(frozen=True, kw_only=True)
class Split:
    """Volume ids by what they are for, each in order of id.

    Parameters
    ----------
    test : tuple of str
    pool : tuple of str
        Volumes to label from.
    left_out : tuple of str
        Volumes that ``--pool`` leaves out.
    """

    test: tuple[str, ...]
    pool: tuple[str, ...]
    left_out: tuple[str, ...]


def split_volumes(ids: Iterable[str], *, n_pool: int | None = None) -> Split:
    """Split volumes by their ids alone, so that neither file names nor options can alter the test set.

    Parameters
    ----------
    ids : iterable of str
        Distinct volume ids, at least two.
    n_pool : int, default=None
        Keep the first `n_pool` of the pool; None keeps all.

    Returns
    -------
    Split

    Raises
    ------
    DatasetError
        If there are fewer than two volumes.
    RequestError
        If the pool has fewer than `n_pool` volumes.

    Examples
    --------
    >>> split_volumes("dbcae", n_pool=2)
    Split(test=('a',), pool=('b', 'c'), left_out=('d', 'e'))
    """
    ordered = sorted(ids)
    if len(ordered) < 2:
        raise DatasetError(
            f"a data set needs at least 2 volumes, one of them for testing; got {len(ordered)}"
        )
    n_test = max(1, round(TEST_SHARE * len(ordered)))
    pool = ordered[n_test:]
    if n_pool is not None and not 1 <= n_pool <= len(pool):
        raise RequestError(f"--pool takes 1 to {len(pool)} volumes here; got {n_pool}")
    n_kept = len(pool) if n_pool is None else n_pool
    return Split(test=tuple(ordered[:n_test]), pool=tuple(pool[:n_kept]), left_out=tuple(pool[n_kept:]))

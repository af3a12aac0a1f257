"""In which order to draw: evenly over volumes first, then filling the middle of gaps (paper §4, step 2)."""

import numpy as np

__all__ = ["allocate_slices", "choose_volumes", "number_passes", "spread_slices"]


def choose_volumes(sizes: np.ndarray, *, n_volumes: int) -> np.ndarray:
    """Choose volumes evenly over a list, so that their sizes together are as the list's mean.

    Parameters
    ----------
    sizes : ndarray of shape (n,), dtype int64
        Labeled slices of each volume, in the order of the list.
    n_volumes : int in [1, n]

    Returns
    -------
    ndarray of shape (n_volumes,), dtype int64
        Positions in the list, ascending. A data set's pool is in order of volume id, which is a hash: even over it is
        as good as random. A list that a person made is often sorted by hospital or date: even over it is diverse.
    """
    n = len(sizes)
    # Floats are exact enough here: n is a count of volumes.
    starts = np.arange(-(-n // n_volumes))
    chosen = (starts[:, None] + np.floor(np.arange(n_volumes) * n / n_volumes).astype(np.int64)) % n
    distance = np.abs(sizes[chosen].sum(axis=1) - sizes.mean() * n_volumes)
    best: np.ndarray = np.sort(chosen[distance.argmin()])
    return best


def allocate_slices(sizes: np.ndarray, *, n_slices: int) -> np.ndarray:
    """Share out slices over volumes in proportion to their size.

    Parameters
    ----------
    sizes : ndarray of shape (n,), dtype int64
        Labeled slices of each volume, at least 1.
    n_slices : int
        At most their sum.

    Returns
    -------
    ndarray of shape (n,), dtype int64
        At least 1 and at most the size of each; their sum is `n_slices`, or more where small volumes need their one.

    Examples
    --------
    >>> allocate_slices(np.array([10, 20, 30]), n_slices=12).tolist()
    [2, 4, 6]
    """
    ends = np.floor(np.cumsum(sizes) * (n_slices / sizes.sum()) + 0.5).astype(np.int64)
    shares: np.ndarray = np.clip(np.diff(ends, prepend=0), 1, sizes)
    return shares


def spread_slices(slices: np.ndarray, *, n_slices: int, offset: float = 0.5) -> np.ndarray:
    """Spread some slices equidistantly over those that show the structure, each at the same place of its part.

    Parameters
    ----------
    slices : ndarray of shape (n,), dtype int64
        Ascending.
    n_slices : int in [1, n]
    offset : float in [0, 1), default=0.5
        Of that place, as a share of a part: the middle.

    Returns
    -------
    ndarray of shape (n_slices,), dtype int64
        Elements of `slices`, ascending.

    Examples
    --------
    >>> spread_slices(np.arange(3, 12), n_slices=3).tolist()
    [4, 7, 10]
    """
    places = (np.arange(n_slices) + offset) * (len(slices) / n_slices)
    spread: np.ndarray = slices[places.astype(np.int64).clip(max=len(slices) - 1)]
    return spread


def number_passes(n_slices: int) -> np.ndarray:
    """Say in which pass each slice of a volume is drawn, so that each pass fills the middle of gaps.

    Parameters
    ----------
    n_slices : int
        Slices to draw in one volume, at least 1.

    Returns
    -------
    ndarray of shape (n_slices,), dtype int64
        0, 1 or 2 for each slice in order of position: every fourth, the middle of these, the rest, so that the slices
        are equidistant after each pass. A few slices need fewer passes; every volume has a slice in the first.

    Examples
    --------
    >>> number_passes(9).tolist()
    [0, 2, 1, 2, 0, 2, 1, 2, 0]
    """
    start = (n_slices - 1) % 4 // 2
    halvings = np.array([0, 2, 1, 2])[(np.arange(n_slices) - start) % 4]
    # Where there is no middle to fill, the rest is drawn in the second pass.
    passes: np.ndarray = np.unique(halvings, return_inverse=True)[1]
    return passes

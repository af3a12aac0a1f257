"""Key slices: the equidistant slices that an annotator draws who means to skip the others (paper §2.1, §3.2)."""

import numpy as np

__all__ = ["key_slices", "nearest_key"]


def key_slices(labeled: np.ndarray, *, spacing: float, offset: float) -> np.ndarray:
    """Place equidistant key slices over the structure's extent.

    Parameters
    ----------
    labeled : ndarray of shape (n_labeled,), dtype int64
        Slices where the structure is, ascending; at least one.
    spacing : float >= 1
        Distance of key slices, in slices; real, so that any quality can be met.
    offset : float in [0, 1)
        Position of the first key slice, as a share of the spacing.

    Returns
    -------
    ndarray of shape (n_keys,), dtype int64
        Slice indices, ascending, at least one of them in `labeled`.

    Examples
    --------
    >>> key_slices(np.arange(10, 20), spacing=5, offset=0.4).tolist()
    [12, 17]
    """
    first, last = int(labeled[0]), int(labeled[-1])
    # An offset of 1 less one rounding error would be 1 after an addition.
    shares = min(offset, 1 - 2**-32) + np.arange((last - first) // spacing + 1)
    positions = first + np.floor(shares * spacing).astype(np.int64)
    keys = positions[positions <= last]
    if np.isin(keys, labeled).any():
        return keys
    # An annotator who found nothing where a key slice fell would draw where the structure is.
    nearest = labeled[np.argmin(np.abs(labeled - positions[0]))]
    return np.union1d(keys, [nearest])


def nearest_key(slices: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Find the nearest key slice of each slice; half-way between two, the one before.

    Parameters
    ----------
    slices : ndarray of shape (n,), dtype int64
    keys : ndarray of shape (n_keys,), dtype int64
        Ascending, at least one.

    Returns
    -------
    ndarray of shape (n,), dtype int64
        An element of `keys` for each slice.
    """
    after = np.searchsorted(keys, slices).clip(max=len(keys) - 1)
    before = (after - 1).clip(min=0)
    is_before_nearer = np.abs(slices - keys[before]) <= np.abs(keys[after] - slices)
    return keys[np.where(is_before_nearer, before, after)]

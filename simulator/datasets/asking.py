"""How a data set is asked for, as far as that can be told without it: its name, its axis, its labels."""

from ..errors import RequestError
from .catalogue import CATALOGUE
from .tasks import TASKS

__all__ = ["KNOWN_NAMES", "check_cut", "parse_labels"]

KNOWN_NAMES = tuple(dict.fromkeys([*(entry.name for entry in CATALOGUE), *(task.name for task in TASKS)]))
"""Names that a data set can be asked for by: the catalogue, and what can be downloaded."""

_MAX_DIGITS = 5


def check_cut(*, axis: int | None, n_pool: int | None) -> None:
    """Check how a data set is to be cut, as far as that can be told without its volumes.

    Parameters
    ----------
    axis, n_pool : int or None
        As for `simulator.datasets.open_dataset`.

    Raises
    ------
    RequestError
        If the axis is not 0, 1 or 2, or the pool is to have no volume.
    """
    if axis is not None and axis not in (0, 1, 2):
        raise RequestError(f"--axis must be 0, 1 or 2; got {axis}")
    if n_pool is not None and n_pool < 1:
        raise RequestError(f"--pool must be 1 or more volumes; got {n_pool}")


def parse_labels(text: str | None) -> tuple[int | str, ...] | None:
    """Read labels as a person writes them.

    Parameters
    ----------
    text : str or None
        Whole numbers and names, joined by commas; None means all labels.

    Returns
    -------
    tuple of int or str, or None
        Numbers ascending, then names, each once.

    Raises
    ------
    RequestError
        If a part without letters is no whole number above 0 of at most five digits.

    Examples
    --------
    >>> parse_labels("3,1,core")
    (1, 3, 'core')
    """
    if text is None:
        return None
    parts = {part.strip() for part in text.split(",")}
    numbers = {part for part in parts if not any(letter.isalpha() for letter in part)}
    if not all(map(_is_value, numbers)):
        raise RequestError(
            f"--labels takes whole numbers above 0 or names joined by commas, as 1,3, numbers of at most {_MAX_DIGITS} "
            f"digits; got {text[:40]!r}"
        )
    return (*sorted(map(int, numbers)), *sorted(parts - numbers))


def _is_value(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and int(text) > 0

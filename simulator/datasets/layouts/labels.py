"""The labels that a data set names: a name stands for one value, or for a region made of several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import RequestError

__all__ = ["Label", "find_values", "is_no_structure"]

_UNLABELED = re.compile(
    r"(ignored?|void|excluded?|invalid|nolabels?|do(no|n)?tcare|(un|not)(labell?ed|annotated|segmented))"
    r"(index|label|class|value|region|area|voxel)?s?"
)
"""Names without capitals, blanks, digits and signs."""

_N_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Label:
    """One name and what it stands for.

    Parameters
    ----------
    name : str
    values : tuple of int
        One label value, or those that make up a region.
    """

    name: str
    values: tuple[int, ...]


def is_no_structure(label: Label, value: int) -> bool:
    """Tell whether a value's name says that no structure is meant: voxels to ignore, or a background beside 0.

    Examples
    --------
    >>> names = ("Ignore", "ignore_index", "un-labeled", "don't care", "background", "liver")
    >>> [is_no_structure(Label(name=name, values=(255,)), 255) for name in names]
    [True, True, True, True, True, False]
    >>> [is_no_structure(Label(name=name, values=(0,)), 0) for name in ("unlabeled", "background", "liver")]
    [True, False, False]
    """
    name = re.sub(r"[\W\d_]+", "", label.name.casefold())
    return _UNLABELED.fullmatch(name) is not None or (name == "background" and value != 0)


def find_values(asked: Sequence[int | str], labels: Sequence[Label] | None) -> tuple[int, ...]:
    """Find the label values that are meant, by number or by name.

    Parameters
    ----------
    asked : sequence of int or str
        Values as they stand, names of values and of regions; capitals count only where names differ by nothing else.
    labels : sequence of Label or None
        Those that the data set names.

    Returns
    -------
    tuple of int
        Ascending, each once.

    Raises
    ------
    RequestError
        If the data set names no such label.

    Examples
    --------
    >>> find_values([4, "Core"], [Label(name="core", values=(2, 3))])
    (2, 3, 4)
    """
    values = {value for label in asked for value in _values_of(label, labels or ()) if value != 0}
    return tuple(sorted(values))


def _values_of(asked: int | str, labels: Sequence[Label]) -> tuple[int, ...]:
    if isinstance(asked, int):
        return (asked,)
    exact = [label for label in labels if label.name == asked]
    found = exact or [label for label in labels if label.name.casefold() == asked.casefold()]
    if not found:
        names = [label.name for label in labels if label.values != (0,)]
        known = ", ".join(names[:_N_SHOWN]) + (", …" if len(names) > _N_SHOWN else "")
        raise RequestError(
            f"--labels: no label is called {asked[:40]!r}; "
            f"{f'choose from {known}, or numbers' if names else 'this data set names none, so give numbers as 1,3'}"
        )
    return tuple(value for label in found for value in label.values)

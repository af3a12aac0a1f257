"""How data sets lie on disk: one layout a file, one line in `LAYOUTS`; which one it is, is detected."""

from pathlib import Path

from ...errors import DatasetError
from .contents import Contents, Layout, VolumeFiles, plain
from .decathlon import DECATHLON
from .describing import find_fault
from .kits import KITS
from .labels import Label, find_values
from .likeness import describe_likeness
from .nnunet import NNUNET
from .pairs import PAIRS
from .totalsegmentator import TOTALSEGMENTATOR
from .unused import find_unused

__all__ = [
    "LAYOUTS",
    "Contents",
    "Label",
    "Layout",
    "VolumeFiles",
    "find_layout",
    "find_unused",
    "find_values",
    "plain",
]

LAYOUTS: tuple[Layout, ...] = (
    NNUNET,  # first: its description may still carry the Decathlon's list
    DECATHLON,
    PAIRS,
    KITS,
    TOTALSEGMENTATOR,
)


def find_layout(folder: Path) -> Layout:
    """Detect how a data set lies in its folder.

    Raises
    ------
    DatasetError
        If no layout fits; the message says what the folder looks like and what each layout needs, or only where
        ``dataset.json`` is broken.
    """
    for layout in LAYOUTS:
        if layout.is_layout(folder):
            return layout
    broken = find_fault(folder)
    if broken:
        raise DatasetError(f"{folder / 'dataset.json'} is no JSON ({broken}); mend it first")
    needs = "; ".join(f"{layout.title}: {layout.needs}" for layout in LAYOUTS)
    likeness = describe_likeness(folder, lambda inner: any(layout.is_layout(inner) for layout in LAYOUTS))
    raise DatasetError(f"{folder} holds no data set{f': {likeness}' if likeness else ''}; expected {needs}")

"""How data sets lie on disk: one layout a file, one line in `LAYOUTS`; which one it is, is detected."""

from pathlib import Path

from ...errors import DatasetError
from .contents import Contents, Layout, VolumeFiles, plain
from .decathlon import DECATHLON
from .nnunet import NNUNET
from .pairs import PAIRS

__all__ = ["LAYOUTS", "Contents", "Layout", "VolumeFiles", "find_layout", "plain"]

LAYOUTS: tuple[Layout, ...] = (
    DECATHLON,
    NNUNET,
    PAIRS,
)


def find_layout(folder: Path) -> Layout:
    """Detect how a data set lies in its folder.

    Raises
    ------
    DatasetError
        If no layout fits; the message says what each one needs.
    """
    for layout in LAYOUTS:
        if layout.is_layout(folder):
            return layout
    needs = "; or ".join(f"{layout.title}: {layout.needs}" for layout in LAYOUTS)
    raise DatasetError(f"{folder} holds no data set: expected {needs}")

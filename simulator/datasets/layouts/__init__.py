"""How data sets lie on disk: one layout a file, one line in `LAYOUTS`; which one it is, is detected."""

from pathlib import Path

from pydantic_core import from_json

from ...errors import DatasetError
from .contents import Contents, Layout, VolumeFiles, plain, read_description
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
        If no layout fits; the message says what each one needs, and first where ``dataset.json`` is broken.
    """
    for layout in LAYOUTS:
        if layout.is_layout(folder):
            return layout
    needs = "; or ".join(f"{layout.title}: {layout.needs}" for layout in LAYOUTS)
    broken = _find_fault(folder)
    if broken:
        raise DatasetError(
            f"{folder / 'dataset.json'} is no JSON ({broken}); mend it first. "
            f"{folder} holds no data set: expected {needs}"
        )
    raise DatasetError(f"{folder} holds no data set: expected {needs}")


def _find_fault(folder: Path) -> str:
    """Say what and where a ``dataset.json`` is broken; "" if it is not, or not there."""
    if not (folder / "dataset.json").is_file():
        return ""
    try:
        from_json(read_description(folder))
    except ValueError as error:
        return str(error)
    return ""

"""What annotation tools open, one tool a file, and the one list of them."""

from collections.abc import Mapping
from types import MappingProxyType

from ...errors import RequestError
from .cvat import CVAT
from .itk_snap import ITK_SNAP
from .label_studio import LABEL_STUDIO
from .monai_label import MONAI_LABEL
from .nnunet import NNUNET
from .passing_over import PassedOver
from .slicer import SLICER
from .tool import Tool

__all__ = ["NO_TOOL", "TOOLS", "PassedOver", "Tool", "get_tool"]

NO_TOOL = "none"
"""What is asked for where sheet and tables are enough."""

TOOLS: Mapping[str, Tool] = MappingProxyType(
    {
        SLICER.name: SLICER,
        NNUNET.name: NNUNET,
        LABEL_STUDIO.name: LABEL_STUDIO,
        CVAT.name: CVAT,
        ITK_SNAP.name: ITK_SNAP,
        MONAI_LABEL.name: MONAI_LABEL,
    }
)
"""Name → tool."""


def get_tool(name: str) -> Tool | None:
    """Look up a tool by name; None for ``none``.

    Raises
    ------
    RequestError
        If no tool has this name.
    """
    if name == NO_TOOL:
        return None
    if name not in TOOLS:
        raise RequestError(f"the tool must be one of {', '.join([*TOOLS, NO_TOOL])}; got {name!r}")
    return TOOLS[name]

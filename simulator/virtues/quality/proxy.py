"""What a proxy is: one way of losing label quality, with all that is said of it.

No sentence elsewhere knows a proxy by name: pages, commands, plans and reports ask the proxy itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .annotation import Annotation

__all__ = ["QUESTIONS", "Proxy"]

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "skipping": "May slices be skipped and filled in?",
        "precision": "How precise must masks be?",
    }
)
"""What a loss of quality can answer, as pages ask it; never both in one sentence (paper §4, step 1)."""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """One way of losing quality.

    Parameters
    ----------
    name : str
        As in records, addresses, CSV and on the command line.
    title : str
        What becomes of the masks, as the pages say it; it goes on from "masks": "Outlined in a hurry".
    question : {"skipping", "precision"}
        What it answers, a key of `QUESTIONS`.
    annotate : callable
        ``(reference, *, labeled, level, streams) -> Annotation``. Where slices are skipped, `level` is the spacing of
        key slices, found from the curve of quality against spacing; else it is the 3-D IoU itself.
    instruction : str
        How an annotator does it, after "Outline the structure": with ``{quality}``, the overlap to aim at; where slices
        are skipped, what is done with ``{others}``, the slices around an outlined one.
    end_instruction : str, default=""
        The same for the first and the last outlined slice of a volume; "" if there is no difference.
    filling : str, default=""
        What becomes of a slice that nobody outlines: "copied from its neighbour"; "" if every slice is outlined.
    caveat : str
        What it stands for and what it does not test, as reports say it.
    is_copy : bool, default=False
        Whether every mask is that of a key slice, the nearest one, so that quality follows from overlaps of slices.
    is_blend : bool, default=False
        Whether masks between two key slices blend their distances to the outline, as those of `fill_in_by_blending`.
    outlining_share : float in (0, 1] or None, default=None
        Time of an outline like this as a share of an exact one's, where a source says so (name it in the file); None
        where nobody knows, and hours stay undefined. Without meaning where slices are skipped.
    """

    name: str
    title: str
    question: Literal["skipping", "precision"]
    annotate: Callable[..., Annotation]
    instruction: str
    end_instruction: str = ""
    filling: str = ""
    caveat: str
    is_copy: bool = False
    is_blend: bool = False
    outlining_share: float | None = None

    @property
    def has_key_slices(self) -> bool:
        """Whether slices are skipped, so that `level` is a spacing and outlined slices can be counted."""
        return self.question == "skipping"

    @property
    def label(self) -> str:
        """Title and name, for the one place of a page that names both: "Outlined in a hurry (contour)"."""
        return f"{self.title} ({self.name})"

"""The three virtues of a labeled data set, and what an annotator who saves on one of them delivers (paper §1, §2.1)."""

from .annotate import AnnotatedVolume, Tally, annotate, annotate_volume, find_level, summarize
from .chance import Chance
from .completeness import SAMPLINGS
from .curve import QualityCurve, quality_curve, spacing_of
from .diversity import select_volumes
from .quality import PROXIES, Proxy, find_proxy, title_of
from .quality.annotation import Drawing

__all__ = [
    "PROXIES",
    "SAMPLINGS",
    "AnnotatedVolume",
    "Chance",
    "Drawing",
    "Proxy",
    "QualityCurve",
    "Tally",
    "annotate",
    "annotate_volume",
    "find_level",
    "find_proxy",
    "quality_curve",
    "select_volumes",
    "spacing_of",
    "summarize",
    "title_of",
]

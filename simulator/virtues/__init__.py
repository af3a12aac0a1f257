"""The three virtues of a labeled data set, and what an annotator who saves on one of them delivers (paper §1, §2.1)."""

from typing import TYPE_CHECKING

from ..rooms import open_rooms

if TYPE_CHECKING:
    from .annotate import AnnotatedVolume, Tally, annotate_volume, find_level, summarize
    from .completeness import SAMPLINGS
    from .curve import QualityCurve, find_curve, quality_curve, spacing_of
    from .diversity import select_volumes
    from .quality import PROXIES, QUESTIONS, Proxy, describe_proxies, get_proxy, proxies_for, title_of
    from .quality.annotation import Annotation
    from .random_streams import RandomStreams

__all__ = [
    "PROXIES",
    "QUESTIONS",
    "SAMPLINGS",
    "AnnotatedVolume",
    "Annotation",
    "Proxy",
    "QualityCurve",
    "RandomStreams",
    "Tally",
    "annotate_volume",
    "describe_proxies",
    "find_curve",
    "find_level",
    "get_proxy",
    "proxies_for",
    "quality_curve",
    "select_volumes",
    "spacing_of",
    "summarize",
    "title_of",
]

__getattr__ = open_rooms(
    __name__,
    {
        "PROXIES": ".quality",
        "QUESTIONS": ".quality",
        "SAMPLINGS": ".completeness",
        "AnnotatedVolume": ".annotate",
        "Annotation": ".quality.annotation",
        "Proxy": ".quality",
        "QualityCurve": ".curve",
        "RandomStreams": ".random_streams",
        "Tally": ".annotate",
        "annotate_volume": ".annotate",
        "describe_proxies": ".quality",
        "find_curve": ".curve",
        "find_level": ".annotate",
        "get_proxy": ".quality",
        "proxies_for": ".quality",
        "quality_curve": ".curve",
        "select_volumes": ".diversity",
        "spacing_of": ".curve",
        "summarize": ".annotate",
        "title_of": ".quality",
    },
)

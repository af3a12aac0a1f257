"""Data sets in: from folders of volumes to memory-mapped slices, keyed by what they contain (paper §2.1)."""

from typing import TYPE_CHECKING

from ..rooms import open_rooms

if TYPE_CHECKING:
    from .catalogue import CATALOGUE, CatalogueEntry
    from .inspection import Inspection, LabelFacts, VolumeFacts, inspect_dataset
    from .opening import open_dataset, parse_labels
    from .prepared import PreparedDataset, PreparedVolume, has_prepared, list_prepared, load_prepared
    from .problems import Problem, describe_problems
    from .slices import prepare_dataset
    from .source import DatasetSource

__all__ = [
    "CATALOGUE",
    "CatalogueEntry",
    "DatasetSource",
    "Inspection",
    "LabelFacts",
    "PreparedDataset",
    "PreparedVolume",
    "Problem",
    "VolumeFacts",
    "describe_problems",
    "has_prepared",
    "inspect_dataset",
    "list_prepared",
    "load_prepared",
    "open_dataset",
    "parse_labels",
    "prepare_dataset",
]

__getattr__ = open_rooms(
    __name__,
    {
        "CATALOGUE": ".catalogue",
        "CatalogueEntry": ".catalogue",
        "DatasetSource": ".source",
        "Inspection": ".inspection",
        "LabelFacts": ".inspection",
        "PreparedDataset": ".prepared",
        "PreparedVolume": ".prepared",
        "Problem": ".problems",
        "VolumeFacts": ".inspection",
        "describe_problems": ".problems",
        "has_prepared": ".prepared",
        "inspect_dataset": ".inspection",
        "list_prepared": ".prepared",
        "load_prepared": ".prepared",
        "open_dataset": ".opening",
        "parse_labels": ".opening",
        "prepare_dataset": ".slices",
    },
)

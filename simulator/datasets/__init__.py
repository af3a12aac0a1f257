"""Data sets in: from folders of volumes to memory-mapped slices, keyed by what they contain (paper §2.1)."""

from typing import TYPE_CHECKING

from ..rooms import open_rooms

if TYPE_CHECKING:
    from .asking import KNOWN_NAMES, check_cut, parse_labels
    from .catalogue import CATALOGUE, CatalogueEntry
    from .inspection import Inspection, LabelFacts, VolumeFacts, inspect_dataset
    from .opening import label_values, open_dataset
    from .prepared import PreparedDataset, PreparedVolume, has_prepared, list_prepared, load_prepared
    from .problems import Problem, describe_problems
    from .slices import prepare_dataset
    from .source import DatasetSource

__all__ = [
    "CATALOGUE",
    "KNOWN_NAMES",
    "CatalogueEntry",
    "DatasetSource",
    "Inspection",
    "LabelFacts",
    "PreparedDataset",
    "PreparedVolume",
    "Problem",
    "VolumeFacts",
    "check_cut",
    "describe_problems",
    "has_prepared",
    "inspect_dataset",
    "label_values",
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
        "KNOWN_NAMES": ".asking",
        "LabelFacts": ".inspection",
        "PreparedDataset": ".prepared",
        "PreparedVolume": ".prepared",
        "Problem": ".problems",
        "VolumeFacts": ".inspection",
        "check_cut": ".asking",
        "describe_problems": ".problems",
        "has_prepared": ".prepared",
        "inspect_dataset": ".inspection",
        "label_values": ".opening",
        "list_prepared": ".prepared",
        "load_prepared": ".prepared",
        "open_dataset": ".opening",
        "parse_labels": ".asking",
        "prepare_dataset": ".slices",
    },
)

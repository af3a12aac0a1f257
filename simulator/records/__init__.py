"""What is asked and what was found: frozen, strict, and with a key.

A `SimulationRequest` (data set × virtues × protocol × seed) names one training; its key is the SHA-256 of its
canonical JSON. A `SimulationRecord` is what came out. Every metric is a pure function of a record's counts.
"""

from .explaining import explain
from .frozen import (
    Count,
    Frozen,
    Growing,
    Hex64,
    Identifier,
    Name,
    Number,
    VolumeId,
    canonical_json,
    utc_now,
)
from .performance import Performance, VolumeCounts, volume_dice, volume_iou
from .project import LabVolume, Project, Score, Stage, Update, parse_project
from .protocol import Protocol
from .record import MAX_LINE_BYTES, Achieved, Cost, EpochScore, SimulationRecord, parse_record, parse_records
from .request import MAX_LABEL, DatasetReference, Failure, SimulationRequest
from .upgrades import SCHEMA
from .virtues import Sampling, Virtues, parse_virtues

__all__ = [
    "MAX_LABEL",
    "MAX_LINE_BYTES",
    "SCHEMA",
    "Achieved",
    "Cost",
    "Count",
    "DatasetReference",
    "EpochScore",
    "Failure",
    "Frozen",
    "Growing",
    "Hex64",
    "Identifier",
    "LabVolume",
    "Name",
    "Number",
    "Performance",
    "Project",
    "Protocol",
    "Sampling",
    "Score",
    "SimulationRecord",
    "SimulationRequest",
    "Stage",
    "Update",
    "Virtues",
    "VolumeCounts",
    "VolumeId",
    "canonical_json",
    "explain",
    "parse_project",
    "parse_record",
    "parse_records",
    "parse_virtues",
    "utc_now",
    "volume_dice",
    "volume_iou",
]

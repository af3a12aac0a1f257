"""Volumes that a tool gets no files for: they stay in the plan, and whoever reads it learns why and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from ...datasets.problems import VolumeError
from ...records import LabVolume

__all__ = ["LOOK_AGAIN", "OnPassedOver", "PassedOver", "pass_in_silence"]

LOOK_AGAIN = "look at the folder again under My volumes"
"""What to do about an image that is not as it was."""


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """One volume of a plan without files for the tool.

    Parameters
    ----------
    volume : LabVolume
    why : str
        What is wrong, as it follows a colon: "the image is cut off or damaged".
    what_to_do : str
    """

    volume: LabVolume
    why: str
    what_to_do: str

    @classmethod
    def of(cls, volume: LabVolume, error: VolumeError) -> "PassedOver":
        """Take what is wrong from an error; alike of alike volumes, whatever their files are called."""
        name = PurePath(volume.path).name
        is_of_file = bool(name) and error.what.startswith(f"{name} ")
        why = f"the image {error.what[len(name) + 1 :]}" if is_of_file else error.what
        return cls(volume=volume, why=why, what_to_do=error.what_to_do)


OnPassedOver = Callable[[PassedOver], None]


def pass_in_silence(one: PassedOver) -> None:
    """Say nothing of a volume that is passed over."""

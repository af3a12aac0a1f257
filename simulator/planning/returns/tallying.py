"""Counting what is read off an export, and what is passed over."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...errors import ProjectError
from ..tools.picture_names import map_stems, read_picture_name
from .returned import Returned, TimedSlice

__all__ = ["MAX_BYTES", "MAX_SLICE", "NAMELESS", "Tally", "refuse_large", "start_tally"]

MAX_BYTES = 256 * 2**20
"""Of an export: a brush over half of a slice of 512 × 512 takes 12 kB, so twenty thousand slices fit."""

MAX_SLICE = 100_000
"""More slices than any scanner makes along one axis."""

NAMELESS = "passed over: pictures that are none of a plan's ({n})"


@dataclass
class Tally:
    """What was found so far; grows while an export is read.

    Parameters
    ----------
    volumes : frozenset of str
        Of the project; none where it is not known.
    stems : dict of str to str
        Stem of a picture's name → volume.
    labeled : dict of str to set of int, default={}
    seconds : list of TimedSlice, default=[]
    passed_over : Counter of str, default={}
        What, with ``{n}`` → how often.
    notes : list of str, default=[]
        What else is to be said.
    """

    volumes: frozenset[str]
    stems: dict[str, str]
    labeled: dict[str, set[int]] = field(default_factory=dict)
    seconds: list[TimedSlice] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def is_foreign(self) -> bool:
        """True where there were pictures, and none of a plan's."""
        return not self.labeled and self.passed_over.keys() == {NAMELESS}

    def find_slice(self, picture: str) -> tuple[str, int] | None:
        """Read volume and slice off a picture's name; None where it is none of a plan's."""
        found = read_picture_name(picture, volumes=self.stems)
        return found if found and self.knows(found[0]) else None

    def knows(self, volume: str) -> bool:
        """Tell whether a volume is one of the project, as far as that is known."""
        return not self.volumes or volume in self.volumes

    def add(self, volume: str, index: int) -> None:
        """Count a slice as labeled."""
        self.labeled.setdefault(volume, set()).add(index)

    def finish(self) -> Returned:
        """Sum up; what was passed over is told with how often."""
        told = (what.format(n=n) for what, n in self.passed_over.items())
        return Returned(
            labeled={volume: tuple(sorted(slices)) for volume, slices in sorted(self.labeled.items())},
            seconds=tuple(self.seconds),
            notes=(*told, *self.notes),
        )


def start_tally(volumes: Iterable[str]) -> Tally:
    """Start to count for the volumes of a project, in its order; for any where there are none."""
    stems = map_stems(volumes)
    return Tally(volumes=frozenset(stems), stems={stem: volume for volume, stem in stems.items()})


def refuse_large(n_bytes: int, *, name: str) -> None:
    """Refuse an export that is too large to be read.

    Raises
    ------
    ProjectError
        If it is.
    """
    if n_bytes > MAX_BYTES:
        raise ProjectError(
            f"{name} has {n_bytes:,} bytes, the limit is {MAX_BYTES:,}; export fewer volumes at once, without images"
        )

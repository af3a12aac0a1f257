"""How many trainings share a GPU: measured once by a process that loads torch, and kept in the cache folder."""

import ctypes
import importlib.metadata
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from ..files import read_file, write_file
from ..records import Frozen, Number
from ..settings import PROJECT, Settings
from .lock import is_working

__all__ = ["Sharing", "find_sharing", "measure_sharing", "read_sharing"]

MIN_GAIN = 1.1
"""What more trainings at a time must get done to be worth their memory."""

MAX_BYTES = 2**16
MAX_SECONDS = 180


class Sharing(Frozen):
    """What trainings side by side get done on a GPU.

    Parameters
    ----------
    device : str
        Its name.
    torch : str
        Version that it was measured with.
    free_bytes : int
        Memory of the device that was free.
    bytes_each : int
        Memory that one training takes of it.
    rates : tuple of (int, float)
        How many trained at a time, ascending from 1, and the slices a second of all together.
    """

    device: Annotated[str, Field(max_length=200)]
    torch: Annotated[str, Field(max_length=80)]
    free_bytes: Annotated[int, Field(ge=0)]
    bytes_each: Annotated[int, Field(ge=1)]
    rates: Annotated[
        tuple[tuple[Number, Annotated[float, Field(gt=0)]], ...], Field(min_length=1, max_length=16)
    ]

    @property
    def n_trainings(self) -> int:
        """How many are best: more only where each step up gets a tenth more done, and where memory holds them."""
        best, best_rate = self.rates[0]
        for number, rate in self.rates:
            if number * self.bytes_each <= self.free_bytes and rate >= MIN_GAIN * best_rate:
                best, best_rate = number, rate
        return best


_SHARING: TypeAdapter[Sharing | None] = TypeAdapter(Sharing | None)


def find_sharing(settings: Settings, *, say: Callable[[str], None] = lambda text: None) -> Sharing | None:
    """Look up how many trainings share the GPU, or measure it if nobody has.

    Parameters
    ----------
    settings : Settings
    say : callable, default says nothing
        Told before it is measured, which takes half a minute.

    Returns
    -------
    Sharing or None
        None without a GPU, where it cannot be measured, and while a worker is in the way of that.
    """
    if not has_driver():
        return None
    known = read_sharing(settings)
    if known is not None and known.torch == importlib.metadata.version("torch"):
        return known
    if is_working(settings):
        return None
    say("measuring how many trainings share the GPU, once: half a minute")
    return measure_sharing(settings)


def has_driver() -> bool:
    """Whether NVIDIA's driver is here, which torch asks for a GPU; it does not load torch to know."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True


def read_sharing(settings: Settings) -> Sharing | None:
    """Read what was measured before; None if nothing was, or nothing that can be read."""
    try:
        return _SHARING.validate_json(read_file(settings.cache / "sharing.json", max_bytes=MAX_BYTES))
    except (OSError, ValidationError):
        return None


def measure_sharing(settings: Settings) -> Sharing | None:
    """Measure it in a process of its own and keep it; None without a GPU, and where it cannot be measured or kept."""
    command = [sys.executable, "-m", "simulator.training.sharing"]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=PROJECT, capture_output=True, text=True, timeout=MAX_SECONDS, check=True
        )
        found = _SHARING.validate_json(done.stdout)
        if found is not None:
            write_file(settings.cache / "sharing.json", found.model_dump_json().encode(), root=settings.cache)
    except (subprocess.SubprocessError, OSError, ValidationError):
        return None
    return found

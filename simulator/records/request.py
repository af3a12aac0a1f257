"""What is asked: one training, named by a key (data set × virtues × protocol × seed)."""

import hashlib
import json
from functools import cached_property, lru_cache
from typing import Annotated

from pydantic import Field

from .frozen import Growing, Hex64, Name, Number, canonical_json
from .protocol import Protocol
from .virtues import Virtues

__all__ = ["MAX_LABEL", "DatasetReference", "Failure", "Seed", "SimulationRequest"]

MAX_LABEL = 65535
"""Largest label value; beyond it a file is taken for an image."""

Seed = Annotated[int, Field(ge=0, lt=2**31)]

_MEANING = 1
"""Version of what a request means. A format that grows keeps it; another meaning of the same fields would raise it."""


class DatasetReference(Growing):
    """Which data set a simulation ran on, without naming a file.

    Parameters
    ----------
    name : str
        Catalogue name or folder name; for display, not part of the key.
    fingerprint : str
        SHA-256 (hex) over the volume ids of pool and test, label voxels, slicing axis and chosen labels.
    axis : int
        Array axis across which volumes are sliced.
    labels : tuple of int
        Label values joined to the foreground, ascending.
    n_pool, n_test : int
        Number of volumes to label from, and held out.
    """

    name: Name
    fingerprint: Hex64
    axis: Annotated[int, Field(ge=0, le=2)]
    labels: tuple[Annotated[int, Field(ge=1, le=MAX_LABEL)], ...] = Field(min_length=1)
    n_pool: Number
    n_test: Number


class SimulationRequest(Growing):
    """One training: data set × virtues × protocol × seed."""

    dataset: DatasetReference
    virtues: Virtues
    protocol: Protocol
    seed: Seed

    @cached_property
    def key(self) -> str:
        """SHA-256 (hex) of the canonical JSON of all that can change a number, with the version of its meaning."""
        others = self.model_dump_json(exclude={"dataset", "seed"})
        before, after = _spell_around_seed(others, self.dataset.fingerprint)
        return hashlib.sha256(f'{before},"seed":{self.seed},{after}'.encode()).hexdigest()


@lru_cache(maxsize=4096)
def _spell_around_seed(others: str, fingerprint: str) -> tuple[str, str]:
    """Spell what stands before a request's seed and after it: many requests differ in nothing else."""
    facts = json.loads(others) | {"fingerprint": fingerprint, "schema": _MEANING}
    before, after = (
        canonical_json({name: fact for name, fact in facts.items() if (name > "seed") == is_after})
        for is_after in (False, True)
    )
    return before.removesuffix("}"), after.removeprefix("{")


class Failure(Growing):
    """Why one request has no record: what happened, and what to do."""

    request: SimulationRequest
    what_happened: str
    what_to_do: str
    created: str

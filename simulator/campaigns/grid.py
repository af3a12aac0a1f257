"""Grid files: which combinations of virtues, seeds and protocols a campaign asks for.

A grid is YAML with lists, of which the full product is taken, or with listed ``combinations``. It comes
from outside: it is read by ``safe_load`` into strict types, is size-capped, may hold no aliases, and is
counted before it is expanded.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ..errors import RequestError
from ..protocols import get_protocol
from ..records import DatasetReference, Frozen, Sampling, SimulationRequest, Virtues, explain
from ..virtues import get_proxy

__all__ = ["MAX_SIMULATIONS", "Grid", "expand_grid", "read_grid"]

MAX_BYTES = 64 * 2**10
MAX_DEPTH = 8
MAX_VALUE = 1000
"""Longest name or number in characters; Python does not write out a number of thousands of digits."""

MAX_SIMULATIONS = 10_000
"""Most simulations that one grid may ask for."""

_OneOrMore = BeforeValidator(lambda value: tuple(value) if isinstance(value, list | tuple) else (value,))
_Shares = Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], _OneOrMore, Field(min_length=1)]
_Names = Annotated[tuple[str, ...], _OneOrMore, Field(min_length=1)]
_Samplings = Annotated[tuple[Sampling, ...], _OneOrMore, Field(min_length=1)]


def _require_list(value: object) -> object:
    """Refuse a number alone: on the command line ``--seeds 3`` is three seeds, so here it would be read as either."""
    if isinstance(value, list | tuple):
        return tuple(value)
    raise ValueError(
        f"{str(value)[:20]} may be a number of seeds or one seed; write seeds: [0, 1, 2] or n_seeds: 3"
    )


_Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0, lt=2**31)], ...], BeforeValidator(_require_list), Field(min_length=1)
]


class Grid(Frozen):
    """What a grid file says; a single value may stand for a list of one.

    Parameters
    ----------
    name : str, default=""
        For display; empty takes the name of the file.
    diversity, completeness, quality : tuple of float in (0, 1], default=(1.0,)
    proxy, sampling : tuple of str, default=("interpolation",), ("random",)
    combinations : tuple of Virtues, default=()
        Listed instead of the product of the five lists above.
    seeds : tuple of int, default=(0,)
    n_seeds : int or None, default=None
        Instead of `seeds`: seeds 0 to ``n_seeds - 1``.
    protocol : tuple of str, default=("fast",)
    """

    name: str = Field(default="", max_length=200)
    diversity: _Shares = (1.0,)
    completeness: _Shares = (1.0,)
    quality: _Shares = (1.0,)
    proxy: _Names = ("interpolation",)
    sampling: _Samplings = ("random",)
    combinations: Annotated[tuple[Virtues, ...], _OneOrMore] = ()
    seeds: _Seeds = (0,)
    n_seeds: Annotated[int, Field(ge=1, le=MAX_SIMULATIONS)] | None = None
    protocol: _Names = ("fast",)

    @model_validator(mode="after")
    def _product_or_list(self) -> Self:
        lists = {"diversity", "completeness", "quality", "proxy", "sampling"} & self.model_fields_set
        if self.combinations and lists:
            raise ValueError(
                f"combinations are listed, so {', '.join(sorted(lists))} cannot stand beside them"
            )
        return self

    @model_validator(mode="after")
    def _seeds_listed_or_counted(self) -> Self:
        if self.n_seeds is not None:
            if "seeds" in self.model_fields_set:
                raise ValueError("seeds and n_seeds both say which seeds; keep one of them")
            object.__setattr__(self, "seeds", tuple(range(self.n_seeds)))
        return self

    @property
    def n_simulations(self) -> int:
        """Simulations before those that come to the same are joined."""
        lists = (self.diversity, self.completeness, self.quality, self.proxy, self.sampling)
        n_combinations = len(self.combinations) or prod(map(len, lists))
        return n_combinations * len(self.seeds) * len(self.protocol)


def read_grid(path: Path, *, protocol: str | None = None, n_seeds: int | None = None) -> Grid:
    """Read a grid file.

    Parameters
    ----------
    path : Path
        YAML of at most 64 KiB.
    protocol : str or None, default=None
        Takes the place of the file's protocols.
    n_seeds : int or None, default=None
        Seeds 0 to ``n_seeds - 1`` take the place of the file's.

    Returns
    -------
    Grid

    Raises
    ------
    RequestError
        If the file is missing, no YAML, or does not validate (the message names the field), or `n_seeds` is no
        number of simulations that may be asked for.
    """
    if n_seeds is not None and not 1 <= n_seeds <= MAX_SIMULATIONS:
        raise RequestError(f"--seeds must be from 1 to {MAX_SIMULATIONS}; got {n_seeds}")
    fields = _load(path)
    if protocol is not None:
        fields = {**fields, "protocol": [protocol]}
    if n_seeds is not None:
        fields = {name: value for name, value in fields.items() if name != "seeds"} | {"n_seeds": n_seeds}
    try:
        grid = Grid.model_validate({"name": path.stem, **fields})
    except ValidationError as error:
        raise RequestError(f"{path}: {explain(error)}{_hint(error)}") from None
    if grid.n_simulations > MAX_SIMULATIONS:
        raise RequestError(
            f"{path} asks for {grid.n_simulations} simulations, at most {MAX_SIMULATIONS} are taken"
        )
    return grid


def expand_grid(grid: Grid, *, dataset: DatasetReference) -> tuple[SimulationRequest, ...]:
    """Make the requests of a grid, each once, one seed after another, so that early records cover all combinations.

    Parameters
    ----------
    grid : Grid
    dataset : DatasetReference

    Returns
    -------
    tuple of SimulationRequest

    Raises
    ------
    RequestError
        If a protocol or proxy is unknown.
    """
    protocols = [get_protocol(name) for name in grid.protocol]
    found: dict[str, SimulationRequest] = {}
    for protocol, seed, virtues in product(protocols, grid.seeds, tuple(_combine(grid))):
        request = SimulationRequest(dataset=dataset, virtues=virtues, protocol=protocol, seed=seed)
        found.setdefault(request.key, request)
    return tuple(found.values())


def _combine(grid: Grid) -> Iterator[Virtues]:
    if grid.combinations:
        for virtues in grid.combinations:
            get_proxy(virtues.proxy)
        yield from grid.combinations
        return
    for name in grid.proxy:
        get_proxy(name)
    lists = (grid.diversity, grid.completeness, grid.quality, grid.proxy, grid.sampling)
    for diversity, completeness, quality, proxy, sampling in product(*lists):
        yield Virtues(
            diversity=diversity,
            completeness=completeness,
            quality=quality,
            proxy=proxy,
            sampling=sampling,
        )


def _load(path: Path) -> Mapping[str, Any]:
    """Load YAML that comes from outside."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise RequestError(f"the grid file {path} is no file; name a YAML file")
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RequestError(
            f"the grid file {path} cannot be read: {error.strerror}; name a YAML file"
        ) from None
    if len(text) > MAX_BYTES:
        raise RequestError(
            f"the grid file {path} is larger than {MAX_BYTES} bytes; list fewer configurations"
        )
    try:
        _check_events(path, text)
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        what = " ".join(str(error).split())[:200] or type(error).__name__
        raise RequestError(f"the grid file {path} is no YAML: {what}") from None
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise RequestError(
            f"the grid file {path} must map names to lists (diversity: [0.5, 1.0]); got {str(fields)[:40]!r}"
        )
    return fields


def _check_events(path: Path, text: bytes) -> None:
    """Refuse, before anything is built, what plain lists do not need.

    An alias lets a few bytes stand for gigabytes; a tag (``!!bool x``) asks for a type that the value may not have.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        is_tagged = getattr(event, "tag", None) is not None
        is_long = isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_VALUE
        if isinstance(event, yaml.AliasEvent) or is_tagged or is_long or depth > MAX_DEPTH:
            raise RequestError(
                f"the grid file {path} holds an alias (*name), a tag (!name) or a very long value, or is nested "
                "deeply; write plain lists"
            )


def _hint(error: ValidationError) -> str:
    """Say which names a grid has, where one is not known."""
    first = error.errors(include_url=False)[0]
    is_unknown = first["type"] == "extra_forbidden" and len(first["loc"]) == 1
    return f"; a grid holds {', '.join(Grid.model_fields)}" if is_unknown else ""

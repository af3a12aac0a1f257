"""What must be there before simulations start: prepared slices for each protocol, and a level for each quality."""

from collections.abc import Iterable, Sequence

import joblib
import psutil

from ..campaigns.sharing import find_sharing
from ..datasets import DatasetSource, PreparedDataset, Problem, has_prepared, load_prepared, prepare_dataset
from ..datasets.layouts import plain
from ..datasets.problems import raise_blocking
from ..errors import RequestError
from ..protocols import get_protocol
from ..records import SimulationRequest
from ..settings import Settings
from ..virtues import find_level, get_proxy, quality_curve
from .printing import say
from .showing import showing_preparation

__all__ = [
    "choose_n_trainings",
    "choose_n_workers",
    "prepare",
    "prepare_for",
    "prepare_to_choose",
    "say_notes",
    "say_problems",
]

BYTES_A_WORKER = 3 * 2**29
"""Memory that a child of the pool needs with torch loaded: 1.5 GiB, a guess on the safe side."""

MAX_SAID = 20
"""Most problems that are said one by one."""

MAX_WORKERS_A_PROCESSOR = 4
"""Most simulations at once for each processor: beyond that all of them only wait for each other."""


def choose_n_workers(asked: int | None) -> int:
    """Choose how many simulations run at once.

    Parameters
    ----------
    asked : int or None
        What a person asked for; None fits processors and free memory.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    RequestError
        If less than 1 was asked for, or more than `MAX_WORKERS_A_PROCESSOR` allows.
    """
    if asked is None:
        n_memory = psutil.virtual_memory().available // BYTES_A_WORKER
        return int(max(1, min(joblib.cpu_count(), n_memory)))
    most = MAX_WORKERS_A_PROCESSOR * joblib.cpu_count()
    if not 1 <= asked <= most:
        raise RequestError(
            f"--workers must be from 1 to {most} here, {MAX_WORKERS_A_PROCESSOR} for each processor; got {asked}"
        )
    return asked


def choose_n_trainings(asked: int | None, *, settings: Settings) -> int:
    """Choose how many simulations run at once: as many as share the GPU best, where there is one and nobody asked.

    Parameters
    ----------
    asked : int or None
    settings : Settings

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    RequestError
        As `choose_n_workers` does.
    """
    fitting = choose_n_workers(asked)
    if asked is not None:
        return fitting
    sharing = find_sharing(settings, say=lambda text: say(text, is_aside=True))
    return fitting if sharing is None else min(fitting, sharing.n_trainings)


def say_problems(source: DatasetSource) -> None:
    """Say on stderr, a line each, what of a data set is left out, chosen or doubtful, and does not stop.

    Parameters
    ----------
    source : DatasetSource
        Looked at with progress, if it was not yet.

    Raises
    ------
    DatasetError
        If a problem stops simulations: then nothing else is said.
    """
    with showing_preparation(source.name) as on_progress:
        source.look(n_workers=choose_n_workers(None), on_progress=on_progress)
    raise_blocking(source.name, source.problems)
    _say(source.name, source.problems)


def say_notes(requests: Iterable[SimulationRequest], *, settings: Settings) -> None:
    """Say on stderr what was noted of the data sets of some requests when they were prepared, where they are."""
    wanted = {(request.dataset.fingerprint, request.protocol.slice_size) for request in requests}
    for fingerprint, slice_size in sorted(wanted):
        if has_prepared(fingerprint, slice_size=slice_size, settings=settings):
            prepared = load_prepared(fingerprint, slice_size=slice_size, settings=settings)
            _say(prepared.reference.name, prepared.notes)


def _say(name: str, problems: Sequence[Problem]) -> None:
    for problem in problems[:MAX_SAID]:
        where = problem.volume or "all"
        say(plain(f"{name}, {where}: {problem.what}; {problem.what_to_do}"), is_aside=True)
    n_more = len(problems) - MAX_SAID
    if n_more > 0:
        say(f"{name}: {n_more} more, see 'datasets inspect'", is_aside=True)


def prepare_for(source: DatasetSource, requests: Sequence[SimulationRequest], *, settings: Settings) -> None:
    """Prepare a data set for requests; what is there already costs nothing.

    Parameters
    ----------
    source : DatasetSource
    requests : sequence of SimulationRequest
        All on this data set.
    settings : Settings

    Raises
    ------
    RequestError
        If labels of this data set cannot be as bad as a request asks.
    """
    for slice_size in sorted({request.protocol.slice_size for request in requests}):
        dataset = prepare(source, slice_size=slice_size, settings=settings)
        levels = {(request.virtues.proxy, request.virtues.quality): request.virtues for request in requests}
        for virtues in levels.values():
            find_level(dataset, virtues)


def prepare_to_choose(source: DatasetSource, *, protocol: str, proxy: str, settings: Settings) -> None:
    """Prepare a data set for simulations that are chosen later, with its curve of quality where the proxy has one.

    Parameters
    ----------
    source : DatasetSource
    protocol, proxy : str
    settings : Settings
    """
    dataset = prepare(source, slice_size=get_protocol(protocol).slice_size, settings=settings)
    if get_proxy(proxy).has_key_slices:
        quality_curve(dataset, proxy=proxy)


def prepare(source: DatasetSource, *, slice_size: int, settings: Settings) -> PreparedDataset:
    """Prepare a data set's slices of one size, and show how far it is; what is there already costs nothing.

    Parameters
    ----------
    source : DatasetSource
    slice_size : int
        In pixels.
    settings : Settings

    Returns
    -------
    PreparedDataset
    """
    with showing_preparation(source.name) as on_progress:
        return prepare_dataset(
            source,
            slice_size=slice_size,
            settings=settings,
            n_workers=choose_n_workers(None),
            on_progress=on_progress,
        )

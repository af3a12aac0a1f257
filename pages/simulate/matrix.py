"""What the Simulate page stands on: the work on one data set and protocol, and what is near the budget."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from simulator.analysis import Study, first_look
from simulator.analysis.recommendation.suggestions import suggest_near
from simulator.campaigns import Progress, find_progress
from simulator.effort import MEASURES
from simulator.figures.matrix import QUALITIES, MatrixData, matrix_data
from simulator.records import DatasetReference, Failure, SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.store import open_store

from ..common.kept import kept
from ..common.prices import recall_prices
from ..common.records import read_study
from ..procedure.budget import recall_budget

__all__ = ["MIN_MEASURED", "Work", "lay_out", "near_budget", "read_work"]

MIN_MEASURED = 3
"""Combinations of a quality from which on it is shown, though it is not on offer: a single one makes no matrix."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What runs, waits or failed.

    Parameters
    ----------
    progress : Progress
        Of everything, whatever the data set.
    running, queued : tuple of SimulationRequest
        Of this data set and protocol.
    failures : mapping of str to Failure
        Request key → failure, of this data set and protocol.
    """

    progress: Progress
    running: tuple[SimulationRequest, ...]
    queued: tuple[SimulationRequest, ...]
    failures: Mapping[str, Failure]


def read_work(reference: DatasetReference, *, protocol: str, settings: Settings) -> Work:
    """Read what runs, waits or failed on a data set under a protocol."""

    def is_here(request: SimulationRequest) -> bool:
        return request.dataset.fingerprint == reference.fingerprint and request.protocol.name == protocol

    with open_store(settings, is_read_only=True) as store:
        progress, pending, failures = find_progress(store), store.pending(), store.failures()
    return Work(
        progress=progress,
        running=tuple(run.request for run in progress.running if is_here(run.request)),
        queued=tuple(request for request in pending.values() if is_here(request)),
        failures={key: failure for key, failure in failures.items() if is_here(failure.request)},
    )


def lay_out(
    runs: pd.DataFrame, work: Work, *, n_pool: int, proxy: str, chosen: tuple[Virtues, ...]
) -> dict[float, MatrixData]:
    """Lay out the combinations of each quality that is on offer, measured or asked for, lost in one way."""
    marks = {
        "running": work.running,
        "queued": work.queued,
        "failed": tuple(failure.request for failure in work.failures.values()),
    }
    asked = {name: {request.virtues for request in requests} for name, requests in marks.items()}
    asked["chosen"] = set(chosen)
    places = runs.loc[runs["proxy"] == proxy, ["quality", "diversity", "completeness"]].drop_duplicates()
    n_measured = places.groupby("quality").size()
    qualities = {
        *QUALITIES,
        *map(float, n_measured.index[n_measured >= MIN_MEASURED]),
        *(one.quality for found in asked.values() for one in found if one.proxy == proxy),
    }
    return {
        quality: kept(
            matrix_data,
            runs,
            quality=quality,
            n_pool=n_pool,
            proxy=proxy,
            **{name: frozenset(v for v in found if v.quality == quality) for name, found in asked.items()},
        )
        for quality in sorted(qualities, reverse=True)
    }


def near_budget(runs: pd.DataFrame, *, proxy: str) -> tuple[Virtues, ...]:
    """Suggest what to measure for the hours of Procedure; a first look where nothing was measured."""
    measure = MEASURES["hours"]
    study = read_study(runs, proxy=proxy, prices=recall_prices())
    if study.runs.empty:
        return first_look(measure)
    priced = study.at(measure)
    budget = recall_budget(full_effort=priced.full_effort)
    return kept(_near_budget, study, budget)


def _near_budget(study: Study, budget: float) -> tuple[Virtues, ...]:
    priced = study.at(MEASURES["hours"])
    return suggest_near(priced.combinations, measure=priced.measure, budget=budget, prices=priced.prices)

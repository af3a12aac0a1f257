"""Where records come from: how many, by which protocol, when, on what; a report without this is no evidence."""

from dataclasses import dataclass

import pandas as pd

from ..analysis.combinations import COMBINATION

__all__ = ["Provenance", "find_provenance"]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The records of one data set under one protocol and quality proxy, from one place.

    Parameters
    ----------
    dataset : str
    n_pool : int
    source : {"local", "published"}
    protocol : str
    proxy : str
    n_records, n_combinations : int
    seeds : tuple of int
    first, last : str
        When the first and the last of them were made, UTC.
    torch, devices : tuple of str
    hours : float
        Wall time of all trainings together.
    """

    dataset: str
    n_pool: int
    source: str
    protocol: str
    proxy: str
    n_records: int
    n_combinations: int
    seeds: tuple[int, ...]
    first: str
    last: str
    torch: tuple[str, ...]
    devices: tuple[str, ...]
    hours: float


def find_provenance(runs: pd.DataFrame) -> tuple[Provenance, ...]:
    """Say where runs come from.

    Parameters
    ----------
    runs : DataFrame
        Under any protocols.

    Returns
    -------
    tuple of Provenance
        In order of data set, protocol, proxy and source. Exact masks count as interpolation, at spacing 1.
    """
    return tuple(
        Provenance(
            dataset=str(dataset),
            n_pool=int(rows["n_pool"].iloc[0]),
            source=str(source),
            protocol=str(protocol),
            proxy=str(proxy),
            n_records=len(rows),
            n_combinations=rows.groupby(COMBINATION).ngroups,
            seeds=tuple(sorted({int(seed) for seed in rows["seed"]})),
            first=str(rows["created"].min()),
            last=str(rows["created"].max()),
            torch=tuple(sorted(set(rows["torch"]))),
            devices=tuple(sorted(set(rows["device"]))),
            hours=float(rows["seconds"].sum()) / 3600,
        )
        for (dataset, _, protocol, proxy, source), rows in runs.groupby(
            ["name", "n_pool", "protocol", "proxy", "source"], sort=True
        )
    )

"""What has been measured on a data set: by name, by the beginning of a fingerprint, or by a folder's content."""

import os
from contextlib import suppress
from pathlib import Path

import pandas as pd

from ..datasets import open_dataset
from ..datasets.layouts import plain
from ..datasets.opening import KNOWN_NAMES, check_cut, label_values
from ..effort import Prices
from ..errors import NotMeasuredError
from ..protocols import get_protocol
from ..settings import Settings, load_settings
from ..store import open_store
from ..virtues import get_proxy
from .runs import MIN_FINGERPRINT, choose_runs, explain_missing
from .study import Study, make_study

__all__ = ["open_runs", "open_study"]


def open_study(
    dataset: str,
    *,
    protocol: str = "fast",
    proxy: str = "interpolation",
    prices: Prices | None = None,
    settings: Settings | None = None,
    axis: int | None = None,
    labels: tuple[int | str, ...] | None = None,
    n_pool: int | None = None,
) -> Study:
    """Open the study of a data set: what was measured on it, and all that follows.

    Parameters
    ----------
    dataset : str
        A name (its volumes need not be here), at least 8 hex digits that a fingerprint begins with, or a folder.
    protocol : str, default="fast"
    proxy : str, default="interpolation"
        Which way of losing quality is considered beside exact masks.
    prices : Prices or None, default=None
        None takes the default prices.
    settings : Settings or None, default=None
        None reads the environment.
    axis, labels, n_pool : default=None
        As ``--axis``, ``--labels`` and ``--pool``.

    Returns
    -------
    Study
        With at least one run.

    Raises
    ------
    NotMeasuredError
        If nothing was measured like this.
    DatasetError, RequestError
        As `open_runs` does, or if the proxy is unknown.

    Examples
    --------
    >>> answer = open_study("phantom").recommend(hours=1.5)
    >>> answer.strategy.n_volumes
    26
    """
    get_proxy(proxy)
    runs = open_runs(
        dataset,
        protocol=protocol,
        settings=settings or load_settings(),
        axis=axis,
        labels=labels,
        n_pool=n_pool,
    )
    study = make_study(runs, proxy=proxy, prices=prices or Prices())
    if study.runs.empty:
        others = ", ".join(sorted(set(runs["proxy"])))
        raise NotMeasuredError(
            f"nothing was measured on {dataset[:80]} with the proxy {proxy}; --proxy takes one of {others}"
        )
    return study


def open_runs(
    dataset: str,
    *,
    protocol: str,
    settings: Settings,
    axis: int | None = None,
    labels: tuple[int | str, ...] | None = None,
    n_pool: int | None = None,
) -> pd.DataFrame:
    """Read the runs of one data set and protocol from the store and what is published.

    Parameters
    ----------
    dataset : str
        A name (its volumes need not be here), at least 8 hex digits that a fingerprint begins with, or a folder. What
        is the name of something measured is taken as that name.
    protocol : str
    settings : Settings
    axis, labels, n_pool : default=None
        As ``--axis``, ``--labels`` and ``--pool``.

    Returns
    -------
    DataFrame
        With one fingerprint.

    Raises
    ------
    NotMeasuredError
        If there are none, or what was named is neither folder, catalogue name nor measured.
    RequestError
        If the protocol is unknown, axis or pool are impossible, or several fingerprints fit.
    DatasetError
        If the folder is no data set.
    """
    get_protocol(protocol)
    check_cut(axis=axis, n_pool=n_pool)
    values = label_values(labels, dataset=dataset, settings=settings)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    name = plain(dataset)  # as records hold it
    if (table["name"] == name).any() or not _is_folder(dataset):
        _check_known(name, table)
        return choose_runs(table, dataset=name, protocol=protocol, axis=axis, labels=values, n_pool=n_pool)
    source = open_dataset(dataset, settings=settings, axis=axis, labels=values, n_pool=n_pool)
    of_content = table[table["fingerprint"] == source.reference.fingerprint]
    if (of_content["protocol"] == protocol).any():
        return choose_runs(of_content, dataset=source.reference.fingerprint, protocol=protocol)
    of_name = table[table["name"] == source.reference.name]
    raise NotMeasuredError(explain_missing(of_name, dataset=dataset, protocol=protocol))


def _is_folder(dataset: str) -> bool:
    with suppress(OSError, ValueError):  # a name too long for a folder, or with a null in it
        return os.sep in dataset or Path(dataset).is_dir()
    return False


def _check_known(dataset: str, table: pd.DataFrame) -> None:
    """Refuse what a campaign could not be run on either.

    Raises
    ------
    NotMeasuredError
        If it is neither measured nor in the catalogue.
    """
    is_measured = (table["name"] == dataset).any() or (
        len(dataset) >= MIN_FINGERPRINT and table["fingerprint"].str.startswith(dataset).any()
    )
    if not is_measured and dataset not in KNOWN_NAMES:
        raise NotMeasuredError(
            f"nothing has been measured on {dataset[:80]}, and it is neither a folder nor in the catalogue; datasets "
            "list shows what there is"
        )

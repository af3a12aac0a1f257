"""What has been measured on a data set: by name, by the beginning of a fingerprint, or by a folder's content."""

import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from .. import datasets  # which loads what reads volumes only where a folder is opened
from ..datasets import KNOWN_NAMES, check_cut, has_prepared, list_prepared, load_prepared
from ..datasets.layouts import plain
from ..effort import Prices
from ..errors import NotMeasuredError
from ..protocols import get_protocol
from ..records import DatasetReference
from ..settings import Settings, load_settings
from ..store import open_store
from ..virtues import get_proxy
from .law.prior import NO_PRIOR
from .law.space import Space, space_of
from .others import learn_from_others
from .runs import MIN_FINGERPRINT, choose_runs, explain_missing, reference_of
from .study import Study, make_study

__all__ = ["open_runs", "open_study", "read_space"]


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
    with_prior: bool = True,
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
    with_prior : bool, default=True
        Whether what other data sets showed counts, where this one is not published.

    Returns
    -------
    Study
        With at least one run, or of a prepared data set of which others say something.

    Raises
    ------
    NotMeasuredError
        If nothing was measured like this, and the data set is not prepared.
    DatasetError, RequestError
        As `open_runs` does, or if the proxy is unknown.

    Examples
    --------
    >>> answer = open_study("phantom").recommend(hours=1.5)
    >>> answer.strategy.n_volumes
    26
    """
    get_proxy(proxy)
    settings = settings or load_settings()
    cut = _Cut(axis=axis, labels=labels, n_pool=n_pool)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    unknown: NotMeasuredError | None = None
    try:
        runs = open_runs(dataset, protocol=protocol, settings=settings, **asdict(cut))
        reference = reference_of(runs)
    except NotMeasuredError as error:
        unknown = error
        prepared = _find_prepared(dataset, cut, settings=settings) if with_prior else None
        if prepared is None:
            raise
        runs, reference = table.iloc[:0], prepared
    study = make_study(
        runs,
        proxy=proxy,
        prices=prices or Prices(),
        prior=learn_from_others(table, reference=reference, protocol=protocol, proxy=proxy)
        if with_prior
        else NO_PRIOR,
        space=read_space(reference, protocol=protocol, proxy=proxy, settings=settings),
    )
    if study.can_answer:
        return study
    others = ", ".join(sorted(runs["proxy"].unique()))
    raise unknown or NotMeasuredError(
        f"nothing was measured on {dataset[:80]} with the proxy {proxy}; --proxy takes one of {others}"
    )


def read_space(reference: DatasetReference, *, protocol: str, proxy: str, settings: Settings) -> Space | None:
    """Read what could be done with the pool of a data set; None where it is not prepared here.

    Parameters
    ----------
    reference : DatasetReference
    protocol, proxy : str
    settings : Settings

    Returns
    -------
    Space or None
    """
    size = get_protocol(protocol).slice_size
    if not has_prepared(reference.fingerprint, slice_size=size, settings=settings):
        return None
    dataset = load_prepared(reference.fingerprint, slice_size=size, settings=settings)
    return space_of(dataset, protocol=protocol, proxy=proxy)


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
    values = _values_of(labels, dataset=dataset, settings=settings)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    name = plain(dataset)  # as records hold it
    if (table["name"] == name).any() or not _is_folder(dataset):
        _check_known(name, table)
        return choose_runs(table, dataset=name, protocol=protocol, axis=axis, labels=values, n_pool=n_pool)
    source = datasets.open_dataset(dataset, settings=settings, axis=axis, labels=values, n_pool=n_pool)
    of_content = table[table["fingerprint"] == source.reference.fingerprint]
    if (of_content["protocol"] == protocol).any():
        return choose_runs(of_content, dataset=source.reference.fingerprint, protocol=protocol)
    of_name = table[table["name"] == source.reference.name]
    raise NotMeasuredError(explain_missing(of_name, dataset=dataset, protocol=protocol))


@dataclass(frozen=True, kw_only=True)
class _Cut:
    axis: int | None
    labels: tuple[int | str, ...] | None
    n_pool: int | None


def _find_prepared(dataset: str, cut: _Cut, *, settings: Settings) -> DatasetReference | None:
    """Find a data set that is prepared here, by folder or name; None if none is, or several are."""
    if _is_folder(dataset):
        return datasets.open_dataset(dataset, settings=settings, **asdict(cut)).reference
    values = _values_of(cut.labels, dataset=dataset, settings=settings)
    found = [
        reference
        for reference in list_prepared(settings)
        if plain(dataset) in (reference.name, reference.fingerprint)
        and cut.axis in (None, reference.axis)
        and cut.n_pool in (None, reference.n_pool)
        and values in (None, reference.labels)
    ]
    return found[0] if len(found) == 1 else None


def _values_of(
    labels: tuple[int | str, ...] | None, *, dataset: str, settings: Settings
) -> tuple[int, ...] | None:
    return None if labels is None else datasets.label_values(labels, dataset=dataset, settings=settings)


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

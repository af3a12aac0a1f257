"""What has been measured on a DATASET: by name, by the beginning of a fingerprint, or by a folder's content."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ..analysis import choose_runs, explain_missing, keep_proxy
from ..analysis.agreement import STAND_IN, find_agreement
from ..analysis.runs import MIN_FINGERPRINT
from ..datasets import open_dataset
from ..datasets.layouts import plain
from ..datasets.opening import KNOWN_NAMES, check_cut
from ..effort import MEASURES, PRICE_SOURCES, EffortMeasure
from ..errors import NotMeasuredError
from ..protocols import find_protocol
from ..settings import Settings
from ..store import open_store, read_comparisons
from ..virtues import PROXIES, find_proxy
from ..wording.answers import describe_phantom, describe_unpriced
from ..wording.protocols import describe_protocol

__all__ = [
    "INTERVALS",
    "BudgetOption",
    "CheckingOption",
    "DrawingOption",
    "EffortOption",
    "OpeningOption",
    "ProxyOption",
    "load_runs",
    "print_protocol",
    "print_unpriced",
]

EffortOption = Annotated[
    str, typer.Option("--effort", metavar="NAME", help=f"How effort is measured: {', '.join(MEASURES)}.")
]
BudgetOption = Annotated[
    float, typer.Option("--budget", metavar="B", help="Hours for the effort 'hours', else a share in (0, 1].")
]
ProxyOption = Annotated[
    str,
    typer.Option(
        "--proxy",
        metavar="NAME",
        help=f"Which way of losing quality is considered beside exact masks: {', '.join(PROXIES)}.",
    ),
]
OpeningOption = Annotated[
    float,
    typer.Option(
        "--opening-minutes", metavar="MIN", help=f"Opening one volume. {PRICE_SOURCES['opening_minutes']}"
    ),
]
DrawingOption = Annotated[
    float,
    typer.Option(
        "--drawing-seconds", metavar="SEC", help=f"Drawing one slice. {PRICE_SOURCES['drawing_seconds']}"
    ),
]
CheckingOption = Annotated[
    float,
    typer.Option(
        "--checking-seconds",
        metavar="SEC",
        help=f"Checking one copied slice. {PRICE_SOURCES['checking_seconds']}",
    ),
]


INTERVALS = (
    "In brackets: 90 % intervals over seeds and test volumes, for this pool. A gain whose interval holds 0 cannot be "
    "told from none."
)
"""What is said once below an answer, so that no number stands alone."""


def load_runs(
    dataset: str,
    *,
    protocol: str,
    settings: Settings,
    proxy: str | None = None,
    axis: int | None = None,
    labels: tuple[int, ...] | None = None,
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
    proxy : str or None, default=None
        Beside exact masks only those of this proxy; None keeps all.
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
    if proxy is not None:
        find_proxy(proxy)
        runs = load_runs(
            dataset, protocol=protocol, settings=settings, axis=axis, labels=labels, n_pool=n_pool
        )
        kept = keep_proxy(runs, proxy)
        if kept.empty:
            others = ", ".join(sorted(set(runs["proxy"])))
            raise NotMeasuredError(
                f"nothing was measured on {dataset[:80]} with the proxy {proxy}; --proxy takes one of {others}"
            )
        return kept
    find_protocol(protocol)
    check_cut(axis=axis, n_pool=n_pool)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    name = plain(dataset)  # as records hold it
    if (table["name"] == name).any() or not _is_folder(dataset):
        _check_known(name, table)
        return choose_runs(table, dataset=name, protocol=protocol, axis=axis, labels=labels, n_pool=n_pool)
    source = open_dataset(dataset, settings=settings, axis=axis, labels=labels, n_pool=n_pool)
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


def print_protocol(protocol: str, *, dataset: str, settings: Settings) -> None:
    """Say under which protocol results were measured, how well the quick one agrees with the paper's, and of what."""
    agreement = find_agreement(read_comparisons(settings.published)) if protocol == STAND_IN else None
    typer.echo(f"Protocol {describe_protocol(protocol, agreement)}.")
    note = describe_phantom([dataset])
    if note:
        typer.echo(note)


def print_unpriced(proxy: str, *, measure: EffortMeasure) -> None:
    """Say where masks of a proxy have no price in a unit, so that they are left out."""
    note = describe_unpriced(proxy, measure=measure)
    if note:
        typer.echo(note)

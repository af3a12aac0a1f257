"""Which runs answer a question: those of one data set, by content, under one protocol."""

from pathlib import Path

import pandas as pd

from ..errors import NotMeasuredError, RequestError
from ..records import DatasetReference

__all__ = [
    "RunsByKey",
    "choose_runs",
    "describe_dataset",
    "explain_missing",
    "is_of_proxy",
    "keep_proxy",
    "measured_datasets",
    "reference_of",
]

MIN_FINGERPRINT = 8
"""Hex digits from which on a name may be the beginning of a fingerprint."""


def choose_runs(
    table: pd.DataFrame,
    *,
    dataset: str,
    protocol: str,
    axis: int | None = None,
    labels: tuple[int, ...] | None = None,
    n_pool: int | None = None,
) -> pd.DataFrame:
    """Choose the runs of one data set and protocol.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    dataset : str
        Name, or fingerprint, or at least 8 hex digits that a fingerprint begins with.
    protocol : str
    axis, labels, n_pool : default=None
        Narrow a name down to one of several fingerprints; None takes any.

    Returns
    -------
    DataFrame
        Rows of `table` with one fingerprint, with a fresh index.

    Raises
    ------
    NotMeasuredError
        If there is no such run; the message says which simulations would help, or what is measured instead.
    RequestError
        If several fingerprints fit; the message lists them.
    """
    # By content: a copy of a data set in a folder of another name adds to the same records.
    of_name = table[table["fingerprint"].isin(table.loc[_is_dataset(table, dataset), "fingerprint"].unique())]
    asked = of_name[of_name["protocol"] == protocol]
    for column, value in (("axis", axis), ("n_pool", n_pool)):
        asked = asked if value is None else asked[asked[column] == value]
    if labels is not None:
        asked = asked[asked["labels"] == ",".join(map(str, labels))]
    if asked.empty:
        raise NotMeasuredError(explain_missing(of_name, dataset=dataset, protocol=protocol))
    n_ways = len(asked["fingerprint"].unique())
    if n_ways > 1:
        raise RequestError(
            f"{dataset} was measured in {n_ways} ways: {_list_ways(asked)}; give --axis, "
            "--labels or --pool, or name one by the beginning of its fingerprint"
        )
    return asked.reset_index(drop=True)


def keep_proxy(runs: pd.DataFrame, proxy: str) -> pd.DataFrame:
    """Keep exact masks and those of one proxy: an outline at 90 % and a copy at 90 % are no two of a kind.

    Parameters
    ----------
    runs : DataFrame
    proxy : str
        Name of a quality proxy.

    Returns
    -------
    DataFrame
        With a fresh index.
    """
    return runs[is_of_proxy(runs, proxy)].reset_index(drop=True)


def is_of_proxy(rows: pd.DataFrame, proxy: str) -> "pd.Series[bool]":
    """Say which rows have exact masks or those of one proxy."""
    return (rows["quality"] == 1) | (rows["proxy"] == proxy)


def measured_datasets(table: pd.DataFrame) -> tuple[DatasetReference, ...]:
    """List the data sets that have runs, in order of name and fingerprint."""
    found = [reference_of(runs) for _, runs in table.groupby("fingerprint")]
    return tuple(sorted(found, key=lambda reference: (reference.name, reference.fingerprint)))


def reference_of(runs: pd.DataFrame) -> DatasetReference:
    """Read the data set off its runs; of several names it has the published one, else the most frequent."""
    first, is_published = runs.iloc[0], runs["source"] == "published"
    names = runs.loc[is_published if is_published.any() else slice(None), "name"]
    return DatasetReference(
        name=str(names.mode()[0]),
        fingerprint=str(first["fingerprint"]),
        axis=int(first["axis"]),
        labels=tuple(int(label) for label in str(first["labels"]).split(",")),
        n_pool=int(first["n_pool"]),
        n_test=int(first["n_test"]),
    )


def describe_dataset(reference: DatasetReference) -> str:
    """Say how a data set was cut, so that two of one name can be told apart.

    Returns
    -------
    str
        For example "0f3a9c21 (axis 1, labels 1,2, 48 pool and 36 test volumes)".
    """
    labels = ",".join(map(str, reference.labels))
    return (
        f"{reference.fingerprint[:MIN_FINGERPRINT]} (axis {reference.axis}, labels {labels}, "
        f"{reference.n_pool} pool and {reference.n_test} test volumes)"
    )


def explain_missing(of_name: pd.DataFrame, *, dataset: str, protocol: str) -> str:
    """Say in one line what is missing, and what is there instead.

    Parameters
    ----------
    of_name : DataFrame
        Runs of data sets with this name, under any protocol and however cut.
    dataset : str
        As it was asked for.
    protocol : str

    Returns
    -------
    str
    """
    name = Path(dataset).name
    if of_name.empty:
        return (
            f"nothing has been measured on {name} yet; run 'python -m simulator campaign run FOLDER --adaptive 24' "
            "with the folder of its volumes, or start simulations on the Simulate page"
        )
    protocols = ", ".join(sorted(of_name["protocol"].unique()))
    return (
        f"nothing has been measured on {name} cut like this under protocol {protocol}; measured are "
        f"{_list_ways(of_name)}, under {protocols}: ask for one of these (--axis, --labels, --pool, --protocol), "
        "or run a campaign"
    )


def _is_dataset(table: pd.DataFrame, dataset: str) -> pd.Series:
    is_hex = len(dataset) >= MIN_FINGERPRINT and set(dataset) <= set("0123456789abcdef")
    is_named = table["name"] == dataset
    return is_named | table["fingerprint"].str.startswith(dataset) if is_hex else is_named


def _list_ways(runs: pd.DataFrame) -> str:
    counts = runs["fingerprint"].value_counts()
    return "; ".join(
        f"{describe_dataset(reference)}, {counts[reference.fingerprint]} runs"
        for reference in measured_datasets(runs)
    )


class RunsByKey:
    """Runs that are told apart by their keys, which say all that a record can depend on."""

    def __init__(self, runs: pd.DataFrame) -> None:
        self.runs = runs.sort_values("key", kind="stable", ignore_index=True)
        self.keys = tuple(self.runs["key"].to_list())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunsByKey) and self.keys == other.keys

    def __hash__(self) -> int:
        return hash(self.keys)

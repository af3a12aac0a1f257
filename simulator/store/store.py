"""The store: one folder of facts, and the published records beside it."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType

import diskcache
import pandas as pd

from ..errors import ReadOnlyError, RecordError, StoreError
from ..records import Failure, Project, SimulationRecord, SimulationRequest, canonical_json, parse_record
from ..remedies import CHECK_RIGHTS, MAKE_ROOM, remedy_for
from ..settings import Settings
from .columns import TableRow, make_row
from .cut import Cut, check_cut
from .disk import add_rows, open_cache
from .facts import Campaign, Chosen, Facts, extend
from .published import PublishedFile, Stamp, find_published, list_files, read_file, read_lines
from .rows import Problem, connect, find_rows, read_rows
from .snapshot import Snapshot, recall, remember
from .table import extend_table

__all__ = ["Store", "open_store"]

Revision = tuple[tuple[int, int, object], int, tuple[Stamp, ...]]
"""Which database it is, the position of its last row, and the published files."""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What this process has read of one store so far."""

    revision: Revision
    facts: Facts
    published: dict[Stamp, PublishedFile]
    published_keys: frozenset[str]
    table: pd.DataFrame | None = None
    n_in_table: int = 0
    n_remembered: int = 0


_KNOWN: dict[Path, _Known] = {}
"""Store folder → what is known of it, so that a page parses only what is new. Guarded by `_LOCK`."""

_LOCK = Lock()

FEW_NEW = 200
"""Records that a new process parses in a moment: beyond them, and a hundredth of all, they are remembered."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """Facts of one cache folder; made by `open_store`, used in one thread.

    Parameters
    ----------
    settings : Settings
    cache : diskcache.Cache or None
        For writing; None if opened read-only.
    """

    settings: Settings
    cache: diskcache.Cache | None

    @cached_property
    def folder(self) -> Path:
        """Folder of the database."""
        return self.settings.cache / "store"

    def add_record(self, record: SimulationRecord, *, line: bytes | None = None) -> bool:
        """Add a record; one that is there stays.

        Parameters
        ----------
        record : SimulationRecord
        line : bytes or None, default=None
            The JSON that it was read from, kept as it is; None writes it anew.

        Returns
        -------
        bool
            True if it was added.
        """
        key, text = f"record/{record.key}", record.to_json() if line is None else line.decode().strip()
        if self._add(key, text):
            return True
        if self._local_record(record.key) is not None:
            return False
        # The key is taken by a row that is no record: planted, or of another schema.
        self._add_attempt(key, text)
        return True

    def add_lines(self, lines: Iterable[tuple[bytes, SimulationRecord]]) -> list[TableRow] | None:
        """Add records among `all_or_nothing`, as the JSON that they were read from.

        Parameters
        ----------
        lines : iterable of (bytes, SimulationRecord)

        Returns
        -------
        list of TableRow or None
            One a record, for `take_up`; None where not all were added, as the key of one is taken, be it by a row
            that is no record.
        """
        rows = list[TableRow]()

        def make() -> Iterator[tuple[str, str]]:
            for line, record in lines:
                rows.append(make_row(record, source="local"))
                yield f"record/{record.key}", line.decode().strip()

        with _clear_errors(self.folder):
            n_added = add_rows(self._writer(), make())
        return rows if n_added == len(rows) else None

    def take_up(self, rows: Sequence[TableRow], cuts: Mapping[str, Cut]) -> None:
        """Know what was just added, and remember it for other processes, without reading it back.

        Parameters
        ----------
        rows : sequence of TableRow, at least one
            From `add_lines`, all of one transaction.
        cuts : mapping of str to Cut
            What is known of each fingerprint with them.
        """
        with _clear_errors(self.folder), _LOCK, self._connection() as connection:
            known = _KNOWN.get(self.folder)
            if connection and known and _lie_behind(known.facts.order, rows, connection):
                order = known.facts.order + len(rows)
                facts = replace(known.facts, order=order, rows=(*known.facts.rows, *rows), cuts=cuts)
                database, _, _ = self._revision(connection)
                revision = database, order, known.revision[2]
                _KNOWN[self.folder] = replace(known, revision=revision, facts=facts)
        self._known(with_table=True)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Add all that is added inside, or where an error leaves it, nothing; others wait as long to write."""
        with _clear_errors(self.folder), self._writer().transact(retry=True):
            yield

    def check_record(self, record: SimulationRecord) -> None:
        """Check what would be added, for it would not be read.

        Raises
        ------
        RecordError
            If it contradicts the other records of its data set.
        """
        check_cut(record, self.cuts())

    def add_failure(self, failure: Failure) -> None:
        """Add a failure; a request may fail again each time that somebody asks again."""
        self._add_attempt(f"failure/{failure.request.key}", canonical_json(failure.model_dump(mode="json")))

    def add_campaign(self, campaign: Campaign) -> None:
        """Add a campaign; one with the same id stays."""
        self._add(f"campaign/{campaign.id}", canonical_json(campaign.model_dump(mode="json")))

    def choose(self, campaign_id: str, chosen: Chosen) -> None:
        """Add what a campaign asks for later on, or that it asks for no more."""
        self._add_attempt(f"chosen/{campaign_id}", canonical_json(chosen.model_dump(mode="json")))

    def cancel_campaign(self, campaign_id: str) -> None:
        """Store that nobody waits for a campaign any more."""
        if campaign_id not in self._known().facts.cancelled:
            self._add_attempt(f"cancelled/{campaign_id}", "{}")

    def resume_campaign(self, campaign_id: str) -> None:
        """Store that a campaign which was cancelled is waited for again."""
        if campaign_id in self._known().facts.cancelled:
            self._add_attempt(f"resumed/{campaign_id}", "{}")

    def save_project(self, project: Project) -> None:
        """Store a project as it is now; nothing where it was saved so."""
        if self.projects().get(project.id) != project:
            self._add_attempt(f"project/{project.id}", canonical_json(project.model_dump(mode="json")))

    def delete_project(self, project_id: str) -> None:
        """Store that a project is there no more; saving it brings it back."""
        if project_id in self.projects():
            self._add_attempt(f"deleted/{project_id}", "{}")

    def projects(self) -> dict[str, Project]:
        """All projects by id, the one that was saved last at the end."""
        return dict(self._known().facts.projects)

    def record(self, key: str) -> SimulationRecord | None:
        """Find the record of a request, local or published."""
        return self._local_record(key) or find_published(self.settings.published, key, self.cuts())

    def records(self, keys: Set[str] | None = None) -> Iterator[SimulationRecord]:
        """Read records, local and published, in order of key, each once: those with some keys, or all."""
        known, cuts = self._known(), self.cuts()
        wanted = known.facts.keys | known.published_keys if keys is None else keys
        published: dict[str, SimulationRecord] = {}
        for path, _, _ in list_files(self.settings.published):
            for _, record in read_lines(Path(path), cuts):
                if not isinstance(record, Problem) and record.key in wanted:
                    published.setdefault(record.key, record)
        with _clear_errors(self.folder), self._connection() as connection:
            for key in sorted(wanted):
                found = published.get(key) or _find_record(connection, key, cuts)
                if found is not None:
                    yield found

    def campaigns(self) -> tuple[Campaign, ...]:
        """All campaigns, in the order of storing, with ``is_cancelled``."""
        return self._known().facts.campaigns

    def pending(
        self, *, scope: Callable[[Campaign], bool] = lambda campaign: True
    ) -> dict[str, SimulationRequest]:
        """List the requests that are to run, by key, in the order to run them.

        Parameters
        ----------
        scope : callable, default takes all
            Which campaigns count.
        """
        known = self._known()
        return known.facts.pending(done=known.published_keys, scope=scope)

    def is_unfinished(self, *, scope: Callable[[Campaign], bool] = lambda campaign: True) -> bool:
        """Whether anything is to run, or a campaign may ask for more."""
        return any(c.n_more > 0 and scope(c) for c in self.campaigns()) or bool(self.pending(scope=scope))

    def failures(self) -> dict[str, Failure]:
        """List the failures that stand, by request key: no record, and nobody has asked again."""
        known = self._known()
        return known.facts.failures(done=known.published_keys)

    def keys(self) -> frozenset[str]:
        """Keys of the requests that have a record, local or published."""
        known = self._known()
        return known.facts.keys | known.published_keys

    def cuts(self) -> dict[str, Cut]:
        """Copy what the records say of each data set, by fingerprint."""
        return dict(self._known().facts.cuts)

    def problems(self) -> tuple[Problem, ...]:
        """List what lies in the store or beside it and was not read."""
        known = self._known()
        published = (problem for file in known.published.values() for problem in file.problems)
        return (*known.facts.problems, *published)

    def revision(self) -> Revision:
        """Read a value that changes whenever anything was added."""
        with _clear_errors(self.folder), self._connection() as connection:
            return self._revision(connection)

    def table(self) -> pd.DataFrame:
        """One flat row a record, local and published, in order of key (columns: `simulator.store.TableRow`).

        Only what is new since the last call in this process is parsed, or since much was new to another one.
        """
        known = self._known(with_table=True)
        assert known.table is not None
        return known.table.copy()

    def _known(self, *, with_table: bool = False) -> _Known:
        with _clear_errors(self.folder), _LOCK, self._connection() as connection:
            revision = self._revision(connection)
            known = _KNOWN.get(self.folder) or _recall(self.settings, revision, connection)
            known = _refresh(known, revision, connection)
            if with_table:
                known = _remember(_extend_known_table(known), connection, settings=self.settings)
            _KNOWN[self.folder] = known
        return known

    def _revision(self, connection: sqlite3.Connection | None) -> Revision:
        files = list_files(self.settings.published)
        if connection is None:
            return (0, 0, None), 0, files
        facts = (self.folder / "cache.db").stat()
        (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM Cache").fetchone()
        # An inode is used again after a deletion; the first row's time tells a new database from the old.
        first = connection.execute("SELECT store_time FROM Cache ORDER BY rowid LIMIT 1").fetchone()
        return (facts.st_dev, facts.st_ino, first and first[0]), last, files

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection | None]:
        """Open the database for reading; None while there is none."""
        with ExitStack() as stack:
            connection = None
            if os.path.lexists(self.folder / "cache.db"):
                connection = stack.enter_context(closing(connect(self.folder)))
            yield connection

    def _local_record(self, key: str) -> SimulationRecord | None:
        cuts = self.cuts()
        with _clear_errors(self.folder), self._connection() as connection:
            return _find_record(connection, key, cuts)

    def _writer(self) -> diskcache.Cache:
        if self.cache is None:
            raise ReadOnlyError("the store was opened read-only: nothing can be added")
        return self.cache

    def _add(self, key: str, text: str) -> bool:
        with _clear_errors(self.folder):
            return bool(self._writer().add(key, text, retry=True))

    def _add_attempt(self, key: str, text: str) -> None:
        attempt = 1
        while not self._add(f"{key}/{attempt}", text):
            attempt += 1


@contextmanager
def open_store(settings: Settings, *, is_read_only: bool = False) -> Iterator[Store]:
    """Open the store of a cache folder.

    Parameters
    ----------
    settings : Settings
        Where the store and the published records lie.
    is_read_only : bool, default=False
        True to read without making anything, even where there is no store yet.

    Yields
    ------
    Store

    Raises
    ------
    StoreError
        If the folder cannot be used.
    ReadOnlyError
        If the installation is read-only, and the store is not opened so.
    """
    if settings.is_read_only and not is_read_only:
        raise ReadOnlyError(
            "this installation is read-only (LABELWISE_READ_ONLY): nothing can be started, changed or imported"
        )
    with ExitStack() as stack:
        cache = None
        if not is_read_only:
            with _clear_errors(settings.cache / "store"):
                cache = stack.enter_context(
                    closing(open_cache(settings.cache / "store", root=settings.cache))
                )
        yield Store(settings=settings, cache=cache)


def _find_record(
    connection: sqlite3.Connection | None, key: str, cuts: dict[str, Cut]
) -> SimulationRecord | None:
    """Find the first row under a key that is a record."""
    for row in () if connection is None else find_rows(connection, f"record/{key}"):
        with suppress(RecordError):
            record = check_cut(parse_record(row.text), cuts)
            if record.key == key:
                return record
    return None


def _lie_behind(order: int, rows: Sequence[TableRow], connection: sqlite3.Connection) -> bool:
    """Whether rows of one transaction are the next ones after a position."""
    query = "SELECT key FROM Cache WHERE rowid IN (?, ?)"
    found = {key for (key,) in connection.execute(query, (order + 1, order + len(rows)))}
    return found == {f"record/{row.key}".encode() for row in (rows[0], rows[-1])}


def _refresh(known: _Known | None, revision: Revision, connection: sqlite3.Connection | None) -> _Known:
    """Read what changed since ``known``."""
    if known is not None and known.revision == revision:
        return known
    database, last, files = revision
    if (
        known is None
        or (known.revision[0], known.revision[2]) != (database, files)
        or known.revision[1] > last
    ):
        # What is published wins: it says first how a data set was cut.
        cuts: dict[str, Cut] = {}
        published = {stamp: read_file(Path(stamp[0]), cuts) for stamp in files}
        keys = frozenset(row.key for file in published.values() for row in file.rows)
        known = _Known(revision=revision, facts=Facts(cuts=cuts), published=published, published_keys=keys)
    facts = known.facts
    if connection is not None:
        facts = extend(facts, read_rows(connection, after=facts.order))
    return replace(known, revision=revision, facts=facts)


def _extend_known_table(known: _Known) -> _Known:
    """Bring the table up to what is known."""
    if known.table is not None and known.n_in_table == len(known.facts.rows):
        return known
    rows = [row for row in known.facts.rows[known.n_in_table :] if row.key not in known.published_keys]
    if known.table is None:
        published = {row.key: row for file in reversed(known.published.values()) for row in file.rows}
        rows = [*published.values(), *rows]
    return replace(known, table=extend_table(known.table, rows), n_in_table=len(known.facts.rows))


def _recall(settings: Settings, revision: Revision, connection: sqlite3.Connection | None) -> _Known | None:
    """Know what another process remembered of the same rows and files; None where nothing is."""
    found = recall(settings)
    if found is None:
        return None
    order = found.order
    database, _, files = revision
    if found.stamp != _stamp((database, order, files), connection):
        return None
    is_published = found.table["source"] == "published"
    facts = Facts(remembered=frozenset(found.table.loc[~is_published, "key"].tolist()), cuts=found.cuts)
    if connection is not None:
        facts = extend(facts, read_rows(connection, without_records_until=order))
    return _Known(
        revision=revision,
        facts=facts,
        published={},
        published_keys=frozenset(found.table.loc[is_published, "key"].tolist()),
        table=found.table,
        n_remembered=len(found.table),
    )


def _remember(known: _Known, connection: sqlite3.Connection | None, *, settings: Settings) -> _Known:
    """Remember the table for other processes where much is new and nothing is wrong, which is looked at anew."""
    assert known.table is not None
    n_new = len(known.table) - known.n_remembered
    problems = known.facts.problems or any(file.problems for file in known.published.values())
    if problems or n_new <= max(FEW_NEW, len(known.table) // 100):
        return known
    database, order, files = known.revision
    stamp = _stamp((database, order, files), connection)
    remember(
        Snapshot(order=order, stamp=stamp, table=known.table, cuts=dict(known.facts.cuts)), settings=settings
    )
    return replace(known, n_remembered=len(known.table))


def _stamp(revision: Revision, connection: sqlite3.Connection | None) -> list[object]:
    """Say what was read, as JSON does: with its last row, as a copy that was put back may have gone on otherwise."""
    last = None
    if connection is not None:
        query = "SELECT store_time FROM Cache WHERE rowid = ?"
        last = connection.execute(query, (revision[1],)).fetchone()
    return json.loads(json.dumps([revision, last]))  # type: ignore[no-any-return]


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into one line."""
    try:
        yield
    except (sqlite3.Error, diskcache.Timeout, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise StoreError(
            f"the store in {folder} cannot be used: {reason}; {_remedy(error)}, or set LABELWISE_CACHE to another one"
        ) from error


_SQLITE_REMEDIES: Mapping[int, str] = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: MAKE_ROOM,
        sqlite3.SQLITE_CANTOPEN: CHECK_RIGHTS,
        sqlite3.SQLITE_PERM: CHECK_RIGHTS,
        sqlite3.SQLITE_READONLY: CHECK_RIGHTS,
        sqlite3.SQLITE_AUTH: CHECK_RIGHTS,
        sqlite3.SQLITE_IOERR: "check its disk",
        sqlite3.SQLITE_BUSY: "try again in a moment",
        sqlite3.SQLITE_LOCKED: "try again in a moment",
    }
)
"""SQLite's primary code → what helps."""


def _remedy(error: Exception) -> str:
    """Say what helps; a database that SQLite cannot read as one is only moved away."""
    if isinstance(error, OSError):
        return remedy_for(error)
    if isinstance(error, diskcache.Timeout):
        return "try again in a moment"
    return _SQLITE_REMEDIES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "move this folder away")

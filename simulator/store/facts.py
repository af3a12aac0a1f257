"""What the facts say: which records there are, what is pending, what failed.

Only facts are stored: campaign, chosen, cancelled, resumed, record, failure, and a lab's project whenever it changed or
was deleted, in the order in which they came. Pending is derived: requests of campaigns that are not cancelled (since
they were last resumed), without record, and without a failure since the campaign asked. So no status can go stale, and
asking again after a failure is a new campaign, not a deletion.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Literal, TypeGuard

from pydantic import Field, ValidationError

from ..errors import ProjectError, RecordError
from ..protocols import check_protocol
from ..records import (
    Failure,
    Frozen,
    Growing,
    Identifier,
    Project,
    SimulationRecord,
    SimulationRequest,
    explain,
    parse_project,
    parse_records,
)
from .batches import in_batches
from .columns import TableRow, make_row
from .cut import Cut, check_cut
from .rows import Problem, Row

__all__ = ["MAX_CAMPAIGN_NAME", "Aim", "Campaign", "Chosen", "Ending", "Facts", "extend"]

MAX_CAMPAIGN_NAME = 200

KINDS = ("record", "failure", "campaign", "chosen", "cancelled", "resumed", "project", "deleted")
"""What a fact may be; its key begins so."""


Ending = Literal["settled", "exhausted", "unprepared"]
"""Why a campaign asks for no more before it has as many as it may: the answers are sure, nothing is left to train, or
its slices are gone."""


class Aim(Growing):
    """What a campaign that chooses its simulations itself goes by.

    Parameters
    ----------
    n_trainings : int
        It asks for at most.
    proxy : str, default="interpolation"
        How quality may be lost.
    prices : mapping of str to float, default none
        Of the hours that budgets are counted in, where they are not the usual ones.
    has_prior : bool, default=True
        Whether what other data sets showed counts.
    """

    n_trainings: Annotated[int, Field(ge=1, le=10_000)]
    proxy: Identifier = "interpolation"
    prices: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)
    has_prior: bool = True


class Chosen(Frozen):
    """What a campaign asked for later on, or that it asks for no more."""

    requests: tuple[SimulationRequest, ...] = ()
    ending: Ending | None = None


class Campaign(Frozen):
    """A set of simulations that somebody asked for.

    Parameters
    ----------
    id : str
        12 hex digits.
    name : str
        For display.
    requests : tuple of SimulationRequest
        In the order in which they are to run; what it chose itself since, behind those that it began with.
    created : str
        UTC, ``YYYY-MM-DDTHH:MM:SSZ``.
    is_urgent : bool, default=False
        True if its requests go before those of other campaigns.
    aim : Aim or None
        None where all requests were given.
    ending : {"settled", "exhausted", "unprepared"} or None
        Why it chooses no more before it has as many as it may; a fact of its own, not stored here.
    order : int
        Position in the store; not stored.
    is_cancelled : bool
        True if somebody cancelled it; a fact of its own, not stored here.
    """

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    name: str = Field(min_length=1, max_length=MAX_CAMPAIGN_NAME)
    requests: tuple[SimulationRequest, ...] = Field(min_length=1)
    created: str
    is_urgent: bool = False
    aim: Aim | None = None
    ending: Ending | None = Field(default=None, exclude=True)
    order: int = Field(default=0, exclude=True)
    is_cancelled: bool = Field(default=False, exclude=True)

    @property
    def n_more(self) -> int:
        """How many more simulations it may ask for."""
        if self.aim is None or self.ending is not None or self.is_cancelled:
            return 0
        return max(0, self.aim.n_trainings - len(self.requests))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that is stored, up to a position.

    Parameters
    ----------
    order : int
        Position of the last row that was read.
    remembered : frozenset of str
        Keys of the records that are known from elsewhere.
    rows : tuple of TableRow
        One a record, of the others, in the order of storing.
    asked : tuple of Campaign
        In the order of storing.
    chosen : mapping of str to tuple of Chosen
        Campaign's id → what it asked for later on.
    cancelled : frozenset of str
        Ids of campaigns that were cancelled, and not resumed since.
    failed : mapping of str to (int, Failure)
        Request key → position and fact of its newest failure.
    cuts : mapping of str to Cut
        Fingerprint → what its records, published ones first, say of the data set.
    projects : mapping of str to Project
        Id → the project as it was saved last, if it was not deleted since.
    problems : tuple of Problem
        What was not read.
    """

    order: int = 0
    remembered: frozenset[str] = frozenset()
    rows: tuple[TableRow, ...] = ()
    asked: tuple[Campaign, ...] = ()
    chosen: Mapping[str, tuple[Chosen, ...]] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()
    failed: Mapping[str, tuple[int, Failure]] = field(default_factory=dict)
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of the requests that have a record."""
        return self.remembered.union(row.key for row in self.rows)

    @cached_property
    def campaigns(self) -> tuple[Campaign, ...]:
        """All campaigns, in the order of storing, with what they chose and whether they were cancelled."""
        return tuple(
            campaign.model_copy(
                update={
                    "requests": (*campaign.requests, *(r for one in chosen for r in one.requests)),
                    "ending": next((one.ending for one in chosen if one.ending), None),
                    "is_cancelled": campaign.id in self.cancelled,
                }
            )
            for campaign, chosen in ((asked, self.chosen.get(asked.id, ())) for asked in self.asked)
        )

    def pending(
        self, *, done: frozenset[str] = frozenset(), scope: Callable[[Campaign], bool] = lambda campaign: True
    ) -> dict[str, SimulationRequest]:
        """List the requests that are to run, in the order to run them.

        Parameters
        ----------
        done : frozenset of str
            Keys with a record elsewhere (published).
        scope : callable, default takes all
            Which campaigns count.

        Returns
        -------
        dict of str to SimulationRequest
            By key.
        """
        found: dict[str, SimulationRequest] = {}
        for campaign in sorted(self.campaigns, key=lambda c: (not c.is_urgent, c.order)):
            if campaign.is_cancelled or not scope(campaign):
                continue
            for request in campaign.requests:
                key = request.key
                has_failed = self.failed.get(key, (0,))[0] > campaign.order
                if key not in self.keys and key not in done and not has_failed:
                    found.setdefault(key, request)
        return found

    def failures(self, *, done: frozenset[str] = frozenset()) -> dict[str, Failure]:
        """List the failures that stand: the request has no record, and nobody has asked again."""
        settled = self.keys | done | self.pending(done=done).keys()
        return {key: failure for key, (_, failure) in self.failed.items() if key not in settled}


def extend(facts: Facts, found: Iterable[Row | Problem]) -> Facts:
    """Add rows to what is known.

    Parameters
    ----------
    facts : Facts
        What is known.
    found : iterable of Row or Problem
        What `simulator.store.rows.read_rows` gave after ``facts.order``.

    Returns
    -------
    Facts
    """
    rows = {row.key: row for row in facts.rows}
    asked, problems = {campaign.id: campaign for campaign in facts.asked}, list(facts.problems)
    chosen, projects = dict(facts.chosen), dict(facts.projects)
    cancelled, failed, cuts, order = (
        set(facts.cancelled),
        dict(facts.failed),
        dict(facts.cuts),
        facts.order,
    )
    for row, parsed in _parse_records(found):
        order = row.order
        if isinstance(row, Problem):
            problems.append(row)
            continue
        kind, _, name = row.key.partition("/")
        try:
            if parsed is not None:
                new = _make_row(parsed, name, cuts)
                if new.key not in facts.remembered:
                    rows.setdefault(new.key, new)
            elif kind == "failure":
                failure = Failure.model_validate_json(row.text)
                failed[failure.request.key] = (row.order, failure)
            elif kind == "campaign":
                campaign = _read_campaign(row, name)
                if campaign.id in asked:
                    raise RecordError(f"there are two campaigns {campaign.id}")
                asked[campaign.id] = campaign
            elif kind == "chosen":
                campaign_id = name.partition("/")[0]
                more = Chosen.model_validate_json(row.text)
                chosen[campaign_id] = (*chosen.get(campaign_id, ()), more)
            elif kind == "cancelled":
                cancelled.add(name.partition("/")[0])
            elif kind == "resumed":
                cancelled.discard(name.partition("/")[0])
            elif kind == "project":
                project = _read_project(row, name)
                # The one that was saved last is the last in the list.
                projects.pop(project.id, None)
                projects[project.id] = project
            elif kind == "deleted":
                projects.pop(name.partition("/")[0], None)
            else:
                raise RecordError(
                    f"the key is {row.key[:40]!r}, expected {', '.join(f'{k}/' for k in KINDS)}"
                )
        except (RecordError, ProjectError) as error:
            problems.append(Problem(where=f"store, row {row.order}", what=f"not read: {error}"))
        except ValidationError as error:
            problems.append(Problem(where=f"store, row {row.order}", what=f"not a {kind}: {explain(error)}"))
    return replace(
        facts,
        order=order,
        rows=tuple(rows.values()),
        asked=tuple(asked.values()),
        chosen=chosen,
        cancelled=frozenset(cancelled),
        failed=failed,
        cuts=cuts,
        projects=projects,
        problems=tuple(problems),
    )


def _parse_records(
    found: Iterable[Row | Problem],
) -> Iterator[tuple[Row | Problem, SimulationRecord | RecordError | None]]:
    """Parse those rows that are records, many at once; yields every row, with its record where it is one."""
    for batch in in_batches(found, n_bytes=_count_bytes):
        parsed = iter(parse_records([row.text for row in batch if _is_record(row)]))
        for row in batch:
            yield row, next(parsed) if _is_record(row) else None


def _count_bytes(row: Row | Problem) -> int:
    return len(row.text) if isinstance(row, Row) else 0


def _is_record(row: Row | Problem) -> TypeGuard[Row]:
    return isinstance(row, Row) and row.key.partition("/")[0] == "record"


def _make_row(record: SimulationRecord | RecordError, key: str, cuts: dict[str, Cut]) -> TableRow:
    if isinstance(record, RecordError):
        raise record
    check_protocol(record)
    if record.key != key.partition("/")[0]:
        raise RecordError(f"the record of {record.key[:12]} lies under the key {key[:12]!r}")
    return make_row(check_cut(record, cuts), source="local")


def _read_campaign(row: Row, name: str) -> Campaign:
    campaign = Campaign.model_validate_json(row.text)
    if campaign.id != name:
        raise RecordError(f"the campaign {campaign.id} lies under the key {name[:12]!r}")
    return campaign.model_copy(update={"order": row.order})


def _read_project(row: Row, name: str) -> Project:
    project = parse_project(row.text)
    if project.id != name.partition("/")[0]:
        raise RecordError(f"the project {project.id} lies under the key {name[:12]!r}")
    return project

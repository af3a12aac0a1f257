"""A campaign that chooses its simulations: it asks for what pays most, and stops when the answers are sure.

What it asks for is a fact like any other request, so that it goes on after a kill and on any worker. What it chooses
depends only on the records that are there, what is on its way, and what failed.
"""

import secrets
from collections.abc import Iterable
from itertools import count

from ..analysis.law.prior import NO_PRIOR
from ..analysis.law.space import lay_corners
from ..analysis.opening import read_space
from ..analysis.others import learn_from_others
from ..analysis.prospect import look_ahead
from ..analysis.study import Study, make_study
from ..effort import Prices
from ..errors import DatasetError, RequestError
from ..protocols import get_protocol
from ..records import DatasetReference, SimulationRequest, Virtues, utc_now
from ..settings import Settings
from ..store import MAX_CAMPAIGN_NAME, Aim, Campaign, Chosen, Store, open_store
from .launch import launch_worker, require_writable

__all__ = ["DEFAULT_TRAININGS", "ask_adaptive", "choose_more", "is_settled", "start_adaptive", "study_for"]

DEFAULT_TRAININGS = 24


def ask_adaptive(
    store: Store, reference: DatasetReference, *, aim: Aim, protocol: str, name: str
) -> Campaign | None:
    """Write a campaign that chooses its simulations itself.

    Parameters
    ----------
    store : Store
        Opened for writing.
    reference : DatasetReference
        Of a prepared data set.
    aim : Aim
    protocol : str
    name : str
        For display; cut where it is longer than a campaign's may be.

    Returns
    -------
    Campaign or None
        A new one, or the unfinished one of this data set and protocol. None if what is there settles the answers.

    Raises
    ------
    RequestError
        If the data set is not prepared here, or there is nothing left to train.
    """
    for campaign in reversed(store.campaigns()):
        asked = campaign.requests[0]
        is_same = (asked.dataset.fingerprint, asked.protocol.name) == (reference.fingerprint, protocol)
        if campaign.aim is not None and is_same and not campaign.is_cancelled:
            keys = {request.key for request in campaign.requests}
            if campaign.n_more or not keys.isdisjoint(store.pending()):
                return campaign
    study = study_for(store, reference, aim=aim, protocol=protocol)
    if study.space is None:
        raise RequestError(
            f"{reference.name} is not prepared here: 'datasets prepare' does it, or the Data page"
        )
    if is_settled(study):
        return None
    # Nothing is told beyond what was measured, if not by a prior: so the ends come first.
    ends = () if study.prior.ranges is not None else lay_corners(study.space)
    first = [virtues for virtues in ends if study.row_of(virtues) is None] or look_ahead(study).choose(1)
    if not first:
        raise RequestError(f"every configuration of {reference.name} was trained as often as it pays")
    campaign = Campaign(
        id=secrets.token_hex(6),
        name=name[:MAX_CAMPAIGN_NAME],
        requests=tuple(
            _request(store, reference, virtues, protocol=protocol) for virtues in first[: aim.n_trainings]
        ),
        created=utc_now(),
        aim=aim,
    )
    store.add_campaign(campaign)
    return next(found for found in store.campaigns() if found.id == campaign.id)


def start_adaptive(
    reference: DatasetReference, *, aim: Aim, protocol: str, settings: Settings, name: str
) -> Campaign | None:
    """Write a campaign that chooses its simulations itself, and launch a worker.

    Parameters
    ----------
    reference : DatasetReference
        Of a prepared data set.
    aim : Aim
    protocol : str
    settings : Settings
    name : str
        For display.

    Returns
    -------
    Campaign or None
        None if what is there settles the answers.

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    RequestError
        If the data set is not prepared here, or there is nothing left to train.
    """
    require_writable(settings)
    with open_store(settings) as store:
        campaign = ask_adaptive(store, reference, aim=aim, protocol=protocol, name=name)
    if campaign is not None:
        launch_worker(settings)
    return campaign


def choose_more(store: Store, campaign: Campaign) -> bool:
    """Let an open campaign ask for one more simulation, or for no more.

    Parameters
    ----------
    store : Store
        Opened for writing.
    campaign : Campaign
        That is open.

    Returns
    -------
    bool
        True if it asked for one.
    """
    assert campaign.aim is not None
    first = campaign.requests[0]
    reference, protocol = first.dataset, first.protocol.name
    keys, failures = store.keys(), store.failures()
    try:
        study = study_for(store, reference, aim=campaign.aim, protocol=protocol)
    except DatasetError:
        study = None
    if study is None or study.space is None:
        store.choose(campaign.id, Chosen(ending="unprepared"))
        return False
    if is_settled(study, [request.key for request in campaign.requests if request.key in keys]):
        store.choose(campaign.id, Chosen(ending="settled"))
        return False

    def is_here(request: SimulationRequest) -> bool:
        return (request.dataset.fingerprint, request.protocol.name) == (reference.fingerprint, protocol)

    waiting = [request.virtues for request in store.pending().values() if is_here(request)]
    failed = {failure.request.virtues for failure in failures.values() if is_here(failure.request)}
    chosen = look_ahead(study, waiting=waiting).choose(1, without=failed)
    if not chosen:
        store.choose(campaign.id, Chosen(ending="exhausted"))
        return False
    request = _request(store, reference, chosen[0], protocol=protocol)
    store.choose(campaign.id, Chosen(requests=(request,)))
    return True


def study_for(store: Store, reference: DatasetReference, *, aim: Aim, protocol: str) -> Study:
    """Make the study that a campaign chooses by: of all records of its data set and protocol.

    Parameters
    ----------
    store : Store
    reference : DatasetReference
    aim : Aim
    protocol : str

    Returns
    -------
    Study
    """
    table = store.table()
    runs = table[(table["fingerprint"] == reference.fingerprint) & (table["protocol"] == protocol)]
    prior = learn_from_others(table, reference=reference, protocol=protocol, proxy=aim.proxy)
    return make_study(
        runs,
        proxy=aim.proxy,
        prices=Prices(**aim.prices),
        prior=prior if aim.has_prior else NO_PRIOR,
        space=read_space(reference, protocol=protocol, proxy=aim.proxy, settings=store.settings),
    )


def is_settled(study: Study, keys: Iterable[str] = ()) -> bool:
    """Say whether the answers are sure twice running: by all results, and were so before the last of these.

    Parameters
    ----------
    study : Study
    keys : iterable of str, default=()
        Of results, in the order in which they were asked for; none takes all that is there as one.

    Returns
    -------
    bool
    """
    if study.full is None or not look_ahead(study).outlook.is_settled:
        return False
    last = next(reversed(list(keys)), None)
    if last is None:
        return True
    before = study.of(study.runs[study.runs["key"] != last].reset_index(drop=True))
    return before.full is not None and look_ahead(before).outlook.is_settled


def _request(
    store: Store, reference: DatasetReference, virtues: Virtues, *, protocol: str
) -> SimulationRequest:
    """Ask for a training with the first seed that nobody has tried or asked for."""
    asked = store.keys() | store.pending().keys() | store.failures().keys()
    seeds = (
        SimulationRequest(dataset=reference, virtues=virtues, protocol=get_protocol(protocol), seed=seed)
        for seed in count()
    )
    return next(request for request in seeds if request.key not in asked)

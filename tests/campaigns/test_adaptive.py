"""Campaigns that choose their trainings, with simulations that take moments in this very process."""

import pandas as pd
import pytest

from simulator.analysis.law.space import Space
from simulator.campaigns import cancel_campaign, find_progress, resume_campaign
from simulator.campaigns.adaptive import ask_adaptive, choose_more, study_for
from simulator.campaigns.child import run_task
from simulator.campaigns.worker import work
from simulator.errors import DatasetError, RequestError
from simulator.records import Failure, Virtues, utc_now
from simulator.store import Aim, open_store
from tests.factories import make_record, make_reference

FAKE = "tests.campaigns.fakes:simulate_quickly"
REFERENCE = make_reference()
WAYS = pd.DataFrame(
    {"quality": [0.9, 0.8], "proxy": "interpolation", "achieved_quality": [0.9, 0.8], "spacing": [2.0, 3.0]}
)
SPACE = Space(reference=REFERENCE, protocol="fast", n_slices=1200, ways=WAYS)


@pytest.fixture(autouse=True)
def _pool_of_volumes(monkeypatch):
    monkeypatch.setattr("simulator.campaigns.adaptive.read_space", lambda *args, **options: SPACE)


def ask(settings, n=8, **options):
    with open_store(settings) as store:
        return ask_adaptive(
            store, REFERENCE, aim=Aim(n_trainings=n, **options), protocol="fast", name="question"
        )


def find(settings, campaign):
    with open_store(settings, is_read_only=True) as store:
        return next(found for found in store.campaigns() if found.id == campaign.id)


def work_here(settings, *, most=None):
    """Be the worker in this process; with `most`, die once so many simulations were handed out."""
    handed = 0

    def run(tasks):
        nonlocal handed
        for task in tasks:
            handed += 1
            if most is not None and handed > most:
                raise KeyboardInterrupt
            yield run_task(task)

    return work(settings, n_workers=1, simulation=FAKE, run=run)


def test_it_begins_with_the_ends_where_nothing_else_tells_of_them(settings):
    campaign = ask(settings)
    virtues = [request.virtues for request in campaign.requests]
    assert virtues[0] == Virtues.full()
    assert len(virtues) == 4
    assert {min(v.diversity, v.completeness, v.quality) for v in virtues} == {1.0, 0.05, 0.033333, 0.8}


def test_it_asks_for_as_many_as_it_may_and_each_is_recorded(settings):
    campaign = ask(settings)
    assert work_here(settings)
    found = find(settings, campaign)
    assert len(found.requests) == 8
    assert len({request.key for request in found.requests}) == 8
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == {request.key for request in found.requests}
        (progress,) = find_progress(store).campaigns
    assert (progress.state, progress.n_done, progress.n_total) == ("done", 8, 8)


def test_it_stops_by_itself_once_the_answers_are_sure(settings):
    campaign = ask(settings, n=60)
    assert work_here(settings)
    found = find(settings, campaign)
    assert found.ending == "settled"
    assert 4 < len(found.requests) < 60
    assert ask(settings, n=60) is None, "nothing more is asked for"


def test_a_kill_costs_what_was_in_flight_and_the_same_is_chosen_as_without(settings, tmp_path):
    campaign = ask(settings)
    with pytest.raises(KeyboardInterrupt):
        work_here(settings, most=5)
    with open_store(settings, is_read_only=True) as store:
        assert len(store.keys()) == 5
        assert find_progress(store).campaigns[0].state == "interrupted"
    assert ask(settings).id == campaign.id, "it is gone on with"
    assert work_here(settings)
    killed = [request.key for request in find(settings, campaign).requests]
    other = settings.__class__(cache=tmp_path / "other", published=settings.published)
    whole = ask(other)
    work_here(other)
    assert killed == [request.key for request in find(other, whole).requests]


def test_killed_between_two_choices_it_goes_on(settings):
    campaign = ask(settings)
    for request in campaign.requests:
        with open_store(settings) as store:
            store.add_record(make_record(request.virtues, seed=request.seed, reference=REFERENCE))
            assert store.is_unfinished()
            assert find_progress(store).n_pending == 8 - len(store.keys())
    assert work_here(settings)
    assert len(find(settings, campaign).requests) == 8


def test_cancelled_it_chooses_nothing_and_resumed_it_does(settings):
    campaign = ask(settings)
    cancel_campaign(campaign.id, settings=settings)
    work_here(settings)
    assert len(find(settings, campaign).requests) == 4
    resume_campaign(campaign.id, settings=settings)
    work_here(settings)
    assert len(find(settings, campaign).requests) == 8


def test_what_failed_is_left_out_and_counts(settings):
    campaign = ask(settings)
    with open_store(settings) as store:
        for request in campaign.requests[1:]:
            failure = Failure(request=request, what_happened="a", what_to_do="b", created=utc_now())
            store.add_failure(failure)
    work_here(settings)
    found = find(settings, campaign)
    assert len(found.requests) == 8
    failed = {request.virtues for request in campaign.requests[1:]}
    assert not failed & {request.virtues for request in found.requests[4:]}
    with open_store(settings, is_read_only=True) as store:
        (progress,) = find_progress(store).campaigns
    assert (progress.n_done, progress.n_failed, progress.state) == (5, 3, "done")


def test_all_that_fails_comes_to_an_end(settings):
    campaign = ask(settings)
    with open_store(settings) as store:
        while find(settings, campaign).n_more or store.pending():
            for request in store.pending().values():
                store.add_failure(
                    Failure(request=request, what_happened="a", what_to_do="b", created=utc_now())
                )
            if find(settings, campaign).n_more:
                assert choose_more(store, find(settings, campaign))
        assert len(find(settings, campaign).requests) == 8


def test_without_its_slices_it_ends_and_says_so(settings, monkeypatch):
    campaign = ask(settings)

    def damaged(*args, **options):
        raise DatasetError("damaged")

    for gone in (damaged, lambda *args, **options: None):
        monkeypatch.setattr("simulator.campaigns.adaptive.read_space", gone)
        with open_store(settings) as store:
            assert not choose_more(store, find(settings, campaign))
        assert find(settings, campaign).ending == "unprepared"
    monkeypatch.setattr("simulator.campaigns.adaptive.read_space", lambda *args, **options: None)
    cancel_campaign(campaign.id, settings=settings)
    with pytest.raises(RequestError, match="is not prepared here"):
        ask(settings)


@pytest.mark.parametrize("n_pool", [1, 2, 4])
def test_a_pool_of_few_volumes_is_exhausted_or_used_up(settings, monkeypatch, n_pool):
    reference = make_reference(n_pool=n_pool, n_test=1)
    space = Space(reference=reference, protocol="fast", n_slices=n_pool, ways=WAYS.iloc[:0])
    monkeypatch.setattr("simulator.campaigns.adaptive.read_space", lambda *args, **options: space)
    with open_store(settings) as store:
        campaign = ask_adaptive(store, reference, aim=Aim(n_trainings=12), protocol="fast", name="few")
    assert work_here(settings)
    found = find(settings, campaign)
    assert found.n_more == 0
    assert found.ending in {None, "exhausted", "settled"}


@pytest.mark.parametrize("dice", [0.0, 1.0])
def test_a_world_in_which_all_is_alike_is_no_trouble(settings, dice):
    campaign = ask(settings)
    with open_store(settings) as store:
        while True:
            for request in store.pending().values():
                store.add_record(
                    make_record(request.virtues, seed=request.seed, reference=REFERENCE, dice=dice)
                )
            if not find(settings, campaign).n_more or not choose_more(store, find(settings, campaign)):
                break
        study = study_for(store, REFERENCE, aim=campaign.aim, protocol="fast")
    answer = study.recommend(hours=4)
    assert answer.predicted.low <= answer.predicted.dice <= answer.predicted.high


def test_prices_that_make_all_strategies_equal_are_no_trouble(settings):
    campaign = ask(settings, prices={"opening_minutes": 0.01, "drawing_seconds": 0.0})
    assert work_here(settings)
    assert len(find(settings, campaign).requests) <= 8

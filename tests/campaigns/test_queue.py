"""Asking: what is missing becomes a campaign, what was asked for before is gone on with."""

import pytest

from simulator.campaigns import ask, estimate_seconds, find_missing
from simulator.records import Failure
from simulator.store import MAX_CAMPAIGN_NAME, open_store
from tests.factories import make_record, make_table


@pytest.fixture
def store(settings):
    with open_store(settings) as opened:
        yield opened


def find(request):
    return make_record(request.virtues, seed=request.seed, protocol=request.protocol.name)


def fail(store, request):
    store.add_failure(
        Failure(request=request, what_happened="x", what_to_do="y", created="2026-01-01T00:00:00Z")
    )


def test_what_has_a_record_is_not_missing(store, make_requests):
    requests = make_requests(0, 1)
    store.add_record(find(requests[0]))
    assert find_missing(store, requests) == requests[1:]


def test_a_name_that_is_too_long_is_cut(store, make_requests):
    assert ask(store, make_requests(0), name="n" * 300).name == "n" * MAX_CAMPAIGN_NAME


def test_asking_makes_a_campaign_of_all_requests_while_any_is_missing(store, make_requests):
    requests = make_requests(0, 1)
    store.add_record(find(requests[0]))
    campaign = ask(store, requests, name="n")
    assert campaign.requests == requests
    assert campaign.order > 0
    assert list(store.pending()) == [requests[1].key]


def test_asking_for_what_is_known_makes_nothing(store, make_requests):
    requests = make_requests(0)
    store.add_record(find(requests[0]))
    assert ask(store, requests, name="n") is None
    assert store.campaigns() == ()


def test_asking_again_goes_on_with_the_same_campaign(store, make_requests):
    first = ask(store, make_requests(0, 1), name="n")
    store.add_record(find(make_requests(0)[0]))
    assert ask(store, make_requests(0, 1), name="n").id == first.id
    assert len(store.campaigns()) == 1


def test_a_cancelled_campaign_is_not_gone_on_with(store, make_requests):
    first = ask(store, make_requests(0), name="n")
    store.cancel_campaign(first.id)
    assert ask(store, make_requests(0), name="n").id != first.id


def test_a_larger_campaign_is_not_taken_for_mine(store, make_requests):
    first = ask(store, make_requests(0, 1), name="n")
    second = ask(store, make_requests(0), name="n")
    assert second.id != first.id
    store.cancel_campaign(first.id)
    assert list(store.pending()) == [make_requests(0)[0].key]


def test_an_urgent_request_does_not_hide_in_a_campaign_that_waits(store, make_requests):
    ask(store, make_requests(0), name="n")
    assert ask(store, make_requests(0), name="n", is_urgent=True).is_urgent


def test_what_failed_is_asked_for_only_on_demand(store, make_requests):
    requests = make_requests(0, 1)
    first = ask(store, requests, name="n")
    fail(store, requests[0])
    assert ask(store, requests, name="n").id == first.id
    store.add_record(find(requests[1]))
    assert ask(store, requests, name="n") is None
    assert ask(store, requests, name="n", retry_failed=True).requests == requests
    assert list(store.pending()) == [requests[0].key]


def test_a_new_campaign_leaves_failures_of_an_older_one_alone(store, make_requests):
    requests = make_requests(0, 1, 2)
    ask(store, requests[:1], name="n")
    fail(store, requests[0])
    campaign = ask(store, requests, name="n")
    assert campaign.requests == requests[1:]
    assert list(store.failures()) == [requests[0].key]


def test_time_is_estimated_from_the_same_data_set_and_protocol(make_requests):
    records = [make_record(seed=seed, protocol="smoke") for seed in range(3)]
    assert estimate_seconds(make_table(records), make_requests(7, 8), n_workers=2) == pytest.approx(12.5)


def test_time_is_unknown_where_no_record_says(make_requests):
    assert estimate_seconds(make_table([make_record(protocol="fast")]), make_requests(7), n_workers=1) is None
    assert estimate_seconds(make_table([]), make_requests(7), n_workers=1) is None

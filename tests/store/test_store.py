"""The store: facts are added, never changed; everything else is derived."""

import os
import stat
import threading
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.errors import ReadOnlyError, StoreError
from simulator.records import Failure, SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.store import Campaign, TableRow, open_store
from tests.factories import make_record, make_records, make_table


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


def make_request(seed=0, **virtues):
    return make_record(
        Virtues(**{"diversity": 1.0, "completeness": 1.0, "quality": 1.0} | virtues), seed=seed
    ).request


def make_campaign(*requests, digit="1", is_urgent=False):
    return Campaign(
        id=digit * 12, name="c", requests=requests, created="2026-01-01T00:00:00Z", is_urgent=is_urgent
    )


def make_failure(request, what="out of luck"):
    return Failure(
        request=request, what_happened=what, what_to_do="try again", created="2026-01-01T00:00:00Z"
    )


def publish(settings, records, name="a.jsonl"):
    settings.published.mkdir(exist_ok=True)
    (settings.published / name).write_text("".join(record.to_json() + "\n" for record in records))


def test_a_store_that_is_not_there_is_empty_and_reading_makes_nothing(settings):
    with open_store(settings, is_read_only=True) as store:
        assert store.record("0" * 64) is None
        assert list(store.records()) == []
        assert store.pending() == store.failures() == {}
        assert store.campaigns() == store.problems() == ()
        assert store.table().empty
    assert not settings.cache.exists()


def test_an_empty_table_has_the_columns_and_types_of_a_full_one(settings):
    with open_store(settings) as store:
        empty = store.table()
        store.add_record(make_record())
        assert list(empty.columns) == list(TableRow._fields)
        assert empty.dtypes.to_dict() == store.table().dtypes.to_dict()


def test_a_record_comes_back_as_it_was(settings):
    record = make_record()
    with open_store(settings) as store:
        assert store.add_record(record)
        assert store.record(record.key) == record
        assert list(store.records()) == [record]
        assert store.keys() == {record.key}


def test_a_record_that_is_there_stays(settings):
    first, second = make_record(dice=0.5), make_record(dice=0.7)
    assert first.key == second.key
    with open_store(settings) as store:
        assert store.add_record(first)
        assert not store.add_record(second)
        assert store.record(first.key) == first
        assert len(store.table()) == 1


def test_records_outlive_the_process_that_wrote_them(settings):
    record = make_record()
    with open_store(settings) as store:
        store.add_record(record)
    with open_store(settings, is_read_only=True) as store:
        assert store.record(record.key) == record


def test_the_table_says_what_the_records_say(settings):
    records = make_records(n_seeds=2)
    with open_store(settings) as store:
        for record in records:
            store.add_record(record)
        found = store.table()
    expected = make_table(records).sort_values("key", ignore_index=True)[found.columns.to_list()]
    pd.testing.assert_frame_equal(
        found.drop(columns="volume_dice"), expected.drop(columns="volume_dice"), check_dtype=False
    )
    np.testing.assert_allclose(np.stack(found["volume_dice"]), np.stack(expected["volume_dice"]))


def test_the_table_grows_by_what_is_new_and_is_the_callers_own(settings):
    records = make_records(n_seeds=1)
    with open_store(settings) as writer, open_store(settings, is_read_only=True) as reader:
        for n_records, record in enumerate(records, start=1):
            writer.add_record(record)
            table = reader.table()
            assert len(table) == n_records
            assert table["key"].is_monotonic_increasing
            table["dice"] = -1.0
        assert (reader.table()["dice"] > 0).all()


def test_published_records_are_read_beside_the_store_and_once(settings):
    both, only_published, only_local = make_records()[:3]
    publish(settings, [both, only_published])
    with open_store(settings) as store:
        store.add_record(both)
        store.add_record(only_local)
        table = store.table().set_index("key")["source"]
        assert table.to_dict() == {
            both.key: "published",
            only_published.key: "published",
            only_local.key: "local",
        }
        assert store.record(only_published.key) == only_published
        assert [record.key for record in store.records()] == sorted(table.index)


def test_a_published_file_that_changes_is_read_again(settings):
    first, second = make_records()[:2]
    publish(settings, [first])
    with open_store(settings, is_read_only=True) as store:
        before = store.revision()
        assert len(store.table()) == 1
        publish(settings, [first, second])
        assert store.revision() != before
        assert len(store.table()) == 2


def test_the_revision_changes_with_every_kind_of_fact(settings):
    request = make_request()
    with open_store(settings) as store:
        seen = [store.revision()]
        for add in (
            lambda: store.add_campaign(make_campaign(request)),
            lambda: store.add_failure(make_failure(request)),
            lambda: store.cancel_campaign("1" * 12),
            lambda: store.add_record(make_record()),
        ):
            add()
            seen.append(store.revision())
        assert len(set(seen)) == 5
        assert store.revision() == seen[-1]


def test_a_store_that_was_deleted_and_made_anew_is_not_taken_for_the_old(settings):
    first, second = make_records()[:2]
    with open_store(settings) as store:
        store.add_record(first)
        assert len(store.table()) == 1
    for path in (settings.cache / "store").iterdir():
        path.unlink()
    with open_store(settings) as store:
        store.add_record(second)
        assert store.table()["key"].tolist() == [second.key]


def test_pending_is_what_campaigns_ask_for_and_nobody_found(settings):
    requests = [make_request(seed) for seed in range(3)]
    with open_store(settings) as store:
        store.add_campaign(make_campaign(*requests))
        store.add_record(make_record(seed=1))
        assert list(store.pending()) == [requests[0].key, requests[2].key]
        publish(settings, [make_record(seed=0)])
        assert list(store.pending()) == [requests[2].key]


def test_a_cancelled_campaign_leaves_nothing_pending_but_what_others_asked_for(settings):
    requests = [make_request(seed) for seed in range(3)]
    with open_store(settings) as store:
        store.add_campaign(make_campaign(*requests[:2], digit="1"))
        store.add_campaign(make_campaign(*requests[1:], digit="2"))
        store.cancel_campaign("1" * 12)
        assert list(store.pending()) == [requests[1].key, requests[2].key]
        assert [campaign.is_cancelled for campaign in store.campaigns()] == [True, False]


def test_urgent_requests_come_first(settings):
    requests = [make_request(seed) for seed in range(2)]
    with open_store(settings) as store:
        store.add_campaign(make_campaign(requests[0], digit="1"))
        store.add_campaign(make_campaign(requests[1], digit="2", is_urgent=True))
        assert list(store.pending()) == [requests[1].key, requests[0].key]
        only_first = store.pending(scope=lambda campaign: campaign.id == "1" * 12)
        assert list(only_first) == [requests[0].key]


def test_a_failure_counts_until_somebody_asks_again(settings):
    request = make_request()
    with open_store(settings) as store:
        store.add_campaign(make_campaign(request, digit="1"))
        store.add_failure(make_failure(request, "first"))
        assert store.pending() == {}
        assert store.failures()[request.key].what_happened == "first"

        store.add_campaign(make_campaign(request, digit="2"))
        assert list(store.pending()) == [request.key]
        assert store.failures() == {}

        store.add_failure(make_failure(request, "second"))
        assert store.pending() == {}
        assert store.failures()[request.key].what_happened == "second"

        store.add_record(make_record())
        assert store.pending() == store.failures() == {}


def test_a_retry_that_is_cancelled_leaves_the_failure(settings):
    request = make_request()
    with open_store(settings) as store:
        store.add_campaign(make_campaign(request, digit="1"))
        store.add_failure(make_failure(request))
        store.add_campaign(make_campaign(request, digit="2"))
        store.cancel_campaign("2" * 12)
        assert store.pending() == {}
        assert list(store.failures()) == [request.key]


def test_a_store_opened_read_only_refuses_to_write(settings):
    with open_store(settings, is_read_only=True) as store:
        with pytest.raises(ReadOnlyError, match="opened read-only"):
            store.add_record(make_record())
        with pytest.raises(ReadOnlyError, match="opened read-only"):
            store.cancel_campaign("1" * 12)
    assert not settings.cache.exists()


def test_a_read_only_installation_opens_no_store_to_write(settings):
    closed = replace(settings, is_read_only=True)
    with pytest.raises(ReadOnlyError, match="this installation is read-only"), open_store(closed):
        pass
    assert not settings.cache.exists()


def test_the_folder_is_the_owners(settings):
    with open_store(settings):
        assert stat.S_IMODE((settings.cache / "store").stat().st_mode) == 0o700


def test_a_folder_that_was_opened_to_a_group_stays_so(settings):
    for _ in range(2):
        with open_store(settings) as store:
            store.cancel_campaign("1" * 12)
        (settings.cache / "store").chmod(0o770)
    assert stat.S_IMODE((settings.cache / "store").stat().st_mode) == 0o770


def test_a_resumed_campaign_is_pending_again(settings):
    request = make_request()
    with open_store(settings) as store:
        store.add_campaign(make_campaign(request))
        for _ in range(2):
            store.cancel_campaign("1" * 12)
            assert store.pending() == {}
            store.resume_campaign("1" * 12)
            assert list(store.pending()) == [request.key]
    with open_store(settings, is_read_only=True) as store:
        assert list(store.pending()) == [request.key]
        with pytest.raises(ReadOnlyError, match="opened read-only"):
            store.cancel_campaign("1" * 12)


def test_to_resume_what_was_not_cancelled_stores_nothing(settings):
    with open_store(settings) as store:
        store.add_campaign(make_campaign(make_request()))
        before = store.revision()
        store.resume_campaign("1" * 12)
        assert store.revision() == before


def test_whoever_is_killed_while_a_store_is_made_leaves_none_that_is_empty(settings, monkeypatch):
    def kill(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("simulator.store.disk.diskcache.Cache.close", kill)
        with pytest.raises(KeyboardInterrupt), open_store(settings):
            pass
    assert not (settings.cache / "store" / "cache.db").exists()
    with open_store(settings) as store:
        store.add_record(make_record())
    assert sorted(path.name for path in (settings.cache / "store").iterdir()) == ["cache.db", "open.lock"]


def test_nothing_is_ever_dropped(settings):
    with open_store(settings) as store:
        cache = store.cache
        assert (cache.eviction_policy, cache.cull_limit) == ("none", 0)
        assert cache.size_limit > 2**60
        assert cache.disk.min_file_size == 2**40


def test_many_may_open_a_new_store_at_once(settings):
    errors = []

    def add(seed):
        try:
            with open_store(settings) as store:
                store.add_record(make_record(seed=seed))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_store(settings, is_read_only=True) as store:
        assert len(store.table()) == 8


def test_a_file_where_the_folder_should_be_is_said_in_one_line(settings):
    settings.cache.write_text("")
    with pytest.raises(StoreError, match="cannot be used: Not a directory"), open_store(settings):
        pass


def test_a_broken_database_is_said_in_one_line(settings):
    (settings.cache / "store").mkdir(parents=True)
    (settings.cache / "store" / "cache.db").write_bytes(b"not a database" * 100)
    with (
        open_store(settings, is_read_only=True) as store,
        pytest.raises(
            StoreError, match=r"file is not a database; .*move this folder away, or set LABELWISE_CACHE"
        ),
    ):
        store.table()


@pytest.mark.parametrize("is_read_only", [True, False])
def test_a_database_without_a_byte_is_said(settings, is_read_only):
    (settings.cache / "store").mkdir(parents=True)
    (settings.cache / "store" / "cache.db").touch()
    with (
        pytest.raises(
            StoreError, match=r"cache\.db is empty, .* what it held is lost; .*move this folder away"
        ),
        open_store(settings, is_read_only=is_read_only) as store,
    ):
        store.table()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_can_be_read(settings):
    with open_store(settings) as store:
        store.add_record(make_record())
    (settings.cache / "store").chmod(0o500)
    try:
        with open_store(settings, is_read_only=True) as store:
            assert len(store.table()) == 1
        assert sorted(path.name for path in (settings.cache / "store").iterdir()) == ["cache.db", "open.lock"]
    finally:
        (settings.cache / "store").chmod(0o700)


def test_a_request_key_does_not_depend_on_the_name_of_its_data_set():
    request = make_request()
    renamed = request.model_copy(update={"dataset": request.dataset.model_copy(update={"name": "other"})})
    assert SimulationRequest.model_validate(renamed.model_dump()).key == request.key


@pytest.mark.slow
def test_a_page_reads_20_000_records_in_time_once_they_are_loaded(settings):
    with open_store(settings) as store:
        with store.cache.transact():
            for seed in range(20_000):
                store.add_record(make_record(seed=seed))
        store.table()
    start = time.perf_counter()
    with open_store(settings, is_read_only=True) as store:
        assert len(store.table()) == 20_000
    assert time.perf_counter() - start < 0.15

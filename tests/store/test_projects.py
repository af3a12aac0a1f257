import pytest

from simulator.errors import ReadOnlyError
from simulator.settings import Settings
from simulator.store import open_store
from tests.records.test_project import make_project


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


def saved(settings):
    with open_store(settings, is_read_only=True) as store:
        return store.projects()


def test_a_project_is_as_it_was_saved_last(settings):
    with open_store(settings) as store:
        store.save_project(make_project())
        store.save_project(make_project(id="1" * 12, name="other"))
        store.save_project(make_project(hours=50.0))
    found = saved(settings)
    assert list(found) == ["1" * 12, "0" * 12]
    assert found["0" * 12].hours == 50.0


def test_saving_it_unchanged_adds_nothing(settings):
    with open_store(settings) as store:
        store.save_project(make_project())
        before = store.revision()
        store.save_project(make_project())
        assert store.revision() == before


def test_a_deleted_project_comes_back_by_saving_it(settings):
    with open_store(settings) as store:
        store.save_project(make_project())
        store.delete_project("0" * 12)
        assert store.projects() == {}
        store.save_project(make_project())
        assert list(store.projects()) == ["0" * 12]


def test_a_store_that_is_only_read_takes_none(settings):
    with open_store(settings, is_read_only=True) as store, pytest.raises(ReadOnlyError, match="read-only"):
        store.save_project(make_project())


def test_what_is_no_project_is_reported_and_the_others_are_read(settings):
    with open_store(settings) as store:
        store.cache.add("project/222222222222/1", '{"name": 3}')
        store.save_project(make_project())
    with open_store(settings, is_read_only=True) as store:
        assert list(store.projects()) == ["0" * 12]
        assert "not a project" in store.problems()[0].what

import functools
import pickle

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

import pages.common.frame
import pages.common.records
from pages.preload import preload
from simulator.analysis import study
from simulator.datasets import open_dataset, prepare_dataset
from simulator.effort import MEASURES
from simulator.records import parse_records
from simulator.settings import PROJECT, Settings
from simulator.store import facts, open_store
from simulator.virtues import PROXIES, quality_curve
from tests.factories import make_records, make_reference

preload()  # else the first page to be run would do so, with whatever its test has put in the place of something


@pytest.fixture(autouse=True)
def _nothing_goes_wrong_unseen(caplog):
    """A page makes a message of what nobody foresaw, and logs it: whoever expects that clears the log."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if "frame" in record.name] == []


@pytest.fixture(scope="session", autouse=True)
def _components_are_looked_for_once():
    """`AppTest` looks through all installed packages for each app, which takes longer than the page itself."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(scan))
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_page_is_waited_for_in_peace():
    """`AppTest` looks a thousand times a second whether a page is ready, which takes time from the page."""
    check = local_script_runner.require_widgets_deltas

    def wait(runner, timeout):
        runner._script_thread.join(timeout)
        check(runner, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", wait)
        yield


@functools.lru_cache(maxsize=50)
def _make_study(asked, registered, make=study.make_study):
    runs, options = pickle.loads(asked)
    return make(runs, **options)


@functools.lru_cache(maxsize=4000)
def _parse(text):
    return parse_records([text])[0]


@pytest.fixture(scope="session", autouse=True)
def _the_same_records_are_parsed_and_studied_once():
    """Most tests ask about the same few campaigns, and what follows from a record or from runs is the same for all."""

    def make_once(runs, **options):
        return _make_study(pickle.dumps((runs, options)), (*MEASURES, *PROXIES))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "parse_records", lambda texts: [_parse(text) for text in texts])
        for module in (study, pages.common.records):
            patch.setattr(module, "make_study", make_once)
        yield


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """An installation without records; tests may put others in its place by `install`."""
    # Two tests may give a record of the same key another Dice, which no training could.
    st.cache_data.clear()
    st.cache_resource.clear()
    found = Settings(cache=tmp_path / "cache", published=tmp_path / "published")
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: found)
    return found


@pytest.fixture
def fill(settings):
    """Add records to the installation."""

    def add(records=None, **options):
        records = make_records(**options) if records is None else records
        with open_store(settings) as store, store.cache.transact():
            for record in records:
                store.add_record(record)

    return add


@pytest.fixture(scope="session")
def phantom(tmp_path_factory):
    """Cache folder in which the phantom is prepared, and its reference; read only."""
    settings = Settings(cache=tmp_path_factory.mktemp("phantom"))
    prepared = prepare_dataset(open_dataset("phantom", settings=settings), slice_size=128, settings=settings)
    quality_curve(prepared)  # kept there; nothing is written where a link leads
    return settings.cache, prepared.reference


@pytest.fixture
def with_phantom(phantom, settings):
    """Prepare the phantom in the installation; returns its reference."""
    settings.cache.mkdir(parents=True)
    (settings.cache / "prepared").symlink_to(phantom[0] / "prepared")
    return phantom[1]


@pytest.fixture
def show(settings, monkeypatch):
    """Run the app with a page as the one that the bare address shows.

    `AppTest.switch_page` would run the page's file without the frame each time.
    """

    def run(name, **query):
        monkeypatch.setattr(pages.common.frame, "FIRST", name)
        app = AppTest.from_file(str(PROJECT / "pages" / "main.py"), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return run


@pytest.fixture
def other_reference():
    return make_reference(name="other", digit="b")

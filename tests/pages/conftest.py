import functools

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import pages.common.frame
from simulator.datasets import open_dataset, prepare_dataset
from simulator.settings import PROJECT, Settings
from simulator.store import open_store
from simulator.virtues import quality_curve
from tests.factories import make_records, make_reference


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
        with open_store(settings) as store:
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

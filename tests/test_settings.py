import os
from pathlib import Path

import pytest

from simulator.campaigns import cancel_campaign, launch_worker, start_campaign
from simulator.datasets import open_dataset, prepare_dataset
from simulator.datasets.download import download_task
from simulator.errors import ReadOnlyError, RequestError
from simulator.settings import PROJECT, PUBLISHED, Settings, load_settings, settings_for
from simulator.store import import_records, open_store


def test_defaults_lie_in_the_project():
    settings = load_settings({})
    assert settings.cache == PROJECT / "cache"
    assert settings.published == PUBLISHED
    assert not settings.is_read_only
    assert settings.data_roots == ()


def test_the_environment_is_read(tmp_path):
    roots = os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b c")])
    settings = load_settings(
        {
            "LABELWISE_CACHE": str(tmp_path),
            "LABELWISE_DATA": roots,
            "LABELWISE_READ_ONLY": "1",
            "LABELWISE_SCHEDULER": "tcp://127.0.0.1:8786",
        }
    )
    assert settings.cache == tmp_path
    assert [Path(root).name for root in settings.data_roots] == ["a", "b c"]
    assert settings.is_read_only
    assert settings.scheduler == "tcp://127.0.0.1:8786"
    assert settings.published == PUBLISHED, "published records do not move with the cache"


@pytest.mark.parametrize("variable", ["LABELWISE_CACHE", "LABELWISE_DATA"])
def test_a_home_that_nobody_has_is_named_with_its_variable(variable):
    with pytest.raises(RequestError, match=f"{variable} is '~no-such-user/x', .*; write the whole path"):
        load_settings({variable: "~no-such-user/x"})


def test_zero_means_not_read_only():
    assert not load_settings({"LABELWISE_READ_ONLY": "0"}).is_read_only


@pytest.mark.parametrize(
    ("text", "starters"),
    [
        ("", None),
        (" Anna@hospital.org , bert@hospital.org,", {"anna@hospital.org", "bert@hospital.org"}),
        (",", set()),
        (" ", set()),
    ],
)
def test_starters_are_addresses_joined_by_commas(text, starters):
    assert load_settings({"LABELWISE_STARTERS": text}).starters == starters


def test_sign_in_is_off_by_default():
    assert not load_settings({}).needs_sign_in
    assert not load_settings({"LABELWISE_SIGN_IN": "0"}).needs_sign_in
    assert load_settings({"LABELWISE_SIGN_IN": "1"}).needs_sign_in


@pytest.mark.parametrize(
    ("starters", "email", "is_read_only"),
    [
        (None, None, False),
        (None, "carl@hospital.org", False),
        ({"anna@hospital.org"}, " Anna@Hospital.org ", False),
        ({"anna@hospital.org"}, "carl@hospital.org", True),
        ({"anna@hospital.org"}, "", True),
        ({"anna@hospital.org"}, None, True),
        (set(), "anna@hospital.org", True),
    ],
)
def test_who_may_not_start_gets_a_read_only_installation(tmp_path, starters, email, is_read_only):
    settings = Settings(cache=tmp_path, starters=None if starters is None else frozenset(starters))
    assert settings_for(email, settings=settings).is_read_only is is_read_only


def test_a_starter_starts_nothing_where_nobody_may(tmp_path):
    closed = Settings(cache=tmp_path, is_read_only=True, starters=frozenset({"anna@hospital.org"}))
    assert settings_for("anna@hospital.org", settings=closed) == closed


def _prepare(settings):
    prepare_dataset(open_dataset("phantom", settings=settings), slice_size=128, settings=settings)


def _import(settings):
    with open_store(settings, is_read_only=True) as store:
        import_records(store, settings.cache / "records.jsonl")


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda settings: start_campaign([], settings=settings, name="n"), id="start"),
        pytest.param(lambda settings: cancel_campaign("0" * 12, settings=settings), id="cancel"),
        pytest.param(launch_worker, id="resume"),
        pytest.param(lambda settings: open_dataset("phantom", settings=settings, is_browser=True), id="make"),
        pytest.param(_prepare, id="prepare"),
        pytest.param(_import, id="import"),
        pytest.param(
            lambda settings: download_task(
                None, folder=settings.cache, settings=settings, on_progress=lambda *progress: None
            ),
            id="download",
        ),
    ],
)
def test_what_starts_work_refuses_by_itself_who_may_not(tmp_path, act):
    settings = settings_for(
        "carl@hospital.org",
        settings=Settings(cache=tmp_path / "cache", starters=frozenset({"anna@hospital.org"})),
    )
    with pytest.raises(
        ReadOnlyError, match="only those named in LABELWISE_STARTERS may start work here, and you"
    ):
        act(settings)

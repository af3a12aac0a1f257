import os
from pathlib import Path

import pytest

from simulator.errors import RequestError
from simulator.settings import PROJECT, PUBLISHED, load_settings


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

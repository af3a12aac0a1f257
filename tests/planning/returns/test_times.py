"""A log of times is read in whatever form it comes; what cannot be one says why."""

import json

import pytest

from simulator.errors import ProjectError, TableError
from simulator.planning.returns.times import read_times
from simulator.planning.times.log import TimeRow
from tests.planning.returns.test_label_studio import annotation, task


def test_a_table_is_read():
    (row,) = read_times(b"volume,slice,seconds\nCT_1,3,41\n", name="log.csv").rows
    assert row == TimeRow(volume="CT_1", slice=3, seconds=41.0)


def test_an_export_of_label_studio_is_read_whatever_volumes_it_is_of():
    tasks = [
        task("pilot", 3, annotation(seconds=41)),
        task("pilot", 7),
        task("pilot", 9, annotation(seconds=None)),
    ]
    log = read_times(json.dumps(tasks).encode(), name="ls.json")
    assert log.rows == (TimeRow(volume="pilot", slice=3, seconds=41.0, annotator="1"),)
    assert log.notes == (
        "passed over: slices that nobody labeled yet (1)",
        "annotations whose time is not known (1)",
    )


def test_an_export_without_a_time_says_so():
    with pytest.raises(ProjectError, match=r"ls\.json holds no time above 0; export a project in which"):
        read_times(json.dumps([task("pilot", 7)]).encode(), name="ls.json")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n "])
def test_cvats_flaw_is_named(start):
    with pytest.raises(
        ProjectError, match=r"of CVAT, whose times count from when a job was made, and miss work"
    ):
        read_times(start + b"<?xml version='1.0'?><annotations/>", name="annotations.xml")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", b"\x00\xff\xfe", b"volume\nCT_1\n"])
def test_what_is_no_log_is_one_sentence(content):
    with pytest.raises(TableError, match=r"log\.csv"):
        read_times(content, name="log.csv")

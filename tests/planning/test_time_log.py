import io

import openpyxl
import pytest

from simulator.errors import RequestError, TableError
from simulator.planning.times.log import TimeRow, read_time_log


def read(text, encoding="utf-8"):
    return read_time_log(text.encode(encoding), name="log.csv")


def test_a_log_of_slices():
    log = read("volume,slice,seconds,annotator,quality\nCT_1,12,95.5,Ada,1\nCT_1,16,40,Ada,0.9\n")
    assert log.rows == (
        TimeRow(volume="CT_1", slice=12, seconds=95.5, annotator="Ada"),
        TimeRow(volume="CT_1", slice=16, seconds=40.0, annotator="Ada", quality=0.9),
    )
    assert log.notes == ()


def test_a_log_of_volumes_as_a_german_spreadsheet_writes_it():
    (row,) = read("Volume;n_slices;Seconds;comment\nCT_1;14;900,5;lunch\n").rows
    assert row == TimeRow(volume="CT_1", n_slices=14.0, seconds=900.5)


def test_label_studios_export_where_its_tasks_know_volume_and_slice():
    (row,) = read(
        "annotation_id,annotator,created_at,id,image,lead_time,slice,volume\n"
        "7,3,2026-11-02T09:14:00Z,12,/data/a.png,61.204,12,CT_1\n"
    ).rows
    assert row == TimeRow(volume="CT_1", slice=12, seconds=61.204, annotator="3")


def test_what_slicercart_writes():
    log = read(
        "Volume filename,Segmentation version,Annotator Name,Annotator degree,Revision step,Date and time,Duration,"
        "ICH duration\n"
        "sub-01.nii.gz,v01,Ada,Resident,0,2026-11-02 09:14:00,412.3,400.1\n"
        "sub-01.nii.gz,v02,Ada,Resident,1,2026-11-03 10:00:00,0.0,0\n"
    )
    assert log.rows == (TimeRow(volume="sub-01.nii.gz", seconds=412.3, annotator="Ada"),)
    assert log.notes == ("log.csv: 1 of 2 rows take 0 seconds and are left out",)


def write_book(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_an_excel_sheet_whatever_stands_above_its_titles():
    content = write_book(
        ["Times of May"], ["Volume", "Slice", "Seconds"], ["CT_1", 12, 95.5], ["CT_1", 16, 40]
    )
    assert read_time_log(content, name="log.xlsx").rows == (
        TimeRow(volume="CT_1", slice=12, seconds=95.5),
        TimeRow(volume="CT_1", slice=16, seconds=40.0),
    )


def test_a_cell_of_a_sheet_that_says_nothing_is_named():
    content = write_book(["volume", "seconds"], ["CT_1", "=1+1"])
    with pytest.raises(TableError, match="line 2, column seconds: its formula was never computed"):
        read_time_log(content, name="log.xlsx")


def test_empty_cells_are_not_known():
    (row,) = read("volume,seconds,slice,n_slices,annotator,quality\nCT_1,60,,,,\n").rows
    assert row == TimeRow(volume="CT_1", seconds=60.0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "volume,slice\nCT_1,3\n",
            r"column seconds or lead_time or duration is missing.*got 'volume', 'slice'",
        ),
        ("slice,seconds\n3,60\n", "column volume or volume filename is missing"),
        ("volume,seconds\n,60\n", "line 2, column volume: expected a name, got ''"),
        ("volume,seconds\nCT_1,-3\n", "line 2, column seconds: expected seconds from 0"),
        ("volume,seconds\nCT_1,1:35\n", "expected seconds from 0 to 100,000, as 42.5 or 42,5, got '1:35'"),
        ("volume,lead_time\nCT_1,nan\n", "column lead_time: expected seconds"),
        ("volume,seconds\nCT_1,1e9\n", "got '1e9'"),
        ("volume,seconds,slice\nCT_1,60,third\n", "column slice: expected a whole number"),
        ("volume,seconds,n_slices\nCT_1,60,0\n", "column n_slices: expected a number of slices, at least 1"),
        ("volume,seconds,quality\nCT_1,60,90\n", "column quality: expected a share above 0 and at most 1"),
        ("volume,seconds,quality\nCT_1,60,0\n", "column quality: expected a share"),
        ("volume,seconds\n", "log.csv has a header but no time above 0"),
        ("volume,seconds\nCT_1,0\n", "log.csv has a header but no time above 0"),
        ("", "log.csv is empty; it needs the columns volume, seconds"),
        ("\n\n", "log.csv is empty; it needs the columns volume, seconds"),
    ],
)
def test_what_is_no_log_is_named(text, fault):
    with pytest.raises(TableError, match=fault):
        read(text)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 2e5, float("nan"), float("inf")])
def test_a_row_takes_time_but_no_days(seconds):
    with pytest.raises(
        RequestError, match=r"takes more than 0 and at most 100,000 seconds, got .* on 'CT_1'"
    ):
        TimeRow(volume="CT_1", seconds=seconds)


@pytest.mark.parametrize("n_slices", [0.0, 0.5, float("nan"), float("inf")])
def test_a_row_is_of_a_slice_at_least(n_slices):
    with pytest.raises(RequestError, match=r"a row is of at least 1 slice, got .* on 'CT_1'"):
        TimeRow(volume="CT_1", seconds=60.0, n_slices=n_slices)

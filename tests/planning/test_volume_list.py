"""A lab's own list becomes volumes: columns are guessed and may be changed, a wrong cell is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InventoryError, TableError
from simulator.planning.volumes import listing as volume_list
from simulator.planning.volumes.columns import FIELDS, guess_columns
from simulator.planning.volumes.listing import Column, propose_columns, read_volumes
from simulator.records import LabVolume
from tests.tables.test_workbook import write

LIST = "Patient_ID;n;Scanner;dz [mm];Age\r\n007;118;A;2,5;61\r\nÄrzte;124;B;3;48\r\n"


def read(text, **options):
    content = text.encode() if isinstance(text, str) else text
    return read_volumes(content, name="mine.csv", **options)


def one(header, row):
    (volume,) = read(f"volume;{header}\na;{row}\n").volumes
    return volume


class TestColumns:
    @pytest.mark.parametrize(
        ("title", "field"),
        [
            *[("patient_id", "volume"), ("Case", "volume"), ("NAME", "volume"), ("Subject ID", "volume")],
            *[("n", "n_slices"), ("Num Slices", "n_slices"), ("number of slices", "n_slices")],
            *[("dz", "spacing_mm"), ("Spacing (mm)", "spacing_mm"), ("slice_thickness_mm", "spacing_mm")],
            *[("site", "group"), ("Center", "group"), ("Sex", "group"), ("age", None), ("first name", None)],
            *[("start", "first_slice"), ("Last slice", "last_slice"), ("file name", "path"), ("mm", None)],
            *[("labelled slices", "labeled_slices"), ("AXIS", "axis")],
        ],
    )
    def test_usual_titles_are_known(self, title, field):
        assert guess_columns(["volume", title] if field != "volume" else [title])[title] == field

    def test_of_two_titles_the_surer_one_is_taken(self):
        found = guess_columns(["id", "Patient", "thickness", "spacing", "sex", "site"])
        assert found == {
            "id": None,
            "Patient": "volume",
            "thickness": None,
            "spacing": "spacing_mm",
            "sex": None,
            "site": "group",
        }

    def test_files_alone_name_the_volumes(self):
        assert guess_columns(["File"]) == {"File": "volume"}
        assert guess_columns(["File", "id"]) == {"File": "path", "id": "volume"}

    @given(st.lists(st.text(max_size=12), unique=True, max_size=8))
    def test_each_field_is_there_once_at_most(self, titles):
        found = guess_columns(titles)
        fields = [field for field in found.values() if field]
        assert list(found) == titles
        assert len(fields) == len(set(fields))
        assert set(fields) <= set(FIELDS)

    def test_a_proposal_shows_what_would_be_used(self):
        proposal = propose_columns(LIST.encode("cp1252"), name="mine.csv")
        assert proposal.columns == (
            Column(title="Patient_ID", field="volume"),
            Column(title="n", field="n_slices"),
            Column(title="Scanner", field="group"),
            Column(title="dz [mm]", field="spacing_mm"),
            Column(title="Age", field=None),
        )
        assert (proposal.n_rows, proposal.sheet) == (2, None)
        assert proposal.rows == (("007", "118", "A", "2,5", "61"), ("Ärzte", "124", "B", "3", "48"))
        assert "was read as Windows-1252" in proposal.notes[0]

    def test_a_proposal_may_know_no_volume_and_a_person_says_which_it_is(self):
        text = "Fall;Serie\na;1\nb;2\n"
        assert {column.field for column in propose_columns(text.encode(), name="mine.csv").columns} == {None}
        with pytest.raises(InventoryError, match="call one 'volume', or choose it among 'Fall', 'Serie'"):
            read(text)
        assert [volume.name for volume in read(text, columns={"Fall": "volume"}).volumes] == ["a", "b"]

    def test_a_change_takes_a_field_from_another_column_and_none_leaves_one_out(self):
        columns = {"Age": "n_slices", "Scanner": None}
        volume = read(LIST, columns=columns).volumes[0]
        assert volume == LabVolume(name="007", n_slices=61, spacing_mm=2.5)

    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            ({"ages": None}, "mine.csv has no column 'ages'; its columns are Patient_ID, n"),
            ({"Age": "years"}, "column Age: expected one of volume, n_slices, .*; got 'years'"),
            ({"Age": "n_slices", "n": "n_slices"}, "n_slices is given to two columns"),
            ({"Patient_ID": None}, "no column is known to name the volumes"),
        ],
    )
    def test_a_change_that_cannot_be_is_refused(self, columns, message):
        with pytest.raises(InventoryError, match=message):
            read(LIST, columns=columns)


class TestVolumes:
    def test_a_name_alone_is_enough(self):
        assert read("volume\na\nb\n").volumes == (LabVolume(name="a"), LabVolume(name="b"))

    def test_all_that_is_known_is_read(self):
        header = "volume;n;first;last;axis;dz;site;labeled;file\n"
        (volume,) = read(
            f"{header}a;60;5;40;2;-2,5;A;3;x\\a.nii\n", columns={"labeled": "labeled_slices"}
        ).volumes
        assert volume == LabVolume(
            name="a",
            n_slices=60,
            first_slice=5,
            last_slice=40,
            axis=2,
            spacing_mm=2.5,
            group="A",
            labeled_slices=(3,),
            path="x/a.nii",
        )

    def test_empty_cells_are_not_known(self):
        (volume,) = read("volume,n,first,last,axis,dz,labeled\na,,,,,,\n").volumes
        assert volume == LabVolume(name="a")

    @pytest.mark.parametrize(
        ("text", "slices"),
        [("3;7;11", (3, 7, 11)), ("3-5", (3, 4, 5)), ("9, 3 – 4 3", (3, 4, 9)), ("0", (0,)), ("", ())],
    )
    def test_labeled_slices_one_by_one_or_from_to(self, text, slices):
        assert one("labeled;n", f'"{text}";60').labeled_slices == slices

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_any_spreadsheet_in_any_language(self, encoding):
        found = read(LIST.encode(encoding))
        assert [(v.name, v.n_slices, v.group, v.spacing_mm) for v in found.volumes] == [
            ("007", 118, "A", 2.5),
            ("Ärzte", 124, "B", 3.0),
        ]

    def test_an_id_that_a_spreadsheet_took_for_a_number_is_named(self):
        (note,) = read("Case,n\n1.00E+05,4\n").notes
        assert note.startswith("mine.csv, line 2, column Case: '1.00E+05' looks like an id")

    @pytest.mark.parametrize(
        ("header", "row", "message"),
        [
            ("n", "x", r"mine.csv, line 2, column n: expected a whole number from 1 to 100000, got 'x'"),
            ("n;last", "60;60", r"column last: .* from 0 to 59 \(slices count from 0\), got '60'"),
            ("first;last", "9;3", "column last: expected a whole number from 9 to 99999"),
            ("axis", "axial", "column axis: expected a whole number from 0 to 2, got 'axial'"),
            ("dz", "0", "column dz: expected a distance above 0 and below 10 m, got '0'"),
            ("dz", "2.5 cm", "column dz: expected millimetres, as 2.5 or 2,5"),
            ("labeled;n", "5-70;60", "column labeled: expected slices from 0 to 59, as 3;7;11 or 3-11"),
            ("labeled", "11. Mrz", "column labeled: expected slices from 0 to 99999.*, got '11.'"),
            ("labeled", "7-3", "column labeled: .* got '7-3'"),
            ("site", "x" * 201, "line 2, column volume: group: expected text of at most 200 characters"),
        ],
    )
    def test_a_wrong_cell_is_named(self, header, row, message):
        with pytest.raises(InventoryError, match=message):
            one(header, row)

    @pytest.mark.parametrize("name", ["-12", "+4", "@x", '"=1+1"'])
    def test_a_name_that_would_be_a_formula_is_refused(self, name):
        with pytest.raises(
            InventoryError, match=r"column id: expected a plain name, got .* put a letter before"
        ):
            read(f"id\na\n{name}\n")

    def test_a_volume_that_stands_there_twice_is_named_with_both_lines(self):
        with pytest.raises(
            InventoryError, match="line 4, column id: 'a' stands there twice, first in line 2"
        ):
            read("id,n\na,1\nb,1\na,1\n")

    def test_lists_without_a_volume_or_with_too_many_are_refused(self, monkeypatch):
        with pytest.raises(InventoryError, match=r"mine\.csv has a header but no volume"):
            read("id\n")
        with pytest.raises(TableError, match=r"mine\.csv is empty; it needs a line of titles"):
            read("")
        monkeypatch.setattr(volume_list, "MAX_VOLUMES", 2)
        with pytest.raises(InventoryError, match="has 3 rows, at most 2 are read"):
            read("id\na\nb\nc\n")
        monkeypatch.setattr(volume_list, "MAX_LABELED", 10)
        with pytest.raises(InventoryError, match="line 3, column done: 12 slices are labeled up to here"):
            read("id;done\na;0-5\nb;0-5\n")


class TestWorkbooks:
    def test_one_of_sixteen_sheets(self):
        sheets = {f"Sheet {i}": [["x"], [i]] for i in range(16)}
        sheets["Sheet 3"] = [
            ["Cases of 2026"],
            ["Patient ID", "n", "dz"],
            ["CT_0012", 118, 2.5],
            [12, 124.0, 3],
        ]
        content = write(sheets)
        proposal = propose_columns(content, name="volumes.xlsx")
        assert (proposal.sheet.name, proposal.sheet.number, proposal.sheet.n_sheets) == ("Sheet 3", 4, 16)
        assert [column.field for column in proposal.columns] == ["volume", "n_slices", "spacing_mm"]
        assert read(content).volumes == (
            LabVolume(name="CT_0012", n_slices=118, spacing_mm=2.5),
            LabVolume(name="12", n_slices=124, spacing_mm=3.0),
        )

    def test_a_formula_without_a_value_is_named_only_where_it_is_used(self):
        content = write({"Pool": [["id", "n", "age"], ["a", "=60+1", "=1"]]})
        with pytest.raises(
            InventoryError,
            match=r"mine\.csv, sheet 'Pool', cell B2, column n: its formula was never computed; open",
        ):
            read(content)
        assert read(content, columns={"n": None}).volumes == (LabVolume(name="a"),)

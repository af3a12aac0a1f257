"""A simulated annotator fills in the plan's table, in Excel and as CSV of several languages, and it is read again."""

import csv
import io

import openpyxl
import pytest

from simulator.errors import TableError
from simulator.planning.returns.sheet import read_sheet
from simulator.planning.visit_table import write_visits_csv, write_visits_excel
from simulator.records import LabVolume, Stage
from tests.planning.test_progress import plan_of, update


def counted(n=40, **facts):
    """Volumes of which nothing is known but the name: slices are counted from where the structure is found."""
    return tuple(LabVolume(name=f"CT_{i:03d}", **facts) for i in range(n))


def fill_in(plan, filled, *, change=None):
    """Write into the cells of the Excel sheet: volume → {column: value}."""
    book = openpyxl.load_workbook(io.BytesIO(write_visits_excel(plan)))
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for title, value in filled.get(row[titles.index("volume")].value, {}).items():
            row[titles.index(title)].value = value
    if change:
        change(book, titles)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def as_csv(
    plan,
    filled,
    *,
    separator=",",
    encoding="utf-8",
    columns=("done", "first_slice", "last_slice", "minutes_spent"),
):
    """Write the plan's CSV with the columns that are filled in, as a spreadsheet of some language saves it."""
    rows = list(csv.DictReader(io.StringIO(write_visits_csv(plan).decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], *columns], delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**row, **filled.get(row["volume"], {})} for row in rows)
    return out.getvalue().encode(encoding)


def read(content, plan, name="plan.xlsx"):
    return read_sheet(content, name=name, plan=plan)


@pytest.fixture(scope="module")
def plan():
    return plan_of()


@pytest.fixture(scope="module")
def open_plan():
    return plan_of(volumes=counted(), n_slices=30.0, stages=(Stage(n_volumes=20, every=4),))


class TestTicks:
    def test_ticked_rows_count_as_planned(self, plan):
        first, _, third = plan.visits[:3]
        found = read(
            fill_in(plan, {first.volume.name: {"done": "yes"}, third.volume.name: {"done": "x"}}), plan
        )
        assert found.labeled == {one.volume.name: one.slices for one in (first, third)}
        assert found.done == (first.volume.name, third.volume.name)
        assert (found.hours, found.visits, found.spans, found.notes) == (None, (), {}, ())

    @pytest.mark.parametrize("tick", ["yes", "Yes", "X", 1, True, "ja", "WAHR", "oui", "VRAI", "sí", "✓"])
    def test_a_tick_is_a_tick_in_many_languages(self, plan, tick):
        name = plan.visits[0].volume.name
        assert read(fill_in(plan, {name: {"done": tick}}), plan).done == (name,)

    @pytest.mark.parametrize("tick", ["no", "", 0, False, "nein", "-"])
    def test_no_is_no(self, plan, tick):
        found = read(fill_in(plan, {plan.visits[0].volume.name: {"done": tick}}), plan)
        assert found.done == ()
        assert found.notes == ("plan.xlsx: no row is done yet; write yes into done",)

    def test_what_is_neither_is_not_done_and_is_named(self, plan):
        found = read(fill_in(plan, {plan.visits[0].volume.name: {"done": "half of it"}}), plan)
        assert found.done == ()
        assert (
            "cell M2, column done: 'half of it' is neither yes nor no, and counts as not done"
            in found.notes[0]
        )

    @pytest.mark.parametrize(
        ("separator", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")]
    )
    def test_it_may_be_a_csv_of_any_language(self, plan, separator, encoding):
        name = plan.visits[0].volume.name
        minutes = "12,5" if separator == ";" else "12.5"
        content = as_csv(
            plan, {name: {"done": "ja", "minutes_spent": minutes}}, separator=separator, encoding=encoding
        )
        found = read(content, plan, name="plan.csv")
        assert found.done == (name,)
        assert found.hours == pytest.approx(12.5 / 60)

    def test_rows_in_any_order_and_rows_or_columns_less_or_more_do_no_harm(self, plan):
        one, other = plan.visits[4].volume.name, plan.visits[1].volume.name
        content = f"Mood,Done,Volume\ngood,yes,{one}\nbad,yes,{other}\n,,\nsum,2,\n".encode()
        found = read(content, plan, name="p.csv")
        assert found.done == (one, other)

    def test_numbers_that_a_spreadsheet_shortened_are_known_again(self):
        plan = plan_of(volumes=tuple(LabVolume(name=f"{i:04d}", n_slices=60, axis=2) for i in range(40)))
        assert read(b"volume,done\n7,x\n0012,x\n", plan).done == ("0007", "0012")

    def test_strangers_are_named(self, plan):
        found = read(b"volume,done\nliver,x\nspleen,\n", plan)
        assert found.notes[0] == "not in the plan, so not read: liver, spleen"


class TestWhereTheStructureIs:
    def test_slices_are_counted_from_where_it_was_found(self, open_plan):
        visit = next(one for one in open_plan.visits if one.every > 1)
        assert visit.slices is None
        name = visit.volume.name
        content = fill_in(open_plan, {name: {"done": "yes", "first_slice": 20, "last_slice": 49}})
        found = read(content, open_plan)
        assert found.spans == {name: (20, 49)}
        assert {b - a for a, b in zip(found.labeled[name], found.labeled[name][1:], strict=False)} == {
            visit.every
        }
        assert min(found.labeled[name]) >= 20
        assert max(found.labeled[name]) <= 49

    def test_a_short_structure_counts_as_drawn_in_each_third(self):
        plan = plan_of(volumes=(), n_volumes=40, stages=(Stage(n_volumes=5, every=8),))
        name = plan.visits[-1].volume.name
        filled = {name: {"done": "yes", "first_slice": 20, "last_slice": 28}}
        assert read(fill_in(plan, filled), plan).labeled[name] == (21, 24, 27)

    def test_a_volume_that_is_not_done_tells_where_it_is_too(self, open_plan):
        name = open_plan.visits[0].volume.name
        found = read(fill_in(open_plan, {name: {"first_slice": 20, "last_slice": 49}}), open_plan)
        assert (found.labeled, found.spans) == ({}, {name: (20, 49)})

    def test_without_it_the_volume_is_done_on_slices_that_nobody_knows(self, open_plan):
        name = open_plan.visits[0].volume.name
        found = read(fill_in(open_plan, {name: {"done": "yes", "first_slice": 3}}), open_plan)
        assert (found.labeled, found.done, found.spans) == ({}, (name,), {})
        said = "\n".join(found.notes)
        assert "column last_slice: empty, so the other one is not used" in said
        assert f"which slices are labeled is not known: {name}" in said

    def test_what_the_list_knows_is_not_asked_for(self, plan):
        visit = plan.visits[-1]
        content = fill_in(plan, {visit.volume.name: {"done": "yes", "first_slice": 1, "last_slice": 5}})
        found = read(content, plan)
        assert (found.labeled, found.spans) == ({visit.volume.name: visit.slices}, {})

    def test_a_corrected_sheet_is_taken(self, open_plan):
        name = open_plan.visits[0].volume.name
        after = plan_of(update(spans={name: (20, 49)}), volumes=counted(), n_slices=30.0)
        found = read(fill_in(after, {name: {"done": "yes", "first_slice": 30, "last_slice": 39}}), after)
        assert found.labeled == {name: tuple(range(30, 40))}


class TestMinutes:
    def test_minutes_of_all_that_is_done_are_the_hours(self, plan):
        names = [visit.volume.name for visit in plan.visits[:3]]
        found = read(fill_in(plan, {name: {"done": "yes", "minutes_spent": 20} for name in names}), plan)
        assert found.hours == pytest.approx(1.0)
        assert [(row.volume, row.seconds, row.n_slices) for row in found.visits] == [
            (visit.volume.name, 1200.0, len(visit.slices)) for visit in plan.visits[:3]
        ]

    def test_minutes_of_some_are_times_but_no_hours(self, plan):
        one, other = (visit.volume.name for visit in plan.visits[:2])
        content = fill_in(plan, {one: {"done": "yes", "minutes_spent": 20}, other: {"done": "yes"}})
        found = read(content, plan)
        assert found.hours is None
        assert [row.volume for row in found.visits] == [one]
        assert (
            "filled in for 1 of 2 volumes that are labeled, so the hours in all are not known"
            in found.notes[0]
        )

    def test_a_second_sheet_adds_to_the_hours_of_the_first(self, plan):
        one, other = (visit.volume for visit in plan.visits[:2])
        after = plan_of(update({other.name: (12,)}, hours=2.0))
        for cells in ({}, {other.name: {"done": "yes"}}):
            content = fill_in(after, {one.name: {"done": "yes", "minutes_spent": 30}, **cells})
            assert read(content, after).hours == pytest.approx(2.5)

    def test_what_was_labeled_before_counts_among_all(self, plan):
        one, other = (visit.volume for visit in plan.visits[:2])
        after = plan_of(update({other.name: (12,)}))
        content = fill_in(after, {one.name: {"done": "yes", "minutes_spent": 20}})
        assert read(content, after).hours is None


class TestBad:
    def test_a_volume_twice_is_named_with_its_lines(self, plan):
        name = plan.visits[0].volume.name
        with pytest.raises(
            TableError, match=f"line 4, column volume: '{name}' stands there twice, first in line 2"
        ):
            read(f"volume,done\n{name},x\nother,x\n{name},\n".encode(), plan)

    @pytest.mark.parametrize(
        ("cells", "fault"),
        [
            (
                {"minutes_spent": "an hour"},
                r"cell P2, column minutes_spent: expected minutes from 0 to 1,666",
            ),
            ({"minutes_spent": -3}, "expected minutes from 0"),
            ({"minutes_spent": 1e9}, "expected minutes from 0"),
            ({"first_slice": "begin", "last_slice": 9}, "column first_slice: expected a whole number from 0"),
            (
                {"first_slice": 9, "last_slice": 3},
                "expected a whole number from 9 to 99999, not before first_slice",
            ),
            ({"done": "=1+1"}, "its formula was never computed"),
        ],
    )
    def test_a_wrong_cell_is_named(self, open_plan, cells, fault):
        name = open_plan.visits[0].volume.name
        with pytest.raises(TableError, match=fault):
            read(fill_in(open_plan, {name: {"done": "yes", **cells}}), open_plan)

    def test_the_sheet_of_the_plan_is_found_among_sixteen(self, plan):
        name = plan.visits[0].volume.name

        def hide(book, titles):
            for number in range(15):
                book.create_sheet(f"Notes {number}", 0).append(["volume", "remark"])

        assert read(fill_in(plan, {name: {"done": "yes"}}, change=hide), plan).done == (name,)

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", "plan.xlsx is empty"),
            (b"name,done\na,x\n", "column volume is missing; expected the sheet Plan of the hand-over"),
            (b"volume,slices\na,3\n", "column done is missing"),
            (b"PK\x03\x04 half a workbook", "is damaged or no Excel workbook"),
            (b"\xd0\xcf\x11\xe0 old", r"is an \.xls of old or has a password"),
        ],
    )
    def test_what_is_no_such_table_is_refused(self, plan, content, fault):
        with pytest.raises(TableError, match=fault):
            read(content, plan)

import csv
import io

import pytest

from pages.common.comparison import Compared, Comparison
from pages.common.records import KnownDataset
from pages.frontier.charts import find_trajectories
from pages.frontier.table import write_points
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_records, make_reference, make_table


def button_of(app, label):
    return next(button for button in app.button if button.label == label)


def charts(app):
    return app.get("plotly_chart")


def test_one_data_set_says_what_is_worth_its_effort(show, fill):
    fill()
    app = show("frontier", effort="diversity-x-quality")
    assert app.header[0].value.startswith("On toy, **")
    assert " of 8** measured configurations are worth their effort: :blue[**" in app.header[0].value
    assert ":green[**every slice**]" in app.header[0].value
    assert app.subheader[0].value.startswith("95\u00a0% of full performance costs ")
    assert len(charts(app)) == 1
    assert len(app.table) == 1
    assert "view" not in app.query_params


def test_several_stand_side_by_side_or_over_each_other(show, fill, other_reference):
    fill()
    fill(reference=other_reference)
    app = show("frontier", effort="slices-drawn", data="toy", beside="other")
    assert "both data sets get the same advice" in app.header[0].value
    assert (len(charts(app)), len(app.table)) == (2, 2)
    app.button_group(key="view").set_value("over").run()
    assert len(charts(app)) == 1
    assert app.query_params["view"] == "over"
    app.multiselect(key="beside").set_value([]).run()
    assert app.header[0].value.startswith("On toy")
    assert "beside" not in app.query_params
    assert "view" not in app.query_params


def test_who_cannot_stand_beside_it_is_named(show, fill):
    fill()
    app = show("frontier", beside="nobody")
    assert "beside = nobody, which cannot be chosen here" in app.warning[0].value


def test_a_vertex_leads_to_its_records(show, fill, other_reference):
    fill()
    fill(reference=other_reference, n_seeds=2)
    app = show("frontier", effort="diversity-x-quality", data="other")
    box = next(box for box in app.selectbox if box.label == "Records of")
    box.select_index(0).run()
    button_of(app, "Show its records").click().run()
    assert app.title[0].value == "What did each simulation find?"
    rows = app.dataframe[0].value
    assert len(rows) == 2
    assert set(rows["name"]) == {"other"}
    assert rows[["diversity", "completeness", "quality"]].drop_duplicates().shape == (1, 3)


def test_records_are_told_apart_by_how_slices_were_chosen(show, fill):
    spaced = Virtues(diversity=1.0, completeness=0.1, quality=1.0, sampling="equidistant")
    fill(make_records((*SMALL_GRID, spaced), n_seeds=1))
    app = show("records", d="1", c="0.1", q="1", drawn="equidistant")
    assert app.header[0].value.startswith("**1 of 18 records**")


def test_what_cannot_be_priced_is_said(show, fill):
    fill(make_records([Virtues(diversity=d, completeness=0.5, quality=1.0) for d in (0.5, 1.0)]))
    app = show("frontier", effort="diversity-x-quality")
    assert not app.exception
    assert app.header[0].value == "Nothing measured on toy can be priced as diversity × quality."
    assert any("That prices volumes with every slice only." in item.value for item in app.markdown)
    assert "Choose simulations" in [button.label for button in app.button]
    assert not charts(app)


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_make_no_trajectory(show, fill, n):
    fill(make_records(SMALL_GRID[:n], n_seeds=1))
    app = show("frontier")
    assert not app.exception
    assert "an answer needs at least three" in app.header[0].value


def test_prepared_and_not_measured_leads_to_simulate(show, with_phantom):
    app = show("frontier")
    assert app.header[0].value.startswith("Nothing has been measured on Phantom")
    button_of(app, "Choose simulations").click().run()
    assert app.title[0].value == "What should be measured next?"


def test_csv_holds_every_point_and_is_defused():
    reference = make_reference(name="=cmd()")
    evidence = make_study(make_table(make_records(reference=reference)), prices=Prices(), n_draws=50)
    measure = MEASURES["diversity-x-completeness"]
    dataset = KnownDataset(id="x", title="x", reference=reference)
    comparison = Comparison(
        asked=(Compared(dataset=dataset, evidence=evidence),),
        others={},
        protocol="fast",
        measure=measure,
        prices=Prices(),
    )
    shown = find_trajectories(comparison)
    rows = list(csv.DictReader(io.StringIO(write_points(comparison, shown * 2).decode("utf-8-sig"))))
    priced = evidence.combinations[evidence.efforts[measure.name] >= 0]
    for column, measured in (("dice", "dice"), ("dice_median", "dice_median"), ("dice_high", "dice_high")):
        written = sorted(float(row[column]) for row in rows)
        assert written == pytest.approx(sorted([*priced[measured], *priced[measured]]))
    assert {row["dataset"] for row in rows} == {"'=cmd()"}
    assert {row["measure"] for row in rows} == {measure.name}

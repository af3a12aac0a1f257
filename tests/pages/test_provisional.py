"""Pages on a data set of which nothing was measured, but other data sets were."""

import pytest

from tests.analysis.test_prospect import DENSE
from tests.factories import make_records, make_reference
from tests.pages.test_states import check


@pytest.fixture
def with_others(settings, with_phantom):
    """Publish two data sets beside the phantom, which is prepared and was never measured."""
    settings.published.mkdir()
    for digit in "bc":
        records = make_records(DENSE, reference=make_reference(name=f"published {digit}", digit=digit))
        lines = "\n".join(record.to_json() for record in sorted(records, key=lambda record: record.key))
        (settings.published / f"{digit}.jsonl").write_text(f"{lines}\n")
    return with_phantom


def test_procedure_answers_provisionally_and_leads_to_trainings(show, with_others):
    app = show("procedure", data="phantom", budget="1.5")
    text = check(app)
    assert "as on other organs." in app.header[2].value
    assert "Nothing has been measured on these volumes themselves" in text
    assert "8 trainings here would make it about ±" in text
    assert (
        "Expectations began with what was measured on published b, published c."
        in " ".join(caption.value for caption in app.get("caption")) + text
    )
    assert "Answer it on my volumes" in [button.label for button in app.button]


def test_other_data_sets_can_be_left_out(show, with_others):
    app = show("procedure", data="phantom", budget="1.5")
    next(button for button in app.button if button.label == "Leave them out").click().run()
    assert "as on other organs" not in check(app)
    assert app.query_params["prior"] == "off"
    assert "Nothing has been measured" in app.header[2].value
    next(button for button in app.button if button.label == "Take them in").click().run()
    assert "as on other organs" in check(app)


@pytest.mark.parametrize("page", ["procedure", "frontier", "virtues", "saturation", "simulate", "records"])
def test_no_page_trips_over_it(show, with_others, page):
    check(show(page, data="phantom", budget="1.5"))


def test_first_trainings_narrow_it(show, with_others, fill):
    fill(make_records(DENSE[::5], n_seeds=1, reference=with_others))
    app = show("procedure", data="phantom", budget="1.5")
    text = check(app)
    assert "Nothing has been measured on these volumes themselves" not in text
    assert "Expected Dice" in app.header[2].value

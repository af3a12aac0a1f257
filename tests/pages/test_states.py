"""Every page without records, with one, with thousands; and what its address may ask for."""

import re

import pytest

from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference

PAGES = ["procedure", "frontier", "virtues", "saturation", "data", "simulate", "records"]
HOSTILE = "![x](http://evil.example/x.png) :red[y] <img src=x> $a$"


def texts(app):
    return " ".join(
        str(item.value)
        for kind in ("title", "header", "subheader", "markdown", "warning", "error")
        for item in app.get(kind)
    )


def check(app):
    assert not app.exception
    assert len(app.title) == 1
    return texts(app)


@pytest.mark.parametrize("page", PAGES)
def test_empty_cache_leads_to_the_next_step(show, page):
    app = show(page)
    text = check(app)
    assert "yet" in text
    labels = [button.label for button in app.button]
    assert {"Open a data set", "Make and prepare the phantom"} & set(labels)


@pytest.mark.parametrize("page", PAGES)
def test_one_record(show, fill, page):
    fill([make_record(Virtues(diversity=0.5, completeness=0.5, quality=1.0))])
    text = check(show(page))
    if page == "procedure":
        assert "an answer needs at least three" in text


@pytest.mark.parametrize("page", PAGES)
def test_models_that_predict_nothing(show, fill, page):
    fill([make_record(v, seed=seed, dice=-1.0) for v in SMALL_GRID[:6] for seed in (0, 1)])
    check(show(page))


@pytest.mark.parametrize("page", PAGES)
def test_one_test_volume_does_not_tell_how_sure(show, fill, page):
    fill(make_records(reference=make_reference(n_test=1)))
    text = check(show(page))
    told = text.replace("cannot be told whether :blue[**40 volumes**] are enough", "")
    assert (page in {"procedure", "saturation"}) == (told != text)
    assert "are enough" not in told.replace("How good, and how many, are enough?", "").replace(
        "How many volumes are enough?", ""
    )
    assert "of 10 resamples" not in text
    assert "nearly every resample" not in text
    assert "over 99\u00a0%" not in text


@pytest.mark.parametrize("page", ["procedure", "frontier", "simulate"])
def test_prices_that_make_exact_labeling_free_are_refused(show, fill, page):
    fill(make_records())
    text = check(show(page, opening="0", drawing="0"))
    assert page == "simulate" or "exact labeling is free" in text


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_thousands_of_records(show, fill, page):
    fill(make_records(SMALL_GRID, n_seeds=150))
    check(show(page))


@pytest.mark.parametrize("page", PAGES)
def test_names_from_outside_are_never_markup(show, fill, page):
    fill(reference=make_reference(name=HOSTILE))
    text = check(show(page))
    assert "![x](" not in text
    assert "://evil" not in text
    assert not re.search(r"(?<!\\)<img", text)


@pytest.mark.parametrize(
    ("page", "value"),
    [
        # What reads a number is shared by all pages: two of them see all that is no number.
        pytest.param(
            page,
            value,
            marks=[] if value == HOSTILE or page in {"procedure", "simulate"} else pytest.mark.slow,
        )
        for page in PAGES
        for value in ("nan", "-3", "1e999", HOSTILE, "")
    ],
)
def test_what_nobody_can_choose_is_named_and_left(show, fill, page, value, other_reference):
    """What a page shows then is the first of two data sets with many records."""
    fill()
    fill(reference=other_reference)
    names = (
        "data",
        "effort",
        "budget",
        "opening",
        "protocol",
        "target",
        "masks",
        "seeds",
        "run",
        "quality",
        "slice",
    )
    text = check(show(page, **dict.fromkeys(names, value)))
    assert "![x](" not in text
    assert "cannot be chosen here" in text or page in {"records"}


def test_one_warning_names_all_that_cannot_be_chosen(show, fill):
    fill()
    app = show("frontier", data="<b>", effort="foo", drawing="-1")
    (warning,) = app.warning
    assert "data = \\<b\\>, effort = foo, drawing = -1, which cannot be chosen here" in warning.value
    assert len(app.run().warning) == 0


def test_a_choice_that_is_gone_falls_back_without_a_word(show, fill, other_reference):
    hurried = [v.model_copy(update={"proxy": "contour"}) for v in SMALL_GRID if v.quality < 1]
    fill(make_records((*SMALL_GRID, *hurried)))
    fill(reference=other_reference)
    app = show("procedure", data="toy", proxy="contour")
    assert app.query_params["proxy"] == "contour"
    app.selectbox(key="data").set_value("other").run()
    assert not app.warning
    assert "proxy" not in app.query_params


def test_a_page_that_ends_early_still_writes_its_address(show, fill):
    fill(reference=make_reference())
    assert show("data").query_params["data"] == "toy"


def test_data_set_in_the_address_by_shared_name_or_fingerprint(show, fill):
    fill(reference=make_reference(digit="a"), n_seeds=2)
    fill(reference=make_reference(digit="b"), n_seeds=1)
    assert show("procedure", data="toy").query_params["data"] == "a" * 12
    assert show("procedure", data="b" * 12).query_params["data"] == "b" * 12

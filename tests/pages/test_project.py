"""Project: from nothing entered to a project that is stored, named, handed over and carried elsewhere."""

import re

import pytest

from pages.common.projects import EXAMPLE
from pages.project.likeness import POPOVER
from simulator.datasets.phantom import make_phantom
from simulator.records import LabVolume, Score, Update
from simulator.records.project import MAX_VOLUMES
from simulator.settings import PROJECT, Settings
from simulator.store import open_store
from tests.factories import make_records


@pytest.fixture
def published(settings, monkeypatch):
    """An installation with the published records, of which the law of all is made."""
    found = Settings(cache=settings.cache, published=PROJECT / "cache" / "published")
    monkeypatch.setattr("pages.common.frame.load_settings", lambda: found)
    return found


@pytest.fixture
def toy(fill, monkeypatch):
    """An installation where one data set was measured, and an example that rests on it."""
    fill(make_records())
    monkeypatch.setattr("pages.common.projects.EXAMPLE", EXAMPLE.changed(reference="toy", hours=8.0))


def open_likeness(app):
    """Open what says what the volumes are most like."""
    app.session_state[POPOVER] = True
    return app.run()


def likeness_label(app):
    (label,) = (
        p.label for p in (one.proto.popover for one in app.get("popover")) if "Most like mine" in p.label
    )
    return label


def saved(settings):
    with open_store(settings, is_read_only=True) as store:
        return list(store.projects().values())


def widget(kind, key):
    return next(one for one in kind if one.key == key)


def small_print(app):
    return " ".join(one.value for one in app.markdown if one.value.startswith(":small["))


def sentence(app):
    return app.header[0].value


def test_nothing_entered_shows_an_example_that_answers(show, published):
    app = show("project")
    assert not app.exception
    assert sentence(app).startswith("*For example:* With 15 hours: label ")
    assert "*from other organs*" in sentence(app)
    assert "Hatched" not in small_print(app)
    assert saved(published) == []
    assert "project" not in app.query_params


@pytest.mark.usefixtures("toy")
def test_the_first_number_entered_begins_a_project(show, settings):
    app = show("project")
    app = widget(app.number_input, "project_n_volumes").set_value(30).run()
    (project,) = saved(settings)
    assert (project.name, project.n_volumes, project.reference) == ("My project", 30, "")
    assert app.query_params["project"] == project.id


@pytest.mark.usefixtures("toy")
def test_annotators_are_names_with_commas_between(show, settings):
    app = show("project")
    app = widget(app.text_input, "project_annotators").set_value(" Anna;Ben,, Anna").run()
    assert saved(settings)[-1].annotators == ("Anna", "Ben")
    assert widget(app.text_input, "project_annotators").value == "Anna, Ben"
    app = widget(app.text_input, "project_annotators").set_value("").run()
    assert saved(settings)[-1].annotators == ()
    assert not app.exception


@pytest.mark.usefixtures("toy")
def test_box_slider_sentence_and_project_are_one_number(show, settings):
    app = show("project")
    for kind, key, hours in (
        ("number_input", "project_hours_box", 6.0),
        ("slider", "project_hours", 12.0),
        ("number_input", "project_hours_box", 300.0),
    ):
        app = widget(getattr(app, kind), key).set_value(hours).run()
        assert saved(settings)[-1].hours == hours
        assert widget(app.number_input, "project_hours_box").value == hours
        assert widget(app.slider, "project_hours").value == hours
        assert not app.exception


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("hours", [0.0, 0.01, 1.0, 1e6])
def test_any_amount_of_hours_is_answered_in_a_sentence(show, hours):
    app = show("project")
    app = widget(app.number_input, "project_hours_box").set_value(hours).run()
    assert not app.exception
    assert not app.error
    assert sentence(app)


@pytest.mark.usefixtures("toy")
def test_a_key_names_the_hatches_where_there_are_some(show, settings):
    with open_store(settings) as store:
        store.save_project(EXAMPLE.changed(id="1" * 12, name="Mine", reference="toy", hours=8.0))
    app = show("project", project="1" * 12)
    assert "Hatched: not measured there." in small_print(app)


def test_an_address_shows_its_project_and_an_unknown_one_the_example(show, settings, fill):
    fill(make_records())
    app = show("project", project="f" * 12)
    assert "project" not in app.query_params
    assert f"project = {'f' * 12}, which cannot be chosen here" in app.warning[0].value
    mine = EXAMPLE.changed(id="1" * 12, name="Mandible 2026", reference="toy", hours=8.0)
    with open_store(settings) as store:
        store.save_project(mine)
    app = show("project", project=mine.id)
    assert sentence(app).startswith("With 8 hours: label ")
    assert app.selectbox[0].value == mine.id


@pytest.mark.usefixtures("toy")
def test_a_project_is_renamed_copied_and_deleted(show, settings):
    app = show("project")
    app = widget(app.number_input, "project_n_volumes").set_value(30).run()
    app = widget(app.text_input, "project_name").set_value("Jaw *2026*").run()
    assert [one.name for one in saved(settings)] == ["Jaw *2026*"]
    app = next(one for one in app.button if one.label == "Copy").click().run()
    assert [one.name for one in saved(settings)] == ["Jaw *2026*", "Jaw *2026* (copy)"]
    app = next(one for one in app.button if one.label == "Delete").click().run()
    assert len(saved(settings)) == 2
    app = next(one for one in app.button if one.label == "Delete for good").click().run()
    assert [one.name for one in saved(settings)] == ["Jaw *2026*"]
    assert not app.exception


@pytest.mark.usefixtures("toy")
def test_where_one_may_only_look_numbers_change_the_answer_and_nothing_is_stored(show, settings, monkeypatch):
    closed = Settings(cache=settings.cache, published=settings.published, is_read_only=True)
    monkeypatch.setattr("pages.common.frame.load_settings", lambda: closed)
    app = show("project")
    before = sentence(app)
    app = widget(app.number_input, "project_hours_box").set_value(3.0).run()
    assert not app.exception
    assert sentence(app) != before
    assert saved(settings) == []


@pytest.mark.usefixtures("toy")
def test_what_no_project_can_have_is_refused_in_a_sentence(show, settings):
    app = widget(show("project").number_input, "project_n_volumes").set_value(30).run()
    (before,) = saved(settings)
    assert widget(app.number_input, "project_n_volumes").max == MAX_VOLUMES
    app = widget(app.text_input, "project_structure").set_value("jaw\tleft").run()
    assert not app.exception
    assert "structure: expected" in app.error[0].value
    assert saved(settings) == [before]
    assert not app.run().error


@pytest.mark.usefixtures("toy")
def test_one_volume_at_least_is_left_to_train_on(show):
    assert widget(show("project").number_input, "project_n_testing").max == EXAMPLE.size - 1


@pytest.mark.usefixtures("toy")
def test_a_distance_smaller_than_anybody_would_type_is_shown(show, settings):
    with open_store(settings) as store:
        store.save_project(EXAMPLE.changed(id="1" * 12, name="Mine", reference="toy", spacing_mm=0.05))
    app = show("project", project="1" * 12)
    assert not app.exception
    assert widget(app.number_input, "project_spacing_mm").value == 0.05


@pytest.mark.usefixtures("toy")
def test_a_target_is_answered_in_hours(show):
    app = show("project", ask="target", dice="0.6")
    assert not app.exception
    said = "\n".join(one.value.replace("\\", "") for one in app.markdown)
    assert "Dice 0.60 takes " in said
    assert "The plan for 8 hours has a chance of " in said


@pytest.mark.usefixtures("toy")
def test_hours_are_said_as_they_were_given(show):
    app = widget(show("project").number_input, "project_hours_box").set_value(13.5).run()
    assert "With 13.5 hours: label" in sentence(app)


@pytest.mark.usefixtures("toy")
def test_prices_change_the_hours(show, settings):
    app = show("project")
    app = widget(app.number_input, "project_drawing_seconds").set_value(120.0).run()
    assert saved(settings)[0].prices == {"drawing_seconds": 120.0}
    assert "120 s a slice" in "".join(one.proto.popover.label for one in app.get("popover"))


@pytest.mark.usefixtures("toy")
def test_what_it_could_rest_on_is_listed_with_width_and_reason(show):
    app = show("project")
    assert [one for one in app.radio if one.key == "project_reference"] == []  # unseen, it costs nothing
    choice = widget(open_likeness(app).radio, "project_reference")
    assert choice.options[0] == "**toy**"
    (caption,) = choice.proto.captions
    assert re.fullmatch("Dice within \u00b10.\\d\\d: nothing is known to compare by", caption)


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": "nobody"},
        {"n_testing": 60},
        {"prices": {"drawing_seconds": 0.0, "opening_minutes": 0.0}},
    ],
)
@pytest.mark.parametrize("page", ["project", "plan"])
def test_what_cannot_be_answered_is_said_and_mended_with_a_click(show, settings, page, wrong):
    with open_store(settings) as store:
        store.save_project(EXAMPLE.changed(id="1" * 12, name="Mine", hours=8.0, **wrong))
    app = show(page, project="1" * 12)
    assert len(app.error) == 1
    app = next(one for one in app.button if one.label == "Take what is proposed instead").click().run()
    assert not app.error
    assert not app.exception
    assert "Expected Dice" in sentence(app) or "The plan: " in sentence(app)


def test_another_reference_changes_the_answer_and_stays_with_the_project(
    show, settings, fill, other_reference
):
    fill(make_records())
    fill(reference=other_reference)
    mine = EXAMPLE.changed(id="1" * 12, name="Mine", reference="toy", hours=8.0)
    with open_store(settings) as store:
        store.save_project(mine)
    app = show("project", project=mine.id)
    app = widget(open_likeness(app).radio, "project_reference").set_value(other_reference.fingerprint).run()
    assert saved(settings)[0].reference == other_reference.fingerprint
    assert "*if your volumes are like other*" in sentence(app)
    # Open, it keeps its words: with others it would close under whoever chooses by the keyboard.
    assert widget(app.radio, "project_reference").value == other_reference.fingerprint
    assert "**toy**" in likeness_label(app)
    app.session_state[POPOVER] = False
    assert "**other**" in likeness_label(app.run())


@pytest.mark.usefixtures("toy")
def test_other_volumes_drop_what_came_back_only_where_that_was_said(show, settings):
    volumes = tuple(LabVolume(name=f"CT_{i}") for i in range(20))
    came = Update(created="2026-11-28T09:00:00Z", source="hours", hours=2.0)
    mine = EXAMPLE.changed(
        id="1" * 12, name="Mine", reference="toy", hours=8.0, n_volumes=None, volumes=volumes
    )
    with open_store(settings) as store:
        store.save_project(mine)
    app = show("project", project=mine.id)
    app = widget(app.button_group, "project_way").set_value("list").run()

    def give(names):
        content = f"volume\n{names}".encode()
        return app.file_uploader(key="project_list").set_value(("l.csv", content, "text/csv")).run()

    app = give("\n".join(one.name for one in volumes))
    assert "The project uses these 20." in small_print(app)
    assert not [one for one in app.button if one.label.startswith("Use these")]
    app = give("A\nB\nC")
    assert "That drops what came back so far" not in small_print(app)
    with open_store(settings) as store:
        store.save_project(mine.changed(updates=(came,), measured="a" * 64))
    app = app.run()
    assert "That drops what came back so far" in small_print(app)
    app = next(one for one in app.button if one.label == "Use these 3").click().run()
    assert not app.exception
    (project,) = saved(settings)
    assert (len(project.volumes), project.updates, project.measured) == (3, (), "")


@pytest.mark.usefixtures("toy")
def test_it_says_which_differences_the_test_volumes_show(show):
    app = show("project")
    said = [one.value for one in app.markdown if "show differences" in one.value]
    assert said[0].startswith(":small[:gray[6 test volumes show differences of 0.")
    app = widget(app.number_input, "project_n_testing").set_value(1).run()
    assert not [one.value for one in app.markdown if "show differences" in one.value]


def test_without_anything_measured_the_page_says_what_to_do(show):
    app = show("project")
    assert not app.exception
    assert "measure one on Simulate" in app.error[0].value


def test_scores_that_came_back_say_how_far_the_reference_is(show, settings, fill):
    fill(make_records())
    scores = (Score(n_volumes=20, dice=0.5),) * 3
    update = Update(created="2026-11-28T09:00:00Z", source="scores", scores=scores)
    mine = EXAMPLE.changed(id="1" * 12, name="Mine", reference="toy", hours=20.0, updates=(update,))
    with open_store(settings) as store:
        store.save_project(mine)
    app = open_likeness(show("project", project=mine.id))
    assert not app.exception
    (said,) = [one.value for one in app.markdown if one.value.startswith("By 3 scores, yours give ")]
    assert " less Dice than toy " in said


@pytest.mark.usefixtures("toy")
def test_volumes_that_came_back_labeled_in_full_are_prepared_and_simulated_on(
    show, settings, monkeypatch, tmp_path
):
    found = Settings(cache=settings.cache, published=settings.published, data_roots=(tmp_path,))
    monkeypatch.setattr("pages.common.frame.load_settings", lambda: found)
    phantom = tmp_path / "phantom"
    make_phantom(phantom)
    volumes = tuple(
        LabVolume(name=f"phantom_{i:02d}", axis=2, path=f"phantom_{i:02d}.nii") for i in range(12)
    )
    labels = {one.name: tuple(range(5, 20)) for one in volumes}
    came = Update(
        created="2026-11-28T09:00:00Z",
        source="label maps",
        labeled=labels,
        folder=str(phantom / "labelsTr"),
    )
    project = EXAMPLE.changed(
        id="1" * 12,
        name="Mine",
        reference="toy",
        hours=8.0,
        n_volumes=None,
        n_slices=None,
        volumes=volumes,
        folder=str(phantom / "imagesTr"),
        updates=(came,),
    )
    with open_store(settings) as store:
        store.save_project(project)
    app = show("project", project=project.id)
    widget(app.button, "measure_on_mine").click().run(timeout=120)
    assert not app.exception
    assert app.title[0].value == "What should be measured next?"
    measured = saved(settings)[0].measured
    assert saved(settings)[0].reference == ""
    assert app.query_params["data"] in {measured[:12], f"own {project.id}"}
    assert "Answer my question" in [one.label for one in app.button]


@pytest.mark.usefixtures("toy")
def test_without_label_maps_it_says_what_measuring_needs_and_where_labeled_volumes_are_opened(show):
    app = show("project")
    assert any("10 of your volumes have to be labeled in full first" in one.value for one in app.markdown)
    next(one for one in app.button if one.label == "Open labeled volumes").click().run()
    assert app.title[0].value == "What does a quality look like?"

"""Progress: from nothing handed over to a plan that changed."""

import io

import openpyxl
import pytest

from pages.common.projects import EXAMPLE
from pages.common.records import known_datasets
from simulator.campaigns import ask, hold_lock, launch
from simulator.campaigns.scoring import lock_name
from simulator.formats import format_hours
from simulator.planning.project import answer_project
from simulator.planning.scoring import dataset_name
from simulator.planning.visit_table import write_visits_excel
from simulator.planning.visits import hold_to_plan, plan_project
from simulator.records import LabVolume, Score, Update
from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records
from tests.pages.test_project import saved, sentence, widget
from tests.planning.test_label_maps import draw
from tests.planning.test_progress import LISTED

TOY = EXAMPLE.changed(id="1" * 12, name="Toy 2026", reference="toy", hours=8.0, n_slices=30.0)


@pytest.fixture
def begin(settings, fill):
    """Store a project whose plan was handed over, with what came back."""
    fill(make_records())

    def store_project(*updates, **changes):
        with open_store(settings) as store:
            project = hold_to_plan(answer_project(TOY.changed(**changes), store.table()))
            store.save_project(project.changed(updates=updates))
        return project

    return store_project


@pytest.fixture
def halfway(begin, settings):
    """A project of which so much came back, in so much time, that a new plan follows."""
    begin()
    with open_store(settings) as store:
        (project,) = store.projects().values()
        visits = plan_project(answer_project(project, store.table())).visits
        done = tuple(visit.volume.name for visit in visits[:12])
        project = project.changed(updates=(update(done=done, hours=4.0),))
        store.save_project(project)
    return project


def update(**facts):
    return Update(created="2026-11-28T09:00:00Z", source="label maps", **facts)


def press(app, label):
    return next(one for one in app.button if one.label == label).click().run()


def test_before_a_plan_was_handed_over_the_way_there_is_shown(show, fill):
    fill(make_records())
    app = show("progress")
    assert not app.exception
    assert sentence(app).startswith("No plan has been handed over for the project as it is now")
    assert [one.label for one in app.button] == ["Hand over a plan"]


def test_a_plan_that_was_handed_over_begins_at_nothing(show, begin, settings):
    project = begin()
    app = show("progress", project=project.id)
    assert not app.exception
    assert sentence(app).startswith("Nothing has come back yet: ")
    with open_store(settings) as store:
        hours = format_hours(plan_project(answer_project(project, store.table())).hours)
    assert sentence(app).endswith(f" and 6 for testing to label, {hours} of work.")


def test_hours_and_a_score_are_added_and_taken_back(show, begin, settings):
    project = begin(update(labeled={f"volume {i:02d}": (1, 2, 3) for i in range(1, 20)}))
    app = show("progress", project=project.id)
    widget(app.number_input, "returned_hours").set_value(3.5)
    widget(app.number_input, "returned_dice").set_value(0.7)
    widget(app.number_input, "returned_volumes").set_value(12)
    app = press(app, "Add")
    assert not app.exception
    last = saved(settings)[0].updates[-1]
    assert (last.hours, last.scores) == (3.5, (Score(n_volumes=12, dice=0.7),))
    assert saved(settings)[0].stages == project.stages
    assert "Dice :" not in sentence(app)
    assert "**0.70**" in sentence(app)
    app = press(app, "Undo: hours, a score")
    assert len(saved(settings)[0].updates) == 1


def test_label_maps_are_read_only_from_folders_that_may_be_opened(
    show, begin, settings, monkeypatch, tmp_path
):
    project = begin(volumes=LISTED, n_volumes=None)
    draw(tmp_path / "back", "CT_003", (12, 20, 30))
    for roots, said in (((tmp_path / "other",), "lies outside the folders"), ((tmp_path,), "")):
        found = Settings(cache=settings.cache, published=settings.published, data_roots=roots)
        monkeypatch.setattr("pages.common.frame.load_settings", lambda found=found: found)
        app = show("progress", project=project.id)
        widget(app.text_input, "returned_folder").set_value(str(tmp_path / "back"))
        app = press(app, "Add")
        assert not app.exception
        assert [said in one.value for one in app.warning] == ([True] if said else [])
    last = saved(settings)[0].updates[-1]
    assert last.labeled["CT_003"][:1] == (12,)
    assert last.folder == str((tmp_path / "back").resolve())


@pytest.fixture
def scorable(settings, begin, monkeypatch, tmp_path):
    """A project whose test volumes and some others came back as label maps; processes are noted, not started."""
    found = Settings(cache=settings.cache, published=settings.published, data_roots=(tmp_path,))
    monkeypatch.setattr("pages.common.frame.load_settings", lambda: found)
    launched = []
    monkeypatch.setattr(
        launch, "_start_process", lambda command, *args, **options: launched.append(command) or _Ended()
    )
    images, back = tmp_path / "images", tmp_path / "back"
    volumes = tuple(one.model_copy(update={"path": f"{one.name}.nii.gz"}) for one in LISTED)

    def begin_with(*, roles=("test", "train"), folder=images, label_folder=back):
        facts = {"volumes": volumes, "n_volumes": None, "folder": str(folder)}
        project = begin(**facts)
        with open_store(settings) as store:
            plan = plan_project(answer_project(project, store.table()))
            labeled = {one.volume.name: one.slices for one in plan.visits if one.role in roles}
            project = project.changed(updates=(update(labeled=labeled, folder=str(label_folder)),))
            store.save_project(project)
        return project

    return begin_with, launched


class _Ended:
    def wait(self):
        return 0


def test_one_click_trains_and_scores_in_a_process_of_its_own(show, scorable, settings):
    begin_with, launched = scorable
    project = begin_with()
    app = press(show("progress", project=project.id), "Train and score")
    assert not app.exception
    assert launched == [["project", "score", "--", "Toy 2026"]]
    assert "Train and score" not in [one.label for one in app.button]
    (settings.cache / f"score-{project.id}.log").write_text("a mask differs; mend it\n")
    app.run()
    assert [one.value for one in app.warning] == ["A mask differs; mend it."]
    assert "Train and score" in [one.label for one in app.button]


def test_a_training_can_be_cancelled_by_whoever_comes_later(show, scorable, settings):
    project = scorable[0]()
    request = make_records()[0].request
    dataset = request.dataset.model_copy(update={"name": dataset_name(project), "fingerprint": "e" * 64})
    with open_store(settings) as store:
        ask(store, [request.model_copy(update={"dataset": dataset})], name="Score of Toy 2026")
    with hold_lock(settings, name=lock_name(project.id)):
        app = press(show("progress", project=project.id), "Cancel")
        assert "Cancelled: what still runs is being stopped." in "".join(one.value for one in app.markdown)
    app.run()
    assert not app.exception
    assert [one.value for one in app.warning] == []
    assert "Train and score" in [one.label for one in app.button]
    with open_store(settings, is_read_only=True) as store:
        assert [one.is_cancelled for one in store.campaigns()] == [True]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"roles": ("train",)}, "Scoring needs a test volume that is labeled in full."),
        ({"roles": ("test",)}, "Training needs a volume that is labeled as planned."),
        ({"folder": ""}, "Training needs the images: give their folder under My volumes."),
    ],
)
def test_what_a_score_lacks_is_said(show, scorable, options, why):
    project = scorable[0](**options)
    (button,) = [one for one in show("progress", project=project.id).button if one.label == "Train and score"]
    assert (button.disabled, button.help) == (True, why)


def test_label_maps_outside_the_folders_that_may_be_opened_are_not_trained_on(show, scorable, tmp_path):
    begin_with, launched = scorable
    project = begin_with(label_folder=tmp_path.parent / "elsewhere")
    app = press(show("progress", project=project.id), "Train and score")
    assert launched == []
    assert "lies outside the folders" in app.warning[0].value


def test_slices_that_show_nothing_count_on_both_sides_of_the_table(show, begin, settings):
    volumes = tuple(LabVolume(name=f"CT_{i}", n_slices=60) for i in range(20))
    project = begin(volumes=volumes, n_volumes=None)
    with open_store(settings) as store:
        plan = plan_project(answer_project(project, store.table()))
        assert sum(visit.n_looks for visit in plan.visits) > 0
        store.save_project(project.changed(updates=(update(done=tuple(v.volume.name for v in plan.visits)),)))
    planned, done = next(one for one in show("progress", project=project.id).table).value.loc["Slices"]
    assert planned == done


def test_nothing_entered_is_said_and_nothing_is_stored(show, begin, settings):
    project = begin()
    app = press(show("progress", project=project.id), "Add")
    assert "Nothing was entered" in app.warning[0].value
    assert saved(settings)[0].updates == ()


def test_the_new_plan_is_taken_on_a_click_and_taken_back_on_another(show, halfway, settings):
    app = press(show("progress", project=halfway.id), "Use the new plan")
    assert saved(settings)[0].stages != halfway.stages
    assert "The plan stands" in "".join(one.value for one in app.markdown)
    assert list(app.dataframe[0].value["What"]) == ["label maps", "the new plan"]
    app = press(app, "Undo: the new plan")
    assert not app.exception
    assert saved(settings) == [halfway]


@pytest.mark.parametrize(
    ("clicked", "said"), [(0, True), ([0], True), (None, False), (10**6, False), ("0", False)]
)
def test_a_click_on_a_square_says_how_its_volume_stands(show, halfway, monkeypatch, clicked, said):
    def draw_chart(*_, key="", **__):
        return {"selection": {"points": [{"customdata": clicked}] if key.startswith("squares") else []}}

    monkeypatch.setattr("streamlit.plotly_chart", draw_chart)
    app = show("progress", project=halfway.id)
    assert not app.exception
    name = halfway.updates[0].done[0]
    assert (
        f"**{name}**: labeled; it is for testing. Nothing to do." in [o.value for o in app.markdown]
    ) is said


def test_a_correction_is_taken_where_that_is_chosen(show, begin, settings):
    project = begin(update(hours=50.0))
    app = show("progress", project=project.id)
    widget(app.number_input, "returned_hours").set_value(5.0)
    app = press(app, "Add")
    assert next(one.value for one in app.warning).startswith(
        "Fewer hours than before, so what was known is kept"
    )
    assert "nothing in it is new" in app.warning[1].value.lower()
    assert widget(app.number_input, "returned_hours").value == 5.0
    widget(app.checkbox, "returned_replaces").check()
    app = press(app, "Add")
    assert saved(settings)[0].updates[-1].hours == 5.0
    assert not widget(app.checkbox, "returned_replaces").value
    assert not app.warning


@pytest.mark.parametrize("label", ["Add", "Use the new plan", "Undo: label maps"])
def test_what_another_tab_saved_is_not_lost(show, halfway, settings, label):
    app = show("progress", project=halfway.id)
    widget(app.number_input, "returned_hours").set_value(5.5)
    with open_store(settings) as store:
        elsewhere = halfway.changed(updates=(*halfway.updates, update(hours=5.0)))
        store.save_project(elsewhere)
    app = press(app, label)
    assert not app.exception
    assert "was changed in another tab or a terminal, so nothing was saved" in app.warning[0].value
    assert saved(settings) == [elsewhere]
    if label == "Add":
        assert widget(app.number_input, "returned_hours").value == 5.5
        press(app, "Add")
        assert [one.hours for one in saved(settings)[0].updates] == [4.0, 5.0, 5.5]


@pytest.mark.parametrize("label", ["Add", "Use the new plan", "Undo: label maps"])
def test_a_project_that_another_tab_deleted_does_not_come_back(show, halfway, settings, label):
    app = show("progress", project=halfway.id)
    widget(app.number_input, "returned_hours").set_value(5.5)
    with open_store(settings) as store:
        store.delete_project(halfway.id)
    app = press(app, label)
    assert not app.exception
    assert "was deleted in another tab or a terminal, so nothing was saved" in app.warning[0].value
    assert saved(settings) == []


def test_the_sheet_that_was_handed_over_comes_back_ticked_off(show, begin, settings):
    project = begin(volumes=LISTED, n_volumes=None)
    with open_store(settings, is_read_only=True) as store:
        plan = plan_project(answer_project(project, store.table()))
    book = openpyxl.load_workbook(io.BytesIO(write_visits_excel(plan)))
    titles = [cell.value for cell in book.active[1]]
    for row in range(2, 8):
        book.active.cell(row, titles.index("done") + 1, "yes")
    packed = io.BytesIO()
    book.save(packed)
    app = show("progress", project=project.id)
    app.get("file_uploader")[0].upload("plan.xlsx", packed.getvalue())
    app = press(app, "Add")
    assert not app.exception
    (update,) = saved(settings)[0].updates
    assert update.labeled == {visit.volume.name: visit.slices for visit in plan.visits[:6]}
    assert update.source == "plan.xlsx"


def test_what_is_labeled_of_a_project_is_no_data_set_to_choose(settings, begin):
    project = begin()
    record = make_records()[0]
    dataset = record.dataset.model_copy(update={"name": dataset_name(project), "fingerprint": "e" * 64})
    request = record.request.model_copy(update={"dataset": dataset})
    with open_store(settings) as store:
        store.add_record(record.model_copy(update={"dataset": dataset, "key": request.key}))
        table = store.table()
    assert "e" * 64 in set(table["fingerprint"])
    assert [one.reference.name for one in known_datasets(table, settings).values()] == ["toy"]

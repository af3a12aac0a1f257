import dataclasses
import json
import platform
import re

import pytest

import pages.common.frame
import pages.simulate.progress
from pages.common.downloads import write_csv
from pages.common.escape import escape
from pages.common.start_button import start
from simulator.analysis.law.choosing import Outlook
from simulator.campaigns import hold_lock, launch
from simulator.campaigns.adaptive import DEFAULT_TRAININGS, ask_adaptive, choose_more
from simulator.campaigns.running import Running, write_progress
from simulator.datasets import list_prepared
from simulator.errors import ReadOnlyError
from simulator.protocols import FAST
from simulator.records import Failure, SimulationRequest, Virtues
from simulator.store import Aim, Campaign, Chosen, open_store
from simulator.virtues import PROXIES
from tests.factories import make_record, make_records, make_reference


class _Ended:
    def poll(self):
        return 0

    def wait(self):
        return 0


@pytest.fixture
def launches(monkeypatch):
    """Workers that were launched, none of which runs."""
    found = []
    monkeypatch.setattr(launch.subprocess, "Popen", lambda *args, **kwargs: found.append(args) or _Ended())
    return found


@pytest.fixture
def campaign(settings, with_phantom):
    """A campaign of one training on the phantom, which nobody works on."""
    asked = Campaign(
        id="0" * 12, name="x", requests=(request_of(with_phantom),), created="2026-01-01T00:00:00Z"
    )
    with open_store(settings) as store:
        store.add_campaign(asked)
    return asked


@pytest.fixture
def roots(settings, monkeypatch, tmp_path):
    """One folder from which the browser may open data sets."""
    folder = tmp_path / "data"
    folder.mkdir()
    changed = dataclasses.replace(settings, data_roots=(folder,))
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: changed)
    return folder


def button_of(app, label):
    return next(button for button in app.button if button.label == label)


def request_of(reference, *, diversity=0.1, seed=0):
    virtues = Virtues(diversity=diversity, completeness=0.1, quality=1.0)
    return SimulationRequest(dataset=reference, virtues=virtues, protocol=FAST, seed=seed)


def test_quality_is_shown_and_shared(show, with_phantom):
    app = show("data", quality="0.8")
    assert not app.exception
    achieved = re.search(r"this volume comes to ([\d.]+)", " ".join(item.value for item in app.markdown))
    assert app.header[0].value.startswith(
        f":orange[**Quality {float(achieved[1]):.0f}\u00a0%**] in this volume"
    )
    assert sum("**Difference**" in text.value for text in app.markdown) == 1
    app.slider(key="quality").set_value(100).run()
    assert "every slice is outlined exactly" in app.header[0].value
    assert "**1.00** IoU" in app.header[0].value
    assert app.query_params["quality"] == "1"


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("interpolation", "slices are labeled, each of the others is copied from its neighbour."),
        pytest.param(
            "shape",
            "slices are labeled, each of the others is blended from its neighbours.",
            marks=pytest.mark.slow,  # its curve over all volumes
        ),
        ("contour", "every slice is outlined, only less exactly."),
    ],
)
def test_every_way_of_losing_quality_is_shown(show, with_phantom, proxy, said):
    app = show("data", quality="0.8", proxy=proxy)
    assert not app.exception
    assert app.header[0].value.endswith(said)
    assert sum("**Difference**" in text.value for text in app.markdown) == 1
    (switch,) = app.button_group
    assert switch.options == [f":gray[{p.label}]" for p in PROXIES.values()]
    assert app.query_params["proxy"] == proxy


def test_simulate_offers_the_qualities_of_its_own_proxy(show, fill):
    grid = [
        Virtues(diversity=1.0, completeness=1.0, quality=0.813, proxy=proxy) for proxy in ("shape", "contour")
    ]
    fill(make_records([Virtues.full(), *grid]))
    app = show("simulate")
    assert not app.exception
    (masks,) = [group for group in app.button_group if group.key == "masks"]
    assert masks.options
    assert not any("81" in option for option in masks.options)


def test_simulate_asks_for_the_proxy_that_is_chosen(show, fill, settings, with_phantom, launches):
    hurried = [Virtues(diversity=d, completeness=1.0, quality=0.85, proxy="contour") for d in (0.1, 0.4, 1.0)]
    copied = [Virtues(diversity=1.0, completeness=1.0, quality=q) for q in (0.8, 0.89)]
    fill(make_records([Virtues.full(), *copied, *hurried], reference=with_phantom))
    app = show("simulate")

    def qualities():
        (masks,) = [group for group in app.button_group if group.key == "masks"]
        return [option.removeprefix(":gray[").split("\u00a0")[0] for option in masks.options]

    assert qualities() == ["100", "90", "80", "70"]
    app.selectbox(key="proxy").select("contour").run()
    assert qualities() == ["100", "90", "85", "80", "70"]
    app.button_group(key="masks").set_value("0.85").run()
    assert any(item.value.startswith("At quality 85\u00a0%, 3 of ") for item in app.subheader)
    app.multiselect(key="chosen").set_value(["0.2 1 0.85 contour"]).run()
    button_of(app, "Start 3 trainings").click().run()
    assert not app.exception
    with open_store(settings, is_read_only=True) as store:
        assert {request.virtues.proxy for request in store.pending().values()} == {"contour"}


def test_no_slip_of_a_key_chooses_everything(show, fill):
    fill()
    assert show("simulate").multiselect(key="chosen").proto.select_all == 0


FORGED = ("", "nonsense", "1 1", "a b c", "2 1 1", "nan 1 1", "1 1 1 ../x", "1 1 0.5 no-proxy", "0.1 0.1 01")


def test_what_was_never_on_offer_is_not_chosen(show, fill):
    fill()
    app = show("simulate")
    app.session_state["chosen"] = [*FORGED, "0.2 0.1 1"]
    app.run()
    assert not app.exception
    assert app.multiselect(key="chosen").value == ["0.2 0.1 1"]


def test_simulate_opens_where_only_another_proxy_was_measured(show, fill):
    fill([make_record(Virtues(diversity=1.0, completeness=1.0, quality=0.9, proxy="contour"))])
    app = show("simulate")
    assert not app.exception
    assert any(", 0 of " in item.value for item in app.subheader)


def test_phantom_is_made_on_a_click(show, settings):
    app = show("data")
    button_of(app, "Make and prepare the phantom").click().run()
    assert not app.exception
    assert [reference.name for reference in list_prepared(settings)] == ["phantom"]
    assert app.header[0].value.startswith(":orange[**Quality")


def test_read_only_prepares_nothing(show, settings, monkeypatch):
    read_only = dataclasses.replace(settings, is_read_only=True)
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: read_only)
    assert button_of(show("data"), "Make and prepare the phantom").disabled


def test_a_data_set_of_many_labels_and_volumes_is_looked_for_as_it_was_cut(show, fill, roots):
    labels = tuple(range(1, 1200))
    fill([make_record(reference=make_reference(n_pool=200_000).model_copy(update={"labels": labels}))])
    app = show("data")
    button_of(app, "Fill in as it was measured").click().run()
    assert not app.exception
    assert app.text_input[0].value == "toy"
    assert app.text_input[1].value == ",".join(map(str, labels))
    assert len(app.text_input[1].value) <= app.text_input[1].proto.max_chars
    assert app.number_input[0].value == 200_000
    assert app.selectbox[1].value == 2


def form_of(app):
    folder, labels = app.text_input
    return folder.value, app.number_input[0].value, app.selectbox[1].value, labels.value


BLANK = ("", 0, None, "")


def test_the_form_that_opens_a_folder_inherits_nothing_from_the_data_set_that_is_shown(
    show, fill, roots, other_reference
):
    fill([make_record(reference=make_reference().model_copy(update={"axis": 1, "labels": (4, 7)}))])
    fill([make_record(reference=other_reference)])
    app = show("data", data="toy")
    assert form_of(app) == BLANK
    button_of(app, "Fill in as it was measured").click().run()
    assert form_of(app) == ("toy", 40, 1, "4,7")
    app.selectbox(key="data").set_value("other").run()
    assert form_of(app) == BLANK


def test_what_was_found_for_one_data_set_is_not_shown_for_another(show, fill, roots, other_reference):
    fill()
    fill([make_record(reference=other_reference)])
    (roots / "nothing").mkdir()
    app = show("data", data="toy")
    app.text_input[0].set_value("nothing")
    button_of(app, "Open").click().run()
    assert "holds no data set" in app.error[0].value
    app.selectbox(key="data").set_value("other").run()
    assert not app.error


@pytest.mark.parametrize("folder", ["/etc", "../..", "a" * 300, "![x](http://evil.example)"])
def test_only_allowed_folders_open(show, roots, folder):
    app = show("data")
    app.text_input[0].set_value(folder)
    button_of(app, "Open").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert "![x](" not in app.error[0].value
    if folder == "/etc":
        assert "outside the folders that may be opened" in app.error[0].value


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "Name a folder first"),
        ("nowhere", "There is no folder 'nowhere'; in "),
        ("~/data", "~ stands for nothing here: write the folder in full; in "),
        ("a" * 300, "File name too long"),
    ],
)
def test_a_folder_that_is_not_there_is_said_in_a_sentence(show, roots, folder, said):
    (roots / "Task99_Mine").mkdir()
    app = show("data")
    app.text_input[0].set_value(folder)
    button_of(app, "Open").click().run()
    assert said in app.error[0].value.replace("\\", "")
    assert ("there is Task99_Mine" in app.error[0].value.replace("\\", "")) == (len(folder) < 200)
    assert len(app.error[0].value) < 600


def test_a_folder_without_data_set_is_a_message(show, roots):
    (roots / "nothing").mkdir()
    app = show("data")
    app.text_input[0].set_value("nothing")
    button_of(app, "Open").click().run()
    assert "holds no data set" in app.error[0].value


def test_chosen_combinations_start(show, fill, settings, with_phantom, launches):
    fill(reference=with_phantom)
    app = show("simulate")
    app.multiselect(key="chosen").set_value(["0.2 0.1 1", "0.4 1 1"]).run()
    assert any(item.value.startswith("**6 trainings**") for item in app.header)
    button_of(app, "Start 6 trainings").click().run()
    assert not app.exception
    assert len(launches) == 1
    with open_store(settings, is_read_only=True) as store:
        assert len(store.pending()) == 6
    assert any("6 trainings** done" in header.value for header in app.header)


def test_what_is_measured_is_not_asked_for_again(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("simulate")
    app.multiselect(key="chosen").set_value(["1 1 1"]).run()
    assert any(item.value.startswith("**0 trainings**") for item in app.header)
    assert button_of(app, "Start").disabled


def test_quick_choices_and_failures(show, fill, settings, with_phantom, launches):
    fill(reference=with_phantom)
    request = request_of(with_phantom, diversity=0.2)
    with open_store(settings) as store:
        store.add_failure(
            Failure(
                request=request,
                what_happened="**it** broke",
                what_to_do="mend it",
                created="2026-01-01T00:00:00Z",
            )
        )
    app = show("simulate")
    assert "1 configuration failed; the others went on" in [item.value for item in app.subheader]
    assert "\\*\\*it\\*\\* broke" in str(app.table[0].value)
    app.pills(key="quick").set_value("Failed").run()
    assert app.multiselect(key="chosen").value == ["0.2 0.1 1"]
    next(b for b in app.button if b.label.startswith("Run missing and failed")).click().run()
    with open_store(settings, is_read_only=True) as store:
        assert request.key in store.pending()
        assert not store.failures()


def test_interrupted_work_goes_on_and_can_be_cancelled(show, settings, launches, campaign):
    app = show("simulate")
    assert app.header[0].value.startswith("Interrupted")
    button_of(app, "Resume 1 training").click().run()
    assert len(launches) == 1
    with hold_lock(settings):
        button_of(app, "Cancel").click().run()
        assert any("What still runs is being stopped" in item.value for item in app.markdown)
    with open_store(settings, is_read_only=True) as store:
        assert not store.pending()
    assert not any("Cancelled" in item.value for item in app.run().markdown)
    assert app.header[0].value == "Cancelled: **0 of 1 training** recorded"
    button_of(app, "Resume 1 training").click().run()
    assert len(launches) == 2
    with open_store(settings, is_read_only=True) as store:
        assert len(store.pending()) == 1
    button_of(app, "Cancel").click().run()
    button_of(app, "See the records").click().run()
    assert app.title[0].value == "What did each simulation find?"


def test_a_training_that_runs_elsewhere_says_where(show, settings, campaign):
    def tell(place):
        said = Running(request=campaign.requests[0], epoch=0, n_epochs=None, started=1.0, place=place)
        write_progress(settings, said)
        return next(item.value for item in show("simulate").markdown if "Running now" in item.value)

    with hold_lock(settings):
        assert " on gpu\\_1. Goes on" in tell("gpu_1")
        assert " on " not in tell(platform.node()).partition("Goes on")[0]


def test_the_end_is_told_until_something_new_is_asked_for(show, fill, settings, launches, campaign):
    app = show("simulate")
    request = campaign.requests[0]
    fill([make_record(request.virtues, seed=request.seed, reference=request.dataset)])
    assert app.run().header[0].value == "Done: **1 of 1 training** recorded"
    app.multiselect(key="chosen").set_value(["0.2 0.1 1"]).run()
    button_of(app, "Start 3 trainings").click().run()
    assert not any("Done:" in header.value for header in app.header)
    assert not any("Done:" in header.value for header in show("simulate").header)


def test_a_worker_that_was_there_and_is_gone_was_interrupted_at_once(
    show, settings, with_phantom, launches, campaign
):
    app = show("simulate")
    button_of(app, "Resume 1 training").click().run()
    assert not any(button.label.startswith("Resume") for button in app.button)  # it may still be starting
    with hold_lock(settings):
        app.run()
        assert app.header[0].value.startswith("**0 of 1 training** done")
    assert app.run().header[0].value.startswith("Interrupted")
    assert button_of(app, "Resume 1 training")


def test_read_only_refuses_whatever_the_button_looked_like(show, fill, settings, with_phantom, monkeypatch):
    fill(reference=with_phantom)
    read_only = dataclasses.replace(settings, is_read_only=True)
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: read_only)
    app = show("simulate")
    assert button_of(app, "Start").disabled
    with pytest.raises(ReadOnlyError, match="read-only"):
        start([request_of(with_phantom)], name="x", settings=read_only)


@pytest.fixture
def choosing(settings, with_phantom):
    """A campaign of six trainings on the phantom that chooses them itself, which nobody works on."""
    with open_store(settings) as store:
        return ask_adaptive(store, with_phantom, aim=Aim(n_trainings=6), protocol="fast", name="x")


@pytest.fixture
def train(settings):
    """Record what a campaign asked for, and let it ask on, until so many are there."""

    def run(campaign, n):
        with open_store(settings) as store:
            for i in range(n):
                (found,) = [one for one in store.campaigns() if one.id == campaign.id]
                if i == len(found.requests):
                    assert choose_more(store, found)
                    (found,) = [one for one in store.campaigns() if one.id == campaign.id]
                request = found.requests[i]
                store.add_record(make_record(request.virtues, seed=request.seed, reference=request.dataset))

    return run


def primary_buttons(app):
    return [button.label for button in app.button if button.proto.type == "primary"]


def find_charts(app, key):
    return [json.loads(c.proto.spec) for c in app.get("plotly_chart") if c.proto.id.endswith(f"-{key}")]


def test_one_click_asks_for_an_answer(show, settings, with_phantom, launches):
    app = show("simulate", opening="7")
    assert app.header[0].value == "**24 trainings** that choose themselves"
    assert not any("Expected Dice is known" in item.value for item in app.markdown)
    assert primary_buttons(app) == ["Answer my question"]
    app.session_state["opening"] = 7.0
    button_of(app, "Answer my question").click().run()
    assert not app.exception
    assert len(launches) == 1
    with open_store(settings, is_read_only=True) as store:
        (campaign,) = store.campaigns()
    assert campaign.aim == Aim(n_trainings=DEFAULT_TRAININGS, prices={"opening_minutes": 7.0})
    assert campaign.requests[0].dataset == with_phantom
    assert app.header[0].value == "**0 of 24 trainings** done"
    assert not any(button.label == "Answer my question" for button in app.button)


def test_how_sure_the_answers_are_is_said_with_how_long_it_takes(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("simulate")
    assert re.fullmatch(r"\*\*24 trainings\*\* that choose themselves, about \*\*.+\*\*", app.header[0].value)
    assert sum("Expected Dice is known to ±" in item.value for item in app.markdown) == 1


@pytest.fixture
def sure(monkeypatch):
    monkeypatch.setattr(Outlook, "is_settled", True)


def test_what_is_settled_asks_for_nothing(show, fill, with_phantom, sure):
    fill(reference=with_phantom)
    app = show("simulate")
    assert app.header[0].value == "The answers are settled"
    assert any("6 trainings more would" in item.value for item in app.markdown)
    assert primary_buttons(app) == []


def test_what_was_settled_meanwhile_is_said(show, fill, settings, with_phantom, launches, monkeypatch):
    fill(reference=with_phantom)
    app = show("simulate")
    monkeypatch.setattr(Outlook, "is_settled", True)
    button_of(app, "Answer my question").click().run()
    assert not app.exception
    assert any("nothing more has to be trained" in item.value for item in app.markdown)
    assert launches == []


def test_why_nothing_can_be_started_is_said_once(show, fill, settings, monkeypatch):
    fill()
    app = show("simulate")
    assert button_of(app, "Answer my question").disabled
    assert sum("are not prepared on this machine" in item.value for item in app.markdown) == 1
    button_of(app, "Open it on Data").click().run()
    assert app.title[0].value != "What should be measured next?"


def test_what_is_interrupted_goes_on_first(show, settings, campaign):
    assert primary_buttons(show("simulate")) == ["Resume 1 training"]


def test_answers_get_surer_before_ones_eyes(show, settings, choosing, train, monkeypatch):
    monkeypatch.setattr(pages.simulate.progress, "LOOK_SECONDS", 60)
    assert find_charts(show("simulate"), "narrowing") == []
    train(choosing, 5)
    with hold_lock(settings):
        app = show("simulate")
        assert not app.exception
        (chart,) = find_charts(app, "narrowing")
        assert chart["data"][-1]["x"] == [1, 2, 3, 4, 5]
        last = chart["data"][-1]["y"][-1]
        assert app.subheader[0].value == f"After 5 trainings, Dice is known to ±{last:.3f}"
        # What another protocol is told of is not how sure this one is.
        assert find_charts(show("simulate", run="smoke"), "narrowing") == []


def test_what_takes_long_to_compute_keeps_nobody_waiting(show, settings, choosing, train, monkeypatch):
    monkeypatch.setattr(pages.simulate.progress, "LOOK_SECONDS", 0)
    train(choosing, 5)
    with hold_lock(settings):
        assert show("simulate").subheader[0].value.startswith("After 1 training, ")
    # Nobody looks again where no worker is.
    assert show("simulate").subheader[0].value.startswith("After 5 trainings, ")


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("settled", "Settled after **5 of 6 trainings**"),
        ("exhausted", "Nothing is left to train after **5 of 6 trainings**"),
        ("unprepared", "Stopped after **5 of 6 trainings**: the slices of the data set are gone"),
        (None, "Done: **6 of 6 trainings** recorded"),
    ],
)
def test_why_trainings_ended_is_told(show, settings, choosing, train, ending, said):
    app = show("simulate")
    train(choosing, 6 if ending is None else 5)
    if ending is not None:
        with open_store(settings) as store:
            store.choose(choosing.id, Chosen(ending=ending))
    assert app.run().header[0].value == said
    button_of(app, "See the answer").click().run()
    assert not app.exception
    assert app.title[0].value != "What should be measured next?"


def test_a_cancelled_campaign_that_chooses_goes_on(show, settings, choosing, train, launches):
    train(choosing, 5)
    app = show("simulate")
    button_of(app, "Cancel").click().run()
    assert app.header[0].value == "Cancelled: **5 of 6 trainings** recorded"
    button_of(app, "Resume 1 training").click().run()
    assert not app.exception
    assert len(launches) == 1
    assert app.header[0].value.startswith("**5 of 6 trainings** done")


def test_records_are_filtered(show, fill, other_reference):
    fill()
    fill(reference=other_reference, n_seeds=1)
    app = show("records", of="other", q="1")
    assert not app.exception
    assert app.header[0].value == "**12 of 68 records**, one a training"
    shown = app.dataframe[0].value
    assert set(shown["name"]) == {"other"}
    assert list(shown.columns)[3:6] == ["quality", "proxy", "sampling"]
    order = ["diversity", "completeness", "quality", "seed"]
    assert shown[order].to_numpy().tolist() == sorted(shown[order].to_numpy().tolist())
    assert set(shown["proxy"]) == {"–"}
    assert set(shown.loc[shown["completeness"] < 1, "sampling"]) == {"at random"}
    assert set(shown.loc[shown["completeness"] == 1, "sampling"]) == {"–"}
    app.selectbox(key="of").select("all").run()
    assert "of" not in app.query_params


def test_choices_of_one_page_are_none_of_another(show, fill, with_phantom, monkeypatch):
    fill(reference=with_phantom)
    app = show("records", q="1", c="1", d="1")
    names = [name for section in pages.common.frame.PAGES.values() for name, _, _ in section]
    questions = set()
    for name in names:
        monkeypatch.setattr(pages.common.frame, "FIRST", name)
        app.run()
        assert not app.exception
        questions.add(app.title[0].value)
    assert len(questions) == len(names)
    assert app.session_state["q"] == "1"


def test_csv_cells_are_defused(fill, settings):
    fill([make_record(reference=make_reference(name="=cmd()"))])
    text = write_csv(settings).decode("utf-8-sig")
    assert ",'=cmd()," in text
    assert text.count("\r\n") == 2


@pytest.mark.parametrize(
    "text", ["![x](http://e.x)", ":red[x]", "$a$ `b`", "<b>", "www.e.x", "a\n# b", "\u202ex"]
)
def test_escaped_text_starts_nothing(text):
    escaped = escape(text)
    assert "\n" not in escaped
    assert "://" not in escaped.replace("\\", "")
    assert "www." not in escaped.replace("\\", "")
    for mark in "![<$:`#":
        assert escaped.count(mark) == escaped.count("\\" + mark)


@pytest.mark.slow
def test_records_page_with_thousands(show, fill):
    fill(make_records(n_seeds=60))
    app = show("records")
    assert app.header[0].value.startswith("**1,020 of 1,020 records**")

"""What came back becomes a data set to train and score on: a simulated annotator labels some slices of the phantom."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets import open_dataset, prepare_dataset
from simulator.datasets.partly import PartlyLabeled
from simulator.datasets.phantom import make_phantom
from simulator.errors import ProjectError
from simulator.planning.project import answer_project
from simulator.planning.references import is_own_set
from simulator.planning.scoring import add_score, dataset_name, gather_full, gather_labeled
from simulator.planning.updates import add_update, take_back
from simulator.planning.visits import hold_to_plan, plan_project
from simulator.protocols import SMOKE
from simulator.records import LabVolume, Project, SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.simulate import simulate
from simulator.virtues.annotate import annotate
from tests.studies import RUNS

N_VOLUMES, N_TRAINED, EVERY = 12, 4, 3


@pytest.fixture(scope="module")
def phantom(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phantom") / "data"
    make_phantom(folder)
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(cache=tmp_path_factory.mktemp("cache"))


def truth_of(phantom, name):
    return np.asarray(nib.load(phantom / "labelsTr" / f"{name}.nii").dataobj)


def listed(phantom, *, has_spans=True, has_paths=True):
    for i in range(N_VOLUMES):
        name = f"phantom_{i:02d}"
        truth = truth_of(phantom, name)
        shown = np.flatnonzero(truth.any(axis=(0, 1))).tolist()
        span = {"first_slice": shown[0], "last_slice": shown[-1]} if has_spans else {}
        path = {"path": f"{name}.nii"} if has_paths else {}
        yield LabVolume(name=name, axis=2, n_slices=truth.shape[2], spacing_mm=2.5, **span, **path)


def project_of(phantom, **options):
    facts = {"id": "a" * 12, "name": "Mine", "hours": 8.0, "reference": "toy", "n_testing": 2}
    volumes = tuple(listed(phantom, **options))
    project = Project(**facts, volumes=volumes, folder=str(phantom / "imagesTr"))
    return hold_to_plan(answer_project(project, RUNS))


def plan_of(project):
    return plan_project(answer_project(project, RUNS), keeps_all=True)


def label(phantom, plan, folder, *, n_trained=N_TRAINED, n_tested=2, ignored=None):
    """Save what an annotator draws: test volumes in full, of others every third slice."""
    folder.mkdir(exist_ok=True)
    left = {"train": n_trained, "test": n_tested}
    drawn = {}
    for visit in plan.visits:
        if not left[visit.role]:
            continue
        left[visit.role] -= 1
        name = visit.volume.name
        truth = truth_of(phantom, name)
        shown = np.flatnonzero(truth.any(axis=(0, 1)))
        slices = shown if visit.role == "test" else shown[::EVERY]
        values = np.full_like(truth, ignored or 0)
        values[..., slices] = truth[..., slices]
        nib.save(
            nib.Nifti1Image(values, nib.load(phantom / "labelsTr" / f"{name}.nii").affine),
            folder / f"{name}.nii",
        )
        drawn[name] = tuple(slices.tolist())
    return drawn


@pytest.fixture(scope="module")
def project(phantom):
    return project_of(phantom)


@pytest.fixture(scope="module")
def came_back(phantom, project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("back")
    return folder, label(phantom, plan_of(project), folder)


@pytest.fixture(scope="module")
def prepared(project, came_back, settings):
    labeled = gather_labeled(plan_of(project), came_back[0], settings=settings)
    source = labeled.opened()
    return labeled, source, prepare_dataset(source, slice_size=SMOKE.slice_size, settings=settings)


def test_the_pool_holds_labeled_slices_and_the_test_volumes_are_whole(project, came_back, prepared, phantom):
    labeled, _, dataset = prepared
    drawn = came_back[1]
    roles = {visit.volume.name: visit.role for visit in plan_of(project).visits}
    assert (labeled.n_training, labeled.n_testing) == (len(dataset.pool), len(dataset.test)) == (N_TRAINED, 2)
    for volume in dataset.pool:
        name = dataset.names[volume.id]
        truth = np.moveaxis(truth_of(phantom, name), 2, 0) > 0
        assert roles[name] == "train"
        assert len(volume.labeled) == len(drawn[name])
        assert np.array_equal(volume.masks[volume.labeled], truth[list(drawn[name])])
        # What nobody drew between drawn slices is no background.
        assert len(volume.masks) < len(truth)
        assert len(volume.masks) > len(volume.labeled)
        assert len(volume.masks) == len(volume.images) == len(volume.positions_mm)
    for volume in dataset.test:
        truth = np.moveaxis(truth_of(phantom, dataset.names[volume.id]), 2, 0) > 0
        assert roles[dataset.names[volume.id]] == "test"
        assert np.array_equal(volume.masks, truth)


def test_kept_slices_are_those_of_the_images_as_a_data_set_has_them(prepared, phantom, settings, tmp_path):
    """The same slices of a volume that is prepared whole differ at most by the scale of the pool."""
    _, source, dataset = prepared
    for volume in dataset.pool:
        name = dataset.names[volume.id]
        image = np.moveaxis(np.asarray(nib.load(phantom / "imagesTr" / f"{name}.nii").dataobj), 2, 0)
        kept = list(source.partly.slices[name])
        ours, theirs = volume.images[:, 0].astype(float), image[kept].astype(float)
        inside = (np.abs(ours) < 0.9 * np.abs(ours).max()) & (theirs > -500)
        assert np.corrcoef(ours[inside], theirs[inside])[0, 1] > 0.99


def test_an_epoch_is_as_long_as_where_the_law_was_measured(project, prepared):
    reference = answer_project(project, RUNS).reference
    assert prepared[2].n_labeled_slices_pool == round(reference.n_slices * reference.dataset.n_pool)


def test_a_model_is_trained_scored_and_the_score_can_be_taken_back(project, prepared, settings):
    labeled, source, _ = prepared
    request = labeled.request(source, project, protocol=SMOKE)
    record = simulate(request, settings=settings)
    assert record.achieved.n_volumes == N_TRAINED
    assert record.achieved.quality == 1.0
    assert len(record.per_volume) == 2
    assert record.dataset.name == dataset_name(project)
    assert project.name not in record.to_json()
    scored = add_update(project, add_score(project, record, n_training=labeled.n_training))
    (score,) = scored.updates[-1].scores
    assert (score.n_volumes, score.dice) == (N_TRAINED, record.performance.dice)
    assert labeled.request(source, scored, protocol=SMOKE).seed == request.seed + 1
    assert take_back(scored) == project


def test_other_labeled_slices_are_another_data_set(project, phantom, prepared, settings, tmp_path):
    label(phantom, plan_of(project), tmp_path, n_trained=N_TRAINED + 1)
    more = gather_labeled(plan_of(project), tmp_path, settings=settings).opened()
    assert more.reference.fingerprint != prepared[1].reference.fingerprint


def test_slices_that_nobody_looked_at_are_not_the_structure(project, phantom, settings, tmp_path):
    folder = tmp_path / "back"
    label(phantom, plan_of(project), folder, ignored=9)
    (folder / "dataset.json").write_text(
        '{"labels": {"background": 0, "lesion": 1, "focus": 2, "ignore": 9}}'
    )
    source = gather_labeled(plan_of(project), folder, settings=settings).opened()
    assert 9 not in source.reference.labels


def test_without_spans_only_what_was_looked_at_is_trained_on(phantom, settings, tmp_path):
    project = project_of(phantom, has_spans=False)
    plan = plan_of(project)
    drawn = label(phantom, plan, tmp_path)
    partly = gather_labeled(plan, tmp_path, settings=settings).source.partly
    by_name = {visit.volume.name: visit for visit in plan.visits}
    for name, slices in partly.slices.items():
        assert set(drawn[name]) <= set(slices) <= {*drawn[name], *by_name[name].slices}


@pytest.mark.parametrize(
    ("options", "counts", "said"),
    [
        ({}, {"n_tested": 0}, r"no test volume of Mine is labeled in full .* label phantom_\d\d first"),
        ({}, {"n_trained": 0}, "no volume to train on is labeled"),
        ({"has_paths": False}, {}, "where the image of phantom_.* is not known, so no model can be trained"),
    ],
)
def test_what_is_missing_is_said(phantom, settings, tmp_path, options, counts, said):
    project = project_of(phantom, **options)
    label(phantom, plan_of(project), tmp_path, **counts)
    with pytest.raises(ProjectError, match=said):
        gather_labeled(plan_of(project), tmp_path, settings=settings)


def test_a_test_volume_that_is_half_drawn_scores_nothing(project, phantom, settings, tmp_path):
    drawn = label(phantom, plan_of(project), tmp_path)
    tested = [visit.volume.name for visit in plan_of(project).visits if visit.role == "test"]
    image = nib.load(tmp_path / f"{tested[0]}.nii")
    values = np.asarray(image.dataobj).copy()
    values[..., drawn[tested[0]][0]] = 0
    nib.save(nib.Nifti1Image(values, image.affine), tmp_path / f"{tested[0]}.nii")
    labeled = gather_labeled(plan_of(project), tmp_path, settings=settings)
    assert labeled.source.partly.test == {tested[1]}


def test_volumes_that_are_sliced_in_other_directions_are_refused(project, phantom, settings, tmp_path):
    plan = plan_of(project)
    label(phantom, plan, tmp_path)
    volumes = list(project.volumes)
    name = next(visit.volume.name for visit in plan.visits if visit.role == "train")
    place = [one.name for one in volumes].index(name)
    volumes[place] = volumes[place].model_copy(
        update={"axis": 0, "n_slices": None, "first_slice": None, "last_slice": None}
    )
    turned = plan_of(project.changed(volumes=tuple(volumes)))
    with pytest.raises(ProjectError, match="sliced in another direction"):
        gather_labeled(turned, tmp_path, settings=settings)


def label_in_full(phantom, folder, n_volumes):
    folder.mkdir()
    for i in range(n_volumes):
        name = f"phantom_{i:02d}.nii"
        (folder / name).write_bytes((phantom / "labelsTr" / name).read_bytes())
    return folder


def test_ten_volumes_labeled_in_full_are_a_data_set_to_measure_on(phantom, project, settings, tmp_path):
    source = gather_full(plan_of(project), label_in_full(phantom, tmp_path / "back", 11), settings=settings)
    reference = source.reference
    assert is_own_set(reference.name)
    assert project.name not in reference.name
    assert reference.n_pool + reference.n_test == 11
    assert reference.n_test >= 2
    dataset = prepare_dataset(source, slice_size=SMOKE.slice_size, settings=settings)
    for volume in (*dataset.pool, *dataset.test):
        truth = np.moveaxis(truth_of(phantom, dataset.names[volume.id]), 2, 0) > 0
        assert np.array_equal(volume.masks, truth)


def test_volumes_labeled_on_some_slices_are_no_data_set_to_measure_on(phantom, project, settings, came_back):
    with pytest.raises(ProjectError, match=r"10 volumes have to be labeled in full .*; in back.* 2 are"):
        gather_full(plan_of(project), came_back[0], settings=settings)


def test_what_a_simulation_would_train_on_scores_as_the_simulation_did(phantom, settings):
    virtues = Virtues(diversity=1.0, completeness=1 / 3, quality=1.0, sampling="equidistant")
    source = open_dataset(str(phantom), settings=settings)
    dataset = prepare_dataset(source, slice_size=SMOKE.slice_size, settings=settings)
    request = SimulationRequest(dataset=source.reference, virtues=virtues, protocol=SMOKE, seed=3)
    chosen = {
        dataset.names[one.volume.id]: (*one.used_slices.tolist(), *one.background_slices.tolist())
        for one in annotate(dataset, virtues, seed=request.seed)
    }
    test = frozenset(dataset.names[volume.id] for volume in dataset.test)
    volumes = tuple(files for files in source.contents.volumes if files.name in {*chosen, *test})
    partly = PartlyLabeled(
        test=test,
        slices={name: tuple(sorted(slices)) for name, slices in chosen.items()},
        n_labeled_slices=dataset.n_labeled_slices_pool,
    )
    labeled = replace(source, contents=replace(source.contents, volumes=volumes), partly=partly)
    prepare_dataset(labeled, slice_size=SMOKE.slice_size, settings=settings)
    scored = request.model_copy(update={"dataset": labeled.reference, "virtues": Virtues.full()})
    simulated, score = (simulate(one, settings=settings) for one in (request, scored))
    assert score.dataset != simulated.dataset
    assert score.per_volume == simulated.per_volume
    assert score.history == simulated.history

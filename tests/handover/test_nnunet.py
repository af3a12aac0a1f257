import math
import shutil

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets.phantom import phantom_volume
from simulator.planning.rhythm import every_nth, offset_of
from simulator.planning.tools.label_maps import IGNORE, STRUCTURE, TO_OUTLINE
from simulator.planning.tools.nnunet import write_nnunet
from tests.planning.tools.handing import make_plan, make_visit, make_volume

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

DATASET = "Dataset501_Lesion"
AFFINE = np.diag([1.5, 1.5, 5.0, 1.0])  # slices are furthest apart along z: nnU-Net's 2-D cuts there as well
N_TEST, N_TRAIN, EVERY = 1, 5, 4


@pytest.fixture
def lab(tmp_path):
    """Images of a lab's, their references by case, and the plan."""
    references, visits = {}, []
    for i in range(N_TEST + N_TRAIN + 1):
        image, mask = phantom_volume(i)
        name, n_slices, is_test = f"CT_{i:02d}", image.shape[2], i < N_TEST
        nib.save(nib.Nifti1Image(image, AFFINE), tmp_path / f"{name}.nii.gz")
        references[name] = mask > 0
        # The last was labeled before, and nobody copied its labels in: all of it is ignored.
        labeled = tuple(range(n_slices)) if i == N_TEST + N_TRAIN else ()
        volume = make_volume(name, path=f"{name}.nii.gz", n_slices=n_slices, labeled_slices=labeled)
        slices = (
            ()
            if labeled
            else every_nth(0, n_slices - 1, every=1 if is_test else EVERY, offset=offset_of(name))
        )
        visits.append(make_visit(volume, *slices, role="test" if is_test else "train", order=i + 1))
    return tmp_path, references, make_plan(tmp_path, *visits, structure="lesion")


def lay_out(folder, lab):
    """Write what is handed over, outline each planned slice as the reference has it, and put the images beside."""
    images, references, plan = lab
    for name, content in write_nnunet(plan):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if name.startswith("labels"):
            case = path.name.removesuffix(".nii.gz")
            outline(path, references[case])
            goal = folder / path.parent.name.replace("labels", "images") / f"{case}_0000.nii.gz"
            goal.parent.mkdir(exist_ok=True)
            shutil.copy(images / path.name, goal)


def outline(path, reference):
    image = nib.load(path)
    array = np.asarray(image.dataobj).copy()
    array[(array == TO_OUTLINE) & reference] = STRUCTURE
    nib.save(nib.Nifti1Image(array, None, image.header), path)


def compare(folder, lab):
    """Dice of what was predicted, over all voxels: on planned slices, on those between, on test volumes."""
    _, references, plan = lab
    counts = {where: np.zeros(2) for where in ("planned", "between", "test")}
    for visit in plan.visits:
        predicted = np.asarray(nib.load(folder / f"{visit.volume.name}.nii.gz").dataobj)
        assert not (predicted == IGNORE).any()
        reference = references[visit.volume.name]
        is_planned = np.isin(np.arange(reference.shape[2]), visit.slices)
        train = {"planned": is_planned, "between": ~is_planned}
        for where, is_counted in ({"test": is_planned} if visit.role == "test" else train).items():
            one, other = (predicted == STRUCTURE)[..., is_counted], reference[..., is_counted]
            counts[where] += 2 * (one & other).sum(), one.sum() + other.sum()
    return {where: twice / total for where, (twice, total) in counts.items()}


@pytest.mark.parametrize("configuration", ["2d", "3d_fullres"])
def test_nnunet_trains_on_what_is_handed_over(tmp_path, lab, run_script, configuration, record_property):
    """It is not said which slices come out better: after a few steps that is chance."""
    folder = tmp_path / "raw" / DATASET
    lay_out(folder, lab)
    places = {f"nnUNet_{name}": tmp_path / name for name in ("raw", "preprocessed", "results")}
    losses = run_script(
        "train_nnunet.py", DATASET, configuration, nnUNet_compile="f", nnUNet_n_proc_DA=1, **places
    )
    assert all(map(math.isfinite, losses["train_losses"] + losses["val_losses"]))
    assert losses["train_losses"][-1] < losses["train_losses"][0]
    dice = compare(folder / "predicted", lab)
    record_property("dice", dice)
    print(configuration, losses["train_losses"], {where: round(float(one), 3) for where, one in dice.items()})  # noqa: T201
    assert min(dice.values()) > 0

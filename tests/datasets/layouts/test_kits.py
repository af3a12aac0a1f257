"""KiTS in its variants."""

from simulator.datasets import open_dataset
from tests.datasets.making import make_image, make_kits, make_label, write_nifti


def test_labels_have_the_names_of_the_challenge_and_cases_without_mask_are_named(tmp_path, settings):
    folder = make_kits(tmp_path / "a")
    write_nifti(folder / "case_00210" / "imaging.nii.gz", make_image(7))
    source = open_dataset(str(folder), settings=settings, labels=("kidney",))
    assert (source.reference.labels, source.modality) == ((1,), "CT")
    assert [problem.what for problem in source.problems] == [
        "1 file is not used: case_00210/imaging.nii.gz",
        "labels 2 (tumor), 3 (cyst) occur in no mask",
    ]


def test_of_several_masks_the_majority_vote_is_taken_and_said(tmp_path, settings):
    folder = make_kits(tmp_path / "a")
    for case in folder.iterdir():
        (case / "segmentation.nii.gz").rename(case / "aggregated_MAJ_seg.nii.gz")
        write_nifti(case / "aggregated_OR_seg.nii.gz", make_label(0))
    contents = open_dataset(str(folder), settings=settings).contents
    assert {files.label.name for files in contents.volumes} == {"aggregated_MAJ_seg.nii.gz"}
    assert contents.problems[0].what == (
        "of the masks of KiTS21 the majority vote (aggregated_MAJ_seg) is used, in 5 volumes"
    )
    assert "aggregated_OR_seg.nii.gz" in contents.problems[1].what

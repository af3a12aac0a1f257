"""Which folders may be opened, by whom, and how a data set is called."""

import os
import time
from dataclasses import replace

import pytest

from simulator.datasets import open_dataset
from simulator.errors import DatasetError, ReadOnlyError, RequestError
from tests.datasets.making import make_decathlon, make_image, make_label, make_nnunet, write_nifti


def test_a_data_set_is_called_by_its_folder(tmp_path, settings):
    source = open_dataset(str(make_decathlon(tmp_path / "Größe [1]")), settings=settings)
    assert source.reference.name == "Größe [1]"
    assert (source.reference.n_pool, source.reference.n_test) == (4, 1)
    assert source.reference.labels == (1,)


def test_a_name_that_is_no_unicode_can_still_be_stored(tmp_path, settings):
    folder = make_decathlon(tmp_path / os.fsdecode(b"caf\xe9"))
    source = open_dataset(str(folder), settings=settings)
    assert source.reference.name == "caf?"
    source.reference.model_dump_json()


def test_a_long_name_is_cut_to_what_a_record_takes(tmp_path, settings):
    assert (
        len(open_dataset(str(make_decathlon(tmp_path / ("x" * 200))), settings=settings).reference.name) == 80
    )


def test_a_catalogue_name_is_looked_for_in_the_data_folders(tmp_path, settings):
    make_decathlon(tmp_path / "data" / "Task04_Hippocampus".lower(), name="Hippocampus")
    folder = tmp_path / "data" / "Task04_Hippocampus"
    (tmp_path / "data" / "task04_hippocampus").rename(folder)
    source = open_dataset("Task04_Hippocampus", settings=replace(settings, data_roots=(tmp_path / "data",)))
    assert source.folder == folder
    assert source.entry.name == "Task04_Hippocampus"


def test_a_download_in_the_cache_is_found_by_name_from_a_terminal_only(tmp_path, settings):
    folder = make_decathlon(settings.cache / "datasets" / "Task09_Spleen")
    assert open_dataset("Task09_Spleen", settings=settings).folder == folder
    with pytest.raises(DatasetError, match="Task09_Spleen is known, but its volumes are not on this machine"):
        open_dataset("Task09_Spleen", settings=settings, is_browser=True)


@pytest.mark.parametrize("name", ["nothing", "", "a\0b", "x" * 5000, "~nobody-here/x"])
def test_what_is_not_there_is_refused_in_one_line(settings, name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasetError) as caught:
        open_dataset(name, settings=settings)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value).replace(str(tmp_path), "")) < 400


@pytest.mark.parametrize("axis", [-1, 3])
def test_an_axis_that_is_none_is_refused(tmp_path, settings, axis):
    with pytest.raises(RequestError, match=f"--axis must be 0, 1 or 2; got {axis}"):
        open_dataset(str(make_decathlon(tmp_path / "a")), settings=settings, axis=axis)


def test_a_pool_without_volumes_is_refused(tmp_path, settings):
    with pytest.raises(RequestError, match="--pool must be 1 or more volumes; got 0"):
        open_dataset(str(make_decathlon(tmp_path / "a")), settings=settings, n_pool=0)


@pytest.mark.parametrize("is_browser", [False, True])
def test_a_catalogue_name_whose_volumes_are_not_here_asks_for_the_folder(
    tmp_path, settings, monkeypatch, is_browser
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        DatasetError, match="is known, but its volumes are not on this machine; give the folder"
    ):
        open_dataset("Task04_Hippocampus", settings=settings, is_browser=is_browser)


def test_labels_that_occur_nowhere_are_refused(tmp_path, settings):
    source = open_dataset(str(make_decathlon(tmp_path / "a")), settings=settings, labels=(1, 3))
    with pytest.raises(DatasetError, match="--labels: 3 occurs in no mask; choose from 1"):
        _ = source.reference


def test_names_without_end_are_refused_before_they_are_gone_through(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", labels={str(i): f"n{i}" for i in range(5000)})
    with pytest.raises(DatasetError, match="a names 4,999 labels, expected at most 4,096; keep those"):
        open_dataset(str(folder), settings=settings)


class TestBrowser:
    """Somebody at a browser sees the folders of LABELWISE_DATA and nothing else."""

    @pytest.fixture
    def settings(self, settings, tmp_path):
        (tmp_path / "data").mkdir()
        return replace(settings, data_roots=(tmp_path / "data",))

    def test_inside_is_opened(self, tmp_path, settings):
        folder = make_decathlon(tmp_path / "data" / "a")
        assert open_dataset(str(folder), settings=settings, is_browser=True).reference.n_test == 1

    def test_outside_is_refused_whether_it_is_there_or_not(self, tmp_path, settings):
        folder = make_decathlon(tmp_path / "other")
        for path in (folder, tmp_path / "nowhere", folder / ".." / "data2", "/"):
            with pytest.raises(
                DatasetError, match=r"is outside the folders that may be opened\. Add it to LABELWISE_DATA"
            ):
                open_dataset(str(path), settings=settings, is_browser=True)

    def test_a_folder_that_is_a_link_is_judged_by_where_it_leads(self, tmp_path, settings):
        (tmp_path / "data" / "link").symlink_to(make_decathlon(tmp_path / "other"))
        with pytest.raises(DatasetError, match="is outside the folders"):
            open_dataset(str(tmp_path / "data" / "link"), settings=settings, is_browser=True)
        assert open_dataset(str(tmp_path / "data" / "link"), settings=settings).reference.n_test == 1

    @pytest.mark.parametrize("kind", ["imagesTr", "labelsTr"])
    def test_a_file_that_is_a_link_out_is_refused_here_and_followed_on_the_command_line(
        self, tmp_path, settings, kind
    ):
        folder = make_nnunet(tmp_path / "data" / "a")
        path = next((folder / kind).glob("case_0*"))
        path.rename(tmp_path / "secret.nii.gz")
        path.symlink_to(tmp_path / "secret.nii.gz")
        with pytest.raises(DatasetError, match=rf"{kind}/case_0.*is outside the folders"):
            open_dataset(str(folder), settings=settings, is_browser=True)
        assert open_dataset(str(folder), settings=settings).reference.n_test == 1

    def test_links_in_a_circle_are_refused(self, tmp_path, settings):
        folder = make_nnunet(tmp_path / "data" / "a")
        (folder / "labelsTr" / "case_9.nii.gz").symlink_to(folder / "labelsTr" / "case_9.nii.gz")
        source = open_dataset(str(folder), settings=settings)
        with pytest.raises(DatasetError, match="case_9"):
            _ = source.reference
        with pytest.raises(DatasetError, match=r"cannot be read|case_9"):
            _ = open_dataset(str(folder), settings=settings, is_browser=True).reference

    def test_the_description_must_not_be_a_link_out(self, tmp_path, settings):
        folder = make_decathlon(tmp_path / "data" / "a")
        (folder / "dataset.json").rename(tmp_path / "secret.json")
        (folder / "dataset.json").symlink_to(tmp_path / "secret.json")
        with pytest.raises(DatasetError, match=r"dataset\.json is outside the folders"):
            open_dataset(str(folder), settings=settings, is_browser=True)

    def test_folders_of_images_must_not_be_links_out(self, tmp_path, settings):
        folder = tmp_path / "data" / "a"
        for i in range(2):
            write_nifti(tmp_path / "secret" / f"{i}.nii", make_image(i))
            write_nifti(folder / "labels" / f"{i}.nii", make_label(i))
        (folder / "images").symlink_to(tmp_path / "secret")
        with pytest.raises(DatasetError, match="is outside the folders"):
            open_dataset(str(folder), settings=settings, is_browser=True)

    @pytest.mark.parametrize(
        ("make", "linked"),
        [(make_decathlon, "labelsTr"), (make_nnunet, "imagesTr"), (make_nnunet, "labelsTr")],
    )
    def test_names_behind_a_link_out_are_not_told(self, tmp_path, settings, make, linked):
        folder = make(tmp_path / "data" / "a")
        write_nifti(tmp_path / "secret" / "Smith_John_0000.nii.gz", make_label(0))
        for path in (folder / linked).iterdir():
            path.unlink()
        (folder / linked).rmdir()
        (folder / linked).symlink_to(tmp_path / "secret")
        with pytest.raises(DatasetError, match=f"{linked} is outside the folders"):
            open_dataset(str(folder), settings=settings, is_browser=True)

    def test_the_phantom_is_always_allowed_but_not_made_where_nothing_may_be(self, settings):
        with pytest.raises(ReadOnlyError, match="the phantom was not made yet"):
            open_dataset("phantom", settings=replace(settings, is_read_only=True), is_browser=True)
        assert open_dataset("phantom", settings=settings, is_browser=True).name == "phantom"


def test_the_second_look_at_the_phantom_makes_and_decodes_nothing(settings, monkeypatch):
    first = open_dataset("phantom", settings=settings).reference
    monkeypatch.setattr("simulator.datasets.phantom.phantom_volume", None)
    monkeypatch.setattr("simulator.datasets.remembering.scan_volume", None)
    start = time.perf_counter()
    assert open_dataset("phantom", settings=settings).reference == first
    assert time.perf_counter() - start < 0.5  # 0.01 s on a quiet machine

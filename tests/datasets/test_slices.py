"""Preparation: what is written is right, whole or not there, and takes the memory of one volume."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets import has_prepared, list_prepared, load_prepared, open_dataset, prepare_dataset
from simulator.datasets.slicing import area_weights, fit_plane
from simulator.errors import DatasetError, ReadOnlyError, StoreError
from tests.datasets.making import (
    AFFINE,
    make_decathlon,
    make_image,
    make_label,
    make_nnunet,
    make_pairs,
    write_nifti,
    write_turned,
)

ROOT = Path(__file__).resolve().parents[2]


def prepare(
    folder, settings, *, slice_size=128, n_workers=1, on_progress=lambda done, total: None, **options
):
    source = open_dataset(str(folder), settings=settings, **options)
    return prepare_dataset(
        source, slice_size=slice_size, settings=settings, n_workers=n_workers, on_progress=on_progress
    )


def contents(dataset):
    return {
        path.name: path.read_bytes()
        for path in sorted(dataset.folder.iterdir())
        if path.suffix in (".npy", ".json")
    }


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_masks_keep_their_grid_with_the_slicing_axis_first(tmp_path, settings, axis):
    dataset = prepare(make_decathlon(tmp_path / "a"), settings, axis=axis)
    volumes = (*dataset.pool, *dataset.test)
    assert len(volumes) == 5
    for volume in volumes:
        index = int(dataset.names[volume.id].removeprefix("case_"))
        expected = np.moveaxis(make_label(index) > 0, axis, 0)
        np.testing.assert_array_equal(volume.masks, expected)
        assert volume.masks.dtype == bool
        np.testing.assert_array_equal(volume.labeled, np.flatnonzero(expected.any(axis=(1, 2))))
        spacing = AFFINE[axis, axis]
        np.testing.assert_allclose(volume.positions_mm, np.arange(len(expected)) * spacing)
        np.testing.assert_array_equal(volume.affine, AFFINE)


def test_volumes_come_in_order_of_id_and_as_the_split_says(tmp_path, settings):
    dataset = prepare(make_decathlon(tmp_path / "a", n=10), settings, n_pool=5)
    ids = [volume.id for volume in dataset.test] + [volume.id for volume in dataset.pool]
    assert ids == sorted(ids)
    assert (len(dataset.test), len(dataset.pool)) == (2, 5)
    assert set(dataset.names) == set(ids)


def test_ct_is_standardized_by_the_tissue_of_the_pool(tmp_path, settings):
    dataset = prepare(make_decathlon(tmp_path / "a"), settings)
    of = {
        volume.id: make_image(int(dataset.names[volume.id][5:])) for volume in (*dataset.pool, *dataset.test)
    }
    tissue = np.concatenate([of[volume.id].ravel() for volume in dataset.pool]).astype(float)
    tissue = tissue[tissue > -900]
    low, high = np.percentile(tissue, [0.5, 99.5], method="inverted_cdf")
    mean, deviation = tissue.clip(low, high).mean(), tissue.clip(low, high).std()
    for volume in (*dataset.pool, *dataset.test):
        expected = (np.moveaxis(of[volume.id], 2, 0).astype(float).clip(low, high) - mean) / deviation
        np.testing.assert_allclose(volume.images[:, 0], expected, atol=2e-3)
        assert volume.images.dtype == np.float16


def test_the_statistics_of_ct_do_not_know_the_test_volumes(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    name = prepare(folder, settings).names[prepare(folder, settings).test[0].id]
    before = prepare(folder, settings).pool
    brighter = make_image(int(name[5:])) + 1000
    for attempt in range(200):  # another image has another id; find one that stays in the test
        brighter[0, 0, 0] = attempt
        write_nifti(folder / "imagesTr" / f"{name}.nii.gz", brighter)
        after = prepare(folder, settings)
        if after.names[after.test[0].id] == name:
            break
    for old, new in zip(before, after.pool, strict=True):
        np.testing.assert_array_equal(old.images, new.images)


def test_mr_is_standardized_in_each_volume(tmp_path, settings):
    dataset = prepare(make_decathlon(tmp_path / "a", modality="MRI"), settings)
    assert dataset.modality == "MR"
    for volume in dataset.pool:
        assert float(volume.images.astype(float).mean()) == pytest.approx(0, abs=1e-3)
        assert float(volume.images.astype(float).std()) == pytest.approx(1, abs=1e-3)


def test_channels_are_standardized_each_in_its_way(tmp_path, settings):
    dataset = prepare(make_nnunet(tmp_path / "a", n_channels=2), settings)
    assert dataset.modality == "CT, PET"
    volume = dataset.pool[0]
    index = int(dataset.names[volume.id][5:])
    assert volume.images.shape == (8, 2, 12, 10)
    pet = np.moveaxis(make_image(index + 100).astype(float), 2, 0)
    np.testing.assert_allclose(volume.images[:, 1], (pet - pet.mean()) / pet.std(), atol=2e-3)


def test_a_4d_file_and_a_file_a_channel_give_the_same_slices(tmp_path, settings):
    split = make_nnunet(tmp_path / "split", n_channels=2)
    joined = make_decathlon(tmp_path / "joined", modality="CT")
    for i in range(5):
        both = np.stack([make_image(i), make_image(i + 100)], axis=-1)
        write_nifti(joined / "imagesTr" / f"case_{i}.nii.gz", both)
    text = (joined / "dataset.json").read_text().replace('{"0": "CT"}', '{"0": "CT", "1": "PET"}')
    (joined / "dataset.json").write_text(text)
    one, other = prepare(split, settings), prepare(joined, settings)
    assert one.reference.fingerprint == other.reference.fingerprint
    assert one.folder == other.folder


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_volumes_that_lie_otherwise_give_the_slices_of_those_that_lie_as_usual(tmp_path, settings, axis):
    usual = prepare(make_decathlon(tmp_path / "a", modality="MRI"), settings, axis=axis)
    folder = make_decathlon(tmp_path / "b", modality="MRI")
    for i, orientation in ((1, "LPI"), (3, "SRA")):
        write_turned(folder / "imagesTr" / f"case_{i}.nii.gz", make_image(i), orientation)
        write_turned(folder / "labelsTr" / f"case_{i}.nii.gz", make_label(i), orientation)
    mixed = prepare(folder, settings, axis=axis)
    by_name = {usual.names[volume.id]: volume for volume in (*usual.pool, *usual.test)}
    for volume in (*mixed.pool, *mixed.test):
        expected = by_name[mixed.names[volume.id]]
        # Slices keep the order of their file, so that their numbers can be found in it.
        is_reversed = mixed.names[volume.id] == "case_1"
        order = slice(None, None, -1 if is_reversed else 1)
        np.testing.assert_array_equal(volume.images[order], expected.images)
        np.testing.assert_array_equal(volume.masks[order], expected.masks)
        np.testing.assert_allclose(volume.positions_mm[order], expected.positions_mm)
        np.testing.assert_array_equal(volume.labeled, np.flatnonzero(volume.masks.any(axis=(1, 2))))
        np.testing.assert_array_equal(volume.by_label[0], volume.labeled)


def test_only_turned_volumes_of_the_pool_or_the_test_change_the_fingerprint(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    source = open_dataset(str(folder), settings=settings, axis=2)
    assert source.sliced == source.scans
    for kind, make in (("imagesTr", make_image), ("labelsTr", make_label)):
        write_turned(folder / kind / "case_1.nii.gz", make(1), "RAI")  # differs across slices only
    source = open_dataset(str(folder), settings=settings, axis=2)
    assert source.sliced == source.scans
    turned = open_dataset(str(folder), settings=settings, axis=1)
    assert [scan.orientation for scan in turned.sliced] == ["RAS"] * 5


def test_the_key_is_the_content_not_the_folder(tmp_path, settings):
    first = prepare(make_decathlon(tmp_path / "a"), settings)
    moved = make_decathlon(tmp_path / "b", ending=".nii")
    assert prepare(moved, settings).folder == first.folder
    assert prepare(moved, settings, slice_size=64).folder != first.folder
    assert prepare(moved, settings, axis=0).folder != first.folder
    assert prepare(moved, settings, n_pool=2).folder != first.folder
    pairs = prepare(make_pairs(tmp_path / "c"), settings)
    assert pairs.folder == first.folder  # CT was guessed by its air


def test_the_fingerprint_knows_every_label_voxel(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    label = make_label(0)
    label[0, 0, 0] = 1
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    assert open_dataset(str(folder), settings=settings).reference.fingerprint != first.fingerprint


def test_large_slices_are_resized_and_their_masks_are_not(tmp_path, settings):
    shape, images = (100, 60, 4), [make_image(i, shape=(100, 60, 4)) for i in range(2)]
    for i, image in enumerate(images):
        write_nifti(tmp_path / "a" / "images" / f"{i}.nii.gz", image - image.min())  # no air: MR
        write_nifti(tmp_path / "a" / "labels" / f"{i}.nii.gz", make_label(i, shape=shape))
    dataset = prepare(tmp_path / "a", settings, slice_size=50)
    for volume in (*dataset.pool, *dataset.test):
        assert volume.images.shape == (4, 1, 50, 30)
        assert volume.masks.shape == (4, 100, 60)
        image = np.moveaxis(images[int(dataset.names[volume.id])].astype(float), 2, 0)
        standardized = (image - image.mean()) / image.std()
        blocks = standardized.reshape(4, 50, 2, 30, 2).mean(axis=(2, 4))
        np.testing.assert_allclose(volume.images[:, 0], blocks, atol=2e-3)


@given(st.integers(1, 60), st.integers(1, 60))
def test_area_weights_keep_the_mean_and_use_every_pixel_alike(n_in, n_out):
    n_out = min(n_in, n_out)
    weights = area_weights(n_in, n_out)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights.sum(axis=0), n_out / n_in)
    if n_in == n_out:
        np.testing.assert_array_equal(weights, np.eye(n_in))


@given(st.tuples(st.integers(1, 900), st.integers(1, 900)), st.integers(32, 600))
def test_a_plane_shrinks_to_fit_and_never_grows(plane, slice_size):
    fitted = fit_plane(plane, slice_size)
    assert all(1 <= new <= old for new, old in zip(fitted, plane, strict=True))
    assert max(fitted) == min(max(plane), slice_size)


def test_several_threads_write_the_same_bytes_and_progress_ends_at_its_total(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", n=8)
    alone = prepare(folder, replace(settings, cache=tmp_path / "other"))
    steps = []
    together = prepare(folder, settings, n_workers=4, on_progress=lambda *step: steps.append(step))
    assert contents(alone) == contents(together)
    done, totals = zip(*steps, strict=True)
    assert list(done) == list(range(1, len(done) + 1))
    assert totals[-1] == done[-1] == 8 + 8  # a look, the slices
    assert all(step <= total for step, total in steps)


def test_ct_without_air_is_counted_by_a_look_of_its_own(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", n=8)
    for i in (2, 5):
        write_nifti(folder / "imagesTr" / f"case_{i}.nii.gz", make_image(i, low=-400))
    steps = []
    dataset = prepare(folder, settings, on_progress=lambda *step: steps.append(step))
    n_counted = sum(dataset.names[volume.id] in ("case_2", "case_5") for volume in dataset.pool)
    assert steps[-1] == (8 + n_counted + 8, 8 + n_counted + 8)
    assert n_counted > 0
    tissue = np.concatenate(
        [make_image(i, low=-400 if i in (2, 5) else -1000).ravel() for i in numbers(dataset.pool, dataset)]
    )
    tissue = tissue[tissue > -900].astype(float)
    low, high = np.percentile(tissue, [0.5, 99.5], method="inverted_cdf")
    assert dataset.pool[0].images.max() == np.float16(
        (high - tissue.clip(low, high).mean()) / tissue.clip(low, high).std()
    )


def test_looks_from_before_tissue_was_counted_still_count(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", n=8)
    counted = prepare(folder, replace(settings, cache=tmp_path / "other"))
    open_dataset(str(folder), settings=settings).look()
    (scans,) = (settings.cache / "scans").iterdir()
    remembered = json.loads(scans.read_text())
    assert all(scan.pop("tissue")[0] for scan in remembered.values())
    scans.write_text(json.dumps(remembered))
    steps = []
    dataset = prepare(folder, settings, on_progress=lambda *step: steps.append(step))
    assert steps[-1] == (6 + 8, 6 + 8)  # the pool's statistics, the slices
    assert contents(dataset) == contents(counted)


def numbers(volumes, dataset):
    return [int(dataset.names[volume.id].removeprefix("case_")) for volume in volumes]


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int32, np.float32, ">i2"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_shrunk_slices_are_those_of_the_plain_formula(tmp_path, settings, axis, dtype):
    """Standardized, then averaged by two products of matrices; to the last bit that is kept."""
    shape = (70, 53, 41)
    images = [make_image(i, shape=shape, low=0, high=250).astype(dtype) for i in range(3)]
    for i, image in enumerate(images):
        write_nifti(tmp_path / "a" / "images" / f"{i}.nii.gz", image)
        write_nifti(tmp_path / "a" / "labels" / f"{i}.nii.gz", make_label(i, shape=shape))
    dataset = prepare(tmp_path / "a", settings, slice_size=32, axis=axis)
    for volume in (*dataset.pool, *dataset.test):
        image = np.moveaxis(images[int(dataset.names[volume.id])].astype(float), axis, 0)
        rows, columns = (
            area_weights(n, m) for n, m in zip(image.shape[1:], volume.images.shape[2:], strict=True)
        )
        plain = rows @ ((image - image.mean()) / image.std()) @ columns.T
        np.testing.assert_array_equal(volume.images[:, 0], plain.astype(np.float16))


def test_a_second_call_reads_no_volume(tmp_path, settings, monkeypatch):
    folder = make_decathlon(tmp_path / "a")
    first = prepare(folder, settings)
    monkeypatch.setattr("simulator.datasets.slicing.read_array", None)
    assert prepare(folder, settings).folder == first.folder


def test_arrays_cannot_be_changed(tmp_path, settings):
    volume = prepare(make_decathlon(tmp_path / "a"), settings).pool[0]
    with pytest.raises(ValueError, match="read-only"):
        volume.masks[0, 0, 0] = True


def test_a_problem_that_stops_is_raised_and_leaves_nothing(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    write_nifti(folder / "labelsTr" / "case_1.nii.gz", make_label(0) * 0.5)
    with pytest.raises(DatasetError, match=r"a, case_1: case_1.*not whole: 0\.5"):
        prepare(folder, settings)
    assert not (settings.cache / "prepared").exists()


def test_read_only_opens_what_is_there_and_makes_nothing(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    read_only = replace(settings, is_read_only=True)
    with pytest.raises(ReadOnlyError, match="a is not prepared, and this installation is read-only"):
        prepare(folder, read_only)
    assert not settings.cache.exists()
    first = prepare(folder, settings)
    assert prepare(folder, read_only).folder == first.folder


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"prepared cannot be written to \(File too large\); make room"):
            prepare(folder, settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in (settings.cache / "prepared").iterdir() if path.suffix != ".lock"] == []
    assert len(prepare(folder, settings).pool) == 4


def test_a_cache_that_is_no_folder_is_named(tmp_path, settings):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be written to \(Not a directory\)"):
        prepare(make_decathlon(tmp_path / "a"), replace(settings, cache=tmp_path / "file"))


KILLED = """
import sys
from pathlib import Path
from simulator.datasets import open_dataset, prepare_dataset
from simulator.settings import Settings

settings = Settings(cache=Path(sys.argv[2]))
prepare_dataset(open_dataset(sys.argv[1], settings=settings), slice_size=128, settings=settings,
                on_progress=lambda done, total: (print(done, flush=True), sys.stdin.readline()))
"""


@pytest.mark.parametrize("n_steps", [1, 7, 10])
def test_a_killed_preparation_leaves_nothing_that_looks_finished(tmp_path, settings, n_steps):
    folder = make_decathlon(tmp_path / "a")
    reference = open_dataset(str(folder), settings=replace(settings, cache=tmp_path / "other")).reference
    command = [sys.executable, "-c", KILLED, str(folder), str(settings.cache)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        for step in range(1, n_steps + 1):
            assert int(child.stdout.readline()) == step
            if step < n_steps:
                child.stdin.write("\n")
                child.stdin.flush()
        os.kill(child.pid, signal.SIGKILL)
    fingerprint = reference.fingerprint
    assert not has_prepared(fingerprint, slice_size=128, settings=settings)
    assert list_prepared(settings) == ()
    with pytest.raises(DatasetError, match="no prepared data set with fingerprint"):
        load_prepared(fingerprint, slice_size=128, settings=settings)
    assert len(prepare(folder, settings).pool) == 4
    assert list_prepared(settings) == (reference,)
    assert not list((settings.cache / "prepared").glob("*.partial"))


def test_two_at_once_prepare_once(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", n=12)
    command = [sys.executable, "-c", KILLED, str(folder), str(settings.cache)]
    children = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for _ in "ab"
    ]
    assert [child.wait() for child in children] == [0, 0]
    assert len(list_prepared(settings)) == 1


MEASURED = """
import re, sys
from pathlib import Path
from types import SimpleNamespace
from simulator.datasets import open_dataset, prepare_dataset, threads
from simulator.settings import Settings

settings = Settings(cache=Path(sys.argv[1]))
threads.SHARED_BYTES = int(sys.argv[4])
threads.psutil = SimpleNamespace(virtual_memory=lambda: SimpleNamespace(available=0))
def peak_after(folder):
    prepare_dataset(open_dataset(folder, settings=settings), slice_size=128, settings=settings, n_workers=4)
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
small = peak_after(sys.argv[2])
print(peak_after(sys.argv[3]) - small)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "n_channels", "dtype", "depth", "n_shared", "most"),
    [
        (2, 1, np.int16, 96, 1, 3),
        (8, 1, np.int16, 96, 1, 3),
        (2, 3, np.uint8, 160, 1, 3),
        (8, 1, np.int16, 96, 8, 8),
    ],
)
def test_the_peak_of_memory_is_three_decoded_arrays_or_what_threads_may_share(
    tmp_path, settings, n, n_channels, dtype, depth, n_shared, most
):
    """Four threads are asked for; `n_shared` arrays stand for what they may share."""
    shape = (256, 256, depth)
    gradient = np.add.outer(np.add.outer(np.arange(256), np.arange(256)), np.arange(depth))
    large = make_nnunet(tmp_path / "large", n_channels=n_channels)
    for i in range(n):
        for channel in range(n_channels):
            image = ((gradient + 10 * i + channel) % 251).astype(dtype)
            write_nifti(large / "imagesTr" / f"case_{i}_{channel:04d}.nii.gz", image)
        label = np.zeros(shape, dtype=np.uint8)
        label[100 + i : 120 + i, 100:120, 50:90] = 1
        write_nifti(large / "labelsTr" / f"case_{i}.nii.gz", label)
    small = make_nnunet(tmp_path / "small", n_channels=n_channels)
    n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    command = [
        sys.executable,
        "-c",
        MEASURED,
        str(settings.cache),
        str(small),
        str(large),
        str(n_shared * n_bytes),
    ]
    measured = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0.9 < int(measured.stdout) / n_bytes <= most


@pytest.mark.parametrize("n_workers", [1, 3])
def test_whoever_stops_watching_stops_the_preparation_and_leaves_nothing(tmp_path, settings, n_workers):
    """A page that is left raises in its progress bar."""
    folder = make_decathlon(tmp_path / "a", n=8)

    def leave(done, total):
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(folder, settings, n_workers=n_workers, on_progress=leave)
    assert [path for path in (settings.cache / "prepared").iterdir() if path.is_dir()] == []
    assert len(prepare(folder, settings, n_workers=n_workers).pool) == 6


@pytest.mark.parametrize("n_workers", [1, 3])
def test_a_volume_that_vanishes_meanwhile_is_named_and_leaves_nothing(tmp_path, settings, n_workers):
    folder = make_decathlon(tmp_path / "a", n=8)
    source = open_dataset(str(folder), settings=settings)
    assert source.reference.n_pool == 6
    (folder / "labelsTr" / "case_4.nii.gz").unlink()
    with pytest.raises(DatasetError, match=r"case_4\.nii\.gz is missing"):
        prepare_dataset(source, slice_size=64, settings=settings, n_workers=n_workers)
    assert [path for path in (settings.cache / "prepared").iterdir() if path.is_dir()] == []

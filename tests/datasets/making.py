"""Small data sets on disk, right ones and wrong ones."""

import gzip
import json
import locale
import struct

import nibabel as nib
import numpy as np

from simulator.datasets import itk

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])
SHAPE = (12, 10, 8)


def make_image(index, *, shape=SHAPE, low=-1000, high=300):
    return np.random.default_rng(index).integers(low, high, shape).astype(np.int16)


def make_label(index, *, shape=SHAPE, value=1):
    """A box that is shorter than the volume in each direction."""
    label = np.zeros(shape, dtype=np.uint8)
    label[2:6, 3:7, 1 : 4 + index % 3] = value
    return label


def write_nifti(path, array, *, affine=AFFINE):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    return path


def patch_header(path, offset, fmt, *values):
    """Overwrite a field of a NIfTI-1 header, compressed or not."""
    is_compressed = path.name.endswith(".gz")
    data = bytearray(gzip.decompress(path.read_bytes()) if is_compressed else path.read_bytes())
    struct.pack_into(fmt, data, offset, *values)
    path.write_bytes(gzip.compress(bytes(data)) if is_compressed else bytes(data))
    return path


def make_decathlon(folder, *, n=5, ending=".nii.gz", modality="CT", **description):
    """A data set as the Decathlon lays it out; returns its folder."""
    names = [f"case_{i}{ending}" for i in range(n)]
    for i, name in enumerate(names):
        write_nifti(folder / "imagesTr" / name, make_image(i))
        write_nifti(folder / "labelsTr" / name, make_label(i))
    describe_decathlon(folder, names, modality=modality, **description)
    return folder


def describe_decathlon(folder, names, *, modality="CT", **description):
    text = {
        "name": "Toy",
        "modality": {"0": modality},
        "labels": {"0": "background", "1": "organ"},
        "training": [{"image": f"./imagesTr/{name}", "label": f"./labelsTr/{name}"} for name in names],
    }
    folder.mkdir(exist_ok=True)
    (folder / "dataset.json").write_text(json.dumps(text | description), encoding="utf-8")


def make_nnunet(folder, *, n=5, n_channels=1, **description):
    for i in range(n):
        for channel in range(n_channels):
            image = make_image(i + 100 * channel)
            write_nifti(folder / "imagesTr" / f"case_{i}_{channel:04d}.nii.gz", image)
        write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", make_label(i))
    text = {
        "channel_names": {str(i): name for i, name in enumerate(["CT", "PET", "T1"][:n_channels])},
        "labels": {"background": 0, "organ": 1},
        "numTraining": n,
        "file_ending": ".nii.gz",
    }
    (folder / "dataset.json").write_text(json.dumps(text | description), encoding="utf-8")
    return folder


def make_pairs(folder, *, n=5):
    for i in range(n):
        write_nifti(folder / "images" / f"case {i}.nii", make_image(i))
        write_nifti(folder / "labels" / f"case {i}.nii.gz", make_label(i))
    return folder


def make_kits(folder, *, n=5):
    for i in range(n):
        write_nifti(folder / f"case_{i:05d}" / "imaging.nii.gz", make_image(i))
        write_nifti(folder / f"case_{i:05d}" / "segmentation.nii.gz", make_label(i))
    return folder


def make_totalsegmentator(folder, *, n=5, image="ct"):
    """Subjects with a liver, and a spleen beside it."""
    for i in range(n):
        spleen = np.zeros(SHAPE, dtype=np.uint8)
        spleen[7:9, 3:7, 5:7] = 1
        write_nifti(folder / f"s{i:04d}" / f"{image}.nii.gz", make_image(i))
        write_nifti(folder / f"s{i:04d}" / "segmentations" / "liver.nii.gz", make_label(i))
        write_nifti(folder / f"s{i:04d}" / "segmentations" / "spleen.nii.gz", spleen)
    return folder


def write_itk(path, array, *, affine=AFFINE, is_compressed=False, is_vector=False):
    """Write NRRD or MetaImage as SimpleITK does; a fourth axis becomes one, or components."""
    library = itk.import_library()
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = (2, 1, 0, 3) if is_vector else tuple(reversed(range(array.ndim)))
    image = library.GetImageFromArray(np.ascontiguousarray(array.transpose(axes)), isVector=is_vector)
    if array.ndim == 3:
        placed = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
        spacing = np.sqrt((placed[:3, :3] ** 2).sum(axis=0))
        image.SetSpacing(spacing.tolist())
        image.SetDirection((placed[:3, :3] / spacing).ravel().tolist())
        image.SetOrigin(placed[:3, 3].tolist())
    library.WriteImage(image, str(path), is_compressed)
    return path


def write_turned(path, array, orientation, *, affine=AFFINE):
    """Write an array that lies as RAS in another orientation: the same voxels at the same places."""
    image = nib.Nifti1Image(array, affine)
    change = nib.orientations.ornt_transform(
        nib.io_orientation(affine), nib.orientations.axcodes2ornt(orientation)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(image.as_reoriented(change), path)
    return path


def write_series(
    folder,
    *,
    n=6,
    modality="CT",
    uid="1.2.3",
    step=2.5,
    names="IM{:04d}.dcm",
    gap=0,
    directions="1\\0\\0\\0\\1\\0",
    normal=(0, 0, 1),
    rescale=None,
    shape=(16, 16),
):
    """Write a DICOM series whose slices go on along the normal; returns decoded values, of shape (n, rows, columns)."""
    library = itk.import_library()
    folder.mkdir(parents=True, exist_ok=True)
    before = locale.setlocale(locale.LC_CTYPE)
    writer = library.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.KeepOriginalImageUIDOn()
    planes = []
    for i in range(n):
        place = (i + (gap if i > n // 2 else 0)) * step
        plane = make_image(i, shape=(1, *shape))
        if rescale is not None:
            plane = plane.astype(np.int32) * rescale[0] + rescale[1]
        image = library.GetImageFromArray(plane)
        image.SetMetaData("0008|0060", modality)
        image.SetMetaData("0020|000e", uid)
        image.SetMetaData("0020|0032", "\\".join(str(place * x) for x in normal))
        image.SetMetaData("0020|0037", directions)
        image.SetSpacing((0.6, 0.8, 1.0))
        image.SetMetaData("0008|0018", f"{uid}.{i + 1}")
        if rescale is not None:
            image.SetMetaData("0028|1053", str(rescale[0]))
            image.SetMetaData("0028|1052", str(rescale[1]))
        writer.SetFileName(str(folder / (names.format(i))))
        writer.Execute(image)
        planes.append(plane[0])
    # GDCM leaves the process without a language when it writes, and Python with ASCII.
    locale.setlocale(locale.LC_CTYPE, before)
    return np.stack(planes)

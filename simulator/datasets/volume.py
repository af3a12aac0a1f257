"""The files of one volume on one grid: where they lie alike in space, or are only turned against each other."""

from dataclasses import dataclass, replace

from .header import AFFINE_TOLERANCE_VOXELS, Note, VolumeHeader, distance, times
from .layouts import VolumeFiles
from .problems import VolumeError
from .reading import read_header

__all__ = ["VolumeHeaders", "read_headers"]


@dataclass(frozen=True, kw_only=True)
class VolumeHeaders:
    """The headers of one volume's files, on one grid.

    Parameters
    ----------
    images : tuple of VolumeHeader
        One 3-D or 4-D file, or one file a channel.
    label : VolumeHeader
        The label map, or the first of the masks.
    structures : tuple of (int, VolumeHeader), default=()
        The masks of single structures with their label values; none where there is a label map.
    notes : tuple of (what, what to do)
        What is odd about the files, and stops nothing.
    """

    images: tuple[VolumeHeader, ...]
    label: VolumeHeader
    structures: tuple[tuple[int, VolumeHeader], ...] = ()
    notes: tuple[Note, ...] = ()

    def turned(self, orientation: str) -> "VolumeHeaders":
        """Turn all of them to an orientation."""
        if orientation == self.images[0].orientation:
            return self
        return replace(
            self,
            images=tuple(header.turned(orientation) for header in self.images),
            label=self.label.turned(orientation),
            structures=tuple((value, header.turned(orientation)) for value, header in self.structures),
        )


def read_headers(files: VolumeFiles) -> VolumeHeaders:
    """Read and judge the headers of a volume; no voxel is read.

    Masks and channels that are stored in another orientation than the (first) image are turned to it. Where a file
    holds two affines, the one on which image and mask agree is taken.

    Raises
    ------
    VolumeError
        If a header is refused, or image and mask do not lie on one grid.
    """
    first, *channels = (read_header(path) for path in files.images)
    masks = [read_header(path) for path in files.masks]
    for mask in masks:
        if mask.n_channels != 1:
            raise VolumeError(
                f"the label map {mask.path.name} has {mask.n_channels} channels, expected 1",
                "join them to one 3-D map",
            )
    notes = [note for header in (first, *channels, *masks) for note in header.notes]
    for i, mask in enumerate(masks):
        first, masks[i], found = _agree(first, mask)
        notes += found
    lying = [_lie_like(first, channel) for channel in channels]
    return VolumeHeaders(
        images=(first, *(header for header, _ in lying)),
        label=masks[0],
        structures=tuple((value, mask) for (value, _), mask in zip(files.structures, masks, strict=False)),
        notes=tuple(dict.fromkeys([*notes, *(note for _, found in lying for note in found)])),
    )


def _agree(image: VolumeHeader, label: VolumeHeader) -> tuple[VolumeHeader, VolumeHeader, list[Note]]:
    """Find affines by which image and mask lie on one grid: the preferred ones if they do."""
    # One of the two by its preferred affine: undeclared ones are often alike because nobody wrote them.
    pairs = [(image, other) for other in _affines(label)] + [(other, label) for other in _affines(image)]
    for one, other in pairs:
        turned = _turn_like(one, other)
        if turned.shape == one.shape and _distance(one, turned)[1] <= AFFINE_TOLERANCE_VOXELS:
            notes = [
                *_note_affine("the image", image, one),
                *_note_affine("the mask", label, other),
                *_note_turn(other, turned),
                *_note_distance(one, turned),
            ]
            return one, turned, notes
    if label.shape != image.shape:
        raise VolumeError(
            f"the image has {times(image.shape)} voxels, its mask {times(label.shape)}",
            "resample the mask to the image's grid",
        )
    raise VolumeError(
        f"mask and image differ by {_distance(image, label)[0]:.2g} mm in their affines",
        "correct the mask's affine, or resample it to the image's grid",
    )


def _affines(header: VolumeHeader) -> list[VolumeHeader]:
    """List a header with each affine that its file holds, the preferred one first."""
    return [header, *(replace(header, affine=affine, others=()) for _, affine in header.others)]


def _turn_like(image: VolumeHeader, header: VolumeHeader) -> VolumeHeader:
    if header.shape == image.shape and _distance(image, header)[1] <= AFFINE_TOLERANCE_VOXELS:
        return header
    return header if header.orientation == image.orientation else header.turned(image.orientation)


def _lie_like(image: VolumeHeader, channel: VolumeHeader) -> tuple[VolumeHeader, list[Note]]:
    """Bring a channel to the grid of the first one."""
    turned = _turn_like(image, channel)
    if turned.shape != image.shape:
        raise VolumeError(
            f"{channel.path.name} has {times(channel.shape)} voxels, {image.path.name} {times(image.shape)}",
            "resample the channels to one grid",
        )
    distance_mm, distance_voxels = _distance(image, turned)
    if distance_voxels <= AFFINE_TOLERANCE_VOXELS:
        return turned, []
    what = f"{channel.path.name} and {image.path.name} differ by {distance_mm:.2g} mm in their affines"
    return turned, [(what, "Look at them: channels are taken to lie on one grid")]


def _note_affine(name: str, header: VolumeHeader, taken: VolumeHeader) -> list[Note]:
    """Say which of two affines was taken."""
    if taken is header:
        return []
    name_taken = next(name for name, affine in header.others if affine is taken.affine)
    return [(f"image and mask agree by the {name_taken} of {name} only", "Nothing: it is taken")]


def _note_turn(header: VolumeHeader, turned: VolumeHeader) -> list[Note]:
    if turned is header:
        return []
    what = f"a mask or channel lies as {header.orientation}, its image as {turned.orientation}"
    return [(what, "Nothing: it is turned to its image")]


def _note_distance(image: VolumeHeader, label: VolumeHeader) -> list[Note]:
    distance_mm, distance_voxels = _distance(image, label)
    if distance_voxels <= AFFINE_TOLERANCE_VOXELS / 100:
        return []
    what = f"mask and image differ by {distance_mm:.2g} mm in their affines"
    return [(what, "Nothing: below a tenth of a voxel")]


def _distance(image: VolumeHeader, other: VolumeHeader) -> tuple[float, float]:
    return distance(image.shape, image.affine, other.affine)

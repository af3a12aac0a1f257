"""One slice three times: reference, annotation with less effort, and their difference (paper §2.1)."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_erosion

from ..virtues import AnnotatedVolume
from ..virtues.curve import iou_of

__all__ = ["SliceImages", "draw_slice", "slice_iou"]

LONGEST_PIXELS = 480
LINE_PIXELS = 2

WHITE, ORANGE, CYAN, PINK = (255, 255, 255), (240, 138, 60), (63, 186, 232), (232, 92, 170)


@dataclass(frozen=True, kw_only=True, eq=False)
class SliceImages:
    """Three pictures of one slice, ndarrays of shape (height, width, 3), dtype uint8.

    Parameters
    ----------
    reference : ndarray
        White outline.
    annotation : ndarray
        Orange, filled.
    difference : ndarray
        Cyan where it was missed, pink where it was added, white outline of the reference.
    """

    reference: np.ndarray
    annotation: np.ndarray
    difference: np.ndarray


def draw_slice(annotated: AnnotatedVolume, *, axis: int, index: int, is_close: bool = False) -> SliceImages:
    """Draw one slice as radiologists see it: superior or anterior up, the patient's right on the left.

    Parameters
    ----------
    annotated : AnnotatedVolume
    axis : int
        Slicing axis of the data set.
    index : int
        Slice.
    is_close : bool, default=False
        Shows the surroundings of the reference alone: the same window whatever the annotation.

    Returns
    -------
    SliceImages
        On a black ground, voxels in their true proportions, longest side 480 pixels.
    """
    volume = annotated.volume
    in_plane = volume.affine[:3, [a for a in range(3) if a != axis]]
    shape = _picture_shape(volume.masks.shape[1:], np.linalg.norm(in_plane, axis=0))

    def stretch(plane: np.ndarray) -> np.ndarray:
        rows = (np.arange(shape[0]) + 0.5) * plane.shape[0] / shape[0]
        columns = (np.arange(shape[1]) + 0.5) * plane.shape[1] / shape[1]
        if plane.dtype == np.bool_:
            return np.asarray(plane[np.ix_(rows.astype(int), columns.astype(int))])
        return np.asarray(_lerp(plane.shape[0], rows) @ plane @ _lerp(plane.shape[1], columns).T)

    image = _orient(_to_gray(stretch(volume.images[index, 0].astype(np.float32))), in_plane)
    reference = _orient(stretch(np.asarray(volume.masks[index])), in_plane)
    annotation = _orient(stretch(annotated.mask(index)), in_plane)
    if is_close and reference.any():
        window = _window(reference)
        image, reference, annotation = image[window], reference[window], annotation[window]
    rgb = np.repeat(image[..., None], 3, axis=2)
    missed, added = reference & ~annotation, annotation & ~reference
    return SliceImages(
        reference=_paint(rgb, _outline(reference), WHITE, 1.0),
        annotation=_paint(_paint(rgb, annotation, ORANGE, 0.35), _outline(annotation), ORANGE, 1.0),
        difference=_paint(
            _paint(_paint(rgb, missed, CYAN, 0.8), added, PINK, 0.8), _outline(reference), WHITE, 1.0
        ),
    )


def slice_iou(annotated: AnnotatedVolume, *, index: int) -> float:
    """Compute the IoU of annotation and reference on one slice, in [0, 1]; 1 where both are empty."""
    return iou_of(np.asarray(annotated.volume.masks[index]), annotated.mask(index))


def _picture_shape(plane: tuple[int, ...], spacing_mm: np.ndarray) -> tuple[int, int]:
    size = np.array(plane) * spacing_mm
    height, width = np.maximum(1, np.round(LONGEST_PIXELS * size / size.max())).astype(int)
    return int(height), int(width)


def _window(mask: np.ndarray) -> tuple[slice, slice]:
    """Lay a square window around a mask, half its size wider on every side, inside the picture."""
    where = np.nonzero(mask)
    centre = [(int(at.min()) + int(at.max())) // 2 for at in where]
    half = max(int(np.ptp(at)) for at in where) + 1
    rows, columns = (
        slice(max(0, c - half), min(n, c + half)) for c, n in zip(centre, mask.shape, strict=True)
    )
    return rows, columns


def _lerp(n: int, at: np.ndarray) -> np.ndarray:
    """Weights that interpolate linearly between n pixel centres: shape (len(at), n), float32."""
    distance = np.abs(np.clip(at - 0.5, 0, n - 1)[:, None] - np.arange(n))
    return np.asarray(np.maximum(0, 1 - distance), dtype=np.float32)


def _to_gray(image: np.ndarray) -> np.ndarray:
    low, high = np.percentile(image, (1, 99.5))
    return np.asarray(255 * np.clip((image - low) / max(high - low, 1e-6), 0, 1), dtype=np.uint8)


def _orient(plane: np.ndarray, in_plane: np.ndarray) -> np.ndarray:
    """Turn a plane so that superior (else anterior) is up and right (else anterior) is left."""
    world = np.abs(in_plane).argmax(axis=0)
    signs = np.array([in_plane[world[i], i] for i in range(2)]) > 0
    if world[1] > world[0]:
        plane, signs = plane.T, signs[::-1]
    plane = plane[::-1] if signs[0] else plane
    return plane[:, ::-1] if signs[1] else plane


def _outline(mask: np.ndarray) -> np.ndarray:
    return np.asarray(mask & ~binary_erosion(mask, iterations=LINE_PIXELS))


def _paint(rgb: np.ndarray, mask: np.ndarray, color: tuple[int, int, int], opacity: float) -> np.ndarray:
    painted = rgb.copy()
    painted[mask] = (1 - opacity) * painted[mask] + opacity * np.array(color)
    return painted

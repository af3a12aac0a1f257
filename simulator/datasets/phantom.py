"""An embedded CT-like data set, made from a seed: it shows the tool without a download, and is no evidence.

48 patients: an elliptical body in air with a rim of fat, five soft organs, spine, ribs and gas; the target is a
tapering, slightly oblique lesion of one of four shapes, with patient-wise size, place and contrast. On 40 % of its
slices a bright focus sits on its rim, one slice thick and part of the target, as a tumour is when classes are joined.
Structures shorter than the distance of key slices are what interpolation misses: **the price of quality is partly
engineered**, and the phantom says nothing about the order of virtues that the paper found.
"""

import json
from pathlib import Path

import nibabel as nib
import numpy as np

from ..files import make_folder
from ..settings import Settings

__all__ = ["make_phantom", "phantom_folder", "phantom_volume"]

PHANTOM_VERSION = 1
"""Version of the recipe; another one is another data set."""

N_VOLUMES = 48
SEED = 20240427
SHAPE = (48, 48, 24)
SPACING_MM = (6.0, 6.0, 5.0)

Coordinates = tuple[np.ndarray, ...]
"""Indices of every voxel along x, y and z, each along its own axis."""

_AIR_HU, _FAT_HU, _MUSCLE_HU, _BONE_HU, _GAS_HU = -1000.0, -100.0, 45.0, 420.0, -850.0
_PHASES = (0.0, 0.5, 1.0)
_PHASE_SHARES = (0.3, 0.5, 0.2)
_VARIANT_SHARES = (0.4, 0.3, 0.2, 0.1)
_VARIANTS = (
    # elongation, amplitudes of the second to fourth harmonic, drift in pixels a slice
    (1.00, (0.05, 0.04, 0.02), 0.10),
    (1.45, (0.04, 0.08, 0.03), 0.25),
    (0.75, (0.16, 0.03, 0.05), 0.35),
    (1.10, (0.05, 0.20, 0.08), 0.15),
)
_PLACE = (2.3, 4.0)  # angle seen from the body's centre: lesions of one organ
_FOCUS_SHARE = 0.4
_FOCUS_HU = (80.0, 130.0)  # above the lesion
_ORGAN_UPTAKE_HU = (0.0, 15.0)
_CORRELATION_SLICES = 1.2


def phantom_folder(settings: Settings) -> Path:
    """Say where the phantom lies once it is made."""
    return settings.cache / f"phantom-v{PHANTOM_VERSION}"


def make_phantom(folder: Path) -> None:
    """Make the phantom in the Decathlon's layout, unless it is there.

    Raises
    ------
    StoreError
        If the cache cannot be written to or is full.
    """
    make_folder(folder, _fill, root=folder.parent)


def phantom_volume(index: int, *, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Paint one patient.

    Parameters
    ----------
    index : int
        Number of the patient, from 0.
    seed : int, default=SEED
        Seed of the data set.

    Returns
    -------
    image : ndarray of shape (48, 48, 24), dtype int16
        Hounsfield units.
    mask : ndarray of shape (48, 48, 24), dtype uint8
        1 in the lesion, 2 in its bright foci.
    """
    rng = np.random.default_rng([seed, index])
    grid = np.meshgrid(*[np.arange(n, dtype=np.float64) for n in SHAPE], indexing="ij", sparse=True)
    phase = _PHASES[rng.choice(3, p=_PHASE_SHARES)]
    image, center = _paint_body(rng, grid)
    _paint_organs(rng, grid, image, center, phase)
    mask = _paint_target(rng, grid, image, center, phase)
    _paint_bones_and_gas(rng, grid, image, center, is_free=mask == 0)
    return _scan(rng, image), mask


def _paint_body(rng: np.random.Generator, grid: Coordinates) -> tuple[np.ndarray, tuple[float, float]]:
    """Fill an elliptical body with muscle under a rim of fat."""
    x, y, z = grid
    center = (23.5 + rng.uniform(-1.5, 1.5), 23.5 + rng.uniform(-1.5, 1.5))
    width, depth = rng.uniform(19, 22), rng.uniform(14.5, 17.5)
    swell = 1 + 0.05 * np.sin(2 * np.pi * (z / SHAPE[2] * rng.uniform(0.4, 0.8) + rng.random()))
    fat = rng.uniform(1.5, 3.0)
    outer = np.hypot((x - center[0]) / (width * swell), (y - center[1]) / (depth * swell))
    inner = np.hypot((x - center[0]) / (width * swell - fat), (y - center[1]) / (depth * swell - fat))
    image = np.where(inner < 1, _MUSCLE_HU, np.where(outer < 1, _FAT_HU, _AIR_HU))
    return image, center


def _paint_organs(
    rng: np.random.Generator,
    grid: Coordinates,
    image: np.ndarray,
    center: tuple[float, float],
    phase: float,
) -> None:
    """Paint five soft ellipsoids that drift along z and take up contrast by phase."""
    x, y, z = grid
    for _ in range(5):
        angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(3, 11)
        drift_x, drift_y = rng.uniform(-0.35, 0.35, 2)
        middle, half = rng.uniform(4, 20), rng.uniform(6, 14)
        radius_x, radius_y = rng.uniform(3, 6.5, 2)
        brightness = _MUSCLE_HU + rng.uniform(-10, 15) + phase * rng.uniform(*_ORGAN_UPTAKE_HU)
        along = z - middle
        away = np.sqrt(
            ((x - center[0] - distance * np.cos(angle) - drift_x * along) / radius_x) ** 2
            + ((y - center[1] - 0.7 * distance * np.sin(angle) - drift_y * along) / radius_y) ** 2
            + (along / half) ** 2
        )
        image[(away < 1) & (image > 0)] = brightness


def _paint_target(
    rng: np.random.Generator,
    grid: Coordinates,
    image: np.ndarray,
    center: tuple[float, float],
    phase: float,
) -> np.ndarray:
    """Paint the lesion and its foci into the image, and return where they are."""
    elongation, amplitudes, drift = _VARIANTS[rng.choice(4, p=_VARIANT_SHARES)]
    n_slices = SHAPE[2]
    heights = np.arange(n_slices, dtype=np.float64)
    middle, half = rng.uniform(9.5, 13.5), rng.uniform(7, 10.5)
    taper = np.sqrt((1 - ((heights - middle) / half) ** 2).clip(min=0))
    radius = rng.uniform(4.8, 7.2) * taper * (1 + 0.10 * _wander(rng))
    stretch = elongation * rng.uniform(0.9, 1.1) * np.exp(0.10 * _wander(rng))
    turn = rng.uniform(-0.5, 0.5) + 0.18 * _wander(rng)
    place, direction = rng.uniform(*_PLACE), rng.uniform(0, 2 * np.pi)
    offset = rng.uniform(2, 7)
    center_x = center[0] - 3 + offset * np.cos(place) + drift * np.cos(direction) * (heights - middle)
    center_y = center[1] - 1 + 0.6 * offset * np.sin(place) + drift * np.sin(direction) * (heights - middle)
    phases = rng.uniform(0, 2 * np.pi, 3)

    right = grid[0] - center_x
    up = grid[1] - center_y
    along = (right * np.cos(turn) + up * np.sin(turn)) / np.sqrt(stretch)
    across = (-right * np.sin(turn) + up * np.cos(turn)) * np.sqrt(stretch)
    theta = np.arctan2(across, along)
    waves = np.zeros(SHAPE)
    for k, amplitude, shift in zip((2, 3, 4), amplitudes, phases, strict=True):
        waves += amplitude * np.cos(k * theta + shift)
    is_lesion = (np.hypot(along, across) < radius * (1 + waves)) & (image > 0)
    contrast = 65 + 20 * phase + rng.uniform(-5, 5)
    image[is_lesion] = _MUSCLE_HU + contrast
    is_focus = _paint_foci(rng, grid, image, (center_x, center_y), radius, contrast)
    return np.where(is_focus, 2, is_lesion).astype(np.uint8)


def _paint_foci(
    rng: np.random.Generator,
    grid: Coordinates,
    image: np.ndarray,
    center: tuple[np.ndarray, np.ndarray],
    radius: np.ndarray,
    contrast: float,
) -> np.ndarray:
    """Paint a bright focus, one slice thick, on the rim of some of the lesion's slices."""
    n_slices = SHAPE[2]
    has_focus = (rng.random(n_slices) < _FOCUS_SHARE) & (radius > 1.5)
    angle = rng.uniform(0, 2 * np.pi, n_slices)
    size = radius * rng.uniform(0.4, 0.65, n_slices)
    away = np.hypot(
        grid[0] - center[0] - radius * np.cos(angle), grid[1] - center[1] - radius * np.sin(angle)
    )
    is_focus: np.ndarray = (away < size) & has_focus & (image > 0)
    image[is_focus] = _MUSCLE_HU + contrast + rng.uniform(*_FOCUS_HU)
    return is_focus


def _paint_bones_and_gas(
    rng: np.random.Generator,
    grid: Coordinates,
    image: np.ndarray,
    center: tuple[float, float],
    *,
    is_free: np.ndarray,
) -> None:
    """Paint spine, ribs and two gas bubbles where the target is not."""
    x, y, z = grid
    spine = np.hypot(x - center[0], y - center[1] - 10) / rng.uniform(2.6, 3.4)
    canal = np.hypot(x - center[0], y - center[1] - 13) / 1.2
    image[(spine < 1) & is_free] = _BONE_HU + rng.uniform(-60, 60)
    image[(canal < 1) & is_free & (image > 0)] = 20.0
    rib_phase = rng.uniform(0, 2 * np.pi)
    for k in range(8):
        turn = rib_phase + k * np.pi / 4 + 0.06 * z
        rib = np.hypot(x - center[0] - 17 * np.cos(turn), y - center[1] - 12.5 * np.sin(turn))
        image[(rib < 1.3) & is_free & (image > _AIR_HU)] = _BONE_HU + rng.uniform(-80, 80)
    for _ in range(2):
        angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(3, 9)
        gas = np.sqrt(
            ((x - center[0] - distance * np.cos(angle)) / rng.uniform(1.2, 2.8)) ** 2
            + ((y - center[1] - distance * np.sin(angle)) / rng.uniform(1.2, 2.8)) ** 2
            + ((z - rng.uniform(2, 22)) / rng.uniform(1.5, 4)) ** 2
        )
        image[(gas < 1) & is_free & (image > 0)] = _GAS_HU


def _scan(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Blur in plane, add texture and noise, and store Hounsfield units."""
    blurred = _smooth(image, 0.6, 0.6, 0)
    texture = _smooth(rng.standard_normal(SHAPE), 1.5, 1.5, 0.7)
    texture *= rng.uniform(4, 9) / texture.std()
    noise = rng.standard_normal(SHAPE) * rng.uniform(6, 13)
    body = blurred > -500
    return np.rint(blurred + np.where(body, texture, 0) + noise).clip(-1024, 3071).astype(np.int16)


def _wander(rng: np.random.Generator) -> np.ndarray:
    """Change smoothly and at random along z, with unit deviation; shape (n_slices,)."""
    steps = _smooth(rng.standard_normal(SHAPE[2]), _CORRELATION_SLICES)
    return np.asarray(steps / steps.std())


def _smooth(array: np.ndarray, *sigmas: float) -> np.ndarray:
    """Smooth along each axis by a Gaussian whose weights add up to 1 at the edges too."""
    # Not by scipy.ndimage: another filter's rounding would make another data set.
    for axis, sigma in enumerate(sigmas):
        if sigma:
            distance = np.subtract.outer(np.arange(array.shape[axis]), np.arange(array.shape[axis]))
            weights = np.exp(-0.5 * (distance / sigma) ** 2)
            weights /= weights.sum(axis=1, keepdims=True)
            array = np.moveaxis(np.einsum("ij,j...->i...", weights, np.moveaxis(array, axis, 0)), 0, axis)
    return array


def _fill(folder: Path) -> None:
    names = [f"phantom_{index:02d}.nii" for index in range(N_VOLUMES)]
    affine = np.diag([*SPACING_MM, 1.0])
    for kind in ("imagesTr", "labelsTr"):
        (folder / kind).mkdir()
    for index, name in enumerate(names):
        for kind, array in zip(("imagesTr", "labelsTr"), phantom_volume(index), strict=True):
            nib.save(nib.Nifti1Image(array, affine), folder / kind / name)
    description = {
        "name": "Labelwise phantom",
        "modality": {"0": "CT"},
        "labels": {"0": "background", "1": "lesion", "2": "focus"},
        "training": [{"image": f"./imagesTr/{name}", "label": f"./labelsTr/{name}"} for name in names],
    }
    (folder / "dataset.json").write_text(json.dumps(description), encoding="utf-8")

"""Opening a data set by name or folder: which folders are allowed, which layout it has."""

from dataclasses import replace
from pathlib import Path

from ..errors import DatasetError, ReadOnlyError, RequestError
from ..settings import Settings
from .asking import KNOWN_NAMES, check_cut
from .catalogue import get_entry
from .layouts import find_layout, find_unused, find_values, plain
from .phantom import make_phantom, phantom_folder
from .source import DatasetSource
from .tasks import TASKS

__all__ = [
    "check_links",
    "downloads_folder",
    "label_values",
    "open_dataset",
    "places_of_names",
]

_MAX_NAME = 80


def open_dataset(
    name_or_folder: str,
    *,
    settings: Settings,
    axis: int | None = None,
    labels: tuple[int | str, ...] | None = None,
    n_pool: int | None = None,
    is_browser: bool = False,
) -> DatasetSource:
    """Open a data set; no volume is read yet.

    Parameters
    ----------
    name_or_folder : str
        A catalogue name (``phantom`` is made when it is asked for the first time) or a folder.
    settings : Settings
    axis : int, default=None
        Array axis to slice across; None chooses.
    labels : tuple of int or str, default=None
        Label values of the foreground, or names of values and regions; None takes all.
    n_pool : int, default=None
        Volumes to label from; None takes all that are not for testing.
    is_browser : bool, default=False
        True if whoever asks sits at a browser: then folder and files, links followed, must lie in
        ``settings.data_roots``.

    Returns
    -------
    DatasetSource

    Raises
    ------
    DatasetError
        If there is no such data set, it may not be opened, or its layout cannot be made out.
    RequestError
        If the axis is not 0, 1 or 2, the pool is to have no volume, or the data set names no such label.
    """
    check_cut(axis=axis, n_pool=n_pool)
    folder, roots = _find_folder(name_or_folder, settings=settings, is_browser=is_browser)
    try:
        if is_browser:
            check_links([folder / "dataset.json"], roots)
        layout = find_layout(folder)
        if is_browser:
            # Even the names of files that lie elsewhere are not for whoever asks.
            check_links([path for name in layout.listed for path in folder.glob(name)], roots)
        contents = layout.read(folder)
        if is_browser:
            check_links([path for files in contents.volumes for path in files.paths], roots)
        unused = find_unused(folder, contents, listed=layout.listed)
    except (OSError, ValueError, RuntimeError) as error:
        raise DatasetError(
            f"{plain(str(folder))} cannot be read ({_reason(error)}); check the folder"
        ) from None
    entry = get_entry(contents.title)
    is_phantom = folder == phantom_folder(settings)
    return DatasetSource(
        name="phantom" if is_phantom else plain(folder.resolve().name)[:_MAX_NAME] or "data",
        folder=folder,
        layout=layout,
        contents=replace(contents, problems=(*contents.problems, *unused)),
        entry=entry,
        settings=settings,
        asked_axis=axis,
        asked_labels=None if labels is None else find_values(labels, contents.labels),
        n_pool=n_pool,
    )


def downloads_folder(settings: Settings) -> Path:
    """Say where a download is put: the first data folder, or the cache where there is none."""
    return settings.data_roots[0] if settings.data_roots else settings.cache / "datasets"


def places_of_names(settings: Settings) -> tuple[Path, ...]:
    """List the folders that a known name is looked for in from a terminal."""
    return (*settings.data_roots, settings.cache / "datasets")


def label_values(
    labels: tuple[int | str, ...], *, dataset: str, settings: Settings
) -> tuple[int, ...] | None:
    """Find the values that labels stand for; only names need the data set's folder.

    Raises
    ------
    RequestError
        If the data set names no such label, or is not on this machine.
    """
    numbers = tuple(label for label in labels if isinstance(label, int))
    if len(numbers) == len(labels):
        return numbers
    try:
        return open_dataset(dataset, settings=settings, labels=labels).asked_labels
    except DatasetError as error:
        raise RequestError(
            f"--labels takes names only where the data set's folder is, else numbers: {error}"
        ) from None


def _find_folder(name: str, *, settings: Settings, is_browser: bool) -> tuple[Path, tuple[Path, ...]]:
    """Find the folder that is meant, and the folders in which its files may lie."""
    if name == "phantom":
        folder = phantom_folder(settings)
        if is_browser and settings.is_read_only and not folder.is_dir():
            raise ReadOnlyError(
                f"the phantom was not made yet, and {settings.why_read_only}; "
                "make it from a terminal where that does not hold"
            )
        make_phantom(folder)
        return folder, (folder.resolve(),)
    try:
        folder = Path(name).expanduser()
        if name in KNOWN_NAMES and not folder.is_dir():
            roots = settings.data_roots if is_browser else places_of_names(settings)
            places = [root / name for root in roots if (root / name).is_dir()]
            if not places:
                raise DatasetError(_explain_absence(name))
            folder = places[0]
        if is_browser and not _is_inside(folder, settings.data_roots):
            raise DatasetError(
                f"{plain(name)} is outside the folders that may be opened. "
                f"Add it to LABELWISE_DATA and start again."
            )
        if not folder.is_dir():
            raise DatasetError(
                f"there is no data set {plain(name)!r}; give a folder, or one of {', '.join(KNOWN_NAMES)}"
            )
    except (OSError, ValueError, RuntimeError) as error:
        raise DatasetError(
            f"{plain(name)[:200]!r} is no folder that can be read ({_reason(error)}); check how it is spelled"
        ) from None
    return folder.absolute(), settings.data_roots


def _explain_absence(name: str) -> str:
    is_offered = name in {task.name for task in TASKS}
    download = f", or run python -m simulator datasets download {name}" if is_offered else ""
    return (
        f"{name} is known, but its volumes are not on this machine; give the folder that holds them, "
        f"or name the folder above it in LABELWISE_DATA{download}"
    )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)[:200]


def check_links(paths: list[Path], roots: tuple[Path, ...]) -> None:
    """Check that files or folders lie, links followed, in folders that may be opened from a browser.

    Raises
    ------
    DatasetError
        If one does not.
    """
    for path in paths:
        if not _is_inside(path, roots):
            raise DatasetError(
                f"{plain(str(path))} is outside the folders that may be opened. "
                f"Add it to LABELWISE_DATA and start again."
            )


def _is_inside(path: Path, roots: tuple[Path, ...]) -> bool:
    """Tell whether a path lies in one of the folders once all links are followed."""
    resolved = path.resolve()
    return any(resolved == root or root in resolved.parents for root in roots)

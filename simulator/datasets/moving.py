"""Prepared slices on their way to a machine that shares no folder with this one: file by file, as bytes."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from ..files import read_file, write_file
from ..settings import Settings
from .prepared import METADATA, load_prepared, prepared_folder, read_metadata

__all__ = ["pack_slices", "unpack_slices"]

MAX_BYTES = 2**32
"""More than the slices of one volume have."""


def pack_slices(fingerprint: str, *, slice_size: int, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Read the files of a prepared data set.

    Parameters
    ----------
    fingerprint : str
    slice_size : int
    settings : Settings

    Yields
    ------
    (str, bytes)
        Name, and content deflated; what says that all others are there comes last. Names of volumes, which can
        identify patients, stay here.

    Raises
    ------
    DatasetError
        If they are damaged.
    """
    folder = load_prepared(fingerprint, slice_size=slice_size, settings=settings).folder
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != METADATA:
            yield path.name, zlib.compress(read_file(path, max_bytes=MAX_BYTES), level=1)
    yield METADATA, zlib.compress(_read_nameless(folder), level=1)


def unpack_slices(
    name: str, content: bytes, *, fingerprint: str, slice_size: int, settings: Settings
) -> None:
    """Write one of these files; after the last, see that they are that data set's, whole.

    Parameters
    ----------
    name : str
    content : bytes
        Both as `pack_slices` gives them.
    fingerprint : str
    slice_size : int
    settings : Settings

    Raises
    ------
    OSError
        If it cannot be written, or the disk is full.
    StoreError
        If a link is in the way.
    DatasetError
        If what arrived is damaged, or of another data set.
    """
    folder = prepared_folder(fingerprint, slice_size=slice_size, settings=settings)
    write_file(folder / Path(name).name, zlib.decompress(content), root=settings.cache)
    if name == METADATA:
        load_prepared(fingerprint, slice_size=slice_size, settings=settings)


def _read_nameless(folder: Path) -> bytes:
    metadata = read_metadata(folder)
    volumes = tuple(volume.model_copy(update={"name": volume.id}) for volume in metadata.volumes)
    return metadata.model_copy(update={"volumes": volumes, "notes": ()}).model_dump_json().encode()

"""A task of the Decathlon from its public location to a folder of volumes: fetched, checked, unpacked.

Every step leaves its result whole or not at all: ``TASK.tar.part`` grows, and the folder ``TASK`` appears once size and
checksum are right and everything is unpacked. So a second call goes on where a killed one stopped. An archive that was
brought by other means is put in as ``TASK.tar``; it is never deleted.
"""

import hashlib
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import DownloadError, ReadOnlyError
from ..files import make_folder
from ..remedies import remedy_for
from ..settings import Settings
from .fetching import CHUNK_BYTES, OnProgress, check_room, fetch_part, forget_part
from .tasks import Task
from .unpacking import unpack

__all__ = ["download_task"]


def download_task(task: Task, *, folder: Path, settings: Settings, on_progress: OnProgress) -> Path:
    """Download a task, unless it is there.

    Parameters
    ----------
    task : Task
    folder : Path
        Where the task's folder will lie; made if it is missing.
    settings : Settings
    on_progress : function of str, int and int
        Called with "downloading", "checking" or "unpacking", the bytes that are done, and all bytes.

    Returns
    -------
    Path
        The task's folder. An archive that was fetched is deleted, one that somebody put there stays.

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    DownloadError
        If the archive cannot be brought here whole, is not the one that is known, or holds what is refused.
    """
    if settings.is_read_only:
        raise ReadOnlyError(
            f"nothing can be downloaded, for {settings.why_read_only}; "
            "download from a terminal where that does not hold"
        )
    made, archive = folder / task.name, folder / f"{task.name}.tar"
    if made.is_dir():
        return made
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / f"{archive.name}.lock", timeout=0, fallback_to_soft=False):
            if archive.is_file():
                _check_placed(task, archive, on_progress=on_progress)
                _unpack(task, archive, made, on_progress=on_progress)
            else:
                part = _bring(task, archive, on_progress=on_progress)
                _unpack(task, part, made, on_progress=on_progress)
                forget_part(part)
    except Timeout:
        raise DownloadError(
            f"{task.name} is being downloaded to {folder} by another process; wait for it"
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    return made


def _bring(task: Task, archive: Path, *, on_progress: OnProgress) -> Path:
    part = archive.with_name(f"{archive.name}.part")
    try:
        fetch_part(task, part, on_progress=on_progress)
    except DownloadError as error:
        raise DownloadError(
            f"{error}. Run the same command again to go on, or save the archive as {archive} by other means and "
            "run it then"
        ) from error
    found = _md5(part, on_progress=on_progress)
    if task.md5 not in {None, found}:
        forget_part(part)
        raise DownloadError(
            f"what {task.url} sent has the MD5 checksum {found}, not {task.md5}, and was deleted; "
            "run the same command again to download it anew"
        )
    return part


def _check_placed(task: Task, archive: Path, *, on_progress: OnProgress) -> None:
    n_bytes = archive.stat().st_size
    found = _md5(archive, on_progress=on_progress) if task.n_bytes in {None, n_bytes} else None
    if found is None or task.md5 not in {None, found}:
        is_whole = (
            f"the MD5 checksum {found}, not {task.md5}"
            if found
            else f"{n_bytes:,} bytes, not {task.n_bytes:,}"
        )
        raise DownloadError(
            f"{archive} has {is_whole}, so it is damaged or another file; delete it and run the same command again"
        )
    check_room(archive.parent, n_bytes)


def _unpack(task: Task, archive: Path, made: Path, *, on_progress: OnProgress) -> None:
    def fill(partial: Path) -> None:
        try:
            unpack(archive, partial, root=task.name, on_progress=on_progress)
        except DownloadError as error:
            raise DownloadError(
                f"{error}; nothing was unpacked. Delete {archive} and look for another source"
            ) from error
        except OSError as error:
            raise _unwritable(partial.parent, error) from error

    make_folder(made, fill, root=made.parent)


def _unwritable(folder: Path, error: OSError) -> DownloadError:
    return DownloadError(
        f"{folder} cannot be written to ({error.strerror or error}); {remedy_for(error)}, or name another folder "
        "with --output"
    )


def _md5(path: Path, *, on_progress: OnProgress) -> str:
    """Compute the checksum that the table knows: it finds damage, it is no proof against forgery."""
    digest, n_done, n_all = hashlib.md5(usedforsecurity=False), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            n_done += len(chunk)
            on_progress("checking", n_done, n_all)
    return digest.hexdigest()

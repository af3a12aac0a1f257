"""An archive's volumes, unpacked with no trust in it: plain files in one named folder, and nothing else.

Refused are members that leave the folder, links, devices, a name twice, and more bytes or members than stated. Python's
data filter (PEP 706) is the second line; it alone would strip a leading slash and follow links inside the folder.
"""

import tarfile
from pathlib import Path, PurePosixPath

from ..errors import DownloadError
from .fetching import OnProgress
from .layouts import plain

__all__ = ["MAX_MEMBERS", "unpack"]

MAX_MEMBERS = 100_000
"""Most members of an archive; the largest task has some 2,500."""


def unpack(archive: Path, folder: Path, *, root: str, on_progress: OnProgress) -> None:
    """Unpack the one folder of an archive.

    Parameters
    ----------
    archive : Path
        A plain tar file: one that is compressed could grow without bound and is refused.
    folder : Path
        An empty folder for what lies in `root`.
    root : str
        The folder of the archive that all members lie in. What macOS adds beside them (``._*``) is left out.
    on_progress : function of str, int and int

    Raises
    ------
    DownloadError
        If it is no such archive, or has a member that is refused.
    OSError
        If the folder cannot be written to or is full.
    """
    n_all, n_bytes = archive.stat().st_size, 0
    seen: set[str] = set()
    try:
        with tarfile.open(archive, "r:") as tar:
            for n_members, member in enumerate(tar, start=1):
                # Without compression an archive cannot hold more than itself; one with holes (sparse) says it does.
                if not 0 <= member.size <= n_all - n_bytes or n_members > MAX_MEMBERS:
                    raise DownloadError(
                        f"{archive.name} would unpack to more than {n_all:,} bytes or {MAX_MEMBERS:,} members"
                    )
                n_bytes += member.size
                path = PurePosixPath(member.name)
                if not _is_left_out(member, path):
                    fault = _find_fault(member, path, root=root, seen=seen)
                    if fault:
                        raise DownloadError(f"{archive.name} holds {plain(member.name)[:200]!r}, {fault}")
                    seen.add(str(path))
                    _write(tar, member, folder, path.relative_to(root))
                on_progress("unpacking", min(n_all, member.offset_data + member.size), n_all)
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        raise DownloadError(f"{archive.name} is no whole plain tar file ({error})") from error
    if not (folder / "dataset.json").is_file():
        raise DownloadError(f"{archive.name} holds no {root}/dataset.json")


def _is_left_out(member: tarfile.TarInfo, path: PurePosixPath) -> bool:
    """Tell what macOS adds to an archive, and the folder that one made of "." begins with."""
    return any(part.startswith("._") for part in path.parts) or (member.isdir() and not path.parts)


def _find_fault(member: tarfile.TarInfo, path: PurePosixPath, *, root: str, seen: set[str]) -> str:
    if path.is_absolute() or ".." in path.parts or path.parts[:1] != (root,):
        return f"which lies outside {root}"
    if not (member.isfile() or member.isdir()):
        return "which is no file or folder but a link or a device"
    if str(path) in seen and member.isfile():
        return "which is there twice"
    return ""


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, inner: PurePosixPath) -> None:
    """Write a member under its place below the root; the root itself is `folder` and there already."""
    if inner.parts:
        tar.extract(member.replace(name=str(inner)), folder, filter="data")

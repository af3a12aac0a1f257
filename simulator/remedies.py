"""What to do when the system refuses a file: advice that fits the reason, wherever something is read or written."""

import errno
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CHECK_RIGHTS", "MAKE_ROOM", "remedy_for"]

MAKE_ROOM = "make room there"
CHECK_RIGHTS = "check who may read and write there"

_REMEDIES: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: MAKE_ROOM,
        errno.EDQUOT: MAKE_ROOM,
        errno.EFBIG: MAKE_ROOM,
        errno.EACCES: CHECK_RIGHTS,
        errno.EPERM: CHECK_RIGHTS,
        errno.EROFS: "make it writable",
        errno.ENOENT: "check the path",
        errno.ENOTDIR: "move away what stands there",
        errno.EEXIST: "move away what stands there",
        errno.EINVAL: "move away what stands there",
        errno.ENXIO: "move away what stands there",
        errno.EISDIR: "move away what stands there",
        errno.ELOOP: "move away the link that stands there",
        errno.EMFILE: "let more files be open (ulimit -n)",
        errno.ENFILE: "let more files be open (ulimit -n)",
        errno.EIO: "check its disk",
        errno.ESTALE: "check its disk",
    }
)
"""Number of a system's error → what helps."""


def remedy_for(error: OSError) -> str:
    """Say what helps against an error of the file system.

    Examples
    --------
    >>> remedy_for(OSError(28, "No space left on device")), remedy_for(PermissionError(13, "Permission denied"))
    ('make room there', 'check who may read and write there')
    """
    return _REMEDIES.get(error.errno or 0, "check that place")

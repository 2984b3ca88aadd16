"""Which SQLite files lie on a network file system, where its locks do not hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

import sqlalchemy

from subsetsearch.errors import StudyError

_NETWORK = {
    *("nfs", "nfs4", "cifs", "smbfs", "smb3", "afs", "ceph", "lustre", "gpfs", "beegfs", "panfs", "orangefs"),
    *("pvfs2", "ocfs2", "gfs2", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.ceph", "fuse.beegfs"),
    *("fuse.juicefs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "fuse.mfs", "davfs", "fuse.davfs2"),
}
"""Names that Linux has for them; of what is not there, nothing is said."""

MOUNTS = Path("/proc/self/mountinfo")


def refuse_network(url: str) -> None:
    """Refuse an SQLite file that other machines may have mounted, too.

    Its locks do not hold there: two writers damage it, one alone may wait forever.

    Args:
        url: Of a database; servers are not looked at.

    Raises:
        StudyError: If it is such a file.
    """
    if not url.startswith("sqlite"):
        return
    file = sqlalchemy.make_url(url).database
    if not file or file == ":memory:":
        return
    kind = file_system(Path(file))
    if kind in _NETWORK:
        raise StudyError(
            f"this is a network file system ({kind}), where the locks of SQLite do not hold",
            where=file,
            fix="name a folder on this machine's own disk by --dir, or for several machines a database "
            "server by --storage postgresql://user@host/database",
        )


def file_system(path: Path) -> str:
    """Name the file system that a file is on, or would be; empty where that is not known."""
    place = path.absolute()
    nearest = next((place for place in (place, *place.parents) if place.exists()), None)
    if nearest is None or not MOUNTS.is_file():
        return ""
    number = nearest.stat().st_dev
    device = f"{os.major(number)}:{os.minor(number)}"
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        match = re.match(r"\S+ \S+ (\S+) .* - (\S+) ", line)
        if match and match[1] == device:
            return match[2]
    return ""

"""Replace a file whole or not at all."""

import os
import uuid
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the file, force it to the disk, then rename over it.

    A kill or a full disk at any moment leaves the old file as it was; a rename within one folder is atomic on POSIX
    and on Windows.

    Parameters
    ----------
    path : Path
    data : bytes

    Raises
    ------
    OSError
        The folder is missing or cannot be written, or the disk is full; no temporary file is left.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}.part"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # the umask decides, as for any file
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _force_folder(path.parent)


def _force_folder(folder: Path) -> None:
    """Force the rename itself to the disk, where the system can open folders."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

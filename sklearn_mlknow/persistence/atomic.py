"""Replace a file whole or not at all."""

import os
import uuid
from pathlib import Path


def write_atomically(path: Path, data: bytes, like: Path | None = None) -> None:
    """Write beside the file, force it to the disk, then rename over it.

    A kill or a full disk at any moment leaves the old file as it was; a rename within one folder is atomic on POSIX
    and on Windows. A link stays a link: the file that it points at is replaced.

    Parameters
    ----------
    path : Path
    data : bytes
    like : Path or None, default=None
        The file whose permissions the new one takes, if it exists; None takes those of the file that is replaced.

    Raises
    ------
    OSError
        The folder is missing or cannot be written, or the disk is full; no temporary file is left.
    """
    target = Path(os.path.realpath(path))
    temporary = target.parent / f".{uuid.uuid4().hex}.part"  # short: names may be as long as the system allows
    mode = _permissions(target if like is None else like)
    try:
        # the umask decides, as for any file, unless there is one to be like; nobody else reads along meanwhile
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                os.chmod(temporary, mode)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # the file that was asked for, not the temporary one
        raise
    _force_folder(target.parent)


def _permissions(path: Path) -> int | None:
    return path.stat().st_mode & 0o777 if path.is_file() else None


def _force_folder(folder: Path) -> None:
    """Force the rename itself to the disk, where the system can open folders."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

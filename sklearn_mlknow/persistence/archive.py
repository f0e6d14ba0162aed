"""A zip that can be trusted to be what was written: a manifest with lengths and SHA-256, hard limits while reading.

The hash protects against accidents, not against a forger, who can write a new hash; what protects against a forger is
that nothing in the file is ever executed (see `payload`).
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sklearn_mlknow.persistence.file_versions import FORMAT, format_fault

MANIFEST = "manifest.json"
MAX_MEMBERS = 10_000
MAX_RATIO = 200
LEAST_BYTES = 100_000  # a file below these may hold as much as one of these
MAX_MANIFEST_BYTES = 4_000_000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others inflate a thousandfold, and hold more than they are asked
READ_CHUNK = 1 << 20
# what Python's zip reader raises on damaged or hostile headers
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError too: a compression method or flag that save never writes
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
)


class ModelFileError(ValueError):
    """A model file is damaged, is not a model file, or breaks a limit; nothing of it was used."""


def limit_of(data: bytes, max_bytes: int) -> int:
    """Tell how much a file may hold: ``max_bytes``, and so many times what it takes."""
    return min(max_bytes, MAX_RATIO * max(len(data), LEAST_BYTES))


def pack(members: dict[str, bytes], facts: dict[str, Any], weight: int = 0) -> bytes:
    """Write members and a manifest into one zip.

    Parameters
    ----------
    members : dict of str to bytes
    facts : dict
        What else the manifest tells: versions, class, state. JSON types only.
    weight : int, default=0
        Bytes of memory that the members become. A zip that is as dense as a bomb would be refused, so it is not
        compressed.

    Returns
    -------
    bytes
    """
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in members.items()}
    manifest = json.dumps({"format": FORMAT, **facts, "members": listed}, indent=1, sort_keys=True)
    contents = {MANIFEST: manifest.encode(), **members}
    heaviest = max(weight, sum(map(len, contents.values())))
    packed = _zipped(contents, zipfile.ZIP_DEFLATED)
    return packed if 2 * heaviest <= limit_of(packed, 2 * heaviest) else _zipped(contents, zipfile.ZIP_STORED)


def unpack(data: bytes, max_bytes: int) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Read what `pack` wrote, or refuse all of it.

    Parameters
    ----------
    data : bytes
        The file.
    max_bytes : int
        Most bytes all members may hold together, counted while they are inflated.

    Returns
    -------
    members : dict of str to bytes
    manifest : dict

    Raises
    ------
    ModelFileError
        Not a zip, damaged, a member too many, too few, too large or misnamed, or an unknown format.
    """
    manifest = _read_manifest(data)
    contents = read_zip(data, max_bytes)
    del contents[MANIFEST]
    listed = manifest.get("members")
    if not isinstance(listed, dict) or set(listed) != set(contents):
        raise ModelFileError("load: the members of the file are not those of its manifest; the file is damaged.")
    for name, content in contents.items():
        fact = listed[name]
        digest = hashlib.sha256(content).hexdigest()
        if not isinstance(fact, dict) or fact.get("sha256") != digest or fact.get("bytes") != len(content):
            raise ModelFileError(f"load: member {name!r} differs from its SHA-256; the file is damaged.")
    return contents, manifest


def read_zip(data: bytes, max_bytes: int) -> dict[str, bytes]:
    """Inflate every member of a zip, within limits that hold against what the headers claim.

    Raises
    ------
    ModelFileError
        Encrypted, linked, absolute, duplicate or outward-pointing members, too many, too large or too dense ones.
    """
    with _opened(data) as source:
        entries = source.infolist()
        if len(entries) > MAX_MEMBERS:
            raise ModelFileError(f"load: the file has {len(entries)} members, more than {MAX_MEMBERS}.")
        _check_names(entries)
        claimed = sum(entry.file_size for entry in entries)
        if claimed > limit_of(data, max_bytes):
            raise ModelFileError(
                f"load: the file would inflate to {claimed} bytes from {len(data)}; raise max_bytes if it is yours."
            )
        contents, left = {}, max_bytes
        for entry in entries:
            contents[entry.filename] = _inflate(source, entry, left)
            left -= len(contents[entry.filename])
        return contents


def parse_json(content: bytes) -> dict[str, Any]:
    """Parse a JSON object, refusing what JSON does not have (NaN, Infinity) and what exhausts the stack.

    Raises
    ------
    ModelFileError
        Not a JSON object.
    """

    def refuse(literal: str) -> None:
        raise ValueError(f"{literal} is not JSON")

    try:
        parsed = json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"load: the manifest cannot be read ({error}).") from error
    if not isinstance(parsed, dict):
        raise ModelFileError("load: the manifest is not an object.")
    return parsed


def _read_manifest(data: bytes) -> dict[str, Any]:
    """Read the manifest alone and hold its format against ours, so that nothing else of another format is looked at."""
    with _opened(data) as source:
        entries = [entry for entry in source.infolist() if entry.filename == MANIFEST]
        if not entries or entries[0].file_size > MAX_MANIFEST_BYTES or entries[0].compress_type not in METHODS:
            raise ModelFileError("load: the file has no readable manifest; it was not written by save.")
        manifest = parse_json(_inflate(source, entries[0], MAX_MANIFEST_BYTES))
    fault = format_fault(manifest)
    if fault:
        raise ModelFileError(f"load: {fault}")
    return manifest


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a zip; what the reader says of damage becomes one error."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            yield source
    except ModelFileError:
        raise
    except DAMAGE as error:
        raise ModelFileError(f"load: the file is damaged or not a model file ({error}).") from error


def _zipped(contents: dict[str, bytes], method: int) -> bytes:
    """Write a zip with a fixed date, so that the same model gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = method
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data)
    return buffer.getvalue()


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for entry in entries:
        name, mode = entry.filename, entry.external_attr >> 16
        outward = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
        if outward or "\0" in name or not name or name.endswith("/"):
            raise ModelFileError(f"load: member name {name!r} points outside the file.")
        if name in seen:
            raise ModelFileError(f"load: member {name!r} occurs twice.")
        if entry.flag_bits & 0x1:
            raise ModelFileError(f"load: member {name!r} is encrypted.")
        if (mode & 0o170000) == 0o120000:
            raise ModelFileError(f"load: member {name!r} is a link.")
        if entry.compress_type not in METHODS:
            raise ModelFileError(f"load: member {name!r} is compressed in a way that save never uses.")
        seen.add(name)


def _inflate(source: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    parts, total = [], 0
    with source.open(entry) as member:
        while chunk := member.read(READ_CHUNK):
            total += len(chunk)
            if total > left or total > entry.file_size:
                raise ModelFileError(f"load: member {entry.filename!r} inflates beyond its limit.")
            parts.append(chunk)
    return b"".join(parts)

"""The zip: what was written comes back, anything else is refused."""

import contextlib
import io
import json
import stat
import zipfile

import numpy as np
import pytest

from sklearn_mlknow.persistence.archive import MANIFEST, ModelFileError, _inflate, pack, parse_json, read_zip, unpack

LIMIT = 10_000_000


def zip_of(*entries, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for entry, data in entries:
            target.writestr(entry, data)
    return buffer.getvalue()


def with_mode(name, mode):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_round_trip():
    members, manifest = unpack(pack({"a": b"abc", "b": b""}, {"note": 1}), LIMIT)
    assert members == {"a": b"abc", "b": b""}
    assert manifest["note"] == 1
    assert manifest["members"]["a"]["bytes"] == 3


def test_dense_members_come_back():
    data = bytes(5_000_000)
    assert unpack(pack({"zeros": data}, {}), LIMIT)[0]["zeros"] == data


def test_same_members_same_bytes():
    assert pack({"a": b"abc"}, {"note": 1}) == pack({"a": b"abc"}, {"note": 1})


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "C:a", "a\\..\\b", "dir/"])
def test_outward_names_are_refused(name):
    with pytest.raises(ModelFileError, match="points outside"):
        read_zip(zip_of((name, b"")), LIMIT)


def test_links_are_refused():
    with pytest.raises(ModelFileError, match="is a link"):
        read_zip(zip_of((with_mode("a", stat.S_IFLNK | 0o777), b"target")), LIMIT)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicates_are_refused():
    with pytest.raises(ModelFileError, match="occurs twice"):
        read_zip(zip_of(("a", b"1"), ("a", b"2")), LIMIT)


def test_encrypted_members_are_refused():
    data = bytearray(zip_of(("a", b"1")))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    with pytest.raises(ModelFileError, match="encrypted"):
        read_zip(bytes(data), LIMIT)


def test_bombs_are_refused_by_what_they_claim():
    bomb = zip_of(("a", bytes(300_000_000)), compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match="would inflate to 300000000"):
        read_zip(bomb, 2**31)
    with pytest.raises(ModelFileError, match="max_bytes"):
        read_zip(zip_of(("a", bytes(1000))), 999)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_ways_to_compress_are_refused(method):
    with pytest.raises(ModelFileError, match="compressed in a way that save never uses"):
        read_zip(zip_of(("a", bytes(1000)), compression=method), LIMIT)
    with pytest.raises(ModelFileError, match="no readable manifest"):
        unpack(zip_of((MANIFEST, b"{}"), compression=method), LIMIT)


def test_what_becomes_heavy_is_not_compressed():
    """The reader counts what members become, and so does the writer."""
    data = b"0," * 100_000
    light, heavy = pack({"a": data}, {}), pack({"a": data}, {}, weight=50_000_000)
    assert len(light) < 5_000 and len(heavy) > 200_000
    assert unpack(heavy, LIMIT)[0] == {"a": data}


def test_bombs_are_refused_when_they_lie():
    bomb = bytearray(zip_of(("a", bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED))
    central = bomb.index(b"PK\x01\x02")
    bomb[central + 24 : central + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(ModelFileError):
        read_zip(bytes(bomb), LIMIT)


def test_what_inflates_is_counted():
    with zipfile.ZipFile(io.BytesIO(zip_of(("a", bytes(1000)), compression=zipfile.ZIP_DEFLATED))) as source:
        entry = source.infolist()[0]
        assert len(_inflate(source, entry, 1000)) == 1000
        with pytest.raises(ModelFileError, match="inflates beyond its limit"):
            _inflate(source, entry, 999)


def test_too_many_members():
    with pytest.raises(ModelFileError, match="more than 10000"):
        read_zip(zip_of(*((str(i), b"") for i in range(10_001))), LIMIT)


def edited(change):
    """A packed file whose manifest was changed."""
    contents = read_zip(pack({"a": b"abc"}, {}), LIMIT)
    manifest = json.loads(contents[MANIFEST])
    change(manifest, contents)
    return zip_of((MANIFEST, json.dumps(manifest)), *((name, d) for name, d in contents.items() if name != MANIFEST))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m, c: m.update(format=1), "has format 1, this version reads format 2"),
        (lambda m, c: m["members"].pop("a"), "are not those of its manifest"),
        (lambda m, c: m.update(members=[]), "are not those of its manifest"),
        (lambda m, c: c.update(b=b"extra"), "are not those of its manifest"),
        (lambda m, c: c.update(a=b"abd"), "differs from its SHA-256"),
        (lambda m, c: m["members"].update(a=3), "differs from its SHA-256"),
        (lambda m, c: m["members"]["a"].update(bytes=4), "differs from its SHA-256"),
    ],
)
def test_manifest_must_fit(change, message):
    with pytest.raises(ModelFileError, match=message):
        unpack(edited(change), LIMIT)


@pytest.mark.parametrize("data", [b"", b"not a zip", zip_of(("a", b""))], ids=["empty", "text", "zip"])
def test_other_files_are_refused(data):
    with pytest.raises(ModelFileError):
        unpack(data, LIMIT)


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a": NaN}', b"[1]", b"\xff", b'{"a": ' + b"9" * 10_000 + b"}"])
def test_hostile_json_is_refused(content):
    with pytest.raises(ModelFileError):
        parse_json(content)


def test_every_flip_and_cut_of_an_archive_is_refused_or_harmless():
    data = pack({"a": b"some bytes of a model"}, {"note": "x"})
    original = unpack(data, LIMIT)
    rng = np.random.default_rng(0)
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= int(rng.integers(1, 256))
        for damaged in (bytes(flipped), data[:position]):
            with contextlib.suppress(ModelFileError):
                assert unpack(damaged, LIMIT) == original

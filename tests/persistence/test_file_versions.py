"""Files of other formats and other versions are refused with a sentence about the version, not about damage."""

import json

import pytest
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.binning import EqualWidthBinner
from sklearn_mlknow.persistence import ModelFileError, load, save
from sklearn_mlknow.persistence.archive import MANIFEST, pack, read_zip, unpack
from sklearn_mlknow.persistence.file_versions import FORMAT, differing_versions, format_fault, versions_here
from sklearn_mlknow.persistence.model_file import PAYLOAD
from sklearn_mlknow.persistence.payload import to_bytes
from tests.persistence.hostile import LIMIT, zip_of


def old_file(**manifest):
    """A file of the layout that came before the first: no hashes, its parts under other names."""
    return zip_of({MANIFEST: json.dumps({"format": 0, **manifest}), "state/arrays.bin": b"\1" * 8, "state/": b""})


def test_an_older_file_is_told_from_a_damaged_one(tmp_path):
    (tmp_path / "old.mlk").write_bytes(old_file(written_by={"sklearn_mlknow": "0.0.9", "numpy": "1.26.0"}))
    with pytest.raises(ModelFileError) as raised:
        load(tmp_path / "old.mlk")
    assert str(raised.value) == (
        "load: the file has format 0 (written by sklearn_mlknow 0.0.9), this version reads format 2; "
        "load it with the version that wrote it, or fit the model again and save it here."
    )


def test_a_newer_file_is_refused_before_its_parts_are_looked_at(tmp_path):
    content = bytearray(zip_of({MANIFEST: json.dumps({"format": FORMAT + 1}), "a": b"new"}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 10 : at + 12] = (93).to_bytes(2, "little")  # a way to compress that no Python before 3.14 has
    (tmp_path / "new.mlk").write_bytes(content)
    with pytest.raises(ModelFileError, match="has format 3, this version reads format 2"):
        load(tmp_path / "new.mlk")


@pytest.mark.parametrize("found", [None, True, "1", [1], {}, 0.5])
def test_formats_that_are_no_number(found):
    assert "this version reads format 2" in format_fault({"format": found, "written_by": {"sklearn_mlknow": 3}})


def test_what_a_file_claims_is_cut():
    assert len(format_fault({"format": "x" * 10_000, "written_by": {"sklearn_mlknow": "y" * 10_000}})) < 300


def rewritten(path, **changes):
    """The same payload with another manifest, as another version would have written it."""
    members, manifest = unpack(path.read_bytes(), LIMIT)
    facts = {name: fact for name, fact in manifest.items() if name not in ("format", "members")}
    path.write_bytes(pack(members, {**facts, **changes}))


def test_a_state_of_another_version_names_the_version(tmp_path):
    path = tmp_path / "model.mlk"
    binner = EqualWidthBinner(2).fit([[0.0], [1.0]])
    del binner._padded_edges  # as if the class had held something else then
    path.write_bytes(pack({PAYLOAD: to_bytes(binner)}, {"written_by": versions_here()}))
    with pytest.raises(ModelFileError, match=r"lacks _padded_edges; the file is damaged or hostile\.$"):
        load(path)
    rewritten(path, written_by=versions_here() | {"sklearn_mlknow": "0.0.9", "python": "3.9"})
    with pytest.raises(ModelFileError) as raised:
        load(path)
    assert str(raised.value).endswith(
        f"It was written by other versions, sklearn_mlknow 0.0.9 (here {versions_here()['sklearn_mlknow']}): "
        "load it with those, or fit the model again here."
    )


def test_other_versions_that_are_read_are_no_matter(tmp_path):
    path = tmp_path / "model.mlk"
    save(StandardScaler().fit([[0.0], [2.0]]), path)
    rewritten(path, written_by={"sklearn_mlknow": "0.0.9"})
    assert load(path).transform([[4.0]]) == [[3.0]]


def test_differences_are_told_in_order():
    here = versions_here()
    assert differing_versions({"written_by": here}) == ""
    assert differing_versions({"written_by": {**here, "numpy": "1", "other": "2", "scipy": 3}}) == (
        f"numpy 1 (here {here['numpy']})"
    )
    assert differing_versions({}) == differing_versions({"written_by": "x"}) == ""


def test_a_file_says_which_format_it_is(tmp_path):
    save(StandardScaler().fit([[0.0], [2.0]]), tmp_path / "model.mlk")
    contents = read_zip((tmp_path / "model.mlk").read_bytes(), LIMIT)
    assert json.loads(contents[MANIFEST])["format"] == FORMAT == 2 and PAYLOAD in contents

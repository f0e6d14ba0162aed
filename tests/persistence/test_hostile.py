"""Files of an attacker: nothing in them runs, none exhausts the memory, no damage goes unnoticed."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import ModelFileError, load, save
from sklearn_mlknow.persistence.file_versions import FORMAT
from sklearn_mlknow.persistence.model_file import PAYLOAD
from tests.persistence.forging import Forgery
from tests.persistence.hostile import dense, payload_of, pickles_in, repacked, state_of, zip_of

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int)
MODELS = {
    "scaler": StandardScaler(),
    "line": make_pipeline(DriftMonitor(), EqualFrequencyBinner(3), LogisticRegression()),
    "net": NeuralClassifier(hidden_units=[2], max_epochs=1, n_members=1),
    "tree": DecisionTreeClassifier(max_depth=2),
}


def saved(name, folder):
    path = folder / f"honest_{name}.mlk"
    save(MODELS[name].fit(X, Y), path)
    return path.read_bytes()


def ask(folder, what):
    command = [sys.executable, "-m", "tests.persistence.hostile", str(folder), what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_a_pickle_in_place_of_any_member_runs_nothing(tmp_path):
    names = {}
    for model, estimator in MODELS.items():
        for name, hostile in pickles_in(saved(model, tmp_path), estimator, tmp_path / "marker"):
            path = tmp_path / f"{len(names):04}.hostile"
            path.write_bytes(hostile)
            names[path.name] = f"{model}: {name}"
    told = ask(tmp_path, "watch")
    assert told.keys() == names.keys() and len(told) > 60
    # an array of other numbers may still be one; whatever is not in an array is refused
    wrong = {names[at]: what for at, what in told.items() if what != ["refused"] and "array" not in names[at]}
    ran = {names[at]: what for at, what in told.items() if what[1:]}
    assert wrong == {} and ran == {} and not (tmp_path / "marker").exists()


def test_the_watcher_sees_what_would_run(tmp_path):
    """The hook is not blind: a class that is trusted by name and opens a file is seen."""
    saved("scaler", tmp_path)
    code = (
        "import sys, json\n"
        "from tests.persistence import hostile\n"
        "import sklearn_mlknow.persistence as p\n"
        "real = p.load\n"
        "def load(path, **k):\n"
        "    if path.suffix == '.hostile':\n"
        "        eval('1'); open(path.with_suffix('.out'), 'w').close(); import this_does_not_exist_anywhere\n"
        "    return real(path)\n"
        "p.load = load\n"
        "try:\n"
        "    hostile.watch()\n"
        "except ModuleNotFoundError:\n"
        "    frame = sys.exc_info()[2].tb_next.tb_frame\n"
        "    print(json.dumps(frame.f_locals['events']))\n"
    )
    (tmp_path / "a.hostile").write_bytes(b"")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    seen = " ".join(json.loads(done.stdout))
    assert "exec" in seen and "open" in seen and "import this_does_not_exist_anywhere" in seen


def _fact(content):
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def table(rows, numbers=b"", root="[0]"):
    """A payload of rows that are given as text."""
    text = b'{"rows":[' + rows + b'],"root":' + root.encode() + b"}"
    return len(text).to_bytes(8, "big") + text + numbers


def sparse_zip(method):
    """Arrays of a sparse matrix as scipy writes them, each as dense as a way to compress allows."""
    content = io.BytesIO()
    np.save(content, np.zeros(1_000_000))
    return zip_of({"data.npy": content.getvalue(), "indices.npy": content.getvalue()}, method)


def bombs(honest):
    """Small files that claim or hide zeros."""
    zeros, noise = bytes(300_000_000), np.random.default_rng(0).bytes(120_000)
    yield "claimed", zip_of({"a": zeros}, zipfile.ZIP_DEFLATED)
    lying = bytearray(zip_of({"a": zeros}, zipfile.ZIP_DEFLATED))
    central = lying.index(b"PK\x01\x02")
    lying[central + 24 : central + 28] = (1000).to_bytes(4, "little")
    lying[22:26] = (1000).to_bytes(4, "little")
    yield "lying", bytes(lying)
    inner = zip_of({"a": zeros}, zipfile.ZIP_DEFLATED)
    yield "in the payload", dense(inner)
    yield "twice as deep", dense(zip_of({"deeper": inner}, zipfile.ZIP_DEFLATED))
    yield "numbers that no row takes", dense(table(b'["list"]', zeros), state_of(honest), noise=noise)
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        yield f"a zip in place of a sparse matrix {method}", repacked(sparse_zip(method))
        some = zeros[:20_000_000]
        manifest = {"format": FORMAT, "members": {PAYLOAD: _fact(some)}}
        members = {"manifest.json": json.dumps(manifest), PAYLOAD: some}
        yield f"another way to compress {method}", zip_of(members, method)
    state = state_of(honest)
    rows = [("a shape that claims", b'["array","<f8",[1000000000000],"C"]')]
    rows += [("a shape of many sides", b'["array","<f8",[' + b",".join([b"65536"] * 60) + b'],"C"]')]
    rows += [("a negative shape", b'["array","<f8",[-1],"C"]'), ("no shape", b'["array","<f8",9,"C"]')]
    rows += [("items of no length", b'["array","<U0",[10000000000],"C"]')]
    rows += [("a wide item", b'["scalar","<U2000000000"]'), ("objects", b'["array","|O",[3],"C"]')]
    rows += [("values", b'["list",' + b",".join([b"[]"] * 7_000_000) + b"]")]
    rows += [("values, few enough to be read", b'["list",' + b",".join([b"[]"] * 150_000) + b"]")]
    rows += [("references", b'["list"],["list",' + b",".join([b"[0]"] * 5_000_000) + b"]")]
    rows += [("deep", b'["list",' + b"[" * 100_000 + b"]" * 100_000 + b"]")]
    rows += [("long lines", b'["list"],' + b",".join(b'["list",[%d]]' % place for place in range(50_000)))]
    rows += [("a long number", b'["list",' + b"9" * 1_000_000 + b"]")]
    rows += [("doubled each time", b'["list"],' + b",".join(b'["list",[%d],[%d]]' % (k, k) for k in range(60)))]
    for name, content in rows:
        yield name, dense(table(content), state)
        yield f"{name}, beside noise", dense(table(content), state, noise=noise)
        yield f"{name}, before noise", dense(table(content, noise), state)
    yield "a net", Forgery(NeuralClassifier(hidden_units=[2], max_epochs=1, n_members=1).fit(X, Y)).wide(12_000)
    yield "many members", zip_of({f"m{k}": b"" for k in range(20_000)})


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks of memory are read from /proc")
def test_bombs_are_refused_in_little_memory(tmp_path):
    names = {}
    saved("net", tmp_path)  # so that what loading one needs is there before anything is measured
    for name, content in bombs(saved("scaler", tmp_path)):
        path = tmp_path / f"{len(names):02}.hostile"
        path.write_bytes(content)
        assert len(content) < 5_000_000
        names[path.name] = name
    told = {names[name]: what for name, what in ask(tmp_path, "measure").items()}
    assert {name: outcome for name, (outcome, _) in told.items() if outcome != "refused"} == {}
    grown = [bytes_grown for _, bytes_grown in told.values()]
    assert 0 < max(grown) < 200_000_000, told


def damaged(data, flips):
    for position in range(len(data)):
        for flip in flips:
            yield data[:position] + bytes([data[position] ^ flip]) + data[position + 1 :]
        yield data[:position]


def check_damage(name, folder, flips, stride=1):
    data = saved(name, folder)
    expected = MODELS[name].predict(X) if hasattr(MODELS[name], "predict") else MODELS[name].transform(X)
    path, n_loaded, n_tried = folder / "damaged.mlk", 0, 0
    for content in list(damaged(data, flips))[::stride]:
        n_tried += 1
        path.write_bytes(content)
        try:
            loaded = load(path)
        except ModelFileError:
            continue
        n_loaded += 1
        answer = loaded.predict(X) if hasattr(loaded, "predict") else loaded.transform(X)
        np.testing.assert_array_equal(answer, expected)
    return n_tried, n_loaded


def test_every_byte_of_a_small_file(tmp_path):
    n_tried, n_loaded = check_damage("scaler", tmp_path, [0x01])
    assert n_tried == 2 * (tmp_path / "honest_scaler.mlk").stat().st_size and n_loaded < n_tried / 10


@pytest.mark.long
@pytest.mark.parametrize("name", MODELS)
def test_every_bit_of_every_byte(name, tmp_path):
    data_flips = [1 << bit for bit in range(8)] if name == "scaler" else [0x80]
    check_damage(name, tmp_path, data_flips, stride=1 if name == "scaler" else 7)


def test_the_payload_alone_notices_flips_too(tmp_path):
    """Below the hashes: an attacker's payload whose bytes were flipped is refused or harmless as well."""
    data = saved("scaler", tmp_path)
    payload = payload_of(data)
    rng = np.random.default_rng(0)
    outcomes = {"refused": 0, "loaded": 0}
    for position in range(len(payload)):
        flip = int(rng.integers(1, 256))
        flipped = payload[:position] + bytes([payload[position] ^ flip]) + payload[position + 1 :]
        (tmp_path / "a").write_bytes(repacked(flipped, state_of(data)))
        try:
            loaded = load(tmp_path / "a")
        except ModelFileError:
            outcomes["refused"] += 1
            continue
        outcomes["loaded"] += 1
        assert isinstance(loaded, StandardScaler)
    assert outcomes["refused"] > outcomes["loaded"] > 0  # numbers in arrays are anybody's: a hash is no signature


def test_zlib_streams_that_never_end_are_cut(tmp_path):
    member = zlib.compress(bytes(10_000_000))
    (tmp_path / "a").write_bytes(member)
    with pytest.raises(ModelFileError, match="damaged or not a model file"):
        load(tmp_path / "a")
    assert io.BytesIO(member).getbuffer().nbytes < 20_000

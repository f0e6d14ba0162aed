"""Save and load: bit-equal, whole or not at all, and nothing in the file runs."""

import contextlib
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.persistence import ModelFileError, load, save
from sklearn_mlknow.persistence.archive import pack
from sklearn_mlknow.persistence.payload import from_bytes
from tests.persistence.forging import LIMIT, Forgery

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]])


@pytest.fixture
def scaler_file(tmp_path):
    path = tmp_path / "scaler.mlk"
    save(StandardScaler().fit(X), path)
    return path


def test_pipeline_round_trip(tmp_path):
    front = make_column_transformer((StandardScaler(), [0]), (OneHotEncoder(), [1]))
    model = make_pipeline(front, LogisticRegression()).fit(X, [0, 1, 1])
    save(model, tmp_path / "model.mlk")
    np.testing.assert_array_equal(load(tmp_path / "model.mlk").predict_proba(X), model.predict_proba(X))


def test_what_cannot_be_saved(tmp_path):
    with pytest.raises(TypeError, match="needs a scikit-learn estimator, got dict"):
        save({}, tmp_path / "a")
    with pytest.raises(NotFittedError):
        save(StandardScaler(), tmp_path / "a")
    hiding = StandardScaler().fit(X)
    hiding.note_ = lambda: None
    with pytest.raises(TypeError, match="<lambda>, which cannot be restored without running code"):
        save(hiding, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_torch_objects_are_refused(tmp_path):
    torch = pytest.importorskip("torch")
    hiding = StandardScaler().fit(X)
    hiding.module_ = torch.nn.Linear(1, 1)
    with pytest.raises(TypeError):
        save(hiding, tmp_path / "a")


def test_limits(scaler_file):
    with pytest.raises(ModelFileError, match="larger than max_bytes"):
        load(scaler_file, max_bytes=100)
    with pytest.raises(ModelFileError, match="not a regular file"):
        load(scaler_file.parent)
    with pytest.raises(FileNotFoundError):
        load(scaler_file.parent / "none")
    with pytest.raises(TypeError, match="list of full type names"):
        load(scaler_file, trusted="all")


def test_files_of_other_members_are_refused(tmp_path):
    (tmp_path / "a").write_bytes(pack({"other": b""}, {}))
    with pytest.raises(ModelFileError, match="does not hold one model"):
        load(tmp_path / "a")


def test_payloads_without_a_table_are_refused():
    for payload in (
        b"",
        b"PK",
        (10).to_bytes(8, "big"),
        (2).to_bytes(8, "big") + b"{}",
        (2).to_bytes(8, "big") + b"[]",
    ):
        with pytest.raises(ModelFileError):
            from_bytes(payload, (), LIMIT)


@pytest.mark.parametrize("name", ["os.system", "subprocess.Popen", "builtins.eval", "torch.load", "pandas.read_pickle"])
@pytest.mark.parametrize("kind", ["new", "call", "named", "name", "method"])
def test_types_outside_the_list_are_refused(name, kind):
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add([kind, name, None, None, None, None][: 2 if kind == "name" else 6]))
    with pytest.raises(ModelFileError, match=f"holds the types {name}, which are not trusted"):
        from_bytes(forgery.to_bytes(), (), LIMIT)


def test_what_is_trusted_is_not_torch():
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["name", "torch.load"]))
    with pytest.raises(ModelFileError, match=r"torch\.load"):
        from_bytes(forgery.to_bytes(), ["torch.load"], LIMIT)


def test_an_array_that_claims_more_is_refused():
    forgery = Forgery(StandardScaler().fit(X))
    payload = forgery.to_bytes()
    assert b'"<f8",[2]' in payload
    payload = payload.replace(b'"<f8",[2]', b'"<f8",[9]')
    with pytest.raises(ModelFileError, match="claims the shape"):
        from_bytes(payload, (), LIMIT)


def test_flips_and_cuts_are_refused_or_harmless(scaler_file, tmp_path):
    data = scaler_file.read_bytes()
    expected = load(scaler_file).transform(X)
    damaged_file = tmp_path / "damaged"
    rng = np.random.default_rng(0)
    for position in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[position] ^= int(rng.integers(1, 256))
        for damaged in (bytes(flipped), data[:position]):
            damaged_file.write_bytes(damaged)
            with contextlib.suppress(ModelFileError):
                np.testing.assert_array_equal(load(damaged_file).transform(X), expected)


def test_a_failing_write_leaves_the_old_file(scaler_file, monkeypatch):
    before = scaler_file.read_bytes()
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, full_disk)
            with pytest.raises(OSError, match="No space left"):
                save(StandardScaler().fit(X + 1), scaler_file)
        assert scaler_file.read_bytes() == before
        assert [path.name for path in scaler_file.parent.iterdir()] == [scaler_file.name]


def full_disk(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_kill_while_saving_leaves_the_old_file(scaler_file):
    before = scaler_file.read_bytes()
    code = (
        "import os, signal, sys\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn_mlknow.persistence import save\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "save(StandardScaler().fit([[1.0], [5.0]]), sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(scaler_file)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert scaler_file.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_umask_decides_who_may_read(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    save(StandardScaler().fit(X), tmp_path / "model.mlk")
    assert (tmp_path / "model.mlk").stat().st_mode == (tmp_path / "plain").stat().st_mode

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.distributed import checkpoint as module
from sklearn_mlknow.distributed import fit_batches
from sklearn_mlknow.persistence import ModelFileError
from tests.distributed.running_mean import SubtractMean

ROOT = Path(__file__).resolve().parents[2]
X = np.random.default_rng(0).normal(size=(110, 2))
PARTS = [X[i : i + 10] for i in range(0, 110, 10)]


class Interrupted(Exception):
    pass


def breaking_at(n):
    """Batches that fail after n looks."""
    yield from PARTS[:n]
    raise Interrupted


@pytest.fixture(autouse=True)
def write_each_batch(monkeypatch):
    monkeypatch.setattr(module, "LEAST_PAUSE", 0)


@pytest.mark.parametrize("n", [0, 1, 4, 7, 11])
@pytest.mark.parametrize("estimator", [SubtractMean(), StandardScaler()], ids=lambda e: type(e).__name__)
def test_an_interrupted_fit_goes_on_and_ends_equal_to_the_last_bit(tmp_path, n, estimator):
    path = tmp_path / "fit.mlk"
    expected = fit_batches(make_pipeline(estimator), PARTS)
    with pytest.raises(Interrupted):
        fit_batches(make_pipeline(estimator), breaking_at(n), checkpoint=path)
    assert path.exists() == (n > 0)
    seen = []
    rest = (seen.append(i) or part for i, part in enumerate(PARTS))
    resumed = fit_batches(make_pipeline(estimator), rest, checkpoint=path)
    assert resumed.transform(X).tobytes() == expected.transform(X).tobytes()
    assert not path.exists()


def test_finished_passes_are_not_run_again(tmp_path):
    path = tmp_path / "fit.mlk"
    looks = []

    def batches():
        looks.append(1)
        return breaking_at(3) if len(looks) == 2 else iter(PARTS)

    steps = make_pipeline(SubtractMean(), StandardScaler())
    with pytest.raises(Interrupted):
        fit_batches(steps, batches, checkpoint=path)
    resumed = fit_batches(steps, batches, checkpoint=path)
    assert len(looks) == 3
    assert resumed.transform(X).tobytes() == fit_batches(steps, lambda: iter(PARTS)).transform(X).tobytes()


def stopped(path, estimator=None):
    with pytest.raises(Interrupted):
        fit_batches(estimator or SubtractMean(), breaking_at(4), checkpoint=path)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "fit.mlk"
    stopped(path)
    good = path.read_bytes()
    for place in np.linspace(0, len(good) - 1, 60).astype(int):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x40]) + good[place + 1 :])
        try:
            resumed = fit_batches(SubtractMean(), iter(PARTS), checkpoint=path)
        except ModelFileError:
            continue
        # a flip in a field that carries nothing (a date in the zip) may pass, but never changes the result
        assert resumed.means_.tolist() == fit_batches(SubtractMean(), iter(PARTS)).means_.tolist()
    path.write_bytes(good[: len(good) // 2])
    with pytest.raises(ModelFileError):
        fit_batches(SubtractMean(), iter(PARTS), checkpoint=path)


def test_a_checkpoint_of_another_fit_is_refused(tmp_path):
    path = tmp_path / "fit.mlk"
    stopped(path)
    with pytest.raises(ModelFileError, match="of another fit"):
        fit_batches(SubtractMean(columns=["x0"]), iter(PARTS), checkpoint=path)
    with pytest.raises(ModelFileError, match="of other batches"):
        fit_batches(SubtractMean(), [part + 1 for part in PARTS], checkpoint=path)
    with pytest.raises(ModelFileError, match="of other batches"):
        fit_batches(SubtractMean(), PARTS[:2], checkpoint=path)


KILLED = """
import os, signal, sys
import numpy as np
from sklearn_mlknow.distributed import checkpoint, fit_batches
from tests.distributed.running_mean import SubtractMean

checkpoint.LEAST_PAUSE = 0
X = np.random.default_rng(0).normal(size=(110, 2))

def batches():
    for i in range(11):
        if i == 6:
            os.kill(os.getpid(), signal.SIGKILL)
        yield X[10 * i : 10 * i + 10]

fit_batches(SubtractMean(), batches(), checkpoint=sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_process_goes_on_in_another(tmp_path):
    path = tmp_path / "fit.mlk"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == -signal.SIGKILL
    assert path.exists()
    resumed = fit_batches(SubtractMean(), iter(PARTS), checkpoint=path)
    assert resumed.means_.tobytes() == fit_batches(SubtractMean(), iter(PARTS)).means_.tobytes()

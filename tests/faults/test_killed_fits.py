"""Fits and studies that are killed anywhere, again and again, go on where they were, to the last bit."""

from tests.faults.processes import needs_kill, run_python

pytestmark = needs_kill

BATCHES = """
import sys
from pathlib import Path
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.distributed import checkpoint, fit_batches
from sklearn_mlknow.features import SmoothClipScaler
from tests.faults.forked import die, in_a_copy

checkpoint.LEAST_PAUSE = 0
path, answer = Path(sys.argv[1]), Path(sys.argv[1] + ".answer")
X = np.random.default_rng(0).normal(size=(60, 2))
PARTS = [X[i : i + 10] for i in range(0, 60, 10)]
N_LOOKS = 18  # six parts in three passes: two merge, one goes in order

def fit(n_looks):
    left = n_looks
    def batches():
        nonlocal left
        for part in PARTS:
            if left == 0:
                die()
            left -= 1
            yield part
    steps = make_pipeline(SmoothClipScaler(), StandardScaler(), EqualFrequencyBinner(n_bins=3))
    answer.write_bytes(fit_batches(steps, batches, checkpoint=path).transform(X).tobytes())

fit(N_LOOKS + 1)  # here, so that the copies have nothing left to import
expected = answer.read_bytes()
for n in range(N_LOOKS):  # killed once, anywhere
    answer.unlink()
    assert not in_a_copy(lambda: fit(n))
    assert path.exists() == (n > 0)
    assert in_a_copy(lambda: fit(100))
    assert answer.read_bytes() == expected and not path.exists()
for n in (7, 8, 11):  # killed again and again: a life of n looks reads anew what it has seen of the pass
    lives = 1
    while not in_a_copy(lambda: fit(n)):
        lives += 1
        assert lives < 30
    assert answer.read_bytes() == expected and lives > 1
print("equal")
"""


def test_a_fit_from_batches_killed_anywhere_ends_equal(tmp_path):
    assert run_python(BATCHES, tmp_path / "fit.mlk").strip() == "equal"


STUDIES = """
import sys
from pathlib import Path
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn_mlknow.study import TechniqueStudy, kept_units
from tests.faults.forked import die, in_a_copy

folder = Path(sys.argv[1])
X = pd.DataFrame(np.random.default_rng(0).normal(size=(90, 3)), columns=list("abc"))
y = (X["a"] > 0).to_numpy().astype(int)
write = kept_units.write_atomically
STUDIES = {
    "techniques": lambda where: TechniqueStudy(
        LogisticRegression(), techniques=["bins of equal width", "scale: smooth clip"], stack=False, repeats=1,
        random_state=0, checkpoint=where,
    ),
}

def study(name, where, n_units, out):
    left = n_units
    def write_or_die(path, content):
        nonlocal left
        if left == 0:
            die()
        left -= 1
        write(path, content)
    kept_units.write_atomically = write_or_die
    found = STUDIES[name](where).fit(X, y).results_
    out.write_text(found.drop(columns="seconds").to_csv())

for name in STUDIES:
    whole, killed = folder / "whole.csv", folder / "killed.csv"
    study(name, folder / f"{name} whole", 10**6, whole)
    kept_units.write_atomically = write
    lives = 1
    while not in_a_copy(lambda: study(name, folder / f"{name} killed", 4, killed)):
        lives += 1
        assert lives < 50
    assert killed.read_text() == whole.read_text() and lives > 2
print("equal")
"""


def test_a_study_killed_after_every_fourth_unit_ends_equal(tmp_path):
    assert run_python(STUDIES, tmp_path).strip() == "equal"

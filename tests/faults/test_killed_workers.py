"""A worker that dies is named in one clear error or is replaced; nothing hangs, nothing that was done is lost."""

import pytest

from tests.faults.processes import needs_kill, run_python

pytestmark = needs_kill

LOKY = """
import os, signal, sys
from pathlib import Path
import numpy as np
import pandas as pd
from joblib import parallel_config
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold
from sklearn_mlknow.study.paired_folds import run_folds
from sklearn_mlknow.study.rows import Rows
from tests.faults.dying import DiesOnce

X = pd.DataFrame({"a": np.arange(40.0)})
y = 2 * np.arange(40.0)
pipelines = {"line": make_pipeline(LinearRegression()), "dies": make_pipeline(DiesOnce(sys.argv[1]))}
run = lambda: run_folds(
    pipelines, Rows(X, y), list(KFold(4).split(X)), get_scorer("r2"), n_jobs=2, checkpoint=sys.argv[2]
)
with parallel_config("loky"):
    try:
        run()
        print("no error")
    except Exception as error:
        print(type(error).__name__)
    kept = sorted(Path(sys.argv[2]).rglob("*.json"))
    print(len(kept))
    print({name: [outcome.score for outcome in found] for name, found in run().items()})
"""


def test_a_worker_killed_in_n_jobs_is_an_error_and_the_study_goes_on(tmp_path):
    error, n_kept, scores = run_python(LOKY, tmp_path / "died", tmp_path / "units").splitlines()
    assert error == "TerminatedWorkerError"
    assert int(n_kept) >= 2  # what was finished before is on disk
    assert scores == "{'line': [1.0, 1.0, 1.0, 1.0], 'dies': [1.0, 1.0, 1.0, 1.0]}"


SEARCH = """
import sys
import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn.pipeline import make_pipeline
from tests.faults.dying import DiesOnce

X = np.arange(40.0)[:, None]
search = GridSearchCV(
    make_pipeline(EqualFrequencyBinner(), DiesOnce(sys.argv[1])), {"equalfrequencybinner__n_bins": [3, 5]}, n_jobs=2
)
try:
    search.fit(X, X[:, 0])
except Exception as error:
    print(type(error).__name__)
print(search.fit(X, X[:, 0]).best_params_)
"""


def test_a_worker_killed_in_a_search(tmp_path):
    error, best = run_python(SEARCH, tmp_path / "died").splitlines()
    assert error == "TerminatedWorkerError"
    assert best == "{'equalfrequencybinner__n_bins': 5}"


DASK = """
import os, signal, sys
import numpy as np
import pandas as pd
import dask
import dask.dataframe as dd
import distributed
from sklearn_mlknow.distributed import fit_batches, fit_dask
from tests.faults.dying import DyingMean

if __name__ == "__main__":
    dask.config.set({"distributed.scheduler.allowed-failures": 1})
    frame = pd.DataFrame({"a": np.arange(90.0)})
    parts = [frame[i : i + 30] for i in (0, 30, 60)]
    ddf = dd.from_map(lambda part: part, parts, meta=frame.iloc[:0])
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", protocol="tcp://"
        ) as cluster,
        distributed.Client(cluster),
    ):
        estimator = DyingMean(sys.argv[1])
        try:
            fit_dask(estimator, ddf)
            print("no error")
        except Exception as error:
            print(type(error).__name__)
        print(sorted(vars(estimator)))
        print(fit_dask(DyingMean(""), ddf).means_.tobytes() == fit_batches(DyingMean(""), parts).means_.tobytes())
"""


@pytest.mark.long
def test_a_partition_that_kills_every_worker_is_an_error(tmp_path):
    pytest.importorskip("distributed")
    script = tmp_path / "script.py"
    script.write_text(DASK)  # workers read it again, so it cannot be a text
    error, attributes, same = run_python(script, "always").splitlines()
    assert error == "KilledWorker"
    assert attributes == "['columns', 'marker', 'remainder']"
    assert same == "True"

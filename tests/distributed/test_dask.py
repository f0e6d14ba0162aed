import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from sklearn_mlknow._shell.parameters import Anything
from sklearn_mlknow.distributed import fit_batches, fit_dask, transform_dask
from tests.distributed.running_mean import SubtractMean

dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(RNG.normal(size=(90, 3)), columns=["a", "b", "c"], index=np.arange(90) * 2)
TARGET = (FRAME["a"] > 0).astype(int).rename("y")


def dask_frame(frame, sizes):
    """A Dask DataFrame with partitions of the given sizes, and the list of them."""
    cuts = np.concatenate([[0], np.cumsum(sizes)])
    parts = [frame.iloc[low:high] for low, high in zip(cuts, cuts[1:])]
    return dd.from_map(lambda part: part, parts, meta=frame.iloc[:0]), parts


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", protocol="tcp://"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


SIZES = [[90], [30, 30, 30], [20, 0, 50, 1, 19], [0, 45, 45, 0], [10] * 9]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize(
    "estimator",
    [
        SubtractMean(),
        StandardScaler(),
        make_pipeline(SubtractMean(), MinMaxScaler(), SubtractMean()),
        ColumnTransformer([("one", SubtractMean(), ["a"]), ("two", SubtractMean(), ["b"])], remainder="passthrough"),
    ],
    ids=["merging", "sequential", "pipeline", "columns"],
)
def test_equal_to_batches_to_the_last_bit(estimator, sizes):
    ddf, parts = dask_frame(FRAME, sizes)
    on_dask = fit_dask(clone(estimator), ddf)
    in_batches = fit_batches(clone(estimator), parts)
    assert on_dask.transform(FRAME).tobytes() == in_batches.transform(FRAME).tobytes()
    np.testing.assert_allclose(
        on_dask.transform(FRAME), clone(estimator).fit(FRAME).transform(FRAME), rtol=1e-9, atol=1e-12
    )


def test_equal_on_two_processes(client):
    ddf, parts = dask_frame(FRAME, [20, 0, 50, 1, 19])
    pipeline = make_pipeline(SubtractMean(), MinMaxScaler(), SubtractMean())
    on_dask = fit_dask(clone(pipeline), ddf)
    assert on_dask.transform(FRAME).tobytes() == fit_batches(pipeline, parts).transform(FRAME).tobytes()


class KillsItsWorkerOnce(SubtractMean):
    """Kills the process that summarises, the first time."""

    def __init__(self, marker="", columns=None, remainder="passthrough"):
        super().__init__(columns, remainder)
        self.marker = marker

    _rules = {**SubtractMean._rules, "marker": [Anything()]}

    def _summarise(self, table, index, target, weights):
        marker = Path(self.marker)
        if table.n_rows == 50 and not marker.exists():
            marker.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._summarise(table, index, target, weights)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_worker_changes_nothing(client, tmp_path):
    marker = tmp_path / "killed"
    ddf, parts = dask_frame(FRAME, [20, 0, 50, 1, 19])
    survived = fit_dask(KillsItsWorkerOnce(str(marker)), ddf)
    assert int(marker.read_text()) != os.getpid()
    assert survived.means_.tobytes() == fit_batches(SubtractMean(), parts).means_.tobytes()


def test_target_as_column_name_and_as_series():
    frame = FRAME.assign(y=TARGET)
    ddf, parts = dask_frame(frame, [30, 0, 60])
    by_name = fit_dask(SGDClassifier(random_state=0), ddf, y="y")
    by_series = fit_dask(SGDClassifier(random_state=0), ddf[["a", "b", "c"]], y=ddf["y"])
    in_batches = fit_batches(SGDClassifier(random_state=0), parts, "y")
    assert by_name.coef_.tobytes() == by_series.coef_.tobytes() == in_batches.coef_.tobytes()
    with pytest.raises(ValueError, match="3 partitions"):
        fit_dask(SGDClassifier(), ddf, y=frame["y"])


def test_weights():
    weights = pd.Series(RNG.random(90), index=FRAME.index, name="w")
    ddf, _ = dask_frame(FRAME.assign(w=weights), [40, 50])
    weighted = fit_dask(SubtractMean(), ddf, sample_weight="w")
    np.testing.assert_allclose(weighted.means_, SubtractMean().fit(FRAME, sample_weight=weights).means_, rtol=1e-12)


def test_partitions_of_differing_dtypes():
    parts = [FRAME[:30].astype("float32"), FRAME[30:60], FRAME[60:].round().astype(int)]
    ddf = dd.from_map(lambda part: part, parts, meta=FRAME.iloc[:0])
    fitted = fit_dask(SubtractMean(), ddf)
    np.testing.assert_allclose(fitted.means_, np.mean(np.concatenate([np.asarray(part) for part in parts]), axis=0))


@pytest.mark.parametrize("sizes", [[90], [20, 0, 50, 1, 19]], ids=str)
def test_transform_keeps_index_and_partitions(sizes):
    ddf, _ = dask_frame(FRAME, sizes)
    fitted = SubtractMean().fit(FRAME)
    lazy = transform_dask(fitted, ddf)
    assert lazy.npartitions == ddf.npartitions
    assert list(lazy.columns) == ["a", "b", "c"]
    out = lazy.compute()
    assert out.index.tolist() == FRAME.index.tolist()
    assert out.to_numpy().tobytes() == fitted.transform(FRAME).tobytes()


def test_transform_of_sparse_frames_and_predictions(client):
    frame = pd.DataFrame({"city": ["u", "v", "u", "w"]})
    ddf, _ = dask_frame(frame, [2, 0, 2])
    out = transform_dask(OneHotEncoder().fit(frame), ddf).compute()
    assert out.to_numpy().tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
    ddf, _ = dask_frame(FRAME, [50, 40])
    model = LogisticRegression().fit(FRAME, TARGET)
    predicted = transform_dask(model, ddf, "predict").compute()
    assert predicted["prediction"].tolist() == model.predict(FRAME).tolist()
    chances = transform_dask(model, ddf, "predict_proba").compute()
    assert chances.columns.tolist() == ["0", "1"]
    np.testing.assert_allclose(chances.to_numpy(), model.predict_proba(FRAME))
    with pytest.raises(ValueError, match="method must be"):
        transform_dask(model, ddf, "score")


def test_grid_search_under_the_dask_backend(client):
    import joblib

    pipeline = make_pipeline(SubtractMean(), LogisticRegression())
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.01, 1.0]}, cv=2)
    here = clone(search).fit(FRAME, TARGET)
    with joblib.parallel_config(backend="dask"):
        there = clone(search).fit(FRAME, TARGET)
    assert there.best_params_ == here.best_params_
    assert there.cv_results_["mean_test_score"].tolist() == here.cv_results_["mean_test_score"].tolist()


def test_what_is_not_dask_is_refused():
    for function in (lambda X: fit_dask(SubtractMean(), X), lambda X: transform_dask(SubtractMean().fit(FRAME), X)):
        with pytest.raises(TypeError, match="needs a Dask DataFrame, got DataFrame"):
            function(FRAME)
    empty, _ = dask_frame(FRAME, [0])
    with pytest.raises(ValueError, match="no rows"):
        fit_dask(SubtractMean(), empty)
    with pytest.raises(ValueError, match="no rows"):
        transform_dask(SubtractMean().fit(FRAME), empty)


def test_without_dask_the_message_says_how_to_install_it():
    code = (
        "import sys; sys.modules['dask'] = None\n"
        "from sklearn_mlknow.distributed import fit_dask\n"
        "try: fit_dask(None, None)\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'sklearn-mlknow[dask]'" in done.stdout

"""Put one estimator through one case and judge what comes of it: it works, it refuses, or there is a defect."""

import copy
import inspect
import pickle
import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.contract.data import answer, same
from tests.contract.data import target as usual_target
from tests.torture.case import REFUSED, WORKS, Case, Trial
from tests.torture.subjects import ESTIMATORS, subject

# what scikit-learn itself says at its own door, without naming who
SCIKIT_LEARN_SAYS = (
    "feature names should match",
    "Found input variables with inconsistent numbers of samples",
    "y should be a 1d array",
    "Unknown label type",
    "Multioutput target data is not supported",
    "Feature names are only supported if all input features have string names",
    "Input y contains",  # of a model that is held
)
LONGEST_ERROR = 700  # characters
# answer "missing" where there is no match, or no finite quotient or difference
MISSES = ("GroupFeatures", "JoinFeatures", "PatternFeatures", "RatioFeatures")


# what only the tests hold
TRUSTED = (
    *("tests.contract.features_instances.NumberColumns", "tests.torture.subjects.every_column"),
    "tests.torture.subjects.Threshold",
)


class Defect(AssertionError):
    """Neither a right answer nor one clear error."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: "works" or "refused", and what the error said."""

    word: str
    message: str = ""


def n_rows(X: Any) -> int:
    return len(X) if hasattr(X, "__len__") else X.shape[0]


def target_for(estimator: Any, trial: Trial) -> Any:
    """The target of the trial, or the usual one for as many rows, whatever X has become."""
    from tests.contract.data import numbers

    return usual_target(estimator, numbers()) if trial.y is None else trial.y


def fit(estimator: Any, trial: Trial) -> Any:
    y = target_for(estimator, trial)
    y = y(estimator) if callable(y) else y
    if trial.sample_weight is None:
        return estimator.fit(trial.X, y)
    return estimator.fit(trial.X, y, sample_weight=trial.sample_weight)


def asked(trial: Trial) -> Any:
    return trial.X if trial.later is None else trial.later


def frozen(thing: Any) -> Any:
    """What a thing holds, to compare before with after."""
    if isinstance(thing, np.ndarray) and thing.dtype != object:
        return thing.tobytes()
    if isinstance(thing, np.ndarray | list | tuple):
        return repr(thing)
    if type(thing).__module__.startswith("pandas"):
        return repr(thing.columns.tolist() if hasattr(thing, "columns") else None) + repr(
            [thing.iloc[:, i].tolist() for i in range(thing.shape[1])] if thing.ndim == 2 else thing.tolist()
        )
    if hasattr(thing, "to_dict") and type(thing).__module__.startswith("polars"):
        return repr(thing.to_dict(as_series=False))
    return repr(thing)


def try_out(cls: type, case: Case) -> Outcome:
    """Fit, answer, and check all that a right answer or a clear error must be.

    Raises
    ------
    Defect
    """
    trial = case.make()
    before = [frozen(part) for part in (trial.X, trial.y, trial.later, trial.sample_weight)]
    estimator = subject(cls, case.subject)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome = _run(estimator, case, trial)
    heard = sorted({f"{one.category.__name__}: {one.message}" for one in caught if _matters(one)})
    if heard:
        raise Defect(f"{outcome.word}, but warns: {heard[:3]}")
    after = [frozen(part) for part in (trial.X, trial.y, trial.later, trial.sample_weight)]
    if before != after:
        raise Defect("the input was modified")
    return outcome


def _matters(warning: Any) -> bool:
    """Leave out what scikit-learn says of every estimator that is given a frame and then an array."""
    expected = "does not have valid feature names" in str(warning.message)
    return not expected and not issubclass(warning.category, ResourceWarning | PendingDeprecationWarning)


def _run(estimator: Any, case: Case, trial: Trial) -> Outcome:
    untouched = copy.deepcopy(vars(estimator)).keys()
    try:
        fit(estimator, trial)
        got = answer(estimator, asked(trial))
    except Exception as error:
        check_error(type(estimator).__name__, error, case)
        if not hasattr(estimator, "n_features_in_") and vars(estimator).keys() != untouched:
            raise Defect("a failed fit left attributes behind") from error
        return Outcome(REFUSED, str(error))
    check_answer(estimator, got, case, trial)
    return Outcome(WORKS)


def check_error(name: str, error: Exception, case: Case) -> None:
    """One clear error: of the right type, by name of who speaks, with the column, not too long."""
    text = str(error)
    where = f"{type(error).__name__}: {text[:300]}"
    if not isinstance(error, ValueError | TypeError):
        raise Defect(f"raises {where}") from error
    speaks = any(
        one in text for one in (name, *ESTIMATORS, "Threshold", *SCIKIT_LEARN_SAYS)
    )  # or a step, or a model that it holds
    if not speaks:
        raise Defect(f"the error does not say who: {where}") from error
    if len(text) > LONGEST_ERROR:
        raise Defect(f"an error of {len(text)} characters: {where}") from error
    if case.column is not None and not re.search(rf"['\"]?{re.escape(case.column)}['\"]?", text):
        raise Defect(f"the error does not name column {case.column!r}: {where}") from error


def check_answer(estimator: Any, got: np.ndarray, case: Case, trial: Trial) -> None:
    """A right answer: of the right shape, finite, the same in pieces, from a copy, and in any form of the input."""
    later = asked(trial)
    rows = n_rows(later)
    if len(got) != rows:
        raise Defect(f"{len(got)} answers for {rows} rows")
    if hasattr(estimator, "get_feature_names_out"):
        names = estimator.get_feature_names_out()
        width = 1 if got.ndim == 1 else got.shape[1]
        if len(names) != width or len(set(names)) != width:
            raise Defect(f"{width} columns with the names {list(names)[:10]}")
    may_miss = not case.keeps_finite or type(estimator).__name__ in MISSES
    if not may_miss and got.dtype.kind == "f" and not np.isfinite(got).all():
        raise Defect(f"the answer holds {got[~np.isfinite(got)][:3]}")
    if not same(answer(pickle.loads(pickle.dumps(estimator)), later), got):
        raise Defect("a pickled copy answers differently")
    if not same(answer(saved_and_loaded(estimator), later), got):
        raise Defect("saved and loaded it answers differently")
    if rows > 1 and not close(in_pieces(estimator, later, rows), got):
        raise Defect("the rows in pieces are answered differently")
    if trial.alike is not None:
        other = fit(subject(type(estimator), case.subject), trial.alike)
        if not same(answer(other, asked(trial.alike)).astype(got.dtype, copy=False), got):
            raise Defect("the same values in another form are answered differently")


def saved_and_loaded(estimator: Any) -> Any:
    """What a model file makes of it, without the disk: loaded without trust, and written again in the same bytes."""
    try:
        payload = to_bytes(estimator)
        loaded = from_bytes(payload, TRUSTED, 2**31)
    except (TypeError, ModelFileError) as error:
        raise Defect(f"it cannot be saved and loaded: {error}") from error
    if to_bytes(loaded) != payload:
        raise Defect("saved and loaded it holds something else")
    return loaded


def in_pieces(estimator: Any, X: Any, rows: int) -> np.ndarray:
    cut = rows // 3 + 1
    return np.concatenate([answer(estimator, take(X, slice(0, cut))), answer(estimator, take(X, slice(cut, None)))])


def take(X: Any, rows: slice) -> Any:
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if not hasattr(X, "__getitem__"):
        return np.asarray(X)[rows]
    if type(X).__module__.startswith("pyarrow"):
        return X.slice(rows.start or 0, None if rows.stop is None else rows.stop - (rows.start or 0))
    return X[rows]


def close(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal, or for numbers within what a product in single precision may differ by the number of rows."""
    if left.dtype.kind != "f" or right.dtype.kind != "f":
        return same(left, right)
    return np.allclose(left, right, rtol=1e-4, atol=1e-5, equal_nan=True)


def applies(cls: type, case: Case) -> bool:
    """Say whether a case concerns an estimator at all."""
    if case.needs == "sample_weight":
        return "sample_weight" in inspect.signature(cls.fit).parameters
    if case.needs:
        estimator = subject(cls)
        tags = estimator.__sklearn_tags__()
        is_class = tags.classifier_tags is not None
        return is_class if case.needs == "classes" else tags.target_tags.required
    return True

"""Rules, statistics, machine learning, deep learning: the four families on the same folds."""

import pickle
import time
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import check_scoring
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.parameters import Anything, Dictionary, Integer, RandomState, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.formulas.resampled import corrected_difference
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.frames import as_pandas
from sklearn_mlknow.study.technique import facts_of, wanted_target

N_CALIBRATION_BINS = 10


class Judged(NamedTuple):
    """One model on one fold."""

    score: float
    predictions: np.ndarray  # (n_test, n_classes) or (n_test,)
    fit_seconds: float
    predict_seconds: float
    n_bytes: int


def families(is_classification: bool, seed: int) -> dict[str, Any]:
    """Return one honest default of each family.

    Parameters
    ----------
    is_classification : bool
        Whether classes are asked for.
    seed : int
        Seed of the models.

    Returns
    -------
    dict of str to estimator
    """
    from sklearn_mlknow.glassbox import RuleClassifier
    from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor

    if is_classification:
        return {
            "rule based": RuleClassifier(),
            "statistical": LogisticRegression(max_iter=2000),
            "machine learning": HistGradientBoostingClassifier(random_state=seed),
            "deep learning": NeuralClassifier(random_state=seed),
        }
    return {
        "rule based": DecisionTreeRegressor(max_depth=3, random_state=seed),
        "statistical": RidgeCV(alphas=np.geomspace(1e-3, 1e3, 7)),
        "machine learning": HistGradientBoostingRegressor(random_state=seed),
        "deep learning": NeuralRegressor(random_state=seed),
    }


def calibration_error(probabilities: np.ndarray, codes: np.ndarray) -> float:
    """Mean gap between how sure a model is and how often it is right, over ten bins of sureness.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
    codes : ndarray of shape (n_rows,)
        The true classes.

    Returns
    -------
    float
        In [0, 1]; 0 is perfect. Guo et al., "On calibration of modern neural networks" (2017), equation 3.

    Examples
    --------
    >>> calibration_error(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1])).__round__(6)
    0.3
    """
    sureness, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == codes
    bins = np.minimum((sureness * N_CALIBRATION_BINS).astype(np.int64), N_CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, sureness - is_right, minlength=N_CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(codes))


class ModelFamilyStudy(BaseEstimator):
    """Compare rule-based, statistical, machine-learning and deep-learning models on the same folds.

    It tells which kind of model the table wants, what the others would cost or save, and whether one is right where
    another fails (then they are worth combining). Costs ``cv`` fits a family.

    Parameters
    ----------
    models : dict of str to estimator or None, default=None
        Name -> unfitted model. None takes one default of each family.
    cv : int, default=5
        Folds, stratified for classes.
    scoring : str, callable or None, default=None
        As in scikit-learn; None takes log-loss for classes and R² for numbers.
    n_jobs : int or None, default=None
        Parallel fits, as in joblib; times are honest only without it.
    random_state : int, RandomState or None, default=None
        Seed of folds and models.

    Attributes
    ----------
    results_ : DataFrame
        ``family, score, behind, low, high, calibration, fit_seconds, predict_seconds, kilobytes``, best first.
        ``behind`` is the gap to the best with its 95 % interval; ``calibration`` is the expected calibration error
        (classes only); ``predict_seconds`` is for 1 000 rows; ``kilobytes`` is the pickled size.
    rescues_ : DataFrame of shape (n_families, n_families)
        Share of the rows on which the column's family fails and the row's family is right. For numbers, right means
        nearer than the median error of all families.
    predictions_ : dict of str to ndarray
        Out-of-fold probabilities or numbers of each family, in the order of the rows.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when they are texts.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from sklearn_mlknow.study import ModelFamilyStudy
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> models = {"line": LinearRegression(), "tree": DecisionTreeRegressor(max_depth=3, random_state=0)}
    >>> ModelFamilyStudy(models, random_state=0).fit(X, X[:, 0] + X[:, 1]).results_["family"].tolist()
    ['line', 'tree']
    """

    _rules: ClassVar[dict[str, list[Any]]] = {
        "models": [None, Dictionary()],
        "cv": [Integer(2)],
        "scoring": [Anything()],
        "n_jobs": [None, Integer()],
        "random_state": [RandomState()],
    }

    def __init__(
        self,
        models: dict[str, Any] | None = None,
        *,
        cv: int = 5,
        scoring: Any = None,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.models = models
        self.cv = cv
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.random_state = random_state

    @restores_on_failure
    def fit(self, X: Any, y: Any) -> Self:
        """Run the comparison.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The raw table.
        y : array-like of shape (n_rows,)
            Classes or numbers.

        Returns
        -------
        self
        """
        import pandas as pd

        check_parameters(self)
        table = read_table(self, X, reset=True)
        target = read_target(
            self, y, table.n_rows, wanted_target(next(iter(self.models.values()), None) if self.models else None)
        )
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        facts = facts_of(table, target.n_classes, seed)
        models = self.models or families(facts.is_classification, seed)
        pipelines = {name: base_pipeline(model) for name, model in models.items()}
        splitter = StratifiedKFold if facts.is_classification else KFold
        folds = list(splitter(self.cv, shuffle=True, random_state=seed).split(table.native, target.values))
        scoring = self.scoring or ("neg_log_loss" if facts.is_classification else "r2")
        frame = as_pandas(table)
        judged = Parallel(n_jobs=self.n_jobs)(
            delayed(judge)(pipeline, frame, target.values, fold, check_scoring(pipeline, scoring))
            for pipeline in pipelines.values()
            for fold in folds
        )
        by_family = {name: judged[i * self.cv : (i + 1) * self.cv] for i, name in enumerate(pipelines)}
        self.predictions_ = {
            name: in_row_order([fold.predictions for fold in outcome], folds) for name, outcome in by_family.items()
        }
        codes = target.values if facts.is_classification else None
        self.results_ = pd.DataFrame(ranked(by_family, self.predictions_, codes, 1 / self.cv, table.n_rows))
        order = self.results_["family"].tolist()
        self.rescues_ = pd.DataFrame(
            rescues([self.predictions_[name] for name in order], target.values, facts.is_classification), order, order
        )
        return self

    def sentence(self) -> str:
        """Say in words which family to take.

        Returns
        -------
        str
        """
        check_is_fitted(self)
        best = self.results_.iloc[0]
        level = self.results_[(self.results_["low"] <= 0) & (self.results_["family"] != best["family"])]["family"]
        words = f"The {best['family']} model scores best ({best['score']:.4g})."
        if len(level):
            return f"{words} Not surely worse, so judge by cost and clarity: {', '.join(level)}."
        return f"{words} The others are surely behind."


def judge(pipeline: Pipeline, X: Any, y: np.ndarray, fold: tuple[np.ndarray, np.ndarray], scorer: Any) -> Judged:
    """Fit on the training rows of a fold, time it, and predict the test rows."""
    train, test = fold
    begun = time.perf_counter()
    fitted = clone(pipeline).fit(X.iloc[train], y[train])
    fit_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    method = "predict_proba" if hasattr(fitted, "predict_proba") else "predict"
    predictions = getattr(fitted, method)(X.iloc[test])
    predict_seconds = time.perf_counter() - begun
    score = float(scorer(fitted, X.iloc[test], y[test]))
    return Judged(score, np.asarray(predictions), fit_seconds, predict_seconds, len(pickle.dumps(fitted)))


def in_row_order(parts: list[np.ndarray], folds: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Put the predictions of the folds' test rows back in the order of the rows."""
    together = np.concatenate(parts)
    out = np.empty_like(together)
    out[np.concatenate([test for _, test in folds])] = together
    return out


def ranked(
    by_family: dict[str, list[Judged]],
    predictions: dict[str, np.ndarray],
    codes: np.ndarray | None,
    test_share: float,
    n_rows: int,
) -> list[dict[str, Any]]:
    """Write one row a family, best first, with its gap to the best."""
    scores = {name: np.array([fold.score for fold in outcome]) for name, outcome in by_family.items()}
    order = sorted(scores, key=lambda name: -scores[name].mean())
    rows = []
    for name in order:
        gap = corrected_difference(scores[order[0]] - scores[name], test_share, n_comparisons=max(len(order) - 1, 1))
        outcome, probabilities = by_family[name], predictions[name]
        rows.append(
            {
                "family": name,
                "score": float(scores[name].mean()),
                "behind": gap.mean,
                "low": gap.low,
                "high": gap.high,
                "calibration": np.nan
                if codes is None or probabilities.ndim == 1
                else calibration_error(probabilities, codes),
                "fit_seconds": float(np.mean([fold.fit_seconds for fold in outcome])),
                "predict_seconds": 1000 / n_rows * sum(fold.predict_seconds for fold in outcome),
                "kilobytes": float(np.mean([fold.n_bytes for fold in outcome])) / 1000,
            }
        )
    return rows


def rescues(predictions: list[np.ndarray], y: np.ndarray, is_classification: bool) -> np.ndarray:
    """Share of the rows that one family gets right among those on which another fails.

    Parameters
    ----------
    predictions : list of ndarray
        Out of fold, one a family.
    y : ndarray of shape (n_rows,)
        Codes or numbers.
    is_classification : bool

    Returns
    -------
    ndarray of shape (n_families, n_families)
        Entry (i, j): of the rows on which j fails, the share on which i is right; NaN where j never fails.
    """
    if is_classification:
        guesses = [p.argmax(axis=1) if p.ndim == 2 else p for p in predictions]
        is_right = np.array([guess == y for guess in guesses])  # (n_families, n_rows)
    else:
        errors = np.abs(np.array(predictions) - y)
        is_right = errors <= np.median(errors)
    fails = ~is_right
    n_failures = fails.sum(axis=1)
    both = is_right.astype(np.float64) @ fails.T
    return np.divide(both, n_failures, out=np.full(both.shape, np.nan), where=n_failures > 0)

"""Rules, statistics, machine learning, deep learning: the four families on the same folds."""

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.parameters import Anything, Dictionary, HasMethods, Integer, RandomState, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.formulas.resampled import corrected_difference
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.door import (
    read_groups,
    read_scoring,
    refuse_constant,
    refuse_few_for_folds,
    refuse_infinite,
    refuse_models,
)
from sklearn_mlknow.study.families import SIMPLEST, families
from sklearn_mlknow.study.folds import draw_folds
from sklearn_mlknow.study.frames import as_pandas
from sklearn_mlknow.study.gain import LOSSES
from sklearn_mlknow.study.judging import as_codes, in_row_order, judge, ranked, rescues
from sklearn_mlknow.study.loss_saved import Share, row_losses, share_saved
from sklearn_mlknow.study.report.words import score_in_words
from sklearn_mlknow.study.rows import Rows, ignores_weights
from sklearn_mlknow.study.side_by_side import side_by_side
from sklearn_mlknow.study.splitters import refuse_overlap, share_tested
from sklearn_mlknow.study.technique import facts_of, wanted_target


class ModelFamilyStudy(DocLinked, BaseEstimator):
    """Compare rule-based, statistical, machine-learning and deep-learning models on the same folds.

    It tells which kind of model the table wants, what the others would cost or save, and whether one is right where
    another fails. The rule that looks at no column stands beside them as the level of chance. Costs ``cv`` fits a
    family.

    Parameters
    ----------
    models : dict of str to estimator or None, default=None
        Name -> unfitted model. None takes one default of each family, and the simplest rule: the shares of the classes,
        or the mean.
    cv : int or splitter, default=5
        Folds, stratified for classes. A splitter of scikit-learn's, such as `TimeSeriesSplit`, draws its own folds of
        the rows in their order; each row must be tested once.
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
    signal_ : DataFrame
        ``family, share, low, high``: the share of the simplest rule's loss that each model saves, with its 95 %
        interval; empty for models of your own, and for a ``scoring`` that is no loss.
    has_signal_ : bool or None
        Whether any model is surely better than the simplest rule; None for models of your own.
    classes_ : ndarray of shape (n_classes,) or None
        The classes, sorted; None for numbers.
    truth_ : ndarray of shape (n_rows,)
        What was to be predicted.
    predictions_ : dict of str to ndarray
        Out-of-fold probabilities, or numbers, of each family, in the order of the rows; classes of a model that has no
        probabilities.
    unweighted_ : list of str
        Where ``sample_weight`` is given: the families whose model takes no weights in ``fit``. They are fitted without,
        and scored with weights like all others.
    is_classification_ : bool
        Whether classes are predicted.
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
        "cv": [Integer(2), HasMethods(("split", "get_n_splits"))],
        "scoring": [Anything()],
        "n_jobs": [None, Integer()],
        "random_state": [RandomState()],
    }

    def __init__(
        self,
        models: dict[str, Any] | None = None,
        *,
        cv: Any = 5,
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
    def fit(self, X: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Run the comparison.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The raw table.
        y : array-like of shape (n_rows,)
            Classes or numbers.
        groups : array-like of shape (n_rows,), default=None
            What rows belong to; no group lies in training and test rows at once. None takes rows as independent.
        sample_weight : array-like of shape (n_rows,), default=None
            How much a row counts, in the fits, the scores and all shares: weight 2 is the row twice.

        Returns
        -------
        self
        """
        import pandas as pd

        check_parameters(self)
        table = read_table(self, X, reset=True)
        given = self.models
        if given is not None:
            refuse_models(self, given, [wanted_target(model) for model in given.values() if hasattr(model, "fit")])
        target = read_target(self, y, table.n_rows, wanted_target(next(iter(given.values())) if given else None))
        refuse_few_for_folds(self, target, self.cv)
        refuse_constant(self, target)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        facts = facts_of(table, target.n_classes, seed)
        self.is_classification_ = facts.is_classification
        models = given or families(facts.is_classification, seed)
        refuse_infinite(self, table, models.values())
        pipelines = {name: base_pipeline(model) for name, model in models.items()}
        rows = Rows(
            as_pandas(table),
            target.as_given,
            read_groups(self, groups, table.n_rows),
            read_weights(self, sample_weight, table.n_rows),
        )
        codes = target.values if facts.is_classification else None
        folds = draw_folds(self, rows, facts.is_classification, self.cv, seed)
        refuse_overlap(self, folds, len(rows), self.cv)
        scorers = {name: read_scoring(self, each, self.scoring, target.classes) for name, each in pipelines.items()}
        units = ((name, pipelines[name], rows, fold, scorers[name]) for name in pipelines for fold in folds)
        judged = side_by_side(judge, units, self.n_jobs)
        by_family = {name: judged[i * len(folds) : (i + 1) * len(folds)] for i, name in enumerate(pipelines)}
        self.predictions_ = {
            name: in_row_order([fold.predictions for fold in outcome], folds) for name, outcome in by_family.items()
        }
        self.results_ = pd.DataFrame(ranked(by_family, self.predictions_, codes, rows.weights, share_tested(folds)))
        order = self.results_["family"].tolist()
        self.classes_, self.truth_ = target.classes, target.as_given
        self._find_signal({name: np.array([one.score for one in outcome]) for name, outcome in by_family.items()}, rows)
        in_order = [as_codes(self.predictions_[name], target.classes) for name in order]
        shares = rescues(in_order, target.values, facts.is_classification, rows.weights)
        self.rescues_ = pd.DataFrame(shares, order, order)
        is_weighted = rows.weights is not None
        self.unweighted_ = [name for name in order if is_weighted and ignores_weights(pipelines[name])]
        return self

    def _find_signal(self, scores: dict[str, np.ndarray], rows: Rows) -> None:
        """Hold every model against the simplest rule: row by row where the score is a loss, else fold by fold."""
        import pandas as pd

        others = [] if self.models is not None else [name for name in self.results_["family"] if name != SIMPLEST]
        saved = self._saved(others, rows) if self.scoring in LOSSES else []
        lows = [share.low for share in saved]
        if not saved:
            gaps = (scores[name] - scores[SIMPLEST] for name in others)
            lows = [corrected_difference(gap, 1 / len(gap), n_comparisons=len(others)).low for gap in gaps]
        told = [(name, *share) for name, share in zip(others, saved)]
        self.signal_ = pd.DataFrame(told, columns=["family", "share", "low", "high"])
        self.has_signal_ = any(low > 0 for low in lows) if others else None

    def _saved(self, names: list[str], rows: Rows) -> list[Share]:
        """What models save of the loss of the simplest rule; a few folds could not tell, all their rows can."""
        is_class = self.is_classification_
        truth = rows.y if self.classes_ is None else np.searchsorted(self.classes_, rows.y)
        losses = {name: row_losses(self.predictions_[name], truth, is_class) for name in (SIMPLEST, *names) if names}
        return [
            share_saved(
                losses[SIMPLEST],
                losses[name],
                takes_root=not is_class,
                weights=rows.weights,
                groups=rows.groups,
                n_comparisons=len(names),
            )
            for name in names
        ]

    def sentence(self) -> str:
        """Say in words which family to take.

        Returns
        -------
        str
        """
        check_is_fitted(self)
        best = self.results_.iloc[0]
        level = self.results_[(self.results_["low"] <= 0) & (self.results_["family"] != best["family"])]["family"]
        score = score_in_words(self.scoring, best["score"], self.is_classification_)
        words = f"The {best['family']} model scores best ({score})."
        if self.has_signal_ is False:
            rule = "the shares of the classes" if self.is_classification_ else "the mean"
            words = f"No model is surely better than the simplest rule, always answering with {rule} (best: {score})."
        elif len(level):
            words += f" Not surely worse, so judge by cost and clarity: {', '.join(level)}."
        elif len(self.results_) > 1:
            words += " The others are surely behind."
        return words + (f" Fitted without the weights: {', '.join(self.unweighted_)}." if self.unweighted_ else "")

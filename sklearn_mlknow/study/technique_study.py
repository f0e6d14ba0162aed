"""Which technique helps on this table? Paired cross-validation, one technique at a time."""

import time
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import (
    Anything,
    Boolean,
    HasMethods,
    Integer,
    RandomState,
    Real,
    check_parameters,
)
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.formulas.resampled import Difference
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.door import (
    read_groups,
    read_scoring,
    refuse_checkpoint,
    refuse_constant,
    refuse_few_for_folds,
    refuse_infinite,
)
from sklearn_mlknow.study.folds import Folds, draw_folds
from sklearn_mlknow.study.forest import forest
from sklearn_mlknow.study.frames import as_pandas
from sklearn_mlknow.study.kept_units import known_again
from sklearn_mlknow.study.rows import Rows, ignores_weights
from sklearn_mlknow.study.search import Search
from sklearn_mlknow.study.splitters import is_number, share_tested
from sklearn_mlknow.study.technique import BASE, Facts, Technique, facts_of, is_net, wanted_target


class TechniqueStudy(DocLinked, BaseEstimator):
    """Measure, technique by technique, what would make a model better on this table: the model or the data.

    Each technique is put into (or taken out of) the same Pipeline and judged on the same folds. Gains come with an
    interval that allows for the overlap of folds and for the number of techniques tried, so that on pure noise a
    claim is rare. Use it before tuning; it costs ``(techniques + 1) * cv * repeats`` fits. Where something helps, the
    stack costs ``cv`` fits for each further technique that does, and its honest gain ``(techniques + 1) * cv**2``.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The model to improve. None takes `NeuralClassifier` or `NeuralRegressor`.
    techniques : {"all", "model", "data"} or list of str or Technique, default="all"
        What to try; those that do not apply to the table or the model are left out, and those that train a net for a
        model that is none unless they are named.
    pretrained : fitted NeuralClassifier or NeuralRegressor, or a Pipeline that ends in one, default=None
        A net that has learned from other rows, such as those of a related table: adds the technique "transfer", which
        starts from it, column by column of the same name. Only where the model to improve is a net.
    cv : int or splitter, default=5
        Folds, stratified for classes. A splitter of scikit-learn's, such as `TimeSeriesSplit`, draws its own folds of
        the rows in their order, whatever ``repeats`` and ``random_state``.
    repeats : int, default=2
        How often the folds are drawn anew.
    scoring : str, callable or None, default=None
        As in scikit-learn; None takes log-loss for classes and R² for numbers.
    stack : bool, default=True
        Also look for the best combination of what helped, judged on folds that did not choose it.
    time_budget : float or None, default=None
        Seconds for all of `fit`, half of them for the stack. Whole rounds of folds are left out when they would not
        end in time (two are always run), and so is what the stack has no time for.
    checkpoint : path or None, default=None
        Folder in which each finished fold is kept, those of the stack too; a killed study started again with the same
        table and settings goes on where it was. Only with an integer ``random_state``, and with functions and classes
        that a later run knows again: no lambda, none inside a function.
    n_jobs : int or None, default=None
        Parallel fits, as in joblib; a Dask or other backend set by ``joblib.parallel_config`` is used.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState or None, default=None
        Seed of the folds and techniques.

    Attributes
    ----------
    results_ : DataFrame
        ``technique, side, gain, low, high, probability, seconds``, best first. ``gain`` is in units of the score;
        ``low`` and ``high`` hold for all techniques together at 95 %; ``probability`` is that of a gain above zero.
    base_scores_ : ndarray of shape (n_folds,)
        Scores of the Pipeline as it is.
    failures_ : dict of str to str
        Techniques that failed on some fold or had no finite score there, and why; they are not in `results_`.
    best_pipeline_ : Pipeline
        The base with what helped stacked on it, fitted on all rows. It takes a DataFrame; the columns of an array are
        called ``x0, x1, …``.
    best_techniques_ : list of str
        What it holds beyond the base.
    best_gain_ : Difference or None
        Gain of the whole search on folds that did not take part in it; None when ``stack=False``, nothing helped,
        the time budget has no room for it, or training rows are of too few groups to be split again.
    unweighted_ : list of str
        Where ``sample_weight`` is given: the techniques of which a step takes no weights in ``fit``, and ``"as it
        is"`` when the model takes none. They are fitted without, and scored with weights like all others.
    base_pipeline_ : Pipeline
        Where every comparison starts, unfitted.
    is_classification_ : bool
        Whether classes are predicted.
    n_rows_ : int
        Rows that were judged on.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when they are texts.

    References
    ----------
    Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52 (2003).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn_mlknow.study import TechniqueStudy
    >>> x = np.random.default_rng(0).uniform(0, 10, (200, 1))
    >>> study = TechniqueStudy(
    ...     LinearRegression(), techniques=["bins of equal width"], stack=False, random_state=0
    ... ).fit(x, np.floor(x[:, 0]) % 2)
    >>> bool(study.results_["low"][0] > 0.5)
    True
    """

    _rules: ClassVar[dict[str, list[Any]]] = {
        "estimator": [None, HasMethods(("fit", "predict"))],
        "techniques": [Anything()],
        "pretrained": [None, HasMethods(("fit", "predict"))],
        "cv": [Integer(2), HasMethods(("split", "get_n_splits"))],
        "repeats": [Integer(1)],
        "scoring": [Anything()],
        "stack": [Boolean()],
        "time_budget": [None, Real(0, None, closed="neither")],
        "checkpoint": [Anything()],
        "n_jobs": [None, Integer()],
        "verbose": [Integer(0)],
        "random_state": [RandomState()],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        techniques: Any = "all",
        pretrained: Any = None,
        cv: Any = 5,
        repeats: int = 2,
        scoring: Any = None,
        stack: bool = True,
        time_budget: float | None = None,
        checkpoint: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.techniques = techniques
        self.pretrained = pretrained
        self.cv = cv
        self.repeats = repeats
        self.scoring = scoring
        self.stack = stack
        self.time_budget = time_budget
        self.checkpoint = checkpoint
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state

    @restores_on_failure
    def fit(self, X: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Run the study.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The raw table; texts and missing values are welcome.
        y : array-like of shape (n_rows,)
            Classes or numbers.
        groups : array-like of shape (n_rows,), default=None
            What rows belong to, such as the patient or the day: no group lies in training and test rows at once,
            wherever something is judged. None takes rows as independent.
        sample_weight : array-like of shape (n_rows,), default=None
            How much a row counts, in the fits and in the scores: weight 2 is the row twice.

        Returns
        -------
        self
        """
        import pandas as pd

        begun = time.perf_counter()
        check_parameters(self)
        refuse_checkpoint(self, self.checkpoint, self.random_state, self.cv)
        table = read_table(self, X, reset=True)
        target = read_target(self, y, table.n_rows, wanted_target(self.estimator))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        facts = facts_of(table, target.n_classes, seed)
        self.is_classification_ = facts.is_classification
        refuse_few_for_folds(self, target, self.cv)
        refuse_constant(self, target)
        refuse_infinite(self, table, [self.estimator])
        rows = Rows(
            as_pandas(table),
            target.as_given,
            read_groups(self, groups, table.n_rows),
            read_weights(self, sample_weight, table.n_rows),
        )
        base = base_pipeline(self._model(facts))
        scorer = read_scoring(self, base, self.scoring, target.classes)
        if self.pretrained is not None:
            check_is_fitted(self.pretrained)
            if not is_net(base):
                raise ValueError(
                    f"{who(self)}: pretrained is for a net, and the model to improve is none; leave it out."
                )
        tried = self._tried(base, facts)
        if not tried:
            raise ValueError(f"{who(self)}: none of the techniques applies to this table and model; name others.")
        folds = draw_folds(self, rows, facts.is_classification, self.cv, seed, self.repeats)
        search = Search(
            base,
            tried,
            scorer,
            facts,
            share_tested(folds),
            self.n_jobs,
            self.verbose,
            self.checkpoint,
            "" if self.checkpoint is None else known_again(self, "the scoring", self.scoring),
        )
        begun_after = time.perf_counter() - begun
        budget = None if self.time_budget is None else self.time_budget * (0.5 if self.stack else 1.0) - begun_after
        found = search.run(rows, folds, budget)
        self.results_ = pd.DataFrame(found.comparisons)
        self.base_scores_ = found.scores[BASE]
        self.failures_ = found.failures
        self.base_pipeline_ = base
        self.n_rows_ = table.n_rows
        self.unweighted_ = [] if rows.weights is None else self._unweighted(base, tried, facts)
        self.best_gain_: Difference | None = None
        self.best_techniques_: list[str] = []
        best = base
        if self.stack:

            def left() -> float | None:
                """Seconds, without those of the last fit on all rows."""
                last_fit = 2 * found.base_seconds
                spent = time.perf_counter() - begun
                return None if self.time_budget is None else self.time_budget - spent - last_fit

            def draw(inside: Rows) -> Folds:
                return draw_folds(self, inside, facts.is_classification, self.cv, seed)

            outer = folds[: self.cv] if is_number(self.cv) else folds
            one_search = (time.perf_counter() - begun) * len(outer) / found.n_folds
            self.best_techniques_, best = search.stack(found, rows, outer, left())
            if self.best_techniques_:
                self.best_gain_ = search.honest_gain(found, rows, outer, draw, left(), one_search)
        self.best_pipeline_ = rows.fit(best)
        return self

    def plot(self, ax: Any = None) -> Any:
        """Draw the gains with their intervals, model side and data side apart.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes
        """
        check_is_fitted(self)
        return forest(self.results_, ax)

    def sentence(self) -> str:
        """Say in words what the study found.

        Returns
        -------
        str
        """
        check_is_fitted(self)
        helped = self.results_[self.results_["low"] > 0]
        told = f" Fitted without the weights: {', '.join(self.unweighted_)}." if self.unweighted_ else ""
        tried = f"{len(self.results_)} technique{'s' * (len(self.results_) > 1)}"
        if not len(helped):
            return f"Of {tried} none clearly helps: the gains lie within what folds differ by.{told}"
        best = helped.iloc[0]
        leader = str(helped.groupby("side")["gain"].max().idxmax())
        interval = f"95 % interval {best['low']:+.3g} to {best['high']:+.3g}"
        return (
            f"{len(helped)} of {tried} clearly help{'s' * (len(helped) == 1)}. The most is won on the {leader} side by "
            f"{best['technique']!r}: {best['gain']:+.3g} ({interval}).{told}"
        )

    def _model(self, facts: Facts) -> Any:
        if self.estimator is not None:
            return self.estimator
        from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor

        net = NeuralClassifier if facts.is_classification else NeuralRegressor
        return net(random_state=facts.random_state)

    def _tried(self, base: Pipeline, facts: Facts) -> dict[str, Technique]:
        """Return the techniques that apply to this table and model."""
        from sklearn_mlknow.study.catalogue import techniques

        is_named = not isinstance(self.techniques, str)
        known = techniques(self.techniques, self.pretrained)
        wanted = [one for one in known if is_named or is_net(base) or not one.trains_a_net]
        return {technique.name: technique for technique in wanted if technique.change(base, facts)}

    def _unweighted(self, base: Pipeline, tried: dict[str, Technique], facts: Facts) -> list[str]:
        """Name what is fitted without weights."""
        changed = {name: technique.change(base, facts) for name, technique in tried.items()}
        deaf = [name for name, pipeline in changed.items() if pipeline is not None and ignores_weights(pipeline, base)]
        return [BASE, *deaf] if ignores_weights(base) else deaf

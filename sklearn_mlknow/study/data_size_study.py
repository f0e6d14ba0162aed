"""Would more rows help? The learning curve, its power law, and what twice the rows would bring."""

from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import HasMethods, Integer, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.formulas.power_law import PowerLaw, fit_power_law, forecast
from sklearn_mlknow.formulas.resampled import corrected_difference
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.door import read_groups, read_scoring, refuse_constant, refuse_few_rows, refuse_infinite
from sklearn_mlknow.study.folds import draw_splits
from sklearn_mlknow.study.frames import as_pandas
from sklearn_mlknow.study.gain import WORTHWHILE
from sklearn_mlknow.study.gaps import deal_rows, gaps, words
from sklearn_mlknow.study.learning_curve import draw, learning_curve, prefixes_of
from sklearn_mlknow.study.report.words import number, percent
from sklearn_mlknow.study.rows import Rows, ignores_weights
from sklearn_mlknow.study.side_by_side import side_by_side
from sklearn_mlknow.study.technique import facts_of, wanted_target

FEWEST_ROWS = 40
NO_LOSS = 1e-9  # of a standard deviation: below is rounding of the machine, not something that rows could lower


class DataSizeStudy(DocLinked, BaseEstimator):
    """Measure the loss at growing numbers of rows and say whether the model or the data is the limit.

    The loss is log-loss for classes and root mean squared error for numbers. Nested subsets of the same training
    rows are used, so that a curve shows the rows alone. Costs ``n_sizes * repeats`` fits.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The model. None takes scikit-learn's HistGradientBoosting, which is quick.
    n_sizes : int, default=6
        Points of the curve, evenly spaced in the logarithm of the rows.
    repeats : int, default=8
        Random splits.
    test_size : float, default=0.25
        Share of rows that each split tests on, in (0, 1).
    n_jobs : int or None, default=None
        Parallel splits, as in joblib.
    random_state : int, RandomState or None, default=None
        Seed of the splits and of the model.

    Attributes
    ----------
    results_ : DataFrame
        ``n_rows, train_loss, test_loss, test_low, test_high``, one row a size; the ends are 95 % of the loss that any
        such rows would give, with the overlap of the splits allowed for. With groups the curve grows by whole groups:
        ``n_groups`` is their number and ``n_rows`` the mean over splits.
    power_law_ : PowerLaw
        ``floor + scale * n ** -rate`` of the test loss.
    forecast_ : dict
        ``n_rows`` (twice the training rows), ``loss``, ``low``, ``high`` and ``gain``, ``gain_low``, ``gain_high``:
        the share by which the loss would fall, with 95 % intervals. They hold where the law does: a model that needs
        many rows before it learns at all may gain more.
    verdict_ : {"data", "model", "undecided"}
        What limits: "data" when twice the rows surely lower the loss, and by 2 % or more as far as is known; "model"
        when they surely lower it by less than 2 %.
    gaps_ : DataFrame
        ``gap, before, after, rise, low, high, means, remedy``: how much the loss of the model of all training rows
        rises from training to validation rows (those that the splits hold out), on to ``test`` and to ``real`` rows
        where they are given, what such a rise means and what helps against it.
    n_rows_ : int
        Rows of the table, of which a share is tested on.
    is_weighted_ : bool
        Whether fits took ``sample_weight``; False also when the model takes none, and only the losses are weighted.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when they are texts.

    References
    ----------
    Hestness et al., "Deep learning scaling is predictable, empirically" (2017); Viering and Loog, "The shape of
    learning curves", IEEE TPAMI 45 (2023).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sklearn_mlknow.study import DataSizeStudy
    >>> X = np.random.default_rng(0).normal(size=(600, 3))
    >>> study = DataSizeStudy(KNeighborsRegressor(3), random_state=0).fit(X, X[:, 0] * X[:, 1] + X[:, 2])
    >>> study.verdict_
    'data'
    """

    _rules: ClassVar[dict[str, list[Any]]] = {
        "estimator": [None, HasMethods(("fit", "predict"))],
        "n_sizes": [Integer(3)],
        "repeats": [Integer(2)],
        "test_size": [Real(0, 1, closed="neither")],
        "n_jobs": [None, Integer()],
        "random_state": [RandomState()],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_sizes: int = 6,
        repeats: int = 8,
        test_size: float = 0.25,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.n_sizes = n_sizes
        self.repeats = repeats
        self.test_size = test_size
        self.n_jobs = n_jobs
        self.random_state = random_state

    @restores_on_failure
    def fit(
        self,
        X: Any,
        y: Any,
        *,
        groups: Any = None,
        sample_weight: Any = None,
        test: tuple[Any, Any] | None = None,
        real: tuple[Any, Any] | None = None,
    ) -> Self:
        """Measure the curve.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The raw table.
        y : array-like of shape (n_rows,)
            Classes or numbers.
        groups : array-like of shape (n_rows,), default=None
            What rows belong to; whole groups are drawn, for the test and one after the other for the training. None
            takes rows as independent.
        sample_weight : array-like of shape (n_rows,), default=None
            How much a row counts, in the fits and in the losses: weight 2 is the row twice.
        test : tuple of (X, y), default=None
            Rows kept apart until now, which no choice was made by; only ``gaps_`` looks at them.
        real : tuple of (X, y), default=None
            Rows as the model meets them in use; only ``gaps_`` looks at them.

        Returns
        -------
        self
        """
        import pandas as pd

        check_parameters(self)
        table = read_table(self, X, reset=True)
        target = read_target(self, y, table.n_rows, wanted_target(self.estimator))
        refuse_few_rows(self, target, 3, "a split")
        refuse_constant(self, target)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        facts = facts_of(table, target.n_classes, seed)
        rows = Rows(
            as_pandas(table),
            target.as_given,
            read_groups(self, groups, table.n_rows),
            read_weights(self, sample_weight, table.n_rows),
        )
        steps = self._steps(rows, target.n_classes)
        pipeline = base_pipeline(self._model(facts.is_classification, seed))
        refuse_infinite(self, table, [self.estimator])
        scorer = read_scoring(
            self, pipeline, None if facts.is_classification else "neg_root_mean_squared_error", target.classes
        )
        coded = replace(rows, y=target.values)  # classes may be texts or numbers
        splits = [
            (prefixes_of(train, coded, steps), held_out)
            for train, held_out in draw_splits(self, coded, facts.is_classification, self.test_size, self.repeats, seed)
        ]
        sizes = np.mean([[len(prefix) for prefix in prefixes] for prefixes, _ in splits], axis=0)  # (n_sizes,)
        given = {name: pair for name, pair in (("test", test), ("real", real)) if pair is not None}
        parts = {name: deal_rows(self, name, pair, target, self.repeats, seed) for name, pair in given.items()}
        curves = side_by_side(
            learning_curve,
            (
                (pipeline, rows, prefixes, held_out, scorer, [part[split] for part in parts.values()])
                for split, (prefixes, held_out) in enumerate(splits)
            ),
            self.n_jobs,
        )
        train_losses, test_losses, others = (np.array(losses).T for losses in zip(*curves))  # (n_sizes, n_repeats)
        least = NO_LOSS * (1.0 if facts.is_classification else float(np.std(target.values)))
        train_losses, test_losses = np.maximum(train_losses, least), np.maximum(test_losses, least)
        self._conclude(sizes, train_losses, test_losses, np.random.default_rng(seed))
        known = [corrected_difference(losses, self.test_size) for losses in test_losses]
        last = {"training": train_losses[-1], "validation": test_losses[-1], **dict(zip(parts, others))}
        self.gaps_ = pd.DataFrame(gaps(last, self.test_size))
        self.n_rows_ = table.n_rows
        self.is_weighted_ = rows.weights is not None and not ignores_weights(pipeline)
        self.results_ = pd.DataFrame(
            {
                "n_rows": np.rint(sizes).astype(np.int64),
                **({} if rows.groups is None else {"n_groups": steps}),
                "train_loss": train_losses.mean(axis=1),
                "test_loss": [loss.mean for loss in known],
                "test_low": [max(loss.low, 0.0) for loss in known],
                "test_high": [loss.high for loss in known],
            }
        )
        return self

    def sentence(self) -> str:
        """Say in words what the curve shows.

        Returns
        -------
        str
        """
        check_is_fitted(self)
        ahead = self.forecast_
        says = {
            "data": "More rows would help: the data is the limit.",
            "model": "More rows of this kind would hardly help: work on the model, or on columns that tell more.",
            "undecided": "The curve does not say clearly whether more rows would help.",
        }[self.verdict_]
        if self.verdict_ == "undecided" and ahead["gain_low"] > 0:
            says = "More rows would help, but perhaps by little."
        gain, low, high = (percent(ahead[key], 1) for key in ("gain", "gain_low", "gain_high"))
        rows: Any = self.gaps_.itertuples()
        losses = ", ".join(f"on {gap.gap.split(' to ')[1]} rows {number(gap.after)}" for gap in rows)
        return (
            f"{says} Twice the rows ({ahead['n_rows']:,}) are expected to lower the loss by {gain} ({low} to {high}). "
            f"On training rows it is {number(self.gaps_['before'].iloc[0])}, {losses}. "
            f"{words(self.gaps_.to_dict('records'))}"
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the curve, its law and the forecast.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes
        """
        check_is_fitted(self)
        return draw(self.results_, self.power_law_, self.forecast_, ax)

    def _steps(self, rows: Rows, n_classes: int) -> np.ndarray:
        """Choose the sizes of the curve, in rows or in groups."""
        n_units, unit, fewest = len(rows), "rows", FEWEST_ROWS
        if rows.groups is not None:
            n_units, unit = len(np.unique(rows.groups)), "groups"
            fewest = max(int(np.ceil(FEWEST_ROWS * n_units / len(rows))), n_classes, 2)  # a class may need its own
        n_train = n_units - int(np.ceil(self.test_size * n_units))
        if n_train < 2 * fewest:
            raise ValueError(
                f"{who(self)}: {n_train} training {unit} are too few for a curve; it needs {2 * fewest} or more."
            )
        return np.unique(np.geomspace(max(fewest, n_train // 8), n_train, self.n_sizes).astype(np.int64))

    def _model(self, is_classification: bool, seed: int) -> Any:
        if self.estimator is not None:
            return self.estimator
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        model = HistGradientBoostingClassifier if is_classification else HistGradientBoostingRegressor
        return model(random_state=seed)

    def _conclude(self, sizes: np.ndarray, train: np.ndarray, test: np.ndarray, rng: np.random.Generator) -> None:
        self.power_law_: PowerLaw = fit_power_law(sizes, test.mean(axis=1))
        n_rows = int(2 * sizes[-1])
        ahead = forecast(sizes, test, n_rows, self.test_size, rng)
        self.forecast_ = {"n_rows": n_rows, **ahead._asdict()}
        is_gain = ahead.gain_low > 0 and ahead.gain >= WORTHWHILE
        self.verdict_ = "data" if is_gain else "model" if ahead.gain_high < WORTHWHILE else "undecided"

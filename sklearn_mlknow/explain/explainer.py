"""The explainer: any fitted model, any table -> attributions of the original columns, with standard errors."""

from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, check_random_state

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.output import check_unique, names_of_input
from sklearn_mlknow._shell.parameters import Anything, Dictionary, Integer, OneOf, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, check_kinds_of_fit, read_table
from sklearn_mlknow.explain.assembling import assemble
from sklearn_mlknow.explain.column_order import in_order_of
from sklearn_mlknow.explain.explaining import explain_games
from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.findings import Findings
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.held_model import accepts_missing, fitted_model, is_fitted
from sklearn_mlknow.explain.losses import Loss, make_loss
from sklearn_mlknow.explain.model import class_labels, read_model
from sklearn_mlknow.explain.place import find_place
from sklearn_mlknow.explain.players import make_players
from sklearn_mlknow.explain.shown_data import like_background, player_values, row_names, take_rows

_TRIED_ROWS = 2000  # of X, in search of the place where mixing is cheapest
_ALWAYS_EXACT = 10  # players; with more, all coalitions are played only when the budget covers them


class ShapExplainer(TransformerMixin, DocLinked, BaseEstimator):
    """Explain any model's predictions by Shapley values of the original columns, each with a standard error.

    A value says how much a column moved one prediction away from the mean prediction over the background. Use it to see
    which columns a model leans on, why it answered so for a row, and whether the values are precise enough to be read;
    `transform` hands the values on as features. Not for causes: a column that stands for another gets its share.

    A whole Pipeline is explained on its original columns (texts, categories, times, missing values); mixtures of rows
    are gathered value by value, so that dtypes stay. Up to 10 columns that vary, or as many as the budget covers, all
    coalitions are played and the values are exact for the background; otherwise pairs of coalitions are drawn, and
    every value has a standard error. The cost is that of the model on ``budget`` rows for each explained row.

    Parameters
    ----------
    estimator : object
        A model with ``predict_proba`` or ``predict``, or a function of rows that returns numbers. An unfitted estimator
        is cloned and fitted on ``(X, y)``; a fitted one is used as it is (wrap it in scikit-learn's `FrozenEstimator`
        inside a Pipeline or a search, which clone what they are given).
    background : int or None, default=100
        Rows of X, at least 2, that lend their values; drawn at random. None takes all. More rows cost nothing extra
        when values are sampled, and make ``background_errors`` smaller.
    budget : int or "auto", default="auto"
        The most model rows for each explained row; never exceeded. "auto" plays all coalitions of up to 10 columns,
        and else ``2 * background * max(128, 4 * n_columns)`` rows.
    tolerance : float in (0, 1] or None, default=None
        Stop a row when the largest standard error is below this share of the range of its values. None spends the
        budget.
    method : {"auto", "exact", "paired"}, default="auto"
        All coalitions, or sampled pairs; "auto" plays all when the budget covers them.
    output : {"auto", "predict", "predict_proba", "decision_function"} or a class label, default="auto"
        What is explained: "auto" takes probabilities where there are any (of two classes the second), of other
        classifiers the decision function, else the prediction.
    link : {None, "logit", "log"}, default=None
        Applied to each prediction before anything is averaged, so that additive models of log-odds stay additive.
    player_groups : dict of str to list of str or None, default=None
        Columns that act as one player, by the name of the player.
    batch_rows : int, default=100_000
        The most rows that the model is given at once; bounds the memory, changes no value.
    random_state : int, RandomState or None, default=None
        Draws the background and the coalitions.
    verbose : int, default=0
        1 shows a progress bar.

    Attributes
    ----------
    estimator_ : object
        The fitted model.
    background_ : array or frame of shape (n_background, n_columns)
        The rows that lend their values, in the format of X.
    background_values_ : ndarray of object, shape (n_background, n_players)
        The same, a column a player, for people.
    players_ : Players
        Names of the players, and which player holds each column.
    model_ : Model
        What is explained, and the names of its outputs.
    place_ : Place
        After which steps of a pipeline rows are mixed.
    seed_ : int
        From which coalitions are drawn.
    n_features_in_ : int
        Number of columns in ``fit``.
    feature_names_in_ : ndarray of str
        Their names, when they are all texts.

    See Also
    --------
    ExplanationDisplay : Pictures of an explanation.
    SurrogateTree : A small tree that mimics a model.

    References
    ----------
    Lundberg, S. M., & Lee, S.-I. (2017). A unified approach to interpreting model predictions. NeurIPS.
    Musco, C., & Witter, R. T. (2025). Provably accurate Shapley value estimation via leverage score sampling. ICLR.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_mlknow.explain import ShapExplainer
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = LogisticRegression(max_iter=500).fit(X, y == 2)
    >>> explanation = ShapExplainer(model, random_state=0).fit(X).explain(X[100:110])
    >>> explanation.importance()["player"][0]
    'petal length (cm)'
    >>> explanation.audit.method
    'exact'
    """

    _rules = {
        "estimator": [Anything()],
        "background": [Integer(2), None],
        "budget": [OneOf("auto"), Integer(1)],
        "tolerance": [None, Real(0, 1, closed="right")],
        "method": [OneOf("auto", "exact", "paired")],
        "output": [Anything()],
        "link": [None, OneOf("logit", "log")],
        "player_groups": [None, Dictionary()],
        "batch_rows": [Integer(1)],
        "random_state": [RandomState()],
        "verbose": [Integer(0)],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        background: int | None = 100,
        budget: int | str = "auto",
        tolerance: float | None = None,
        method: str = "auto",
        output: Any = "auto",
        link: str | None = None,
        player_groups: dict[str, list[str]] | None = None,
        batch_rows: int = 100_000,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.background = background
        self.budget = budget
        self.tolerance = tolerance
        self.method = method
        self.output = output
        self.link = link
        self.player_groups = player_groups
        self.batch_rows = batch_rows
        self.random_state = random_state
        self.verbose = verbose

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> "ShapExplainer":
        """Take the background from X; fit the model on (X, y) if it is not fitted yet.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Original columns, as the model takes them.
        y : array-like of shape (n_rows,) or None, default=None
            Only for a model that is not fitted yet.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            One row only, a model that is not fitted without y, or a model that answers NaN or the wrong length.
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        self._kinds = list(table.kinds)
        self.estimator_ = fitted_model("ShapExplainer", self.estimator, X, y)
        if table.n_rows < 2:
            raise ValueError(
                "ShapExplainer: the background has 1 sample; at least 2 rows are needed, since values are differences "
                "from the background's mean prediction."
            )
        rng = check_random_state(self.random_state)
        size = table.n_rows if self.background is None else min(self.background, table.n_rows)
        chosen = np.sort(rng.permutation(table.n_rows)[:size])
        self.seed_ = int(rng.randint(2**31 - 1))
        self.players_ = make_players("ShapExplainer", table.names, self.player_groups)
        self.background_ = take_rows(table, chosen)
        self.background_values_ = player_values(table, self.players_)[chosen]
        self.model_ = read_model("ShapExplainer", self.estimator_, self.output, self.link, self.background_)
        known = take_rows(table, np.sort(rng.permutation(table.n_rows)[:_TRIED_ROWS]))
        self.place_ = find_place(
            self.estimator_, self.model_, self.players_, known, self.background_, np.random.default_rng(self.seed_)
        )
        self.model_.refuse_whims(self.place_.answers, self.model_.predict(self.background_, size))
        return self

    def explain(self, X: Any, y: Any = None) -> Explanation:
        """Explain rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Columns of frames are matched by name, in any order.
        y : array-like of shape (n_rows,) or None, default=None
            The truth; then the explanation also says which columns lower the loss (``sage``).

        Returns
        -------
        Explanation
        """
        check_is_fitted(self)
        table = read_table(self, in_order_of(X, getattr(self, "feature_names_in_", None)), reset=False)
        return self._explain(table, y)

    def transform(self, X: Any) -> np.ndarray:
        """Return the Shapley values as features.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Columns in the order of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_players * n_outputs)
        """
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        return self._play(table)[1].values.reshape(table.n_rows, -1)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name the columns of `transform`: ``shap_age``, or ``shap_age_yes`` with several outputs.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Checked against the names of ``fit``.

        Returns
        -------
        ndarray of str
        """
        columns = names_of_input(self, input_features)
        outputs = self.model_.outputs
        groups = self.player_groups or {}
        first = [int(np.flatnonzero(self.players_.of_column == player)[0]) for player in range(len(self.players_))]
        names = [
            f"shap_{name if name in groups else columns[position]}" + (f"_{output}" if len(outputs) > 1 else "")
            for name, position in zip(self.players_.names, first)
            for output in outputs
        ]
        return check_unique(self, names)

    def _play(self, table: Table, loss: Loss | None = None) -> tuple[Game, Findings]:
        check_kinds_of_fit(table, self._kinds)
        rows = like_background(table, self.background_)
        game = self.place_.game(rows, self.batch_rows, np.random.default_rng(self.seed_))
        budget = self._budget(len(game.varying())) if self.budget == "auto" else int(self.budget)
        found = explain_games(game, table.n_rows, budget, self.method, self.tolerance, self.seed_, self.verbose, loss)
        self.model_.refuse_whims(self.place_.answers, found.base)
        return game, found

    def _explain(self, table: Table, y: Any) -> Explanation:
        started = perf_counter()
        loss = None if y is None else self._loss(y, table.n_rows)
        game, found = self._play(table, loss)
        return assemble(
            found,
            game,
            loss,
            data=player_values(table, self.players_),
            background_data=self.background_values_,
            names=self.players_.names,
            output_names=self.model_.outputs,
            row_names=row_names(table),
            seed=self.seed_,
            started=started,
        )

    def _loss(self, y: Any, n_rows: int) -> Loss:
        """Return the loss of the explained output; refuse outputs whose loss is not known."""
        classes = tuple(str(label) for label in class_labels(self.estimator_))
        if self.link is not None or (classes and self.model_.method != "predict_proba"):
            raise ValueError(
                "ShapExplainer: y is for explanations of probabilities (output='auto' or 'predict_proba', link=None) "
                "or of a regression's predictions; leave y out for this output."
            )
        return make_loss("ShapExplainer", y, self.model_.outputs, classes, n_rows)

    def _budget(self, n_players: int) -> int:
        """Return the model rows for each explained row that "auto" means."""
        n_background = len(self.background_)
        if n_players <= _ALWAYS_EXACT or self.method == "exact":
            return 2**n_players * n_background + 1
        return 2 * n_background * max(128, 4 * n_players) + 1

    def __sklearn_tags__(self) -> Any:
        """Accept missing values exactly when the model does."""
        tags = super().__sklearn_tags__()
        allows = accepts_missing(self.estimator)
        if allows is not None:
            tags.input_tags.allow_nan = allows
            tags.target_tags.required = not is_fitted(self.estimator)
        return tags

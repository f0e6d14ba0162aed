"""The explainer: any fitted model, any table -> attributions of the original columns, with standard errors."""

from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted, check_random_state

from sklearn_mlknow._shell.errors import some
from sklearn_mlknow._shell.parameters import Anything, Dictionary, Integer, OneOf, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow.explain.coalitions import all_coalitions
from sklearn_mlknow.explain.exact_solver import shapley_weights
from sklearn_mlknow.explain.explanation import Audit, Explanation
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.masking import ArrayMixer, FrameMixer
from sklearn_mlknow.explain.model import read_model
from sklearn_mlknow.explain.players import make_players
from sklearn_mlknow.explain.sampled_solver import make_plan, solve_pairs

_ALWAYS_EXACT = 10  # players; with more, all coalitions are played only when the budget covers them
_BLOCK_VALUES = 4 * 2**20  # answers of the model held at once: 32 MiB


class ShapExplainer(TransformerMixin, BaseEstimator):
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
        What is explained: "auto" takes probabilities where there are any (of two classes the second).
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
    players_ : Players
        Names of the players, and which player holds each column.
    model_ : Model
        What is explained, and the names of its outputs.
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
        self.estimator_ = _fitted(self.estimator, X, y)
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
        self.model_ = read_model("ShapExplainer", self.estimator_, self.output, self.link, self.background_)
        return self

    def explain(self, X: Any) -> Explanation:
        """Explain rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Columns of frames are matched by name, in any order.

        Returns
        -------
        Explanation
        """
        check_is_fitted(self)
        table = read_table(self, self._by_name(X), reset=False)
        return self._explain(table)

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
        explanation = self._explain(table)
        return explanation.values.reshape(len(explanation), -1)

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
        check_is_fitted(self)
        outputs = self.model_.outputs
        return np.array(
            [
                f"shap_{name}" + (f"_{output}" if len(outputs) > 1 else "")
                for name in self.players_.names
                for output in outputs
            ],
            dtype=object,
        )

    def _by_name(self, X: Any) -> Any:
        """Put the columns of a frame in the order of the background."""
        names = getattr(self, "feature_names_in_", None)
        if names is None or not hasattr(X, "columns"):
            return X
        missing = [name for name in names if name not in list(X.columns)]
        if missing:
            raise ValueError(f"ShapExplainer: X lacks {some(missing)}, which the background has; add the columns.")
        extra = [name for name in X.columns if name not in list(names)]
        if extra:
            raise ValueError(f"ShapExplainer: X has {some(extra)}, which the background has not; drop the columns.")
        return X[list(names)]

    def _explain(self, table: Table) -> Explanation:
        started = perf_counter()
        n_background, n_players = len(self.background_), len(self.players_)
        rows = table.native
        if isinstance(rows, np.ndarray):
            mixer: Any = ArrayMixer(rows, self.background_, self.players_.of_column)
        else:
            mixer = FrameMixer(rows, self.background_, self.players_.of_column)
        game = Game(self.model_, mixer, table.n_rows, n_background, n_players, self.batch_rows)
        n_outputs = game.n_outputs
        varies = np.zeros(n_players, dtype=bool)
        for start in range(0, table.n_rows, 256):
            part = np.arange(start, min(start + 256, table.n_rows))
            varies |= ~mixer.equal(part).all(axis=(0, 1))
        active = np.flatnonzero(varies)
        base = game.background_values()  # (n_background, n_outputs)
        shape = (table.n_rows, n_players, n_outputs)
        values, errors, background_errors = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        predictions = np.empty((table.n_rows, n_outputs))
        exact_rows = 2 ** len(active) * n_background
        budget = self._budget(len(active), n_background)
        is_exact = self.method == "exact" or (self.method == "auto" and exact_rows + 1 <= budget)
        triples = 0.0
        if is_exact:
            members = np.repeat(all_coalitions(len(active)), n_background, axis=0)
            cells = np.tile(np.arange(n_background), 2 ** len(active))
            each = exact_rows + 1
        else:
            plan = make_plan(len(active), n_background, (budget - 1) // 2, self.seed_)
            half = plan.cell_members
            members = np.concatenate([half, ~half])
            cells = np.tile(plan.cell_background, 2)
            each = 2 * len(half) + 1
        everyone = np.zeros((len(members), n_players), dtype=bool)
        everyone[:, active] = members
        step = max(1, _BLOCK_VALUES // (len(members) * n_outputs))
        for start in range(0, table.n_rows, step):
            block = np.arange(start, min(start + step, table.n_rows))
            predictions[block] = game.row_values(block)
            answers = game.values(block, everyone, cells)  # (n, n_cells, n_outputs)
            if is_exact:
                weights = shapley_weights(len(active))
                answers = answers.reshape(len(block), weights.shape[1], -1)
                shares = (weights @ answers).reshape(len(block), len(active), n_background, n_outputs)
                values[np.ix_(block, active)] = shares.mean(axis=2)
                background_errors[np.ix_(block, active)] = shares.std(axis=2, ddof=1) / np.sqrt(n_background)
            else:
                games = answers.transpose(0, 2, 1).reshape(len(block) * n_outputs, -1)
                ends = (predictions[block][:, :, None] - base.T[None]).reshape(len(games), -1)
                solution = solve_pairs(plan, games[:, : len(half)] - games[:, len(half) :], ends)
                for target, source in (
                    (values, solution.values),
                    (errors, np.sqrt(solution.variances)),
                    (background_errors, np.sqrt(solution.background_variances)),
                ):
                    target[np.ix_(block, active)] = source.reshape(len(block), n_outputs, -1).transpose(0, 2, 1)
                triples += float((solution.triples > 0).sum())
        base_values = np.tile(base.mean(axis=0), (table.n_rows, 1))
        size = np.abs(values).mean(axis=1, keepdims=True)
        background_error = float(np.median(background_errors / np.maximum(size, 1e-12)))
        audit = Audit(
            method="exact" if is_exact else "paired",
            model_rows=game.model_rows,
            model_rows_each=each,
            additivity=float(np.abs(values.sum(axis=1) + base_values - predictions).max()),
            background_rows=n_background,
            background_error=background_error,
            background_is_enough=background_error < 0.1,
            off_manifold=float("nan"),
            triples=triples / (table.n_rows * n_outputs),
            seconds=perf_counter() - started,
        )
        one = (lambda array: array[..., 0]) if n_outputs == 1 else (lambda array: array)
        return Explanation(
            values=one(values),
            standard_errors=one(errors),
            background_errors=one(background_errors),
            base_values=one(base_values),
            predictions=one(predictions),
            data=_shown(table, self.players_),
            names=self.players_.names,
            output_names=self.model_.outputs,
            row_names=_row_names(table),
            audit=audit,
        )

    def _budget(self, n_players: int, n_background: int) -> int:
        if self.budget != "auto":
            return int(self.budget)
        if n_players <= _ALWAYS_EXACT:
            return 2**n_players * n_background + 1
        return 2 * n_background * max(128, 4 * n_players) + 1

    def __sklearn_tags__(self) -> Any:
        """Accept missing values exactly when the model does."""
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator) if hasattr(self.estimator, "__sklearn_tags__") else None
        if inner is not None:
            tags.input_tags.allow_nan = inner.input_tags.allow_nan
            tags.target_tags.required = not _is_fitted(self.estimator)
        return tags


def take_rows(table: Table, chosen: np.ndarray) -> Any:
    """Take rows of a table by position, in its own format."""
    if isinstance(table.native, np.ndarray):
        return table.native[chosen]
    import narwhals as nw

    return nw.from_native(table.native, eager_only=True)[chosen].to_native()


def _is_fitted(estimator: Any) -> bool:
    if not hasattr(estimator, "fit"):
        return True
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    except TypeError:
        return True
    return True


def _fitted(estimator: Any, X: Any, y: Any) -> Any:
    if isinstance(estimator, type) or not (
        callable(estimator) or hasattr(estimator, "predict") or hasattr(estimator, "predict_proba")
    ):
        raise TypeError(
            f"ShapExplainer: estimator must be a model with predict or predict_proba, or a function, got {estimator!r}."
        )
    if _is_fitted(estimator):
        return estimator
    if y is None:
        raise ValueError(
            f"ShapExplainer: the {type(estimator).__name__} is not fitted and no y was given; requires y to be passed, "
            "but the target y is None. Pass y, or a fitted model; inside a Pipeline or search, which clone what they "
            "are given, wrap the fitted model in sklearn.frozen.FrozenEstimator."
        )
    return clone(estimator).fit(X, y)


def _shown(table: Table, players: Any) -> np.ndarray:
    """Return what each player held in each row, for people: object (n_rows, n_players)."""
    columns = [_plain(table.column(i)) for i in range(table.n_columns)]
    shown = np.empty((table.n_rows, len(players)), dtype=object)
    for player in range(len(players)):
        own = np.flatnonzero(players.of_column == player)
        if len(own) == 1 and table.names[own[0]] == players.names[player]:
            shown[:, player] = columns[own[0]]
        else:
            shown[:, player] = [
                ", ".join(f"{table.names[i]}={columns[i][row]}" for i in own) for row in range(table.n_rows)
            ]
    return shown


def _plain(column: Any) -> np.ndarray:
    if isinstance(column, np.ndarray):
        return column.astype(object)
    return np.array(column.to_list() if hasattr(column, "to_list") else column.to_pylist(), dtype=object)


def _row_names(table: Table) -> np.ndarray:
    index = getattr(table.native, "index", None)
    return np.arange(table.n_rows) if index is None or callable(index) else np.asarray(index)

"""Keep every column that helps a model more than its best shuffled copy does: all-relevant selection, Boruta."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import check_random_state
from tqdm import tqdm

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import HasMethods, Integer, OneOf, RandomState, Real
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.kernels.shallow_trees import forest_importances
from sklearn_mlknow.selection.column_codes import codes_of_columns
from sklearn_mlknow.selection.rules import at_least_the_best
from sklearn_mlknow.selection.selector import Selector
from sklearn_mlknow.selection.shadows import FEWEST_SHADOWS, Trial, try_against_shadows, with_shadows
from sklearn_mlknow.selection.verdict import Verdict

N_BINS = 32  # codes of a number in the shallow trees
MAX_DEPTH = 5
LOOKS = 100  # how often a column is looked at in one round, about


class ShadowSelector(Selector):
    """Keep every column that helps a model more than the best of the shuffled columns does.

    Finds all that is relevant, also what tells something only together with other columns, and redundant copies too.
    Each round adds a shuffled shadow of every column, fits, and asks which columns are more important than the best
    shadow; a test corrected for columns and rounds decides. The default model, shallow random trees on binned codes,
    takes mixed columns and missing values and costs O(n_rows n_trees) a round. For the few best columns
    `MRMRSelector` is faster and leaves copies out. On small tables of nothing but noise the luckiest column may pass:
    the shadows are drawn anew in each round, the column stays as it is.

    Parameters
    ----------
    estimator : estimator, default=None
        An estimator with ``feature_importances_`` or ``coef_`` after fit that takes any number of columns; it is
        cloned. None is the fast forest of shallow trees. For a Pipeline take `ShapSelector`.
    n_rounds : int, default=50
        Rounds at most; it ends when all columns are decided. Columns not decided by then go.
    alpha : float, default=0.05
        Chance of deciding wrongly, corrected for the number of columns and of rounds.
    percentile : float, default=100
        Of the shadows' importances, to be beaten: 100 is the best shadow, less is more lenient.
    target_type : {"auto", "class", "number"}, default="auto"
        What y is, for the default forest; as in `MutualInformationSelector`.
    random_state : int, RandomState or None, default=None
        Shuffles the shadows and draws the trees.
    verbose : int, default=0
        1 shows a progress bar over rounds.

    Attributes
    ----------
    scores_ : ndarray of shape (n_columns,)
        Mean importance over the mean importance to beat: above 1 is more than chance.
    report_ : DataFrame
        One row a column: column, score, rank, is_kept, hits, rounds, reason. When none is accepted the best stays.
    verdict_ : Verdict
        The same as plain arrays.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.selection import ShadowSelector
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 6))
    >>> y = X[:, 0] * X[:, 1] > 0
    >>> ShadowSelector(random_state=0).fit(X, y).get_support(indices=True).tolist()
    [0, 1]
    """

    _rules = {
        "estimator": [HasMethods(("fit", "get_params")), None],
        "n_rounds": [Integer(1)],
        "alpha": [Real(0, 1, closed="neither")],
        "percentile": [Real(0, 100, closed="right")],
        "target_type": [OneOf("auto", "class", "number")],
        "random_state": [RandomState()],
        "verbose": [Integer(0)],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_rounds: int = 50,
        alpha: float = 0.05,
        percentile: float = 100,
        target_type: str = "auto",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.n_rounds = n_rounds
        self.alpha = alpha
        self.percentile = percentile
        self.target_type = target_type
        self.random_state = random_state
        self.verbose = verbose

    @restores_on_failure
    def fit(self, X: Any, y: Any) -> Self:
        """Let the columns race against their shadows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The target.

        Returns
        -------
        self
        """
        return self._fit(X, y)

    def _judge(self, table: Table, X: Any, y: Any, sample_weight: Any) -> Verdict:
        target = self._read_target(y, table.n_rows)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        race = self._forest_race(table, target, rng) if self.estimator is None else self._model_race(table, y, rng)
        with tqdm(total=self.n_rounds, disable=not self.verbose, desc=who(self)) as bar:

            def importances_of(active: NDArray[np.int64], at: int) -> Any:
                bar.update()
                return race(active)

            trial = try_against_shadows(
                importances_of, table.n_columns, self.n_rounds, self.alpha, float(self.percentile)
            )
        return self._verdict(trial)

    def _forest_race(self, table: Table, target: Target, rng: np.random.Generator) -> Any:
        codes = np.ascontiguousarray(codes_of_columns(table, N_BINS).T)  # (n_columns, n_rows)
        values = target.values.astype(np.float64)

        def race(active: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            own = codes[active]
            shadows = np.concatenate([rng.permuted(own, axis=1) for _ in range(-(-FEWEST_SHADOWS // len(own)))])
            both = np.concatenate([own, shadows])
            n_trees = max(20, int(LOOKS * np.sqrt(len(both)) / MAX_DEPTH))
            seed = int(rng.integers(2**62))
            found = forest_importances(both, values, target.n_classes, n_trees=n_trees, max_depth=MAX_DEPTH, seed=seed)
            return found[: len(own)], found[len(own) :]

        return race

    def _model_race(self, table: Table, y: Any, rng: np.random.Generator) -> Any:
        def race(active: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            both = with_shadows(table, active, rng)
            model = clone(self.estimator)
            if "random_state" in model.get_params():
                model.set_params(random_state=int(rng.integers(2**31)))
            found = importances(who(self), model.fit(both, y), both.shape[1])
            return found[: len(active)], found[len(active) :]

        return race

    def _verdict(self, trial: Trial) -> Verdict:
        accepted = trial.decisions == 1
        mask = at_least_the_best(accepted, trial.strength)
        words = {1: "beats the shadows", 0: "undecided", -1: "no better than the shadows"}
        reasons = [words[int(decision)] for decision in trial.decisions]
        reasons = [
            f"{reason}, but no column is" if kept and not good else reason
            for reason, kept, good in zip(reasons, mask, accepted)
        ]
        return Verdict(trial.strength, mask, reasons, {"hits": trial.hits, "rounds": trial.rounds})


def importances(speaker: str, model: Any, n_columns: int) -> NDArray[np.float64]:
    """Read the importances of a fitted model: ``feature_importances_``, or the sizes of its coefficients.

    Raises
    ------
    ValueError
        The model has neither, or not one a column.
    """
    found = getattr(model, "feature_importances_", None)
    if found is None and hasattr(model, "coef_"):
        found = np.abs(np.atleast_2d(model.coef_)).sum(axis=0)
    if found is None or len(found) != n_columns:
        raise ValueError(
            f"{speaker}: {type(model).__name__} gives no importance a column (feature_importances_ or coef_); "
            "take ShapSelector, which works with any model."
        )
    return np.asarray(found, dtype=np.float64)

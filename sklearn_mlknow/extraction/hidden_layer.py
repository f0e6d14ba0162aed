"""What a net learned on its way to the target, as columns for another model."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import HasMethods, Integer, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table


class HiddenLayerExtractor(ClassNamePrefixFeaturesOutMixin, TransformerMixin, DocLinked, BaseEstimator):
    """Hand a hidden layer of a net on as columns: train the net, then let another model decide.

    A net trained end to end learns its columns and its decision together. In parts, ``make_pipeline(
    HiddenLayerExtractor(NeuralClassifier()), model)``, the columns come from the net and the decision from any model:
    a linear one one can read, or trees; a net trained on a large table can serve a small one. The two pipelines can be
    compared in a study. Beware: the net has seen the targets of the rows it is fitted on, so the model behind it looks
    better on those than it is; judge it on other rows. Costs what the net costs.

    Parameters
    ----------
    estimator : NeuralClassifier or NeuralRegressor
        An unfitted one is cloned and fitted on (X, y). A fitted one is used as it is; inside Pipelines and searches,
        which clone what they are given, wrap it in ``sklearn.frozen.FrozenEstimator``.
    layer : int, default=-1
        1 is the first hidden layer, -1 the last.

    Attributes
    ----------
    estimator_ : NeuralClassifier or NeuralRegressor
        The fitted net.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.extraction import HiddenLayerExtractor
    >>> from sklearn_mlknow.neural import NeuralRegressor
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> net = NeuralRegressor(hidden_units=(16, 5), n_members=1, max_epochs=3, random_state=0)
    >>> HiddenLayerExtractor(net).fit_transform(X, X[:, 0]).shape
    (60, 5)
    """

    _rules = {"estimator": [HasMethods(("fit", "predict"))], "layer": [Integer()]}

    def __init__(self, estimator: Any, *, layer: int = -1) -> None:
        self.estimator = estimator
        self.layer = layer

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the net, unless it is fitted.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Whatever the net takes.
        y : array-like of shape (n_rows,), default=None
            The target; needed unless the net is fitted.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        if is_fitted(self.estimator):
            self.estimator_ = self.estimator
        elif y is None:
            raise ValueError(
                f"{who(self)}: the net is not fitted, so it requires y to be passed, but the target y is None; pass y, "
                "or a fitted net (inside a Pipeline wrapped in sklearn.frozen.FrozenEstimator)."
            )
        else:
            self.estimator_ = clone(self.estimator).fit(X, y)
        self._n_features_out = self._represent(table.native[:1]).shape[1]
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return what the hidden layer makes of rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_units)
            The units of all members of the net, side by side.
        """
        check_is_fitted(self)
        read_table(self, X, reset=False)
        return self._represent(X)

    def _represent(self, X: Any) -> NDArray[np.float64]:
        from sklearn_mlknow.neural import hidden_representation

        net = self.estimator_.estimator if isinstance(self.estimator_, FrozenEstimator) else self.estimator_
        if not hasattr(net, "predictor_"):
            raise ValueError(
                f"{who(self)}: {type(net).__name__} has no hidden layers that can be read; take a NeuralClassifier or "
                "a NeuralRegressor."
            )
        return np.asarray(hidden_representation(net, X, self.layer), dtype=np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        tags.target_tags.required = not is_fitted(self.estimator)
        return tags


def is_fitted(estimator: Any) -> bool:
    """Tell whether a net can be used as it is."""
    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError):
        return False
    return True

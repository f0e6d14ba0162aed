"""The model an explainer holds: fitted ones are used as they are, others are cloned and fitted."""

from typing import Any

from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted


def is_fitted(estimator: Any) -> bool:
    """Tell whether a model can predict as it is; functions and models without ``fit`` can."""
    if not hasattr(estimator, "fit"):
        return True
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    except TypeError:
        return True
    return True


def fitted_model(speaker: str, estimator: Any, X: Any, y: Any) -> Any:
    """Return the model if it is fitted, else a clone fitted on (X, y).

    Parameters
    ----------
    speaker : str
        Named in errors.
    estimator : object
    X : array-like or frame
    y : array-like or None

    Returns
    -------
    object

    Raises
    ------
    TypeError
        Not a model.
    ValueError
        Not fitted, and no y was given.
    """
    is_model = callable(estimator) or hasattr(estimator, "predict") or hasattr(estimator, "predict_proba")
    if isinstance(estimator, type) or not is_model:
        raise TypeError(
            f"{speaker}: estimator must be a model with predict or predict_proba, or a function, got {estimator!r}."
        )
    if is_fitted(estimator):
        return estimator
    if y is None:
        raise ValueError(
            f"{speaker}: the {type(estimator).__name__} is not fitted; it requires y to be passed, but the target y is "
            "None. Pass y, or a fitted model; inside a Pipeline or a search, which clone what they are given, wrap the "
            "fitted model in sklearn.frozen.FrozenEstimator."
        )
    return clone(estimator).fit(X, y)


def accepts_missing(estimator: Any) -> bool | None:
    """Tell whether an estimator's tags accept missing values; None if it has no tags."""
    has_tags = hasattr(estimator, "__sklearn_tags__") and not isinstance(estimator, type)
    return get_tags(estimator).input_tags.allow_nan if has_tags else None

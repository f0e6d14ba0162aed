"""The model as one function: rows in the model's own format -> finite numbers, one column an output."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

_CLIP = 1e-6  # probabilities are kept this far from 0 and 1 before a link is applied


@dataclass(frozen=True)
class Asked:
    """A method of an estimator as a function of rows; unlike a bound method it can be saved as what it is.

    Attributes
    ----------
    estimator : object
    method : str
        One that answers rows.
    """

    estimator: Any
    method: str

    def __call__(self, rows: Any) -> Any:
        """Answer rows."""
        return getattr(self.estimator, self.method)(rows)


@dataclass(frozen=True)
class Model:
    """A checked prediction function.

    Attributes
    ----------
    method : str
        How the estimator is asked: a method's name, or "__call__".
    function : callable
        Rows -> array of shape (n_rows,) or (n_rows, n_all_outputs).
    chosen : slice
        Which of its columns are explained.
    outputs : tuple of str
        Names of the outputs that are explained.
    link : {None, "logit", "log"}
        Applied to each prediction, inside the mean over the background.
    speaker : str
    """

    method: str
    function: Callable[[Any], Any]
    chosen: slice
    outputs: tuple[str, ...]
    link: str | None
    speaker: str

    def predict(self, rows: Any, n_rows: int) -> np.ndarray:
        """Predict and check: -> float64 (n_rows, n_outputs)."""
        values = as_array(self.speaker, ask(self.speaker, self.function, rows))
        if values.ndim == 0 or len(values) != n_rows or values.ndim > 2:
            raise ValueError(
                f"{self.speaker}: the model was given {n_rows} rows and returned an array of shape {values.shape}; "
                "it must return one value (or one row of values) a row."
            )
        if values.dtype.kind not in "fiub":
            raise ValueError(
                f"{self.speaker}: the model returns {values.dtype} values, not numbers; explain probabilities "
                "(output='predict_proba'), or pass a function that returns numbers."
            )
        values = values.reshape(n_rows, -1)[:, self.chosen]
        values = _linked(values.astype(np.float64, copy=False), self.link)
        if not np.isfinite(values).all():
            n_bad = int((~np.isfinite(values)).any(axis=1).sum())
            raise ValueError(
                f"{self.speaker}: the model returned NaN or infinite values for {n_bad} of {n_rows} rows; "
                "it must answer every mixture of an explained row and a background row with a finite number."
            )
        return values

    def moved_to(self, rest: Any) -> "Model":
        """Return the same question asked of the rest of a pipeline."""
        return replace(self, function=asked(rest, self.method))

    def with_formula(self, formula: Callable[[np.ndarray], np.ndarray]) -> "Model":
        """Return the same question answered by a formula that gives just the explained outputs."""
        return replace(self, function=formula, chosen=slice(None))

    def refuse_whims(self, answers: np.ndarray, again: np.ndarray) -> None:
        """Raise if the model answers the same rows differently a second time."""
        if not np.allclose(again, answers, rtol=1e-4, atol=1e-6 * (np.abs(answers).max() + 1e-300)):
            raise ValueError(
                f"{self.speaker}: the model changes its answer between two calls on the same rows (by up to "
                f"{np.abs(again - answers).max():.3g}); fix its seed or switch dropout off, values would be noise."
            )


def _linked(values: np.ndarray, link: str | None) -> np.ndarray:
    if link is None:
        return values
    clipped = np.clip(values, _CLIP, 1.0 - _CLIP) if link == "logit" else np.maximum(values, _CLIP)
    return np.log(clipped / (1.0 - clipped)) if link == "logit" else np.log(clipped)


def read_model(speaker: str, estimator: Any, output: Any, link: str | None, example: Any) -> Model:
    """Find out what of a model is to be explained.

    Parameters
    ----------
    speaker : str
        Named in errors.
    estimator : object
        With ``predict_proba`` or ``predict``, or a function of rows.
    output : {"auto", "predict", "predict_proba", "decision_function"} or a class label
        "auto" takes probabilities where there are any (of two classes the second only), of other classifiers the
        decision function, else the prediction.
    link : {None, "logit", "log"}
    example : rows
        A few rows, to see how many outputs there are.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        The model has no such method, or knows no such class.
    """
    method = output
    classes = [str(label) for label in class_labels(estimator)]
    wanted: int | None = None
    if output == "auto":
        methods = ["predict_proba", *(["decision_function"] if classes else []), "predict"]
        method = next((name for name in methods if hasattr(estimator, name)), "__call__")
    elif output not in ("predict", "predict_proba", "decision_function"):
        if str(output) not in classes:
            raise ValueError(
                f"{speaker}: output={output!r} is neither a method to explain ('predict', 'predict_proba', "
                f"'decision_function') nor a class of the model ({', '.join(classes) or 'it has none'})."
            )
        method, wanted = "predict_proba", classes.index(str(output))
    if not hasattr(estimator, method):
        raise ValueError(f"{speaker}: the model has no {method}(); choose another output.")
    function = asked(estimator, method)
    answer = as_array(speaker, ask(speaker, function, example))
    n_all = 1 if answer.ndim < 2 else answer.shape[1]
    names = classes if len(classes) == n_all and method != "predict" else [f"output {i}" for i in range(n_all)]
    if wanted is None and output == "auto" and n_all == 2 and classes:
        wanted = 1
    if n_all == 1:
        names = [classes[1]] if len(classes) == 2 and method != "predict" else ["prediction"]
    chosen = slice(None) if wanted is None else slice(wanted, wanted + 1)
    return Model(method, function, chosen, tuple(names[chosen]), link, speaker)


def asked(estimator: Any, method: str) -> Callable[[Any], Any]:
    """Name a method as a function of rows; a function is one already."""
    return estimator if method == "__call__" else Asked(estimator, method)  # type: ignore[no-any-return]


def ask(speaker: str, function: Callable[[Any], Any], rows: Any) -> Any:
    """Call the model; where it refuses, say that it did."""
    try:
        return function(rows)
    except ValueError as error:
        raise ValueError(
            f"{speaker}: the model refuses rows of the background, of X or mixtures of them; give it such as it was "
            f"fitted for. Its words: {error}"
        ) from error


def as_array(speaker: str, answer: Any) -> np.ndarray:
    """Read what a model returned as an array."""
    try:
        return np.asarray(answer)
    except ValueError as error:
        raise ValueError(
            f"{speaker}: the model returned rows of different lengths; it must return one value (or one row of "
            "values) a row."
        ) from error


def class_labels(estimator: Any) -> list[Any]:
    """Return the classes of a classifier; of anything else, or of several targets, none."""
    try:
        classes = estimator.classes_
    except AttributeError:
        return []
    return [] if isinstance(classes, list) else list(classes)  # a list: several targets, each with classes of its own

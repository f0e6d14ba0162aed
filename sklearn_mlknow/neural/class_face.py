"""The face of a net that tells classes apart, one class a row or several labels."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.neural.calibrate import find_sharpness, sigmoid, softmax
from sklearn_mlknow.neural.class_weights import class_factors, count_classes
from sklearn_mlknow.neural.estimator import NeuralEstimator
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.preparing import Task, n_target_columns
from sklearn_mlknow.neural.session import HeldOut


class ClassFace(ClassifierMixin, NeuralEstimator):
    """Read classes, answer with classes and probabilities; subclasses hold the parameters."""

    @restores_on_failure
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Train the net.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Classes; a table of 0 and 1 for rows with several labels.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.
        X_val : array-like or frame or None, default=None
            Rows to watch instead of held-out ones. Inside a Pipeline, name it in ``transform_input``.
        y_val : array-like or None, default=None
            Their classes.

        Returns
        -------
        estimator
            Itself.
        """
        self._fit(X, y, sample_weight, groups, X_val, y_val)
        return self

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Take one pass over more rows.

        The first call settles scales, bins, levels and classes; nothing is held out. Parameters of the net and of its
        steps are those of the first call, or of ``fit``; ``class_weight`` goes by the counts of all rows so far.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            More rows of the same columns.
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Their classes.
        classes : array-like or None, default=None
            All classes that will ever come; needed in the first call where y lacks some.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            How often each row counts.

        Returns
        -------
        estimator
            Itself.
        """
        known = None if classes is None else np.unique(classes)
        if known is not None and hasattr(self, "net_") and not np.array_equal(known, self.classes_):
            raise ValueError(
                f"{type(self).__name__}: classes is {known.tolist()}, but the first call settled on "
                f"{self.classes_.tolist()}; name all classes from the start."
            )
        self._known_classes = known
        try:
            self._partial_fit(X, y, sample_weight)
        finally:
            self.__dict__.pop("_known_classes", None)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Rows to judge.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            Rows sum to 1; for several labels, the probability of each label.
        """
        check_is_fitted(self, "predictor_")
        logits = self._output(X).mean(axis=0) * self.sharpness_  # (n_rows, n_outputs)
        return sigmoid(logits) if self._is_multilabel else softmax(logits)

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Rows to judge.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_labels)
            For several labels, 1 where a label is more probable than not.
        """
        probability = self.predict_proba(X)
        if self._is_multilabel:
            return (probability > 0.5).astype(np.int64)
        return self.classes_[probability.argmax(axis=1)]

    def _read_task(self, y: Any, n_rows: int, weight: np.ndarray | None) -> Task:
        self.sharpness_ = 1.0
        self._is_multilabel = n_target_columns(y) > 1 and type_of_target(y, input_name="y") == "multilabel-indicator"
        if self._is_multilabel:
            labels = self._read_labels(y, n_rows)
            self.classes_ = np.arange(labels.shape[1])
            return Task(labels, "sigmoid", labels.shape[1], None)
        target = read_target(self, y, n_rows, kind="class")
        codes, classes = target.values, np.asarray(target.classes)
        known = getattr(self, "_known_classes", None)
        if known is not None:
            codes, classes = self._codes_of(classes, known)[codes], known
        elif weight is not None and not (weight > 0).all():  # weight 0 is the row removed, its class too
            present = np.unique(codes[weight > 0])
            codes = np.searchsorted(present, codes).clip(max=len(present) - 1)
            classes = classes[present]
        self.classes_ = classes
        return Task(codes, "softmax", len(classes), codes)

    def _read_labels(self, y: Any, n_rows: int) -> np.ndarray:
        labels = np.asarray(y.toarray() if hasattr(y, "toarray") else y, dtype=np.float64)  # (n_rows, n_labels)
        if len(labels) != n_rows:
            raise ValueError(f"{type(self).__name__}: y has {len(labels)} rows and X has {n_rows}; they must agree.")
        if not np.isin(labels, (0, 1)).all():
            raise ValueError(
                f"{type(self).__name__}: y holds several labels a row, as {np.unique(labels)[:5].tolist()}; pass 1 "
                "where a row has a label and 0 where it has not."
            )
        return labels

    def _codes_of(self, values: np.ndarray, classes: np.ndarray, name: str = "y") -> np.ndarray:
        position = {value: code for code, value in enumerate(classes.tolist())}
        unknown = [value for value in values.tolist() if value not in position]
        if unknown:
            raise ValueError(
                f"{type(self).__name__}: {name} holds the classes {unknown}, which are not among {classes.tolist()}; "
                + ("name all classes from the start." if name == "y" else "leave those rows out.")
            )
        return np.array([position[value] for value in values.tolist()], dtype=np.int64)

    def _prepare_target(self, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if not self._is_multilabel:
            self._class_counts = count_classes(y, weight, len(self.classes_))
        return y, self._weigh(y, weight)

    def _read_more(self, y: Any, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        y = self._read_known_target(y, len(weight), "y")[weight > 0]
        weight = weight[weight > 0]
        if not self._is_multilabel:
            self._class_counts = self._class_counts + count_classes(y, weight, len(self.classes_))
        return y, self._weigh(y, weight / weight.mean())

    def _weigh(self, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
        weighed: np.ndarray = weight if self.class_weight is None else weight * self._class_factors()[y]
        return weighed

    def _weigh_validation(self, target: np.ndarray) -> np.ndarray | None:
        """Weigh the classes as in training, so that stopping and calibration mean the same."""
        if self.class_weight is None:
            return None
        weight: np.ndarray = self._class_factors()[target]
        if not weight.any():
            raise ValueError(f"{type(self).__name__}: y_val holds classes of class_weight 0 only; add rows of others.")
        return weight

    def _class_factors(self) -> np.ndarray:
        if self._is_multilabel:
            raise ValueError(
                f"{type(self).__name__}: class_weight weighs rows of one class each, but y holds several labels a row; "
                "pass sample_weight."
            )
        try:
            return class_factors(self.class_weight, self.classes_, self._class_counts)
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None

    def _wants_held_out(self) -> bool:
        return bool(self.early_stopping or self.calibrate)

    def _learn_from_held_out(self, logits: np.ndarray, index: np.ndarray, held_out: HeldOut) -> None:
        if not self.calibrate:
            return
        is_row = index >= 0  # (n_members, n)
        rows = index[is_row]
        weight = np.ones(len(rows)) if held_out.weight is None else held_out.weight[rows]
        self.sharpness_ = find_sharpness(logits[is_row], held_out.y[rows], weight)

    def _read_validation_target(self, y: Any, n_rows: int) -> np.ndarray:
        return self._read_known_target(y, n_rows, "y_val")

    def _read_known_target(self, y: Any, n_rows: int, name: str) -> np.ndarray:
        """Read the classes or labels of rows that come after those which settled them."""
        if self._is_multilabel:
            labels = self._read_labels(y, n_rows)
            if labels.shape[1:] != self.classes_.shape:
                raise ValueError(
                    f"{type(self).__name__}: {name} must hold a column of 0 and 1 for each of the {len(self.classes_)} "
                    f"labels, got an array of shape {labels.shape}; pass the labels of fit."
                )
            return labels
        target = read_target(self, y, n_rows, kind="class")
        return self._codes_of(np.asarray(target.classes), self.classes_, name)[target.values]

    def _answers_alike(self, source: Any) -> bool:
        is_class = getattr(source, "_is_multilabel", None) == self._is_multilabel
        return is_class and np.array_equal(source.classes_, self.classes_)

    def _rescale_head(self, net: PackedMLP, source: Any) -> None:
        with torch.no_grad():  # the source's calibration becomes part of its head
            net.head.weight.mul_(source.sharpness_)
            net.head.bias.mul_(source.sharpness_)

    def __sklearn_tags__(self) -> Any:
        """State that several labels a row are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

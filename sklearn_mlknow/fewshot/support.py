"""Answering from a support: the examples a classifier compares with, which can be exchanged without training."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
import torch
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.fewshot.front import Front
from sklearn_mlknow.fewshot.rejection import label_of_rejection, with_rejected
from sklearn_mlknow.formulas.similarity import similarity_of, squared_distances

CHUNK = 2048  # rows embedded or compared at once


def dtype_of(module: nn.Module) -> torch.dtype:
    """Return the dtype a module computes in; float32 where it has no weights."""
    return next((weight.dtype for weight in module.parameters()), torch.float32)


class SupportClassifier(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClassifierMixin, DocLinked, BaseEstimator, ABC
):
    """Shell of classifiers that embed rows and compare them with a support; a subclass says how it weighs classes."""

    image_shape: Any
    metric: str
    reject_below: Any
    reject_label: Any
    classes_: np.ndarray
    front_: Front
    encoder_: nn.Module
    support_: np.ndarray
    support_codes_: np.ndarray
    support_embeddings_: np.ndarray
    similarity_slope_: float
    similarity_offset_: float
    match_threshold_: float

    @abstractmethod
    def _take_support(self) -> None:
        """Learn what the answers need from the support that was just set."""

    @abstractmethod
    def _evidence(self, represented: np.ndarray) -> np.ndarray:
        """Weigh the classes of the support: log-odds up to a constant a row, (n_rows, n_classes)."""

    def _likeness(self, X: Any) -> np.ndarray:
        """Return the similarity of each row to what is most like it in the support: (n_rows,), in [0, 1]."""
        return self.nearest_support(X)[1][:, 0]

    @restores_on_failure
    def add_support(self, X: Any, y: Any) -> Self:
        """Add examples of known or new classes to the support; nothing is trained.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.
        y : array-like of shape (n_rows,)
            Their classes.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        if not hasattr(self, "classes_"):  # a pretrained learner without classes yet
            self.__dict__.update(self.with_support(X, y).__dict__)
            return self
        represented, labels = self._read_support(X, y)
        labels = np.concatenate([self.classes_[self.support_codes_], labels])
        classes, codes = np.unique(labels, return_inverse=True)
        self._set_support(np.concatenate([self.support_, represented]), codes, classes)
        return self

    def with_support(self, X: Any, y: Any) -> Self:
        """Return a light copy that knows other classes, from a few examples of each; the encoder is shared.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``; as many examples a class as there are, one is enough.
        y : array-like of shape (n_rows,)
            Their classes.

        Returns
        -------
        classifier
            A fitted classifier of the same kind; this one is left as it is.
        """
        check_is_fitted(self)
        represented, labels = self._read_support(X, y)
        classes, codes = np.unique(labels, return_inverse=True)
        return self._copy_with(represented, codes, classes)

    def predict(self, X: Any) -> np.ndarray:
        """Name the class of each row.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
            Classes, and the label of rejection where no class is as similar as ``reject_below``.
        """
        self._check_support()
        represented = self._represent(X)
        answers = self.classes_[self._evidence(represented).argmax(axis=1)]
        if self.reject_below is None:
            return answers
        least = self.match_threshold_ if self.reject_below == "match" else self.reject_below
        is_unlike = self._likeness(X) < least
        return with_rejected(answers, is_unlike, label_of_rejection(self, self.classes_))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Estimate the probability of each class, given that the row is of one of them.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of ``classes_``; rows add to 1. ``reject_below`` is not looked at.
        """
        self._check_support()
        return softmax(self._evidence(self._represent(X)), axis=1)

    def transform(self, X: Any) -> np.ndarray:
        """Embed each row: near rows are alike.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_components)
        """
        check_is_fitted(self)
        return self._embed(self._read(X))

    def similarity(self, A: Any, B: Any) -> np.ndarray:
        """Tell how alike rows are: the calibrated probability of a match, 1 for a row with itself.

        Parameters
        ----------
        A : array-like or frame of shape (n_a, n_columns)
            The columns of ``fit``.
        B : array-like or frame of shape (n_b, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_a, n_b)
            In [0, 1]; ``similarity(B, A)`` is the transpose. From ``match_threshold_`` on, call it a match.
        """
        left, right = self.transform(A), self.transform(B)
        return similarity_of(squared_distances(left, right), self.similarity_slope_, self.similarity_offset_)

    def nearest_support(self, X: Any, n_neighbors: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Find the support rows most like each row: the examples that decided.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.
        n_neighbors : int, default=1
            How many, 1 to the number of support rows.

        Returns
        -------
        index : ndarray of int64, shape (n_rows, n_neighbors)
            Row numbers in the support, in the order in which it was given; most similar first.
        similarities : ndarray of shape (n_rows, n_neighbors)
        """
        self._check_support()
        embedded = self.transform(X)
        if not 1 <= n_neighbors <= len(self.support_):
            raise ValueError(f"{who(self)}: n_neighbors must be from 1 to {len(self.support_)}, got {n_neighbors}.")
        index, near = [], []
        for start in range(0, len(embedded), CHUNK):
            distances = squared_distances(embedded[start : start + CHUNK], self.support_embeddings_)
            index.append(np.argsort(distances, axis=1, kind="stable")[:, :n_neighbors])
            near.append(np.take_along_axis(distances, index[-1], axis=1))
        similarities = similarity_of(np.concatenate(near), self.similarity_slope_, self.similarity_offset_)
        return np.concatenate(index), similarities

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.image_shape is None
        tags.input_tags.categorical = self.image_shape is None
        tags.transformer_tags.preserves_dtype = []
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.support_embeddings_.shape[1])

    def _check_support(self) -> None:
        check_is_fitted(self)
        if not hasattr(self, "classes_"):
            raise NotFittedError(f"{who(self)}: there is no support yet; call with_support(X, y) first.")

    def _normalised(self, z: Tensor) -> Tensor:
        return nn.functional.normalize(z, dim=-1) if self.metric == "cosine" else z

    def _embed(self, x: np.ndarray) -> np.ndarray:
        """Embed inputs: (n_rows, n_inputs) -> (n_rows, n_components), each row by itself."""
        parts = []
        with torch.no_grad():
            for start in range(0, len(x), CHUNK):
                inputs = torch.from_numpy(x[start : start + CHUNK]).to(dtype_of(self.encoder_))
                parts.append(self._normalised(self.encoder_(inputs)).numpy())
        embedded = np.concatenate(parts)
        if not np.isfinite(embedded).all():
            raise ValueError(
                f"{who(self)}: the embedding is not finite; scale pixels to [0, 1], lower learning_rate, fit again."
            )
        return embedded

    def _read(self, X: Any) -> np.ndarray:
        return self.front_.apply(read_table(self, X, reset=False))

    def _represent_inputs(self, x: np.ndarray) -> np.ndarray:
        """Turn inputs into what the support is kept as; embeddings unless a learner needs the inputs themselves."""
        return self._embed(x)

    def _represent(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._represent_inputs(self._read(X))

    def _read_support(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        represented = self._represent(X)
        target = read_target(self, y, len(represented), "class")
        assert target.classes is not None
        label_of_rejection(self, target.classes)
        return represented, target.classes[target.values]

    def _set_support(self, represented: np.ndarray, codes: np.ndarray, classes: Any) -> None:
        self.classes_ = classes
        self.support_ = represented
        self.support_codes_ = codes
        self.support_counts_ = np.bincount(codes, minlength=len(classes))
        self._take_support()

    def _copy_with(self, represented: np.ndarray, codes: np.ndarray, classes: Any) -> Self:
        other = copy.copy(self)
        other._set_support(represented, codes, classes)
        return other

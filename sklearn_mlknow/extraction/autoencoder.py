"""Few columns from which all others can be read off: a denoising autoencoder for mixed tables."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Boolean, Integer, ListOf, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow.extraction.table_code import decode, encode, learn_code

Matrix = NDArray[np.float64]


class AutoencoderExtractor(ClassNamePrefixFeaturesOutMixin, TransformerMixin, DocLinked, BaseEstimator):
    """Find few new columns from which a mixed table can be read off again, and its unusual rows.

    A net squeezes every row through ``n_components`` numbers and learns to restore what noise has damaged; it starts as
    principal components and bends from there. Use it where rows lie near a curved surface (images, sensors, many mixed
    columns) and there are thousands of rows; where the surface is flat, ``sklearn.decomposition.PCA`` is faster and no
    worse, and for a picture of neighbourhoods in two dimensions UMAP or t-SNE do better. Needs no target. Costs
    O(max_epochs n_rows n_weights).

    Parameters
    ----------
    n_components : int, default=8
        New columns; at most as many as there are inputs (numbers, and levels of categories).
    noise : float, default=0.1
        Share of values swapped with those of other rows while training, in [0, 1): more gives smoother, coarser
        columns.
    hidden_units : sequence of int, default=(128,)
        Widths of the layers between the inputs and the new columns.
    scale : bool, default=True
        Divide each number by its own standard deviation. False where all share a unit, as the pixels of images do.
    max_epochs : int, default=30
        Passes over the rows.
    batch_size : int, default=128
        Rows a step.
    learning_rate : float, default=0.001
        Step size at the top of the schedule, which ends at 0.
    random_state : int, RandomState or None, default=None
        Fixes every bit of the result.
    verbose : int, default=0
        1 shows a progress bar.

    Attributes
    ----------
    net_ : Engine
        The skorch net that was trained. Copies by pickle and saved files leave it out: they answer from arrays.
    history_ : list of float
        Mean squared error of each epoch, on rows with noise, in standard units.
    n_iter_ : int
        Epochs trained.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.extraction import AutoencoderExtractor
    >>> t = np.linspace(-1, 1, 200)
    >>> X = np.column_stack([t, t**2, t**3])
    >>> extractor = AutoencoderExtractor(1, noise=0, random_state=0).fit(X)
    >>> extractor.transform(X).shape
    (200, 1)
    >>> bool(extractor.score_samples([[0.5, 0.25, 0.125]])[0] > extractor.score_samples([[0.5, -0.25, 0.9]])[0])
    True
    """

    _rules = {
        "n_components": [Integer(1)],
        "noise": [Real(0, 1, closed="left")],
        "hidden_units": [ListOf(Integer(1))],
        "scale": [Boolean()],
        "max_epochs": [Integer(1)],
        "batch_size": [Integer(1)],
        "learning_rate": [Real(0, closed="neither")],
        "random_state": [RandomState()],
        "verbose": [Integer(0)],
    }

    def __init__(
        self,
        n_components: int = 8,
        *,
        noise: float = 0.1,
        hidden_units: Any = (128,),
        scale: bool = True,
        max_epochs: int = 30,
        batch_size: int = 128,
        learning_rate: float = 0.001,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.n_components = n_components
        self.noise = noise
        self.hidden_units = hidden_units
        self.scale = scale
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.verbose = verbose

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> Self:
        """Train the net to restore the rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, times; missing values included.
        y : ignored
            There for pipelines.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        self.code_ = learn_code(table, self.scale)
        inputs = encode(table, self.code_)  # (n_rows, n_inputs)
        components = principal_components(inputs, self.n_components)
        self._train(inputs, components)
        return self

    def _train(self, inputs: Matrix, components: Matrix) -> None:
        import torch

        from sklearn_mlknow.extraction.autoencoder_module import Autoencoder, ReconstructionLoss, branch_arrays
        from sklearn_mlknow.neural.engine import Engine
        from sklearn_mlknow.neural.quiet import quiet_torch
        from sklearn_mlknow.neural.rows import as_rows
        from sklearn_mlknow.neural.session import train
        from sklearn_mlknow.neural.watch import Progress

        seed = int(check_random_state(self.random_state).randint(2**31))
        generator = torch.Generator().manual_seed(seed)
        with quiet_torch():
            engine = Engine(
                Autoencoder(components, tuple(self.hidden_units), self.noise, generator),
                criterion=ReconstructionLoss(),
                optimizer=torch.optim.AdamW,
                optimizer__weight_decay=1e-4,
                optimizer__fused=True,
                lr=self.learning_rate,
                max_epochs=self.max_epochs,
                batch_size=self.batch_size,
                train_split=None,
                callbacks=[("progress", Progress(who(self)))] if self.verbose else [],
                verbose=0,
                device="cpu",
            ).initialize()
            train(engine, as_rows(inputs, inputs, None, [np.arange(len(inputs))], "cpu"), generator)
        self.net_ = engine
        self.history_ = [float(loss) for loss in engine.history[:, "train_loss"]]
        self.n_iter_ = len(self.history_)
        if not np.isfinite(self.history_[-1]):
            raise ValueError(f"{who(self)}: the loss is no longer finite; take a smaller learning_rate.")
        self._encoder = branch_arrays(engine.module_.encoder)
        self._decoder = branch_arrays(engine.module_.decoder)
        self._n_features_out = components.shape[1]

    def transform(self, X: Any) -> Matrix:
        """Squeeze rows into the new columns.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_components)
        """
        return self._squeeze(self._inputs(X))

    def inverse_transform(self, X: Any) -> Any:
        """Read the old columns off the new ones.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_components)
            What ``transform`` returned.

        Returns
        -------
        ndarray or DataFrame of shape (n_rows, n_columns)
            Numbers in their units, times in seconds; a DataFrame when there are categories, each with its likeliest
            level.
        """
        check_is_fitted(self)
        codes = np.asarray(X, dtype=np.float64)
        if codes.ndim != 2 or codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"{who(self)}: inverse_transform takes (n_rows, {self._n_features_out}) numbers, got {codes.shape}."
            )
        columns = decode(self._unfold(codes), self.code_)
        if not self.code_.levels:
            return np.column_stack(columns)
        import pandas as pd

        return pd.DataFrame(dict(zip(self.code_.names, columns)))

    def score_samples(self, X: Any) -> Matrix:
        """Say how well each row can be restored: minus its mean squared error in standard units; outliers are lowest.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        inputs = self._inputs(X)
        return -((inputs - self._unfold(self._squeeze(inputs))) ** 2).mean(axis=1)

    def _inputs(self, X: Any) -> Matrix:
        check_is_fitted(self)
        return encode(read_table(self, X, reset=False), self.code_)

    def _squeeze(self, inputs: Matrix) -> Matrix:
        from sklearn_mlknow.extraction.autoencoder_module import apply_branch

        return apply_branch(inputs, self._encoder)

    def _unfold(self, codes: Matrix) -> Matrix:
        from sklearn_mlknow.extraction.autoencoder_module import apply_branch

        return apply_branch(codes, self._decoder)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("net_", None)
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def principal_components(inputs: Matrix, n_components: int) -> Matrix:
    """Return the directions of most variance, (n_inputs, at most n_components), each with a fixed sign.

    Examples
    --------
    >>> principal_components(np.array([[0.0, 0.0], [2.0, 0.1], [-2.0, -0.1]]), 1).round(2).tolist()
    [[1.0], [0.05]]
    """
    centred = inputs - inputs.mean(axis=0)
    n_rows, n_inputs = centred.shape
    if n_components <= n_rows < n_inputs:  # no matrix of all pairs of inputs
        vectors = np.linalg.svd(centred, full_matrices=False)[2].T
    else:
        vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
    vectors = vectors[:, :n_components]
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    return np.ascontiguousarray(vectors * np.where(largest < 0, -1.0, 1.0))

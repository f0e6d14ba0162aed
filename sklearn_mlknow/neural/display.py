"""Learning curves with the stopping point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class TrainingDisplay:
    """Draw how a training went: the loss of each epoch, and the epoch whose weights are used.

    Parameters
    ----------
    train_loss : ndarray of shape (n_epochs,)
        Mean loss of the training rows, under dropout.
    valid_loss : ndarray of shape (n_epochs,) or None
        Mean loss of held-out rows.
    best_epoch : int
        Counted from 0.
    name : str
        Name of the estimator.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where the curves are, after `plot`.
    figure_ : matplotlib Figure
        Their figure.
    lines_ : list of matplotlib Line2D
        The curves.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import NeuralRegressor, TrainingDisplay
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> net = NeuralRegressor(max_epochs=5, random_state=0).fit(X, X[:, 0])
    >>> display = TrainingDisplay.from_estimator(net)
    >>> display.ax_.get_xlabel()
    'epoch'
    """

    def __init__(self, train_loss: np.ndarray, valid_loss: np.ndarray | None, best_epoch: int, name: str) -> None:
        self.train_loss = train_loss
        self.valid_loss = valid_loss
        self.best_epoch = best_epoch
        self.name = name

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:
        """Draw the training of a fitted net.

        Parameters
        ----------
        estimator : fitted net of ours
            A Pipeline's last step is found by itself.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        TrainingDisplay
            The drawing and its numbers.
        """
        net = estimator[-1] if hasattr(estimator, "steps") else estimator
        check_is_fitted(net, "history_")
        history = net.history_
        display = cls(history["train_loss"], history.get("valid_loss"), net.best_epoch_, type(net).__name__)
        return display.plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        TrainingDisplay
            Itself.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
        epochs = np.arange(1, len(self.train_loss) + 1)
        self.lines_ = ax.plot(epochs, self.train_loss, color="#7f7f7f", label="training rows")
        shown = [self.train_loss]
        if self.valid_loss is not None:
            self.lines_ += ax.plot(epochs, self.valid_loss, color="#1f77b4", linewidth=2, label="held-out rows")
            shown.append(self.valid_loss)
        ax.axvline(self.best_epoch + 1, color="#d62728", linestyle="--", linewidth=1, label="weights used")
        low, high = min(map(np.nanmin, shown)), max(np.nanquantile(curve, 0.97) for curve in shown)
        if high > low:
            ax.set_ylim(low - 0.05 * (high - low), high + 0.15 * (high - low))
        ax.set_xlabel("epoch")
        ax.set_ylabel("mean loss")
        ax.set_title(f"{self.name}: epoch {self.best_epoch + 1} of {len(epochs)} is used")
        ax.legend(frameon=False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

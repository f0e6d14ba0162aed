"""The body of a net that says which columns it looked at: its module, its arrays, its map and the picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.parameters import Integer
from sklearn_mlknow.neural.attention_predictor import AttentionPredictor, fold_attention
from sklearn_mlknow.neural.modules.attention import PackedAttention
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.rules import RULES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARED = (
    "dropout", "n_members", "learning_rate", "weight_decay", "batch_size", "max_epochs", "max_time", "early_stopping",
    "patience", "validation_fraction", "restore_best", "callbacks", "device", "verbose", "random_state",
)  # fmt: skip
ATTENTION_RULES: dict[str, list[Any]] = {
    "n_token_features": [Integer(4)],
    "n_heads": [Integer(1)],
    "n_layers": [Integer(1)],
    **{name: RULES[name] for name in SHARED},
}


def draw_attention(share: np.ndarray, names: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw shares of attention, (n_rows, n_columns): one line a row, one field a column."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    if ax is None:
        _, ax = plt.subplots(figsize=(max(4.0, 0.5 * share.shape[1]), 4.0), layout="constrained")
    image = ax.imshow(share, aspect="auto", cmap="viridis", vmin=0.0)
    ax.set_xticks(range(share.shape[1]), names, rotation=60, ha="right")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))  # there is no row one and a half
    ax.set_ylabel("row")
    ax.figure.colorbar(image, ax=ax, label="share of attention")
    return ax


class AttentionNet:
    """What the two attention faces share: the module, its arrays and the map."""

    _auto_rates = {"adamw": 0.01}
    _auto_members: int | None = 2

    def _make_net(self: Any, plan: Plan, sample: torch.Tensor, generator: torch.Generator) -> PackedAttention:
        if self.n_token_features % self.n_heads:
            raise ValueError(
                f"{type(self).__name__}: n_token_features is {self.n_token_features}, which {self.n_heads} heads "
                "cannot share evenly; choose a multiple."
            )
        position = {name: place for place, name in enumerate(self.inputs_.names)}
        owners = [position[label[0]] for label in self.inputs_.labels]
        net = PackedAttention(
            plan.n_members, owners, self.n_token_features, self.n_heads, self.n_layers, plan.n_outputs, plan.dropout,
            generator,
        )  # fmt: skip
        net.initialise(generator)
        return net

    def _fold(self, net: PackedAttention) -> AttentionPredictor:
        return fold_attention(net)

    def attention_map(self: Any, X: Any) -> np.ndarray:
        """Return how much each answer attends to each column, rolled out over the layers.

        Attention says where the net looked, not what it concluded; `ShapExplainer` says the latter.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Rows to look at.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
            Rows sum to 1.
        """
        check_is_fitted(self, "predictor_")
        return self._ask(self.predictor_.attention, X)

    def plot_attention(self: Any, X: Any, ax: Axes | None = None) -> Axes:
        """Draw the attention map: one line a row of X, one field a column.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Rows to look at.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        matplotlib Axes
            The drawing.
        """
        return draw_attention(self.attention_map(X), self.inputs_.names, ax)

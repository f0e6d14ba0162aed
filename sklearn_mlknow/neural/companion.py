"""A net from scratch beside the transferred one: what held-out rows say of each, of both together, and what stays.

Two nets that learned from different starts err differently, and their mean is often better than either. The source's
knowledge comes with the source's errors, so the mean is also the safer choice. Few held-out rows say little:
the transferred net stays unless another is better by a standard error (Breiman, Friedman, Olshen and Stone 1984).
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_mlknow.neural.building import make_engine
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.quiet import quiet_torch
from sklearn_mlknow.neural.session import HeldOut, Trained

MIN_ROWS = 50  # fewer held-out rows say nothing about which net is better


class Pair(nn.Module):
    """The mean of two nets, member by member."""

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor) -> Tensor:
        mean: Tensor = (self.first(x) + self.second(x)) / 2
        return mean


def can_compare(held_out: HeldOut | None) -> bool:
    """Return whether enough different rows are held out to tell two nets apart."""
    return held_out is not None and len(np.unique(np.concatenate(held_out.members))) >= MIN_ROWS


def compare(pretrained: Trained, scratch: Trained) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return what held-out rows lose with each of two nets, and with both together.

    Parameters
    ----------
    pretrained, scratch : Trained
        Members of the same number hold out the same rows.

    Returns
    -------
    losses : dict of str -> ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,)
    """
    watch, pair = pretrained.watch, copy.copy(pretrained.engine)
    assert watch is not None
    pair.module_ = Pair(pretrained.engine.module_, scratch.engine.module_)
    engines = {"pretrained": pretrained.engine, "both": pair, "scratch": scratch.engine}
    with quiet_torch():
        losses = {name: watch.losses(engine) for name, engine in engines.items()}
    weight = losses["pretrained"][1]
    return {name: loss.numpy(force=True) for name, (loss, _) in losses.items()}, weight.numpy(force=True)


def choose(losses: dict[str, np.ndarray], weight: np.ndarray) -> str:
    """Return what stays: "pretrained", unless "both" or "scratch" is better by more than its standard error.

    Parameters
    ----------
    losses : dict of str -> ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,)

    Examples
    --------
    >>> losses = {"pretrained": np.array([3.0, 5.0]), "both": np.array([2.0, 1.0]), "scratch": np.array([9.0, 1.0])}
    >>> choose(losses, np.ones(2))
    'both'
    """
    best, uses = 0.0, "pretrained"
    for name in ("both", "scratch"):
        gain = losses["pretrained"] - losses[name]
        mean = np.average(gain, weights=weight)
        error = np.sqrt(np.average((gain - mean) ** 2, weights=weight) / weight.sum())
        if mean > max(best, error):
            best, uses = mean, name
    return uses


def join(pretrained: Trained, scratch: Trained, net: PackedMLP, plan: Plan) -> Trained:
    """Put the members of two nets side by side into one net.

    Parameters
    ----------
    pretrained, scratch : Trained
        Of the same architecture.
    net : PackedMLP
        With room for the members of both; changed in place.
    plan : Plan
        Of ``net``.

    Returns
    -------
    Trained
        With the history of the transferred net.
    """
    engines, watch = (pretrained.engine, scratch.engine), copy.copy(pretrained.watch)
    assert watch is not None and watch.rows is not None
    with quiet_torch():
        states = [engine.module_.state_dict() for engine in engines]
        net.load_state_dict({name: torch.cat([state[name] for state in states]) for name in states[0]})
        engine = make_engine(net, plan, [])
    engine.history = pretrained.engine.history
    watch.rows = replace(watch.rows, members=torch.cat([watch.rows.members] * 2))
    engine.module_.eval()
    return Trained(engine, watch, pretrained.start)

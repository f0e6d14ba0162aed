"""A net from scratch beside the transferred one: what held-out rows say of each, of both together, and what stays.

Two nets that learned from different starts err differently, and their mean is often better than either; it is also the
safer choice.
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

WORTH = 0.95  # of the loss of both
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


def compare(pretrained: Trained, scratch: Trained) -> dict[str, float]:
    """Return the loss on held-out rows of two nets, and of both together.

    Parameters
    ----------
    pretrained, scratch : Trained
        Members of the same number hold out the same rows.
    """
    watch, pair = pretrained.watch, copy.copy(pretrained.engine)
    assert watch is not None
    pair.module_ = Pair(pretrained.engine.module_, scratch.engine.module_)
    with quiet_torch():
        together = watch.score(pair)
    return {"pretrained": pretrained.score, "scratch": scratch.score, "both": together}


def choose(scores: dict[str, float]) -> str:
    """Return what stays: "both", unless "pretrained" or "scratch" alone loses a twentieth less.

    The losses are those of one member, or of a pair. Members that start alike differ less, so averaging all of them
    brings one net alone less than its loss promises.

    Parameters
    ----------
    scores : dict of str -> float
        Loss on held-out rows.

    Examples
    --------
    >>> choose({"pretrained": 0.39, "scratch": 0.5, "both": 0.4})
    'both'
    >>> choose({"pretrained": 0.35, "scratch": 0.5, "both": 0.4})
    'pretrained'
    """
    alone = min(("pretrained", "scratch"), key=lambda name: scores[name])
    return alone if not scores["both"] * WORTH <= scores[alone] else "both"  # a loss that is not finite is no gain


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

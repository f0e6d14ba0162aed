"""Where the new head of a transferred net starts: at the ridge regression of the answers on what the body says.

A head that starts anew sends random gradients through a body that knows something already, and spoils it before it has
learned to read it. Fitting the head first and training all from there keeps what was learned (Kumar et al. 2022,
"Fine-tuning can distort pretrained features and underperform out-of-distribution"). Ridge regression needs no steps,
and says for each row what it would have answered without that row (leave-one-out; Hastie, Tibshirani and Friedman,
section 7.10), which chooses the penalty, how far the logits may be spread, and how many layers go on as they were: the
last ones may hide what other classes ask for.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from sklearn_mlknow.neural.calibrate import find_sharpness
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.renewal import renew
from sklearn_mlknow.neural.rows import Batch

YES_TO_NO = 4.0  # logits between a sure yes and a sure no, before they are fitted to left-out rows
PENALTIES = (0.01, 0.1, 1.0, 10.0, 100.0)  # in units of the units' total variance


def ridge(z: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Regress targets on features, with the penalty that predicts left-out rows best.

    Parameters
    ----------
    z : ndarray of shape (n_rows, n_features)
    y : ndarray of shape (n_rows, n_outputs)
    weight : ndarray of shape (n_rows,)

    Returns
    -------
    slope : ndarray of shape (n_features, n_outputs)
    intercept : ndarray of shape (n_outputs,)
    left_out : ndarray of shape (n_rows, n_outputs)
        What each row is told by a fit without it.

    Examples
    --------
    >>> z = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> slope, intercept, _ = ridge(z, 2 * z + 1, np.ones(4))
    >>> slope.round(1).tolist(), intercept.round(1).tolist()
    ([[2.0]], [1.0])
    """
    share = weight / weight.sum()
    z_mean, y_mean, root = share @ z, share @ y, np.sqrt(weight)[:, None]
    u, s, v = np.linalg.svd(root * (z - z_mean), full_matrices=False)
    target = u.T @ (root * (y - y_mean))
    best = np.inf
    for penalty in PENALTIES:
        kept = s**2 / (s**2 + penalty * max((s**2).sum() / weight.sum(), 1e-12))
        fitted = y_mean + u @ (kept[:, None] * target) / np.maximum(root, 1e-12)
        own = np.minimum((u**2 @ kept + share)[:, None], 0.999)  # how much a row answers for itself
        told = (fitted - own * y) / (1 - own)
        error = (weight[:, None] * (told - y) ** 2).sum()
        if error < best:
            best, left_out = error, told
            slope = v.T @ (kept[:, None] / np.maximum(s, 1e-12)[:, None] * target)
    return slope, y_mean - z_mean @ slope, left_out


@torch.no_grad()
def start_head(net: PackedMLP, batch: Batch, kind: str, n_kept: int = 1) -> int:
    """Move the head of a net to the ridge regression on its last hidden layer, and renew layers that hide more than
    they tell.

    Parameters
    ----------
    net : PackedMLP
        Changed in place.
    batch : tuple
        Inputs (n_members, n_rows, n_inputs), and their targets and weights.
    kind : {"softmax", "sigmoid", "squared"}
    n_kept : int, default=1
        Layers that stay as they are; those above are renewed where left-out rows prefer it.

    Returns
    -------
    int
        How many layers stayed.
    """
    x, (y, weight, _) = batch
    was_training = net.training
    net.eval()
    counts = np.ones(x.shape[:2]) if weight is None else _array(weight)  # (n_members, n_rows)
    n_layers, best, n_stayed, start = len(net.body), np.inf, len(net.body), net.state_dict()
    for depth in range(n_layers, min(n_kept, n_layers) - 1, -1):
        if any(block.norm is not None for block in net.body[depth:]):
            break
        tried = copy.deepcopy(net)
        for above in range(depth, n_layers):
            renew(tried.body[above], tried.hidden(x, above), counts)
        error = _read(tried, tried.hidden(x, n_layers), y, counts, kind)
        if error < best:
            best, n_stayed, start = error, depth, tried.state_dict()
    net.load_state_dict(start)
    net.train(was_training)
    return n_stayed


def _read(net: PackedMLP, hidden: Tensor, y: Tensor, counts: np.ndarray, kind: str) -> float:
    """Fit the head; return the squared error of left-out rows."""
    n_outputs = net.head.bias.shape[2]
    answers = functional.one_hot(y, n_outputs) if kind == "softmax" else y  # (n_members, n_rows, n_outputs)
    slopes, intercepts, error = [], [], 0.0
    for member in range(net.n_members):
        rows = counts[member] > 0
        answer, count = _array(answers[member])[rows], counts[member, rows]
        slope, intercept, left_out = ridge(_array(hidden[member])[rows], answer, count)
        error += float(count @ (left_out - answer) ** 2 @ np.ones(n_outputs) / count.sum())
        if kind != "squared":
            middle = 0.5 if kind == "sigmoid" else 0.0
            truth = y[member].cpu().numpy()[rows]
            factor = YES_TO_NO * find_sharpness(YES_TO_NO * (left_out - middle), truth, count)
            slope, intercept = slope * factor, (intercept - middle) * factor
        slopes.append(slope)
        intercepts.append(intercept[None])
    net.head.set_effective_weight(_tensor(slopes, net))
    net.head.bias.copy_(_tensor(intercepts, net))
    return error


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.cpu().double().numpy()


def _tensor(arrays: list[np.ndarray], net: PackedMLP) -> Tensor:
    return torch.from_numpy(np.stack(arrays)).to(net.head.weight)

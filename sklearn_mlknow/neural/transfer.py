"""Transfer by column name: what one net knows of a column goes to the same column of another table.

The first layer has one row of weights an input, and each input belongs to a named column, bin or level. Inputs that
both tables have keep their scale and their weights, new ones start without a say, and the mean effect of those that
are gone moves into the bias. Bins of a number are the new table's own, as many as it has rows for, with the source's
beside them where ties leave few; the response at their ends stays. The body is copied whole; the head too when it
answers the same question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from sklearn_mlknow.neural.inputs import Inputs
from sklearn_mlknow.neural.modules import ConvStem, PackedMLP, PeriodicStem


@dataclass(frozen=True)
class TransferReport:
    """What went over.

    Attributes
    ----------
    matched, new, dropped : list of str
        Columns that both tables have, that only this one has, and that only the source had.
    new_levels : dict of str -> list
        Categories of matched columns that the source never saw.
    layers : list of str
        Parts whose weights were copied; where the head is new, the last layers may start anew with it.
    head : {"copied", "new"}
    scores : dict of str -> float
        Loss on held-out rows of the net that started from the source, "pretrained", of the same net from scratch, and
        of the mean of "both"; empty when fewer than 50 rows are held out, layers are frozen or callbacks listen.
    uses : {"pretrained", "scratch", "both"}
        What stays: "both", the members of the two side by side, unless one alone loses a twentieth less; the first
        where nothing is compared.
    """

    matched: list[str]
    new: list[str]
    dropped: list[str]
    new_levels: dict[str, list[Any]] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    head: str = "new"
    scores: dict[str, float] = field(default_factory=dict)
    uses: str = "pretrained"


def adopt_inputs(source: Inputs, own: Inputs, n_bins: int) -> Inputs:
    """Give the columns that the source knows its scales and levels, and its bins where this table says little.

    Parameters
    ----------
    source, own : Inputs
    n_bins : int
        Bins of a number that rows of the new table would do for.

    Returns
    -------
    Inputs
        The columns of ``own``.
    """
    place = {source.names[i]: j for j, i in enumerate(source.numbers)}
    source_level = {source.names[i]: i for i in source.levels}
    centre, spread, nodes, missing = own.centre.copy(), own.spread.copy(), list(own.nodes), set(own.missing.tolist())
    for j, i in enumerate(own.numbers):
        if own.names[i] in place:
            k = place[own.names[i]]
            centre[j], spread[j] = source.centre[k], source.spread[k]
            nodes[j] = _adopt_nodes(source.nodes[k], own.nodes[j], n_bins)
            if k in source.missing:
                missing.add(j)
    levels, has_missing = {}, {}
    for i, values in own.levels.items():
        known = source_level.get(own.names[i])
        if known is None:
            levels[i], has_missing[i] = values, own.has_missing_level[i]
            continue
        old = source.levels[known].tolist()
        new = [value for value in values.tolist() if value not in set(old)]
        merged = np.empty(len(old) + len(new), dtype=object)
        merged[:] = old + new
        levels[i] = merged
        has_missing[i] = own.has_missing_level[i] or source.has_missing_level[known]
    return replace(
        own, centre=centre, spread=spread, nodes=tuple(nodes), levels=levels, has_missing_level=has_missing,
        missing=np.array(sorted(missing), dtype=np.int64),
    )  # fmt: skip


def _adopt_nodes(old: np.ndarray, own: np.ndarray, n_bins: int) -> np.ndarray:
    """Keep own nodes, which are as fine as rows allow; old ones serve among values that are tied."""
    return np.union1d(own, old) if len(own) - 1 < n_bins / 2 else own


def report_columns(source: Inputs, own: Inputs) -> TransferReport:
    """Compare the columns of two tables."""
    matched = [name for name in own.names if name in source.names]
    new_levels = {}
    for i, values in own.levels.items():
        position = [k for k in source.levels if source.names[k] == own.names[i]]
        if position:
            old = set(source.levels[position[0]].tolist())
            added = [value for value in values.tolist() if value not in old]
            if added:
                new_levels[own.names[i]] = added
    return TransferReport(
        matched,
        [name for name in own.names if name not in source.names],
        [name for name in source.names if name not in own.names],
        new_levels,
    )


@torch.no_grad()
def transfer_weights(
    net: PackedMLP, source: PackedMLP, own: Inputs, old: Inputs, old_means: np.ndarray, keeps_head: bool
) -> tuple[list[str], np.ndarray]:
    """Copy what matches into a net whose weights have started.

    Parameters
    ----------
    net : PackedMLP
        Changed in place.
    source : PackedMLP
    own, old : Inputs
        Of the two tables.
    old_means : ndarray of shape (n_old_inputs,)
        Mean of each input of the source.
    keeps_head : bool
        Whether the head answers the same question.

    Returns
    -------
    layers : list of str
        Parts that were copied.
    is_new : ndarray of bool, shape (n_features,)
        Which features of the first layer start anew.
    """
    copied = []
    if isinstance(net.stem, ConvStem):
        net.load_state_dict({k: v for k, v in source.state_dict().items() if not k.startswith("head")}, strict=False)
        copied += ["stem", *[f"layer {depth + 1}" for depth in range(len(net.body))]]
        is_new = np.zeros(net.front.shape[2], dtype=bool)
    else:
        here, there, share, passed = _match(feature_labels(own, net.stem), feature_labels(old, source.stem), old_means)
        is_new = np.ones(net.front.shape[2], dtype=bool)
        is_new[here] = False
        first, first_source = (net.body[0].linear, source.body[0].linear) if len(net.body) else (net.head, source.head)
        if len(net.body) or keeps_head:
            at, part = torch.from_numpy(here), torch.from_numpy(share).float()
            old_front = source.front.mT  # (n_members, n_old_features, 1)
            effect = old_front * first_source.effective_weight()  # (n_members, n_old_features, n_units)
            total = torch.zeros(len(is_new)).index_add_(0, at, part)[:, None]
            square = torch.zeros_like(net.front.mT).index_add_(1, at, part[:, None] * old_front[:, there] ** 2)
            front = torch.where(square > 0, square / total.clamp(min=1e-12), 1.0).sqrt()  # (n_members, n_features, 1)
            net.front.copy_(torch.where(total > 0, front, net.front.mT).mT)
            weight = torch.zeros_like(first.weight)  # what is new has no say at first
            weight.index_add_(1, at, part[:, None] * effect[:, there])
            first.set_effective_weight(weight / front)
            constant = (torch.from_numpy(passed)[:, None] * effect.double()).sum(dim=1, keepdim=True)
            first.bias.copy_(first_source.bias + constant)
        if isinstance(net.stem, PeriodicStem) and isinstance(source.stem, PeriodicStem):
            _copy_waves(net.stem, source.stem, own, old)
            copied.append("stem")
        for depth, (block, old_block) in enumerate(zip(net.body, source.body, strict=True)):
            if depth:
                block.linear.load_state_dict(old_block.linear.state_dict())
            if block.norm is not None:
                block.norm.load_state_dict(old_block.norm.state_dict())
            copied.append(f"layer {depth + 1}")
    if keeps_head and len(net.body):
        net.head.load_state_dict(source.head.state_dict())
    return copied, is_new


def feature_labels(inputs: Inputs, stem: PeriodicStem | None) -> list[Any]:
    """Name each feature that enters the first layer."""
    labels: list[Any] = list(inputs.labels)
    if isinstance(stem, PeriodicStem):
        n_features = stem.shift.shape[3]
        labels += [(inputs.names[i], "wave", wave) for i in inputs.numbers for wave in range(n_features)]
    return labels


def _match(
    own: list[Any], old: list[Any], old_means: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Say how old features go on in own ones.

    An old bin gives each own bin that overlaps it the part of its rise that lies there, so that responses are the same
    at all own nodes; what lies below the first own node has been passed by every row.

    Returns
    -------
    here, there : ndarray of int64, shape (n_pairs,)
        Own features and the old ones that go on in them.
    share : ndarray of shape (n_pairs,)
        How much of the old feature's effect.
    passed : ndarray of shape (n_old,)
        What an old feature adds to every row: the mean of a dropped one, the part of a bin below the own ones.
    """
    position = {label: j for j, label in enumerate(own) if label[1] != "bin"}
    bins: dict[str, list[tuple[float, float, int]]] = {}
    for j, (name, role, detail) in enumerate(own):
        if role == "bin":
            bins.setdefault(name, []).append((*detail, j))
    pairs, passed = [], np.zeros(len(old))
    for k, label in enumerate(old):
        name, role, detail = label
        if label in position:
            pairs.append((position[label], k, 1.0))
        elif role == "bin" and name in bins:
            left, right = detail
            overlaps = [(j, k, (min(b, right) - max(a, left)) / (right - left)) for a, b, j in bins[name]]
            pairs += [pair for pair in overlaps if pair[2] > 0]
            passed[k] = np.clip((min(bins[name])[0] - left) / (right - left), 0.0, 1.0)
        elif role != "wave":
            passed[k] = old_means[k]
    here, there, share = np.array(pairs, dtype=np.float64).reshape(-1, 3).T
    return here.astype(np.int64), there.astype(np.int64), share, passed


def _copy_waves(stem: PeriodicStem, source: PeriodicStem, own: Inputs, old: Inputs) -> None:
    names = [old.names[i] for i in old.numbers]
    pairs = [(j, names.index(own.names[i])) for j, i in enumerate(own.numbers) if own.names[i] in names]
    here, there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    for name in ("frequency", "phase", "shift"):
        getattr(stem, name)[:, :, here] = getattr(source, name)[:, :, there]
    stem.mix[:, here] = source.mix[:, there]

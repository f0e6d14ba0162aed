"""The training loop: class batches through an encoder, a schedule that ends on time, the best state kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from sklearn_mlknow.fewshot.encoders import ONE_AT_A_TIME
from sklearn_mlknow.neural.quiet import single_precision

N_CHECKS = 20
WARM_UP = 0.05


@dataclass(frozen=True)
class Course:
    """How long and how fast to learn.

    Attributes
    ----------
    n_steps : int
    learning_rate, weight_decay : float
    max_time : float or None
        Seconds; the schedule is shortened so that it ends on time.
    patience : int or None
        Checks without a better one before the training ends; None for never.
    precision : {"float32", "bfloat16"}
    verbose : int
    """

    n_steps: int
    learning_rate: float
    weight_decay: float
    max_time: float | None
    patience: int | None
    precision: str
    verbose: int


@contextmanager
def quiet_torch(seed: int) -> Iterator[None]:
    """Run with torch's own random numbers seeded and float32 by default; leave both as they were.

    Modules draw from the one generator of the process: threads that train take turns.
    """
    with ONE_AT_A_TIME, single_precision(), torch.inference_mode(False), torch.enable_grad():
        state = torch.get_rng_state()
        try:
            torch.manual_seed(seed)
            yield
        finally:
            torch.set_rng_state(state)


def rate_at(progress: float) -> float:
    """Return the factor on the learning rate: a short warm-up, then half a cosine down to zero."""
    return min(1.0, (progress + 1e-3) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * progress))


def train(
    module: nn.Module,
    loss_of: Callable[[float], Tensor],
    check: Callable[[], float] | None,
    course: Course,
) -> list[dict[str, float]]:
    """Train a module in place.

    Parameters
    ----------
    module : nn.Module
        Everything that learns.
    loss_of : callable
        Maps the share of training that is done, in [0, 1), to the loss of a fresh batch.
    check : callable or None
        Returns the loss on classes that are not trained on; the module of the smallest one is kept.
    course : Course

    Returns
    -------
    list of dict
        One a check: ``step``, ``seconds``, ``train_loss`` and, where there is a check, ``valid_loss``.
    """
    decayed = [weight for weight in module.parameters() if weight.ndim > 1]
    others = [weight for weight in module.parameters() if weight.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": course.weight_decay}, {"params": others, "weight_decay": 0.0}],
        lr=course.learning_rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    history: list[dict[str, float]] = []
    best, best_state, since = math.inf, None, 0
    every = max(1, math.ceil(course.n_steps / N_CHECKS))
    start, total, n_seen = time.monotonic(), 0.0, 0
    bar = _bar(course)
    module.train()
    for step in range(course.n_steps):
        elapsed = time.monotonic() - start
        progress = max(step / course.n_steps, 0.0 if course.max_time is None else elapsed / course.max_time)
        if progress >= 1.0:
            break
        for group in optimizer.param_groups:
            group["lr"] = course.learning_rate * rate_at(progress)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=course.precision == "bfloat16"):
            loss = loss_of(progress)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.item()
        n_seen += 1
        bar.update()
        if (step + 1) % every and step + 1 < course.n_steps:
            continue
        record = {"step": step + 1, "seconds": time.monotonic() - start, "train_loss": total / n_seen}
        total, n_seen = 0.0, 0
        if check is not None:
            module.eval()
            with torch.no_grad():
                record["valid_loss"] = check()
            module.train()
            if record["valid_loss"] < best:
                best, best_state, since = record["valid_loss"], copy.deepcopy(module.state_dict()), 0
            else:
                since += 1
        history.append(record)
        bar.set_postfix({name: f"{value:.3f}" for name, value in record.items() if name.endswith("loss")})
        if course.patience is not None and since >= course.patience:
            break
    bar.close()
    if best_state is not None:
        module.load_state_dict(best_state)
    module.eval()
    return history


def _bar(course: Course) -> Any:
    from tqdm.auto import tqdm

    return tqdm(total=course.n_steps, unit="step", leave=False, disable=not course.verbose)

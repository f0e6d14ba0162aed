"""What the parameters of nets may be."""

from __future__ import annotations

from typing import Any

from sklearn_mlknow._shell.parameters import Anything, Boolean, HasMethods, Integer, ListOf, OneOf, RandomState, Real
from sklearn_mlknow.neural.modules import ACTIVATIONS, SCHEMES

RULES: dict[str, list[Any]] = {
    "hidden_units": [OneOf("auto"), ListOf(Integer(1))],
    "activation": [OneOf(*ACTIVATIONS)],
    "weight_init": [OneOf("auto", *SCHEMES)],
    "dropout": [Real(0, 1, closed="left")],
    "batch_norm": [Boolean()],
    "numeric_embedding": [OneOf("ple", "periodic"), None],
    "n_members": [OneOf("auto"), Integer(1)],
    "optimizer": [OneOf("adamw", "adam", "sgd")],
    "learning_rate": [OneOf("auto"), Real(0, closed="neither")],
    "weight_decay": [Real(0)],
    "batch_size": [OneOf("auto"), Integer(1)],
    "max_epochs": [OneOf("auto"), Integer(1)],
    "max_time": [Real(0, closed="neither"), None],
    "early_stopping": [Boolean()],
    "patience": [Integer(1), None],
    "validation_fraction": [OneOf("auto"), Real(0, 1, closed="neither")],
    "restore_best": [Boolean()],
    "image_shape": [ListOf(Integer(1), 2, 3), None],
    "pretrained": [HasMethods(("fit", "predict")), None],
    "freeze": [OneOf("body"), ListOf(Integer(1)), None],
    "layer_decay": [Real(0, 1, closed="right")],
    "warm_start": [Boolean()],
    "callbacks": [ListOf(Anything()), None],
    "device": [OneOf("cpu", "cuda", "mps")],
    "verbose": [Integer(0), Boolean()],
    "random_state": [RandomState()],
}

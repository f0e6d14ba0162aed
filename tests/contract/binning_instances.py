"""How the binners are built for the common tests; see instances.py."""

from typing import Any

EDGES = [1.5, 2.5, 10.0]

ARGUMENTS: dict[str, dict[str, Any]] = {"FixedBinner": {"edges": EDGES}}

COMMON: dict[str, Any] = {
    "encode": "median",
    "handle_missing": "propagate",
    "columns": ["x0"],
    "remainder": ("drop", {"columns": ["x0"]}),
    "special": {"x3": [5.0]},
    "dtype": ("compact", {"encode": "mean"}),
}

ALTERNATIVES: dict[str, dict[str, Any]] = {
    "EqualWidthBinner": {
        "n_bins": 4,
        "width": 0.5,
        "origin": (0.3, {"width": 0.5}),
        **COMMON,
    },
    "EqualFrequencyBinner": {
        "n_bins": 4,
        "density": 7,
        "ties": "merge",
        **COMMON,
    },
    "FixedBinner": {"edges": [1.2, 9.0], **COMMON},
}

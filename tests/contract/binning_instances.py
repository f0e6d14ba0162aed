"""How the binners are built for the common tests; see instances.py."""

from typing import Any

import pandas as pd
import pytest

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


def handle_unknown_is_alive(cls: type) -> None:
    """Levels that fit has not seen count as missing or are an error."""
    seen = pd.DataFrame({"city": list("aabb") * 5})
    y = [0, 0, 1, 1, 0] * 4
    unseen = pd.DataFrame({"city": ["c"]})
    assert cls().fit(seen, y).transform(unseen).tolist() == [[cls().fit(seen, y).n_bins_[0]]]
    with pytest.raises(ValueError, match="'city' holds 'c', not seen in fit"):
        cls(handle_unknown="error").fit(seen, y).transform(unseen)


handle_unknown_is_alive.checks_itself = True  # type: ignore[attr-defined]

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
    "KMeansBinner": {"n_bins": 4, **COMMON},
    "OptimalBinner": {
        "max_bins": 2,
        "monotonic": None,
        "min_bin_share": 0.3,
        "max_p_value": 0.01,
        "target_type": "number",
        "handle_unknown": handle_unknown_is_alive,
        **COMMON,
    },
}

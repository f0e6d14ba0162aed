"""How builders, encoders and scalers are built for the common tests; see instances.py."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.contract.data import same

ARGUMENTS: dict[str, dict[str, Any]] = {}
ALTERNATIVES: dict[str, dict[str, Any]] = {}
CROSS_FITTED: set[str] = set()


class NumberColumns:
    """Choose the columns of numbers, for what takes categories by default; prints alike in every process."""

    def __call__(self, X: Any) -> list[int]:
        if not hasattr(X, "dtypes"):
            return list(range(X.shape[1]))
        return [i for i, dtype in enumerate(X.dtypes) if str(dtype).lower().startswith(("float", "int"))]

    def __repr__(self) -> str:
        return "NumberColumns()"


NUMBERS = NumberColumns()
DATE_FORMATS = ("%d/%m/%Y", "%m/%d/%Y")
KEYS = np.repeat(np.arange(6.0), 10)[:, None]  # (60, 1)
CLASSES = (np.arange(60) * 7 % 11 > KEYS[:, 0]).astype(int)


def checks_itself(check: Callable[[type], None]) -> Callable[[type], None]:
    """Mark a function as a check of a parameter that the common table cannot show at work."""
    check.checks_itself = True  # type: ignore[attr-defined]
    return check


@checks_itself
def handle_unknown_matters(cls: type) -> None:
    """An unseen value is treated as the parameter says."""
    keys = KEYS.copy()
    keys[::10] = np.nan
    unseen = np.array([[99.0]])
    given = {**ARGUMENTS[cls.__name__], "columns": [0]}
    rare, missing = (
        cls(**given, handle_unknown=how).fit(keys, CLASSES).transform(unseen) for how in ("rare", "missing")
    )
    assert not same(rare, missing)
    try:
        cls(**given, handle_unknown="error").fit(keys, CLASSES).transform(unseen)
    except ValueError as error:
        assert "99.0" in str(error)
    else:
        raise AssertionError("no error")


@checks_itself
def cv_matters(cls: type) -> None:
    """The folds change what cross-fitting writes, and nothing else."""
    few, many = (cls(columns=[0], cv=cv) for cv in (2, 10))
    assert not same(few.fit_transform(KEYS, CLASSES), many.fit_transform(KEYS, CLASSES))
    assert same(few.transform(KEYS), many.transform(KEYS))


@checks_itself
def target_type_matters(cls: type) -> None:
    """Three whole numbers are three classes or one number."""
    target = (np.arange(60) % 3).astype(int)
    assert cls(columns=[0]).fit(KEYS, target).transform(KEYS).shape[1] == 3
    assert cls(columns=[0], target_type="number").fit(KEYS, target).transform(KEYS).shape[1] == 1


@checks_itself
def date_format_matters(cls: type) -> None:
    """3 April, or 4 March."""
    X = pd.DataFrame({"when": ["03/04/2024", "05/06/2024"]})
    months = [
        cls("month", encode="number", columns=["when"], keep_inputs=False, date_format=how) for how in DATE_FORMATS
    ]
    assert [one.fit_transform(X).ravel().tolist() for one in months] == [[4.0, 6.0], [3.0, 5.0]]


@checks_itself
def prefix_matters(cls: type) -> None:
    """The prefix is part of the name."""
    join = cls(OTHER, "x3", prefix="of_").fit(OTHER[["x3"]])
    assert join.get_feature_names_out().tolist() == ["x3", "of_when", "of_price"]


ONE_COLUMN = {"columns": ["x3"], "remainder": ("drop", {"columns": ["x3"]})}
BUILDER = {**ONE_COLUMN, "keep_inputs": False}
FORMULA = {"formulas": {"ratio": "x0 / x1"}}

ARGUMENTS["FormulaFeatures"] = {"formulas": {"two": "1 + 1"}}
ALTERNATIVES["FormulaFeatures"] = {**FORMULA, "keep_inputs": (False, FORMULA), "remainder": ("drop", FORMULA)}
ALTERNATIVES["RatioFeatures"] = {
    "n_features": 1,
    "operations": ("product",),
    "pairs": [("x0", "x1")],
    **BUILDER,
    "columns": ["x0", "x2"],
    "remainder": ("drop", {"columns": ["x0", "x1"]}),
}
ALTERNATIVES["SmoothClipScaler"] = {"limit": None, "handle_missing": "error", **ONE_COLUMN}
ARGUMENTS["CountFeatures"] = {"columns": NUMBERS}
ALTERNATIVES["CountFeatures"] = {"statistics": ("share",), "handle_missing": "propagate", **BUILDER}
ENCODER = {
    "smoothing": 5.0,
    "cv": cv_matters,
    "handle_missing": "propagate",
    "handle_unknown": handle_unknown_matters,
    **ONE_COLUMN,
}
for encoder in ("TargetMeanEncoder", "WeightOfEvidenceEncoder"):
    ARGUMENTS[encoder] = {"columns": NUMBERS}
    ALTERNATIVES[encoder] = ENCODER
    CROSS_FITTED.add(encoder)
ALTERNATIVES["TargetMeanEncoder"] = {**ENCODER, "target_type": target_type_matters}
ARGUMENTS["RareCategoryGrouper"] = {"columns": NUMBERS, "rare_label": -1.0}
ALTERNATIVES["RareCategoryGrouper"] = {
    "min_frequency": 14,
    "rare_label": (-2.0, {"min_frequency": 14}),
    "handle_missing": "error",
    "handle_unknown": handle_unknown_matters,
    "columns": (["x3"], {"min_frequency": 14}),
    "remainder": ("drop", {"columns": ["x3"]}),
}
# whole numbers beside the fractions of the inputs would fail scikit-learn's checks of one dtype a frame
ARGUMENTS["CrossFeatures"] = {"columns": NUMBERS, "output": "code", "keep_inputs": False}
ALTERNATIVES["CrossFeatures"] = {
    "degree": 3,
    "n_bins": 3,
    "min_frequency": 10,
    "output": "text",
    "handle_missing": "propagate",
    "keep_inputs": True,
    "columns": ["x1", "x3"],
    "remainder": ("drop", {"columns": ["x1", "x3"]}),
}
ALTERNATIVES["ClusterFeatures"] = {"n_clusters": "auto", "output": "soft", "random_state": 1, **BUILDER}


@checks_itself
def leave_one_out_matters(cls: type) -> None:
    """A row is in its own statistics, or not."""
    X = np.column_stack([KEYS[:, 0], np.arange(60.0) ** 2])
    kept_in, left_out = (cls(0, leave_one_out=how).fit_transform(X) for how in (False, True))
    assert not same(kept_in, left_out)
    np.testing.assert_allclose(
        left_out[:, 2], [np.delete(X[X[:, 0] == k, 1], i % 10).mean() for i, k in enumerate(KEYS)]
    )


ARGUMENTS["GroupFeatures"] = {"by": -1}
ALTERNATIVES["GroupFeatures"] = {
    "by": ["x0"],
    "statistics": ("median", "count"),
    "relative": ("rank", "ratio"),
    "smoothing": 3.0,
    "leave_one_out": leave_one_out_matters,
    **BUILDER,
    "columns": ["x1"],
    "remainder": ("drop", {"columns": ["x1"]}),
}
# numbers are seconds since 1970
ARGUMENTS["DatetimeFeatures"] = {"columns": NUMBERS, "parts": ["hour", "second"]}
ALTERNATIVES["DatetimeFeatures"] = {
    "parts": "second",
    "encode": "number",
    "reference": "2020-01-01",
    "date_format": date_format_matters,
    **BUILDER,
}
ALTERNATIVES["DistributionScaler"] = {"methods": ("quantile-normal",), "handle_missing": "error", **ONE_COLUMN}
OTHER = pd.DataFrame({"x3": np.arange(1.0, 6.0), "when": np.arange(5.0), "price": np.arange(5.0) ** 2})
MANY = pd.concat([OTHER, OTHER + [0, 1, 7]])
ARGUMENTS["JoinFeatures"] = {"table": OTHER, "on": {-1: "x3"}}
ALTERNATIVES["JoinFeatures"] = {
    "table": MANY,
    "on": {"x3": "when"},
    "columns": ["price"],
    "statistics": (("min", "count"), {"table": MANY}),
    "when": {"x2": "when"},
    "prefix": prefix_matters,
    "keep_inputs": False,
    "remainder": "drop",
}
ARGUMENTS["PatternFeatures"] = {"column": 0, "pattern": r"(?P<whole>[0-9]+)[.](?P<tenth>[0-9])"}
ALTERNATIVES["PatternFeatures"] = {
    "column": 1,
    "pattern": r"(?P<whole>[0-9])",
    "keep_inputs": False,
    "remainder": "drop",
}


def report_changes(value: Any, **parameter: Any) -> Callable[[type], None]:
    """Make a check that a parameter of the monitor changes the report, which hands its input through."""

    @checks_itself
    def check(cls: type) -> None:
        rng = np.random.default_rng(0)
        before, now = rng.normal(size=(200, 2)), rng.normal(0.25, 1, size=(200, 2))
        usual, other = (cls(**given).fit(before).report(now).to_frame() for given in ({}, parameter))
        assert usual[value].tolist() != other[value].tolist()

    return check


ALTERNATIVES["DriftMonitor"] = {
    "reference_bins": report_changes("psi", reference_bins=5),
    "alpha": report_changes("is_drift", alpha=0.5, min_psi=0.0),
    "min_psi": report_changes("is_drift", min_psi=0.0, alpha=0.5),
    "columns": report_changes("column", columns=[1]),
    "remainder": ("drop", {"columns": ["x3"]}),
}

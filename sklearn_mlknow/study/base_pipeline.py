"""The Pipeline of named places that every study starts from."""

from typing import Any

from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.features import DatetimeFeatures
from sklearn_mlknow.study.technique import PLACES

MOST_LEVELS = 50


def base_pipeline(estimator: Any) -> Pipeline:
    """Wrap a model so that it can be fitted on a raw table, with a place for each kind of technique.

    A model that reads mixed tables itself (ours do) and one that brings its own steps get the raw columns; any other
    gets scaled numbers with missing values filled and marked, one-hot categories, and dates as numbers.

    Parameters
    ----------
    estimator : estimator
        Unfitted.

    Returns
    -------
    Pipeline
        Steps ``build, bin, encode, scale, front, extract, select, model``; all but the last two at most pass through.
    """
    steps: dict[str, Any] = dict.fromkeys(PLACES, "passthrough")
    steps["model"] = clone(estimator)
    if not (brings_steps(estimator) or reads_mixed_tables(estimator)):
        steps["front"] = mixed_front()
    return Pipeline(list(steps.items())).set_output(transform="pandas")


def reads_mixed_tables(estimator: Any) -> bool:
    """Tell whether a model takes texts and missing values as they are, or does not look at columns at all."""
    tags = estimator.__sklearn_tags__()
    return bool(tags.no_validation or tags.input_tags.string and tags.input_tags.allow_nan)


def brings_steps(estimator: Any) -> bool:
    """Tell whether a model is, or holds, a Pipeline or a ColumnTransformer, which knows the columns by their names."""
    return any(isinstance(part, Pipeline | ColumnTransformer) for part in (estimator, *estimator.get_params().values()))


def mixed_front() -> Any:
    """Numbers scaled, with missing values filled by the median and marked; categories one-hot, rare ones folded.

    Dates are written as days since 1970 and parts of the calendar, and then treated like numbers.
    """
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    dates = make_pipeline(DatetimeFeatures(reference="1970-01-01", keep_inputs=False), clone(numbers))
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_LEVELS, sparse_output=False)
    times = ["datetime", "datetimetz", "timedelta"]
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include=["number", "bool"], dtype_exclude="timedelta")),
        (one_hot, make_column_selector(dtype_include=["object", "category", "string"])),
        (dates, make_column_selector(dtype_include=times)),
        verbose_feature_names_out=False,
    )

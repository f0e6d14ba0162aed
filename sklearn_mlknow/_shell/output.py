"""Blocks of columns -> one output of the kind that ``set_output`` asked for, each column with its own dtype."""

import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow._shell.table import Table, generated_names


@dataclass(frozen=True)
class Block:
    """Adjacent output columns: a 1-D or 2-D array, or a Series passed through untouched."""

    names: list[str]
    values: Any  # (n_rows,) or (n_rows, n_names)


def assemble(estimator: Any, table: Table, blocks: list[Block]) -> Any:
    """Put blocks side by side.

    Parameters
    ----------
    estimator : transformer
        Its ``set_output`` configuration decides the container.
    table : Table
        The input; gives the index of a pandas output.
    blocks : list of Block

    Returns
    -------
    ndarray, frame or sparse array
        A sparse array when one of the blocks is; else an array of the common dtype (object when texts are among the
        columns), or a frame whose columns keep their own dtypes. A single array is handed back without a copy.
    """
    container = requested_container(estimator)
    if any(_is_sparse(block.values) for block in blocks):
        return _side_by_side_sparse(estimator, blocks)
    holds_texts = any(
        isinstance(getattr(block.values, "dtype", None), np.dtypes.ObjectDType) for block in blocks
    )  # beside them polars wants None, not NaN
    is_matrix = isinstance(blocks[0].values, np.ndarray) and blocks[0].values.ndim == 2
    if len(blocks) == 1 and is_matrix and not (container == "polars" and holds_texts):
        return blocks[0].values
    arrays_only = all(isinstance(block.values, np.ndarray) for block in blocks)
    dtypes = {block.values.dtype for block in blocks} if arrays_only else set()
    if container == "default" or (len(dtypes) == 1 and not holds_texts):
        return _side_by_side([_as_plain_array(block.values) for block in blocks])
    columns = {name: values for block in blocks for name, values in _split(block)}
    if container == "pandas":
        import pandas as pd

        index = table.native.index if isinstance(table.native, pd.DataFrame) else None
        plain = {
            name: values if isinstance(values, pd.Series | np.ndarray) else _to_pandas(values, index)
            for name, values in columns.items()
        }
        return pd.DataFrame(plain, index=index, copy=False)
    import polars as pl

    return pl.DataFrame({name: _to_polars(name, values) for name, values in columns.items()})


def requested_container(estimator: Any) -> str:
    """Tell what ``set_output`` asked this transformer for: "default", "pandas" or "polars".

    scikit-learn wraps the output afterwards, but only from one array of one dtype; to keep a dtype a column we must
    know it beforehand.
    """
    own = getattr(estimator, "_sklearn_output_config", {}).get("transform")
    return str(own if own is not None else get_config()["transform_output"])


def names_of_input(estimator: Any, input_features: Any = None) -> list[str]:
    """Check the names handed to ``get_feature_names_out`` and return those of the fitted input.

    Raises
    ------
    ValueError
        Other names, or another number of names, than were seen in ``fit``.
    """
    check_is_fitted(estimator)
    fitted = getattr(estimator, "feature_names_in_", None)
    if input_features is None:
        return list(fitted) if fitted is not None else generated_names(estimator.n_features_in_)
    names = list(input_features)
    if fitted is not None and names != list(fitted):
        raise ValueError(f"{who(estimator)}: input_features is not equal to feature_names_in_; pass None or the same.")
    if len(names) != estimator.n_features_in_:
        raise ValueError(
            f"{who(estimator)}: input_features should have length equal to number of features "
            f"({estimator.n_features_in_}), got {len(names)}."
        )
    return names


def check_unique(estimator: Any, names: list[str]) -> np.ndarray:
    """Return output names as the array scikit-learn expects; refuse two columns of one name."""
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{who(estimator)}: the output would hold {some(repeated)} twice; rename the input column.")
    return np.asarray(names, dtype=object)


def _is_sparse(values: Any) -> bool:
    return "scipy.sparse" in sys.modules and bool(sys.modules["scipy.sparse"].issparse(values))


def _side_by_side_sparse(estimator: Any, blocks: list[Block]) -> Any:
    """Stack sparse blocks and columns of numbers; texts have no place in a sparse array."""
    from scipy import sparse

    parts = []
    for block in blocks:
        values = block.values if _is_sparse(block.values) else _as_plain_array(block.values)
        if values.dtype.kind not in "biuf":
            raise ValueError(
                f"{who(estimator)}: column {block.names[0]!r} holds {values.dtype}, which cannot stand in a sparse "
                'output; use a dense encoding, remainder="drop" or set_output(transform="pandas").'
            )
        parts.append(values if _is_sparse(values) else sparse.csr_array(values.reshape(len(values), -1)))
    return sparse.hstack(parts, format="csr")


def _side_by_side(arrays: list[np.ndarray]) -> np.ndarray:
    """Stack columns into one array of the common dtype; a text among numbers makes it object."""
    has_objects = any(array.dtype.kind not in "biuf" for array in arrays)
    dtype = np.dtype(object) if has_objects else np.result_type(*[array.dtype for array in arrays])
    n_columns = sum(1 if array.ndim == 1 else array.shape[1] for array in arrays)
    out = np.empty((len(arrays[0]), n_columns), dtype=dtype)  # (n_rows, n_columns)
    at = 0
    for array in arrays:
        width = 1 if array.ndim == 1 else array.shape[1]
        out[:, at : at + width] = array.reshape(len(array), width)
        at += width
    return out


def _as_plain_array(values: Any) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "to_pandas"):  # polars and pyarrow hold None for missing
        return np.asarray(values.to_numpy())
    return np.asarray(values.to_numpy() if values.dtype.kind in "biufO" else values.astype(object).to_numpy())


def _split(block: Block) -> list[tuple[str, Any]]:
    if isinstance(block.values, np.ndarray) and block.values.ndim == 2:
        return [(name, block.values[:, i]) for i, name in enumerate(block.names)]
    return [(block.names[0], block.values)]


def _to_pandas(values: Any, index: Any) -> Any:
    series = values.to_pandas()
    return series if index is None else series.set_axis(index)


def _to_polars(name: str, values: Any) -> Any:
    import polars as pl

    if isinstance(values, pl.Series):
        return values
    if isinstance(values, np.ndarray):
        if values.dtype == object:
            return pl.Series(name, [None if is_missing_value(value) else value for value in values])
        return pl.Series(name, np.ascontiguousarray(values))
    return pl.Series(name, values)

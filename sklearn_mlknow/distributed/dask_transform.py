"""Apply a fitted transformer or predictor to a Dask DataFrame, partition by partition."""

from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow.distributed.dask_fit import check_dask_frame, import_dask


def transform_dask(estimator: Any, ddf: Any, method: str = "transform") -> Any:
    """Apply a fitted estimator to every partition of a Dask DataFrame, lazily.

    One row is computed at once, to learn the names and dtypes of the output; the rest when the result is computed.

    Parameters
    ----------
    estimator : estimator
        Fitted. Call ``set_output(transform="pandas")`` on a Pipeline to keep a dtype a column where they differ.
    ddf : dask.dataframe.DataFrame
        The columns of ``fit``.
    method : {"transform", "predict", "predict_proba"}, default="transform"
        What to apply.

    Returns
    -------
    dask.dataframe.DataFrame
        With the index, divisions and partitions of ``ddf``. Predictions are one column, ``"prediction"``;
        probabilities one column a class.

    Raises
    ------
    ImportError
        dask is missing.
    TypeError
        ``ddf`` is no Dask DataFrame.
    ValueError
        ``method`` is not one of the three, or no partition has a row.

    See Also
    --------
    fit_dask : Fit on a Dask DataFrame.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_mlknow.distributed import transform_dask
    >>> frame = pd.DataFrame({"a": [1.0, 3.0]})
    >>> scaler = StandardScaler().fit(frame)
    >>> transform_dask(scaler, dd.from_pandas(frame, npartitions=1)).compute()["a"].tolist()
    [-1.0, 1.0]
    """
    import_dask("transform_dask")
    check_dask_frame("transform_dask", ddf)
    if method not in ("transform", "predict", "predict_proba"):
        raise ValueError(f"transform_dask: method must be transform, predict or predict_proba, got {method!r}.")
    check_is_fitted(estimator)
    row = ddf.head(1, npartitions=-1, compute=True)
    if len(row) == 0:
        raise ValueError("transform_dask: there are no rows in the partitions.")
    container = "default" if hasattr(estimator, "steps") or hasattr(estimator, "transformers") else "pandas"
    try:
        meta = apply_to_frame(row, estimator, method, container, None).iloc[:0]
    except ValueError:  # sparse output does not fit into a frame
        container = "default"
        meta = apply_to_frame(row, estimator, method, container, None).iloc[:0]
    return ddf.map_partitions(apply_to_frame, estimator, method, container, meta, meta=meta)


def apply_to_frame(frame: Any, estimator: Any, method: str, container: str, meta: Any) -> Any:
    """Apply to one partition; an empty one gives an empty output."""
    import pandas as pd

    if len(frame) == 0 and meta is not None:
        return meta
    with config_context(transform_output=container):
        out = getattr(estimator, method)(frame)
    if hasattr(out, "toarray"):
        from_sparse: Any = pd.DataFrame.sparse
        return from_sparse.from_spmatrix(out, index=frame.index, columns=_names(estimator, method))
    if hasattr(out, "to_pandas"):
        out = out.to_pandas()
    if not isinstance(out, pd.DataFrame):
        array = np.asarray(out)
        out = pd.DataFrame(array.reshape(len(frame), -1), columns=_names(estimator, method))
    return out.set_axis(frame.index)


def _names(estimator: Any, method: str) -> list[str]:
    if method == "predict":
        return ["prediction"]
    return [
        str(name) for name in (estimator.classes_ if method == "predict_proba" else estimator.get_feature_names_out())
    ]

"""Columns of frames are matched by name, in whatever order they come."""

from typing import Any

from sklearn_mlknow._shell.errors import some


def in_order_of(X: Any, names: Any) -> Any:
    """Put the columns of a frame in the order of the background; anything else stays as it is.

    Parameters
    ----------
    X : array-like or frame
    names : sequence of str or None
        Columns of the background, if they have names.

    Returns
    -------
    array-like or frame

    Raises
    ------
    ValueError
        The frame lacks columns, or has others.
    """
    import narwhals as nw

    frame = nw.from_native(X, pass_through=True)
    if names is None or not isinstance(frame, nw.DataFrame):
        return X
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ValueError(f"ShapExplainer: X lacks {some(missing)}, which the background has; add the columns.")
    extra = [name for name in frame.columns if name not in list(names)]
    if extra:
        raise ValueError(f"ShapExplainer: X has {some(extra)}, which the background has not; drop the columns.")
    return frame.select(list(names)).to_native()

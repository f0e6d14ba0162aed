"""What counts as a missing value: None, NaN, NaT, pandas' NA. An empty text does not."""

from typing import Any


def is_missing_value(value: Any) -> bool:
    """Tell whether one Python value stands for 'missing'.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool

    Examples
    --------
    >>> is_missing_value(None), is_missing_value(float("nan")), is_missing_value(""), is_missing_value(0)
    (True, True, False, False)
    """
    if value is None:
        return True
    # NaN and NaT are not equal to themselves; pandas' NA answers neither yes nor no
    if isinstance(value, str | int):
        return False
    if type(value).__name__ == "NAType":
        return True
    unequal = value != value
    return bool(unequal) if isinstance(unequal, bool) or getattr(unequal, "ndim", 1) == 0 else False

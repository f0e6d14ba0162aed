"""Times as whole microseconds and days, and the parts of a calendar date: plain numpy, no calendar library.

Weeks follow ISO 8601: they begin on Monday, and week 1 holds the first Thursday of the year.
"""

import numpy as np

PERIODS = {  # part -> (first value, period); no period where the part does not come round again
    "year": (0, None),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (1, 53),
    "day_of_year": (1, 366),
    "day": (1, 31),
    "weekday": (0, 7),
    "hour": (0, 24),
    "minute": (0, 60),
    "second": (0, 60),
    "is_weekend": (0, None),
}
DAY = np.timedelta64(1, "D")


def parts_of(times: np.ndarray, parts: list[str]) -> dict[str, np.ndarray]:
    """Take times apart.

    Parameters
    ----------
    times : ndarray of datetime64[us], shape (n_rows,)
        By the clock on the wall; NaT is missing.
    parts : list of str
        Names in `PERIODS`.

    Returns
    -------
    dict of str to ndarray of float64, shape (n_rows,)
        NaN for missing times. Months, days and weeks count from 1, weekdays from 0 for Monday.

    Examples
    --------
    >>> found = parts_of(np.array(["2024-02-29T23:30"], dtype="datetime64[us]"), ["weekday", "week", "hour"])
    >>> {part: float(column[0]) for part, column in found.items()}
    {'weekday': 3.0, 'week': 9.0, 'hour': 23.0}
    """
    is_missing = np.isnat(times)
    known = np.where(is_missing, np.datetime64(0, "us"), times)
    days, months, years = (known.astype(f"datetime64[{unit}]") for unit in "DMY")
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    month = months.astype(np.int64) % 12
    seconds = (known - days).astype("timedelta64[s]").astype(np.int64)  # (n_rows,)
    thursday = days + (3 - weekday) * DAY
    found = {
        "year": lambda: years.astype(np.int64) + 1970,
        "quarter": lambda: month // 3 + 1,
        "month": lambda: month + 1,
        "week": lambda: (thursday - thursday.astype("datetime64[Y]").astype("datetime64[D]")) // DAY // 7 + 1,
        "day_of_year": lambda: (days - years.astype("datetime64[D]")) // DAY + 1,
        "day": lambda: (days - months.astype("datetime64[D]")) // DAY + 1,
        "weekday": lambda: weekday,
        "hour": lambda: seconds // 3600,
        "minute": lambda: seconds // 60 % 60,
        "second": lambda: seconds % 60,
        "is_weekend": lambda: weekday >= 5,
    }
    return {part: np.where(is_missing, np.nan, found[part]().astype(np.float64)) for part in parts}


def turn(part: str, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write a part that comes round again as a point on a circle, so that 23 h is next to 0 h.

    Parameters
    ----------
    part : str
        With a period in `PERIODS`.
    column : ndarray of float64, shape (n_rows,)

    Returns
    -------
    sine, cosine : ndarray of float64, shape (n_rows,)
    """
    first, period = PERIODS[part]
    angle = 2 * np.pi * (column - first) / float(period or 1)
    return np.sin(angle), np.cos(angle)

"""How much of a study fits into the time: rows first, then folds and repeats; arithmetic only."""

from dataclasses import dataclass

N_SIZES = 6
HALF = 0.5  # mean number of rows of the points of a learning curve, as a share of all rows
DEARER = 1.4  # a technique costs more than the model alone
FEWEST_FOLDS, MOST_FOLDS = 3, 5
FEWEST_REPEATS, MOST_REPEATS = 3, 8
FEWEST_ROWS = 100


@dataclass(frozen=True)
class TimePlan:
    """What is run.

    Attributes
    ----------
    n_rows : int
        Rows of the table that are used.
    family_folds : int
        Folds of the comparison of families.
    size_repeats : int
        Random splits of the learning curve.
    """

    n_rows: int
    family_folds: int
    size_repeats: int


def plan_time(
    budget: float, n_rows: int, n_techniques: int, seconds_net: float, seconds_model: float, probed_rows: int
) -> TimePlan | None:
    """Plan studies so that they end in time, the technique study getting at least half of it.

    Fits are taken to cost in proportion to the rows.

    Parameters
    ----------
    budget : float
        Seconds for everything.
    n_rows : int
        Rows of the table.
    n_techniques : int
        Techniques to try; each is judged on two folds at least.
    seconds_net, seconds_model : float
        One fit of the network, and one of the model to improve, on `probed_rows` rows.
    probed_rows : int

    Returns
    -------
    TimePlan or None
        None when not even 100 rows (or all, of a smaller table) fit.

    Examples
    --------
    >>> plan_time(600, 1000, 20, 1.0, 1.0, 1000)
    TimePlan(n_rows=1000, family_folds=5, size_repeats=8)
    >>> plan_time(60, 100_000, 20, 1.0, 0.1, 1000)
    TimePlan(n_rows=3626, family_folds=3, size_repeats=8)
    >>> plan_time(1, 1000, 20, 1.0, 1.0, 1000) is None
    True
    """
    one_fold = (1.5 * seconds_net + seconds_model) / probed_rows  # of all families, a row
    one_repeat = N_SIZES * HALF * seconds_model / probed_rows
    techniques = 2 * DEARER * (n_techniques + 1) * seconds_model / probed_rows
    least = FEWEST_FOLDS * one_fold + FEWEST_REPEATS * one_repeat + techniques
    rows = min(n_rows, int(0.7 * budget / least))
    if rows < min(FEWEST_ROWS, n_rows):
        return None
    folds = int(min(max(0.25 * budget / (one_fold * rows), FEWEST_FOLDS), MOST_FOLDS))
    repeats = int(min(max(0.2 * budget / (one_repeat * rows), FEWEST_REPEATS), MOST_REPEATS))
    return TimePlan(rows, folds, repeats)

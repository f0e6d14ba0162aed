"""How much of a study fits into the time: folds enough to tell, then rows; arithmetic only.

Few folds tell nothing however many rows they have: with 20 techniques the interval of two folds is fifty times as wide
as that of ten. At a given cost, ten folds of a part of the rows are near the best.
"""

from typing import NamedTuple

N_SIZES = 6
HALF = 0.5  # mean number of rows of the points of a learning curve, as a share of all rows
DEARER = 1.4  # a technique costs more than the model alone
FEWEST_FOLDS, MOST_FOLDS = 3, 5
FEWEST_REPEATS, MOST_REPEATS = 3, 8
ROUNDS, FEWEST_ROUNDS = 10, 5  # folds that every technique is tried on
WORTH_MORE = 1.5  # times the rows, to try once more
SAFETY = 0.8
LAST_ROUNDS = 2  # with fewer there is nothing to compare
FEWEST_ROWS = 100
ENOUGH_ROWS = 500  # below that, rather fewer folds than fewer rows
TECHNIQUES = 0.55  # of the time, at most
FAMILIES, SIZES = 0.45, 0.35  # of what techniques leave; the rest is for what comes between


class Cost(NamedTuple):
    """What a fit costs.

    Attributes
    ----------
    fixed : float
        Seconds whatever the rows.
    a_row : float
        Seconds more for each row.
    """

    fixed: float
    a_row: float

    def times(self, factor: float) -> "Cost":
        """What so many fits cost."""
        return Cost(factor * self.fixed, factor * self.a_row)

    def plus(self, other: "Cost") -> "Cost":
        """What both cost."""
        return Cost(self.fixed + other.fixed, self.a_row + other.a_row)

    def rows_in(self, seconds: float) -> int:
        """How many rows fit into a time; 0 when none do."""
        return max(int((seconds - self.fixed) / max(self.a_row, 1e-12)), 0)


def cost_between(seconds: tuple[float, float], n_rows: tuple[int, int]) -> Cost:
    """Return the line through two timed fits; a cost that does not grow is taken as one in proportion to the rows.

    Examples
    --------
    >>> cost_between((1.0, 3.0), (500, 1500))
    Cost(fixed=0.0, a_row=0.002)
    >>> cost_between((1.0, 1.5), (500, 1500))
    Cost(fixed=0.75, a_row=0.0005)
    """
    a_row = (seconds[1] - seconds[0]) / max(n_rows[1] - n_rows[0], 1)
    fixed = seconds[0] - a_row * n_rows[0]
    return Cost(fixed, a_row) if a_row > 0 and fixed >= 0 else Cost(0.0, seconds[1] / n_rows[1])


class TimePlan(NamedTuple):
    """What is run.

    Attributes
    ----------
    technique_rows : int
        Rows that techniques are tried on, so that there is time for ten folds, or for five of a small table; where
        even that is too much, 100.
    family_rows, family_folds : int
        Rows and folds of the comparison of families; no rows when there is no time for it.
    size_rows, size_repeats : int
        Rows and random splits of the learning curve; no rows when there is no time for it.
    """

    technique_rows: int
    family_rows: int
    family_folds: int
    size_rows: int
    size_repeats: int


def plan_time(budget: float, n_rows: int, n_techniques: int, model: Cost, families: Cost | None) -> TimePlan | None:
    """Plan studies so that they end in time.

    Parameters
    ----------
    budget : float
        Seconds for everything.
    n_rows : int
        Rows of the table.
    n_techniques : int
    model : Cost
        Of a fit of the model to improve.
    families : Cost or None
        Of a fit of each family; None leaves their comparison out, and its time to the others.

    Returns
    -------
    TimePlan or None
        None when techniques cannot be tried on two folds of 100 rows (or all, of a smaller table).

    Examples
    --------
    >>> plan_time(600, 1000, 20, Cost(0.0, 1e-4), Cost(0.0, 1e-3))
    TimePlan(technique_rows=1000, family_rows=1000, family_folds=5, size_rows=1000, size_repeats=8)
    >>> plan_time(60, 100_000, 20, Cost(0.0, 1e-4), Cost(0.0, 1e-3))
    TimePlan(technique_rows=1122, family_rows=4051, family_folds=3, size_rows=10505, size_repeats=3)
    >>> plan_time(1, 1000, 20, Cost(0.0, 1e-3), None) is None
    True
    """
    share = TECHNIQUES + (FAMILIES * (1 - TECHNIQUES) if families is None else 0.0)
    one_round = model.times(DEARER * (n_techniques + 1))
    enough = one_round.times(ROUNDS).rows_in(share * budget)
    few = min(one_round.times(FEWEST_ROUNDS).rows_in(share * budget), ENOUGH_ROWS)
    technique_rows = min(max(enough, few), n_rows)
    if technique_rows < min(FEWEST_ROWS, n_rows):  # too few folds to tell much, but some of an answer
        technique_rows = min(FEWEST_ROWS, n_rows)
        if one_round.times(LAST_ROUNDS).rows_in(budget) < technique_rows:
            return None
    rest = budget - min(ROUNDS * (one_round.fixed + one_round.a_row * technique_rows), share * budget)
    one_repeat = model.times(N_SIZES).plus(Cost(0.0, (HALF - 1) * N_SIZES * model.a_row))
    family_rows, family_folds = _fill(families, FAMILIES * rest, n_rows, FEWEST_FOLDS, MOST_FOLDS)
    size_rows, size_repeats = _fill(one_repeat, SIZES * rest, n_rows, FEWEST_REPEATS, MOST_REPEATS)
    return TimePlan(technique_rows, family_rows, family_folds, size_rows, size_repeats)


def _fill(one: Cost | None, seconds: float, n_rows: int, fewest: int, most: int) -> tuple[int, int]:
    """Rows first, so that the fewest runs fit, and then as many runs as there is time for; (0, 0) when none fit."""
    rows = 0 if one is None else min(one.times(fewest).rows_in(seconds), n_rows)
    if one is None or rows < min(FEWEST_ROWS, n_rows):
        return 0, 0
    return rows, int(min(max(seconds / max(one.fixed + one.a_row * rows, 1e-12), fewest), most))


def more_rows(n_rows: int, took: float, left: float, most: int) -> int:
    """Tell on how many rows to try again when a part was done much earlier than expected; 0 for not.

    Parameters
    ----------
    n_rows : int
        Rows that were tried.
    took, left : float
        Seconds that it took, and that are left.
    most : int
        Rows of the table.

    Examples
    --------
    >>> more_rows(250, 100.0, 400.0, 900), more_rows(250, 100.0, 400.0, 5000), more_rows(250, 100.0, 150.0, 900)
    (800, 800, 0)
    """
    wanted = int(SAFETY * n_rows * left / max(took, 1e-9))
    return min(wanted, most) if min(wanted, most) >= WORTH_MORE * n_rows else 0

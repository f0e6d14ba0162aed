"""Whether an explanation can be trusted: what it cost, and what was checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Audit:
    """Can this explanation be trusted?

    Attributes
    ----------
    method : {"exact", "paired", "linear"}
        All coalitions, sampled pairs, or the closed form of a linear model.
    model_rows : int
        Rows that the model was asked for in all, the background included.
    model_rows_each : int
        The most that any explained row could use.
    additivity : float
        Largest difference between the sum of a row's values and its prediction minus the base value.
    background_rows : int
    background_error : float
        Median, over the cells, of the background's standard error as a share of the mean absolute value of a row.
    background_is_enough : bool
        Whether that share is below 0.1.
    off_manifold : float
        Share of mixtures that are farther from any known row than 95 % of the known rows are from each other.
    triples : float
        Share of games in which third-order terms paid.
    seconds : float
    """

    method: str
    model_rows: int
    model_rows_each: int
    additivity: float
    background_rows: int
    background_error: float
    background_is_enough: bool
    off_manifold: float
    triples: float
    seconds: float

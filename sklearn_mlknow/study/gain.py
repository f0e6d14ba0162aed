"""What a change would bring, whatever study found it, on one scale: the share of the loss that goes.

The loss is log-loss for classes and root mean squared error for numbers, so that more rows, another kind of model and
a technique can be laid beside each other.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sklearn_mlknow.study.families import SIMPLEST

if TYPE_CHECKING:
    from sklearn_mlknow.study.data_size_study import DataSizeStudy
    from sklearn_mlknow.study.model_family_study import ModelFamilyStudy
    from sklearn_mlknow.study.technique_study import TechniqueStudy

WORTHWHILE = 0.02  # share of the loss; what brings less is little, on either side
ROUNDING = 1e-9  # share of the loss; less is rounding of the machine
LOSSES = (None, "neg_log_loss", "r2")  # scorings that a loss follows from


class Gain(NamedTuple):
    """One change.

    Attributes
    ----------
    what : str
        The change, as a reader names it.
    side : {"model", "data"}
        What it improves.
    share, low, high : float
        Share of the loss that goes, with its 95 % interval; below zero when the loss grows.
    """

    what: str
    side: str
    share: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether it surely helps, however much."""
        return self.low > 0


def share_of_loss(gain: float, score: float, is_class: bool) -> float:
    """Turn a gain in the default score of studies into the share of the loss that goes.

    Parameters
    ----------
    gain : float
        Of negative log-loss, or of R².
    score : float
        Where it starts.
    is_class : bool

    Returns
    -------
    float
        NaN where there is no loss to lower.

    Examples
    --------
    >>> share_of_loss(0.1, -0.5, True)
    0.2
    >>> round(share_of_loss(0.36, 0.0, False), 6)  # of the squared error 36 % go, of its root 20 %
    0.2
    """
    loss = -score if is_class else 1 - score
    if not loss > 0:
        return float("nan")
    share = gain / loss if is_class else 1 - float(np.sqrt(max(1 - gain / loss, 0.0)))
    return share if abs(share) > ROUNDING else 0.0


def of_rows(study: "DataSizeStudy") -> Gain:
    """What twice the rows would bring."""
    ahead = study.forecast_
    return Gain("twice the rows", "data", ahead["gain"], ahead["gain_low"], ahead["gain_high"])


def of_techniques(study: "TechniqueStudy") -> list[Gain]:
    """What each technique brings; empty when the study was scored by something that is no loss."""
    if study.scoring not in LOSSES:
        return []
    score, is_class = float(study.base_scores_.mean()), study.is_classification_
    rows: Any = study.results_.itertuples()
    return [
        Gain(row.technique, row.side, *(share_of_loss(end, score, is_class) for end in (row.gain, row.low, row.high)))
        for row in rows
    ]


def of_family(study: "ModelFamilyStudy", mine: str) -> list[Gain]:
    """What another family of models brings over the one that is studied."""
    rows: dict[str, Any] = {str(row.family): row for row in study.results_.itertuples()}
    best = study.results_["family"].iloc[0]
    if study.scoring not in LOSSES or mine not in rows or best in (mine, SIMPLEST):
        return []
    row, is_class = rows[mine], study.is_classification_
    ends = [share_of_loss(end, float(row.score), is_class) for end in (row.behind, row.low, row.high)]
    return [Gain(f"a {best} model", "model", *ends)]

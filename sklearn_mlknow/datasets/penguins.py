"""The Palmer penguins: 344 birds, three species, four measurements, two categories and a few missing values.

Source: A. M. Horst, A. P. Hill, K. B. Gorman, *palmerpenguins: Palmer Archipelago (Antarctica) penguin data*, 2020,
CC0; collected by K. B. Gorman, T. D. Williams, W. R. Fraser, *Ecological sexual dimorphism and environmental
variability within a community of Antarctic penguins (genus Pygoscelis)*, PLoS ONE 9(3), 2014.
"""

from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "data" / "penguins.csv.gz"
TARGET = "species"
CATEGORIES = ("species", "island", "sex")
DESCRIPTION = """\
Palmer penguins
---------------
344 penguins of three species (152 Adelie, 124 Gentoo, 68 Chinstrap) from three islands of the Palmer Archipelago.

============================  ======================================================  =======
column                        meaning                                                 missing
============================  ======================================================  =======
island (category)             Biscoe, Dream or Torgersen                              0
bill_length_mm, bill_depth_mm length and depth of the bill in millimetres             2
flipper_length_mm             length of the flipper in millimetres                    2
body_mass_g                   body mass in grams                                      2
sex (category)                FEMALE or MALE                                          11
species (the target)          Adelie, Chinstrap or Gentoo                             0
============================  ======================================================  =======

Licence: CC0. Source: Horst, Hill and Gorman (2020), palmerpenguins; Gorman, Williams and Fraser (2014), PLoS ONE 9(3).
"""


def load_penguins(*, return_X_y: bool = False, as_frame: bool = True) -> Any:
    """Load the Palmer penguins, a small table for classification with everything that real tables have.

    Use it to try things out: it is bundled, so it works offline, and it mixes numbers, categories and missing values.
    It is too easy a problem to compare models on (most of them err on one or two penguins). Reading takes a few
    milliseconds.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(X, y)`` instead of a Bunch.
    as_frame : bool, default=True
        Give pandas objects, the categories as ``category``. With False, X is an object array of shape (344, 6) in which
        missing values are NaN, and y an object array of shape (344,): numbers and texts share no numeric array.

    Returns
    -------
    data : :class:`sklearn.utils.Bunch` or tuple
        A Bunch with ``data`` (344, 6), ``target`` (344,), ``frame`` (344, 7) or None, ``feature_names``,
        ``target_names``, ``DESCR`` and ``filename``; with ``return_X_y=True`` only ``(data, target)``.

    References
    ----------
    .. [1] A. M. Horst, A. P. Hill and K. B. Gorman, "palmerpenguins: Palmer Archipelago (Antarctica)
       penguin data", 2020.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> X, y = load_penguins(return_X_y=True)
    >>> X.shape
    (344, 6)
    >>> y.value_counts().to_dict()
    {'Adelie': 152, 'Gentoo': 124, 'Chinstrap': 68}
    """
    import pandas as pd
    from sklearn.utils import Bunch

    frame = pd.read_csv(TABLE, dtype=dict.fromkeys(CATEGORIES, "category"))
    X, y = frame.drop(columns=TARGET), frame[TARGET]
    data, target = (X, y) if as_frame else (X.to_numpy(dtype=object), y.to_numpy(dtype=object))
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        frame=frame if as_frame else None,
        feature_names=X.columns.to_list(),
        target_names=y.cat.categories.to_list(),
        DESCR=DESCRIPTION,
        filename=str(TABLE),
    )

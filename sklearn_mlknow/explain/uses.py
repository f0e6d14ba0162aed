"""What to do with an explanation: find odd rows, find columns to combine, find rows to collect."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation

_REGIONS = 6
_SMALLEST_PART = 0.05  # of a row's values


def suspicious_rows(explanation: Explanation, n_rows: int = 10) -> Any:
    """Find rows that were explained unlike the others, for debugging data and model.

    A row is odd by how far its values lie from the median row's, in median absolute deviations, column by column; when
    y was given, rows of large loss come first.

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.
    n_rows : int, default=10
        How many to return.

    Returns
    -------
    DataFrame
        ``row, player, data, value, oddness`` and, when y was given, ``loss``; the player is the one that makes the row
        odd, or that raised its loss most.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, suspicious_rows
    >>> X = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.2], [0.1, 9.0]])
    >>> explanation = ShapExplainer(lambda rows: rows.sum(axis=1)).fit(X).explain(X)
    >>> suspicious_rows(explanation, n_rows=1)[["row", "player"]].to_numpy().tolist()
    [[3, 'x1']]
    """
    import pandas as pd

    values = explanation.values.reshape(len(explanation), len(explanation.names), -1)
    centre = np.median(values, axis=0)
    spread = np.median(np.abs(values - centre), axis=0)
    floor = (
        _SMALLEST_PART * np.abs(values - centre).mean() + 1e-300
    )  # columns that hardly ever act are not odd for acting
    away = (np.abs(values - centre) / np.maximum(1.4826 * spread, floor)).max(axis=2)  # (n_rows, n_players)
    oddness = away.max(axis=1)
    player = away.argmax(axis=1)
    table = pd.DataFrame({"row": explanation.row_names})
    if explanation.loss_values is not None:
        player = explanation.loss_values.argmin(axis=1)
    position = np.arange(len(explanation))
    table["player"] = np.array(explanation.names, dtype=object)[player]
    table["data"] = explanation.data[position, player]
    table["value"] = values[position, player, np.abs(values[position, player]).argmax(axis=1)]
    table["oddness"] = oddness
    keys = [-oddness]
    if explanation.losses is not None:
        table["loss"] = explanation.losses
        keys.append(-explanation.losses)
    return table.iloc[np.lexsort(keys)[:n_rows]].reset_index(drop=True)


def feature_suggestions(explanation: Explanation, n_pairs: int = 5) -> Any:
    """Find pairs of columns that act together, worth a ratio, product or crossing as a column of its own.

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.
    n_pairs : int, default=5
        How many to return at most; pairs whose interaction is within its error are left out.

    Returns
    -------
    DataFrame
        ``first, second, output, strength, standard_error, builder``: the root mean square interaction, less what is
        error, and what could build the column.

    Raises
    ------
    ValueError
        The explanation holds no interactions.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, feature_suggestions
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0] * rows[:, 2] + rows[:, 1]).fit(X).explain(X)
    >>> feature_suggestions(explanation)[["first", "second", "builder"]].to_numpy().tolist()
    [['x0', 'x2', 'RatioFeatures']]
    """
    import pandas as pd

    if explanation.pair_values is None or explanation.pair_errors is None:
        raise ValueError("Explanation: it holds no interactions; explain with a larger budget or fewer rows.")
    n_rows, n_outputs = len(explanation), explanation.n_outputs
    pairs = explanation.pair_values.reshape(n_rows, -1, n_outputs)
    errors = explanation.pair_errors.reshape(-1, n_outputs)
    strength = np.sqrt(np.maximum((pairs**2).mean(axis=0) - errors**2, 0.0))
    first, second = np.triu_indices(len(explanation.names), 1)
    is_number = np.array([_is_numeric(column) for column in explanation.data.T])
    builder = np.where(
        is_number[first] & is_number[second],
        "RatioFeatures",
        np.where(is_number[first] | is_number[second], "GroupFeatures", "CrossFeatures"),
    )
    names = np.array(explanation.names, dtype=object)
    parts = [
        pd.DataFrame(
            {
                "first": names[first],
                "second": names[second],
                "output": output,
                "strength": strength[:, place],
                "standard_error": errors[:, place],
                "builder": builder,
            }
        )
        for place, output in enumerate(explanation.output_names)
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["strength"] > np.maximum(table["standard_error"], 1e-9)]
    return table.sort_values("strength", ascending=False, ignore_index=True).head(n_pairs)


def data_wanted(explanation: Explanation, n_regions: int = 5) -> Any:
    """Find where the model is costly and rows are few: what to collect next.

    Each column is cut into regions (numbers into equal widths between their 1 % and 99 % quantiles, anything else by
    value). A region is wanted for the loss that its rows have above the mean, times how empty it is.

    Parameters
    ----------
    explanation : Explanation
        Made with y.
    n_regions : int, default=5
        How many to return at most.

    Returns
    -------
    DataFrame
        ``player, region, n_rows, extra_loss, wanted``, most wanted first.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, data_wanted
    >>> X = np.array([[0.0], [0.0], [0.0], [0.0], [1.0]])
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0]).fit(X).explain(X, [0.0, 0.0, 0.0, 0.0, 9.0])
    >>> data_wanted(explanation, n_regions=1)[["player", "region", "n_rows"]].to_numpy().tolist()
    [['x0', '= 1.0', 1]]
    """
    import pandas as pd

    if explanation.losses is None:
        raise ValueError("Explanation: what to collect is asked of the loss; pass y to ShapExplainer.explain.")
    losses = explanation.losses
    lines = []
    for name, column in zip(explanation.names, explanation.data.T):
        region = _regions(column)
        grouped = pd.DataFrame({"region": region, "loss": losses}).groupby("region", sort=False)["loss"]
        table = grouped.agg(["size", "mean"]).reset_index()
        fullest = table["size"].max()
        for line in table.itertuples(index=False):
            extra = float(line[2] - losses.mean())
            wanted = extra * (1.0 - line[1] / fullest)
            lines.append((name, line[0], int(line[1]), extra, wanted))
    found = pd.DataFrame(lines, columns=["player", "region", "n_rows", "extra_loss", "wanted"])
    found = found[found["wanted"] > 0]
    return found.sort_values("wanted", ascending=False, ignore_index=True).head(n_regions)


def _is_numeric(column: np.ndarray) -> bool:
    import pandas as pd

    series = pd.Series(column)
    return bool(pd.to_numeric(series, errors="coerce").notna().sum() == series.notna().sum())


def _regions(column: np.ndarray) -> np.ndarray:
    """Name the region of each value."""
    import pandas as pd

    series = pd.Series(column)
    if not _is_numeric(column) or series.nunique() <= _REGIONS:
        return np.where(series.isna(), "missing", "= " + series.astype(str)).astype(object)
    numbers = pd.to_numeric(series).to_numpy(dtype=np.float64)
    low, high = np.nanquantile(numbers, [0.01, 0.99])
    edges = np.linspace(low, high, _REGIONS + 1)[1:-1]
    texts = [f"< {edges[0]:.4g}", *(f"{a:.4g} – {b:.4g}" for a, b in zip(edges[:-1], edges[1:])), f">= {edges[-1]:.4g}"]
    found = np.array(texts, dtype=object)[np.digitize(numbers, edges)]
    return np.where(np.isnan(numbers), "missing", found)

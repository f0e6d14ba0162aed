"""What a model card says of the data: one line a column, in summaries that single rows cannot be read from."""

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.persistence.markdown import number, table

FEWEST_ROWS = 10  # a level that fewer rows share might be somebody's name
MOST_LEVELS = 4
QUANTILES = (0.05, 0.5, 0.95)


def describe_columns(data: Table) -> str:
    """Write a table of the columns: kind, share of missing values, and where the values lie."""
    rows = []
    for index, (name, kind) in enumerate(zip(data.names, data.kinds, strict=True)):
        missing, values = (_numbers if kind == "number" else _levels)(data, index)
        rows.append([name, kind, values, f"{100 * missing:.1f} %"])
    return table(["column", "kind", "values", "missing"], rows, n_texts=3)


def _numbers(data: Table, index: int) -> tuple[float, str]:
    column = data.number(index).astype(np.float64)
    known = column[np.isfinite(column)]
    missing = float(np.isnan(column).mean())
    if len(known) < FEWEST_ROWS:
        return missing, "too few rows to show"
    low, middle, high = np.quantile(known, QUANTILES)
    return missing, f"5 % below {number(low)}, median {number(middle)}, 5 % above {number(high)}"


def _levels(data: Table, index: int) -> tuple[float, str]:
    codes, levels = data.factorised(index)
    missing = float((codes < 0).mean())
    if data.kinds[index] != "category":
        return missing, "times"
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    order = [int(place) for place in np.argsort(-counts, kind="stable")[:MOST_LEVELS] if counts[place] >= FEWEST_ROWS]
    named = ", ".join(f"{levels[place]} ({100 * counts[place] / len(codes):.0f} %)" for place in order)
    return missing, f"{len(levels)} levels" + (f": {named}" if named else "") + (
        ", …" if len(levels) > len(order) else ""
    )

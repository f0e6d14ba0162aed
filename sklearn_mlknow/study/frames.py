"""A validated table as a pandas frame, the form that studies slice."""

from typing import Any

from sklearn_mlknow._shell.table import Table


def as_pandas(table: Table) -> Any:
    """Return the table as a DataFrame with its names; a pandas input as it is, without a copy.

    Object columns of an array become columns of their own kind.
    """
    import pandas as pd

    if isinstance(table.native, pd.DataFrame):
        return table.native if list(table.native.columns) == table.names else table.native.set_axis(table.names, axis=1)
    columns = {
        name: table.number(index) if table.kinds[index] == "number" else table.column(index)
        for index, name in enumerate(table.names)
    }
    return pd.DataFrame({name: getattr(column, "to_pandas", lambda c=column: c)() for name, column in columns.items()})

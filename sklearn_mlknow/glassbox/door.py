"""What glass boxes do not take, said in the model's own name."""

import numpy as np

from sklearn_mlknow._shell.table import Table


def refuse_columns(table: Table, times: bool = False) -> None:
    """Refuse infinite numbers, and times where they are not welcome.

    Raises
    ------
    ValueError
        Names the first such column.
    """
    for index, (name, kind) in enumerate(zip(table.names, table.kinds)):
        if kind == "number" and np.isinf(np.asarray(table.number(index), dtype=np.float64)).any():
            raise ValueError(f"{table.speaker}: column {name!r} holds inf; remove or clip it first.")
        if kind not in ("number", "category") and not times:
            held = "times" if kind == "time" else "neither numbers nor texts"
            raise ValueError(f"{table.speaker}: column {name!r} holds {held}; turn it into numbers or drop it first.")

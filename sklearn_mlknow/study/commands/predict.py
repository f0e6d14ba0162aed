"""``mlknow predict``: the answers of a saved model for every row of a table, in a csv file."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.study.commands.models import columns_for, drift_of, load_model, refuse_file
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.report import ReportError, read_table_file
from sklearn_mlknow.study.report.words import count

if TYPE_CHECKING:
    import pandas as pd

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def run(options: argparse.Namespace) -> int:
    """Predict every row and write the file."""
    say, out, path = teller(options.quiet), Path(options.out), Path(options.table)
    refuse_file(out, path, Path(options.model))
    say("reading the model and the table")
    model = load_model(Path(options.model))
    X = columns_for(model, read_table_file(path), path.name)
    say(f"predicting {count(len(X), 'row')}")
    with faults_of_input():
        answers = predictions(model, X)
        drift = drift_of(model, X)
    try:
        write_atomically(out, without_formulas(answers).to_csv(index=False).encode("utf-8"))
    except OSError as error:
        raise ReportError(f"cannot write {str(out)!r}: {error.strerror}; choose another --out.") from error
    if drift is not None and drift.is_drift:
        sys.stderr.write(f"warning: {drift.to_text().splitlines()[0]} Predictions may be worse than they were.\n")
    if options.json:
        put_json({"file": str(out), "n_rows": len(X), "drifted": None if drift is None else drift.drifted})
    else:
        put(str(out))
    return 0


def predictions(model: Any, X: "pd.DataFrame") -> "pd.DataFrame":
    """Return ``prediction``, and for classes the probability of each; one row a row of the table."""
    import pandas as pd

    if not hasattr(model, "predict"):
        raise ReportError(f"the model is a {type(model).__name__}, which does not predict.")
    answers = {"prediction": np.asarray(model.predict(X)).reshape(len(X), -1)[:, 0]}
    if hasattr(model, "predict_proba"):
        for name, column in zip(model.classes_, np.asarray(model.predict_proba(X)).T, strict=True):
            answers[f"probability of {name}"] = column
    return pd.DataFrame(answers)


def without_formulas(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Put an apostrophe before texts that a spreadsheet would run as a formula; numbers stay as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> without_formulas(pd.DataFrame({"prediction": ["=1+1", "yes"], "share": [-0.5, 0.5]})).values.tolist()
    [["'=1+1", -0.5], ['yes', 0.5]]
    """
    from pandas.api.types import is_numeric_dtype

    def guarded(value: Any) -> Any:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value

    return frame.apply(lambda column: column if is_numeric_dtype(column) else column.astype(object).map(guarded))

"""Models as files: what a report saves, what predict and explain load."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.pipeline import Pipeline

from sklearn_mlknow.drift import DriftMonitor, DriftReport
from sklearn_mlknow.persistence import load, save
from sklearn_mlknow.study.commands.terminal import faults_of_input
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.typed_columns import TypedColumns

if TYPE_CHECKING:
    import pandas as pd


def refuse_file(path: Path, *inputs: Path) -> None:
    """Refuse a file that cannot be written, or is one of the inputs, before any work is done for it."""
    if path.is_dir():
        raise ReportError(f"{str(path)!r} is a folder; give the name of a file.")
    if not path.absolute().parent.is_dir():
        raise ReportError(f"there is no folder {str(path.absolute().parent)!r}; make it first.")
    if path.exists() and any(one.exists() and path.samefile(one) for one in inputs):
        raise ReportError(f"{str(path)!r} is what is read; choose another name for what is written.")


def save_model(context: Context, path: Path) -> None:
    """Save the pipeline of a report so that it takes raw tables and remembers how its columns were distributed."""
    first: list[tuple[str, Any]] = [("read", TypedColumns()), ("watch", DriftMonitor())]
    for _, step in first:
        step.set_output(transform="pandas").fit(context.X_train)
    try:
        save(Pipeline([*first, *context.ours.estimator.steps]), path)
    except OSError as error:
        raise ReportError(f"cannot write {str(path)!r}: {error.strerror}; choose another --save.") from error


def load_model(path: Path) -> Any:
    """Load a model, or say in one line why that is impossible."""
    try:
        with faults_of_input():
            return load(path)
    except FileNotFoundError as error:
        raise ReportError(f"there is no file {str(path)!r}; check the path.") from error
    except OSError as error:
        raise ReportError(f"cannot read {str(path)!r}: {error.strerror}.") from error


def columns_for(model: Any, frame: "pd.DataFrame", name: str) -> "pd.DataFrame":
    """Take the columns that a model needs, in its order."""
    needed = [str(column) for column in getattr(model, "feature_names_in_", frame.columns)]
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        listed = ", ".join(map(repr, missing[:8])) + (", …" if len(missing) > 8 else "")
        raise ReportError(f"{name!r} lacks columns that the model needs: {listed}.")
    return frame[needed]


def drift_of(model: Any, X: "pd.DataFrame") -> DriftReport | None:
    """Ask the monitor inside a pipeline, where there is one, whether the columns have drifted."""
    for place, (_, step) in enumerate(getattr(model, "steps", [])):
        if isinstance(step, DriftMonitor):
            return step.report(model[:place].transform(X) if place else X)
    return None

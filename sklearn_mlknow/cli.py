"""The ``mlknow`` command: one sub-command a job, errors in one line, exit code 2 for what the user can mend.

Only the parser stands here; what a command does is in :mod:`sklearn_mlknow.study.commands`, a file each.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from time import perf_counter

from sklearn_mlknow import __version__

REPORT_EXAMPLES = """\
examples:
  mlknow report                                         the bundled penguins, offline
  mlknow report customers.csv --target churn            a table of yours
  mlknow report houses.parquet --target price --out houses-report
"""
PREDICT_EXAMPLES = """\
examples:
  mlknow report customers.csv --target churn --save churn.mlk
  mlknow predict churn.mlk today.csv --out answers.csv         warns when today's columns have drifted
"""
EXPLAIN_EXAMPLES = """\
examples:
  mlknow report customers.csv --target churn --save churn.mlk
  mlknow explain churn.mlk customers.csv                       what matters, on average and row by row
  mlknow explain churn.mlk today.csv --background customers.csv --row 17 --json
"""
UPDATE_EXAMPLES = """\
examples:
  mlknow update churn.mlk march.csv --target churn             go on learning; the old model becomes churn.mlk.previous
  mlknow update churn.mlk march.csv --target churn --json || echo kept
"""
DRIFT_EXAMPLES = """\
examples:
  mlknow drift january.csv february.csv                 exit code 1 where a column has drifted
  mlknow drift train.parquet today.parquet --adversarial --out drift-today
  mlknow drift train.csv today.csv --json --quiet || notify-somebody
"""
STUDY_EXAMPLES = """\
examples:
  mlknow study customers.csv --target churn                    ten minutes, every technique, on a network
  mlknow study customers.csv --target churn --time 2m --model boosting --techniques data
  mlknow study houses.parquet --target price --time 1h --out houses-study --json
  mlknow study visits.csv --target ill --groups patient        rows of a patient stay together
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str or None, default=None
        What stands behind ``mlknow``; None takes it from the command line.

    Returns
    -------
    code : int
        0 when it is done, 1 when ``drift`` has found some, ``update`` has kept the old model or ``report`` could not
        make every part of its page, 2 when a table or an argument does not allow it, 130 when it was interrupted.
    """
    begun = perf_counter()
    options = build_parser().parse_args(arguments)
    options.begun = begun
    from sklearn_mlknow.study.commands.terminal import one_line, warnings_in_one_line
    from sklearn_mlknow.study.report.errors import ReportError

    try:
        with warnings_in_one_line():
            return int(import_module(f"sklearn_mlknow.study.commands.{options.command}").run(options))
    except ReportError as error:
        sys.stderr.write(f"mlknow {options.command}: {one_line(str(error))}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write(f"\nmlknow {options.command}: interrupted; nothing was written.\n")
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all sub-commands."""
    parser = argparse.ArgumentParser(prog="mlknow", description="Train models on tables, with evidence.")
    parser.add_argument("--version", action="version", version=f"sklearn_mlknow {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_add_report, _add_study, _add_drift, _add_predict, _add_update, _add_explain):
        command = add(commands)
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        command.add_argument("--quiet", action="store_true", help="no progress")
    return parser


def _add_report(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "report",
        help="train, compare and explain a network on a table, on one page",
        description="Train a network on a table, compare it with honest baselines on rows it has not seen, explain it, "
        "and write one page. Exit code 1 when a part of the page could not be made.",
        epilog=REPORT_EXAMPLES,
    )
    command.add_argument("table", nargs="?", metavar="TABLE", help="a csv or parquet file (default: bundled penguins)")
    command.add_argument("--target", metavar="COLUMN", help="the column to predict")
    command.add_argument("--save", metavar="FILE", help="also save the trained pipeline, for mlknow predict")
    command.add_argument(
        "--studies",
        metavar="TIME",
        type=_seconds_or_none,
        default="30s",
        help="how long to try more rows and techniques on a quick model, 0s for not at all (%(default)s)",
    )
    _add_out(command, "mlknow-report")
    _add_row_columns(command)
    _add_task(command)
    return command


def _add_study(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "study",
        help="say what would make a model better on a table: the model or the data",
        description="Check a table, compare families of models, forecast what more rows would bring and measure, "
        "technique by technique, what makes the model better; write one page. Ends within --time.",
        epilog=STUDY_EXAMPLES,
    )
    command.add_argument("table", metavar="TABLE", help="a csv or parquet file")
    command.add_argument("--target", metavar="COLUMN", required=True, help="the column to predict")
    command.add_argument(
        "--time", metavar="TIME", type=_seconds, default="10m", help="such as 90s, 10m or 1h (%(default)s)"
    )
    command.add_argument(
        "--model", choices=("net", "linear", "boosting"), default="net", help="the model to improve (%(default)s)"
    )
    command.add_argument(
        "--techniques", choices=("all", "model", "data"), default="all", help="on which side (%(default)s)"
    )
    command.add_argument(
        "--pretrained",
        metavar="MODEL",
        help="also try to start from this saved network, which must not have seen the rows of TABLE",
    )
    _add_out(command, "mlknow-study")
    _add_row_columns(command)
    _add_task(command)
    return command


def _add_drift(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "drift",
        help="say which columns of a table have moved away from another",
        description="Compare the columns of two tables, print what has moved and write one page. Exit code 1 when a "
        "column has drifted: by more than chance (--alpha) and by enough to matter (--min-psi).",
        epilog=DRIFT_EXAMPLES,
    )
    command.add_argument("reference", metavar="REFERENCE", help="a csv or parquet file, such as the training rows")
    command.add_argument("current", metavar="CURRENT", help="a csv or parquet file with the same columns")
    command.add_argument(
        "--alpha", type=_share, default=0.01, help="chance of a false alarm over all columns (%(default)s)"
    )
    command.add_argument("--min-psi", type=_amount, default=0.1, help="least PSI of a drift (%(default)s)")
    command.add_argument("--adversarial", action="store_true", help="also let a classifier try to tell them apart")
    _add_out(command, "mlknow-drift")
    return command


def _add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "predict",
        help="write the answers of a saved model for the rows of a table",
        description="Predict every row of a table with a saved model, and write one csv file in the order of the rows. "
        "Texts that a spreadsheet would run as a formula get an apostrophe in front.",
        epilog=PREDICT_EXAMPLES,
    )
    command.add_argument("model", metavar="MODEL", help="a file that mlknow report --save, or persistence.save, wrote")
    command.add_argument("table", metavar="TABLE", help="a csv or parquet file with the columns of the model")
    command.add_argument("--out", metavar="FILE", required=True, help="the csv file to write")
    return command


def _add_update(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "update",
        help="let a saved model go on learning from a table",
        description="Continue the training of a saved model on three quarters of a table, and compare old and new "
        "on the last quarter, which neither has learned from. The new model replaces the file, and the old one is kept "
        "as MODEL.previous (MODEL.previous-2, …), unless its mean loss there is higher; then nothing is written and "
        "the exit code is 1.",
        epilog=UPDATE_EXAMPLES,
    )
    command.add_argument("model", metavar="MODEL", help="a file that mlknow report --save, or persistence.save, wrote")
    command.add_argument("table", metavar="TABLE", help="a csv or parquet file with the columns of the model")
    command.add_argument("--target", metavar="COLUMN", required=True, help="the column to predict")
    return command


def _add_explain(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    command = commands.add_parser(
        "explain",
        help="say why a saved model answers as it does",
        description="Explain a saved model on the rows of a table by SHAP values with error bars: which columns "
        "matter, what they did row by row, and their general effect; write one page.",
        epilog=EXPLAIN_EXAMPLES,
    )
    command.add_argument("model", metavar="MODEL", help="a file that mlknow report --save, or persistence.save, wrote")
    command.add_argument("table", metavar="TABLE", help="a csv or parquet file with the columns of the model")
    command.add_argument("--row", metavar="N", type=_row, help="also show row N in full, counted from 1")
    command.add_argument(
        "--background", metavar="TABLE", help="rows to compare with, such as the training rows (default: TABLE itself)"
    )
    _add_out(command, "mlknow-explain")
    command.add_argument("--random-state", metavar="N", type=_seed, default=0, help="fixes every result (%(default)s)")
    return command


def _add_out(command: argparse.ArgumentParser, folder: str) -> None:
    command.add_argument("--out", metavar="DIR", default=folder, help="folder of index.html (%(default)s)")


def _add_row_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--groups",
        metavar="COLUMN",
        help="what rows belong to, such as the customer; none is in training and test rows at once",
    )
    command.add_argument("--weight", metavar="COLUMN", help="how much a row counts, in training and in scores")


def _add_task(command: argparse.ArgumentParser) -> None:
    tasks = ("auto", "classification", "regression")
    command.add_argument("--task", choices=tasks, default="auto", help="what to predict (%(default)s)")
    command.add_argument("--random-state", metavar="N", type=_seed, default=0, help="fixes every result (%(default)s)")


def _seed(text: str) -> int:
    return int(_read(text, int, lambda value: 0 <= value < 2**32, "a whole number from 0 to 4294967295"))


def _row(text: str) -> int:
    return int(_read(text, int, lambda value: value >= 1, "a whole number, 1 or more"))


def _seconds(text: str) -> float:
    scale = {"s": 1, "m": 60, "h": 3600}.get(text[-1:])
    given, scale = (text[:-1], scale) if scale else (text, 1)
    wanted = "more than no time, such as 90s, 10m or 1h"
    return _read(text, lambda _: float(given) * scale, lambda value: 0 < value < float("inf"), wanted)


def _seconds_or_none(text: str) -> float:
    return 0.0 if text in ("0", "0s") else _seconds(text)


def _share(text: str) -> float:
    return _read(text, float, lambda value: 0 < value < 1, "a number between 0 and 1")


def _amount(text: str) -> float:
    return _read(text, float, lambda value: 0 <= value < float("inf"), "a number, 0 or more")


def _read(text: str, kind: Callable[[str], float], holds: Callable[[float], bool], wanted: str) -> float:
    """Read an option; what is wrong with it is told in the words of its help, not in those of the program."""
    try:
        value = kind(text)
    except ValueError:
        value = float("nan")
    if not holds(value):
        raise argparse.ArgumentTypeError(f"must be {wanted}, got {text!r}")
    return value


if __name__ == "__main__":
    sys.exit(main())

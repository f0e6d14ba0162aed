"""The ``mlknow`` command: one sub-command a job, errors in one line, exit code 2 for what the user can mend."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from sklearn_mlknow import __version__

EXAMPLES = """\
examples:
  mlknow report                                         the bundled penguins, offline
  mlknow report customers.csv --target churn            a table of yours
  mlknow report houses.parquet --target price --out houses-report
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
        0 when it is done, 2 when the table or an argument does not allow it, 130 when it was interrupted.
    """
    options = build_parser().parse_args(arguments)
    from sklearn_mlknow.study.report import ReportError

    try:
        return int(options.run(options))
    except ReportError as error:
        sys.stderr.write(f"mlknow {options.command}: {one_line(str(error))}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write(f"\nmlknow {options.command}: interrupted; nothing was written.\n")
        return 130


def one_line(text: str) -> str:
    """Put a message on one line and show control characters, which could steer a terminal, as codes."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in " ".join(text.split()))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all sub-commands."""
    parser = argparse.ArgumentParser(prog="mlknow", description="Train models on tables, with evidence.")
    parser.add_argument("--version", action="version", version=f"sklearn_mlknow {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    report = commands.add_parser(
        "report",
        help="train, compare and explain a network on a table, on one page",
        description="Train a network on a table, compare it with honest baselines on rows it has not seen, explain it, "
        "and write one page.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument("table", nargs="?", metavar="TABLE", help="a csv or parquet file (default: bundled penguins)")
    report.add_argument("--target", metavar="COLUMN", help="the column to predict")
    report.add_argument("--out", metavar="DIR", default="mlknow-report", help="folder of index.html (%(default)s)")
    report.add_argument(
        "--task", choices=("auto", "classification", "regression"), default="auto", help="what to predict (%(default)s)"
    )
    report.add_argument("--random-state", metavar="N", type=_seed, default=0, help="fixes every result (%(default)s)")
    report.add_argument("--json", action="store_true", help="print the scores as JSON")
    report.add_argument("--quiet", action="store_true", help="no progress")
    report.set_defaults(run=run_report)
    return parser


def run_report(options: argparse.Namespace) -> int:
    """Make the report that the options ask for."""
    from sklearn_mlknow.datasets.penguins import TABLE, TARGET
    from sklearn_mlknow.study.report import ReportError, make_context, read_table_file, render, write
    from sklearn_mlknow.study.report.page import refuse_folder
    from sklearn_mlknow.study.report.printed import as_json, as_text

    path = TABLE if options.table is None else Path(options.table)
    folder = Path(options.out)
    refuse_folder(folder)
    frame = read_table_file(path)
    target = options.target or (TARGET if options.table is None else None)
    if target is None:
        names = ", ".join(map(repr, frame.columns[:8])) + (", …" if frame.shape[1] > 8 else "")
        raise ReportError(f"name the column to predict with --target; the columns are {names}.")

    def say(words: str) -> None:
        if not options.quiet:
            sys.stderr.write(f"{words} …\n")
            sys.stderr.flush()

    context = make_context(
        frame,
        target,
        source=path.name,
        task=options.task,
        random_state=options.random_state,
        verbose=0 if options.quiet else 1,
        say=say,
    )
    page = write(render(context), folder)
    if options.json:
        sys.stdout.write(json.dumps(as_json(context, page), indent=2) + "\n")
    else:
        sys.stdout.write(as_text(context) + f"\n{page}\n")
    return 0


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError("must lie in 0 … 4294967295")
    return value


if __name__ == "__main__":
    sys.exit(main())

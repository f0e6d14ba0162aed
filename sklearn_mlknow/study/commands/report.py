"""``mlknow report``: train, compare and explain a network on a table, on one page."""

import argparse
import sys
from pathlib import Path

from sklearn_mlknow.datasets.penguins import TABLE, TARGET
from sklearn_mlknow.study.commands.models import refuse_file, save_model
from sklearn_mlknow.study.commands.terminal import one_line, put, put_json, teller
from sklearn_mlknow.study.report import ReportError, make_context, read_table_file, write
from sklearn_mlknow.study.report.page import page_of, refuse_folder, sections_of
from sklearn_mlknow.study.report.printed import as_json, as_text
from sklearn_mlknow.study.report.row_columns import RowColumns


def run(options: argparse.Namespace) -> int:
    """Make the report that the options ask for."""
    path = TABLE if options.table is None else Path(options.table)
    folder = Path(options.out)
    refuse_folder(folder)
    if options.save is not None:
        refuse_file(Path(options.save), path)
    frame = read_table_file(path)
    target = options.target or (TARGET if options.table is None else None)
    if target is None:
        names = ", ".join(map(repr, frame.columns[:8])) + (", …" if frame.shape[1] > 8 else "")
        raise ReportError(f"name the column to predict with --target; the columns are {names}.")
    context = make_context(
        frame,
        target,
        source=path.name,
        task=options.task,
        random_state=options.random_state,
        verbose=0 if options.quiet else 1,
        studies=options.studies,
        say=teller(options.quiet),
        row_columns=RowColumns(options.groups, options.weight),
    )
    sections, failures = sections_of(context)
    page = write(page_of(context, sections, failures), folder)
    if options.save is not None:
        save_model(context, Path(options.save))
    if options.json:
        put_json({**as_json(context, page), "failures": failures})
    else:
        put(f"{as_text(context)}\n{page}")
    for part, why in failures.items():
        sys.stderr.write(f"mlknow report: could not make {part}: {one_line(why)}\n")
    return int(bool(failures))

"""Shared timing code of the benchmarks: medians, peers in turn, results as a table and as JSON."""

import json
import os
import platform
import statistics
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def median_time(function, repeats=5):
    """Seconds that a call takes, median of ``repeats`` after one that warms up."""
    return interleaved({"one": function}, repeats)["one"]


def interleaved(functions, repeats=5, clock=time.perf_counter):
    """Median seconds of each function, called in turn so that a busy machine is busy for all.

    Parameters
    ----------
    functions : dict of str to callable
    repeats : int, default=5
    clock : callable, default=time.perf_counter
        ``time.process_time`` counts the seconds of the processor instead, where other work runs beside it.

    Returns
    -------
    dict of str to float
    """
    for function in functions.values():
        function()
    times = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            begin = clock()
            function()
            times[name].append(clock() - begin)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def versions(*packages):
    """Versions of the packages that are installed, the processor count and thread settings."""
    found = {"python": platform.python_version(), "cores": os.cpu_count()}
    found["threads"] = os.environ.get("OMP_NUM_THREADS", "all")
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def show(rows):
    """Print rows (dicts of the same keys) as a table."""
    names = list(rows[0])
    texts = [[_text(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in texts)) for i, name in enumerate(names)]
    for line in [names, ["-" * width for width in widths], *texts]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


def write(name, result):
    """Write a result to results/NAME.json."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")


def _text(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)

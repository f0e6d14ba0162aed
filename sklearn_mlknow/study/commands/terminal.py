"""How commands speak: progress on standard error, results on standard output, faults of the input in one line."""

import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sklearn_mlknow.study.report.errors import ReportError


def teller(quiet: bool) -> Callable[[str], object]:
    """Return a function that says on standard error what comes next, or nothing."""

    def say(words: str) -> None:
        if not quiet:
            sys.stderr.write(f"{words} …\n")
            sys.stderr.flush()

    return say


def one_line(text: str) -> str:
    """Put a message on one line and show control characters, which could steer a terminal, as codes."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in " ".join(text.split()))


@contextmanager
def warnings_in_one_line() -> Iterator[None]:
    """Write warnings for a reader: each on a line, and not where in our code it was raised."""

    def show(message: Warning | str, category: type[Warning], *place: Any, **rest: Any) -> None:
        sys.stderr.write(f"warning: {one_line(str(message))}\n")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def put(text: str) -> None:
    """Write a result."""
    sys.stdout.write(f"{text}\n")


def put_json(result: Any) -> None:
    """Write a result for machines: valid JSON, in which what is not finite is null."""
    put(json.dumps(plain(result), indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """Turn arrays, frames' cells and tuples into what JSON has.

    Examples
    --------
    >>> import numpy as np
    >>> plain({"score": np.float64(0.5), "rows": np.array([1, 2]), "p": float("nan")})
    {'score': 0.5, 'rows': [1, 2], 'p': None}
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


@contextmanager
def faults_of_input() -> Iterator[None]:
    """Let what our estimators say of a table be one line and exit code 2 rather than a traceback."""
    try:
        yield
    except ReportError:
        raise
    except (ValueError, TypeError) as error:
        raise ReportError(str(error)) from error

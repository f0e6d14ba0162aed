"""A part of a page that cannot be made costs itself only; page, terminal and exit code tell which and why."""

from collections.abc import Iterator
from contextlib import contextmanager

from sklearn_mlknow.study.report.html import element
from sklearn_mlknow.study.report.section import Section

LEAD = (
    "The rest of the page holds. If the table is as it should be, this is a fault of the program: please report it, "
    "with these lines."
)


@contextmanager
def may_fail(part: str, failures: dict[str, str]) -> Iterator[None]:
    """Let a part fail, and keep why.

    Parameters
    ----------
    part : str
        Its name, for the reader.
    failures : dict of str to str
        Part -> why; written to.

    Examples
    --------
    >>> failures = {}
    >>> with may_fail("the scores", failures):
    ...     raise ValueError("there are none.")
    >>> failures
    {'the scores': 'there are none.'}
    """
    try:
        yield
    except Exception as error:
        failures[part] = " ".join(str(error).split()) or type(error).__name__


def sentence(failures: dict[str, str]) -> str:
    """Name the parts that could not be made.

    Examples
    --------
    >>> sentence({"the scores": "there are none."})
    'Could not be made: the scores.'
    """
    return f"Could not be made: {', '.join(failures)}."


def not_made(failures: dict[str, str]) -> Section:
    """Write which parts could not be made, and why."""
    listed = [element("li", element("b", part), f": {why}") for part, why in failures.items()]
    return Section("not-made", "What could not be made", LEAD, element("ul", *listed, class_="notes"))

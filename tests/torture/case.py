"""One row of the torture catalogue, as data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WORKS, REFUSED = "works", "refused"


@dataclass(frozen=True)
class Trial:
    """What is given to an estimator.

    Attributes
    ----------
    X : object
        For ``fit``.
    y : object
        For ``fit``; None is the usual target of the common tests.
    later : object
        For ``transform`` or ``predict``; None is X.
    sample_weight : object
        For ``fit``, where it takes weights.
    alike : Trial or None
        Another trial, that must give the same answer to the last bit.
    """

    X: Any
    y: Any = None
    later: Any = None
    sample_weight: Any = None
    alike: "Trial | None" = None


@dataclass(frozen=True)
class Case:
    """One torture: what is given, and what must come of it.

    Attributes
    ----------
    name : str
        What the table shows.
    make : callable
        Makes the trial anew, for nothing may be shared between tests.
    expected : {"works", "refused"}
        "works": a right answer, without a warning. "refused": one clear error.
    but : dict of str -> {"works", "refused"}
        Estimators of which something else is expected.
    column : str or None
        The column that the error must name.
    subject : {"numbers", "texts", "times"}
        What the estimators are set up for.
    needs : {"", "target", "classes", "sample_weight"}
        Only for estimators that read it.
    keeps_finite : bool
        Whether the answer must be finite.
    """

    name: str
    make: Callable[[], Trial]
    expected: str = WORKS
    but: dict[str, str] = field(default_factory=dict)
    column: str | None = None
    subject: str = "numbers"
    needs: str = ""
    keeps_finite: bool = True

    def expected_of(self, name: str) -> str:
        """Say what must come of it for one estimator."""
        return self.but.get(name, self.expected)

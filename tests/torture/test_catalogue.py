"""Every public estimator through every case of the catalogue: a right answer or one clear error, and nothing else.

What a right answer and a clear error are, `judge` says. The quick tier leaves out some forms of the same table for the
slowest estimators; the long tier runs all.
"""

import pytest

from tests.torture.catalogue import CASES, CHAPTERS
from tests.torture.judge import applies, try_out
from tests.torture.known import KNOWN
from tests.torture.subjects import ESTIMATORS, SLOW


def cases():
    quick = {case.name for chapter in CHAPTERS.values() for case in chapter[::5]}
    for name, cls in ESTIMATORS.items():
        for case in CASES:
            if not applies(cls, case):
                continue
            marks = [pytest.mark.long] if name in SLOW and case.name not in quick else []
            if (name, case.name) in KNOWN:
                marks.append(pytest.mark.xfail(reason=KNOWN[name, case.name], strict=True))
            yield pytest.param(cls, case, marks=marks, id=f"{name}-{case.name}")


@pytest.mark.parametrize(("cls", "case"), list(cases()))
def test_case(cls, case):
    outcome = try_out(cls, case)
    assert outcome.word == case.expected_of(cls.__name__), outcome.message


def test_exceptions_are_of_estimators_that_exist():
    named = {name for case in CASES for name in case.but} | {name for name, _ in KNOWN}
    assert named <= set(ESTIMATORS)
    assert {case for _, case in KNOWN} <= {case.name for case in CASES}


def test_every_case_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES)

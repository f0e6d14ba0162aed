"""Fits are shared out once: what runs inside one that is shared runs alone."""

import joblib
import pytest

from sklearn_mlknow.study.side_by_side import side_by_side


def workers(wanted):
    return joblib.effective_n_jobs(wanted)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_what_is_shared_shares_nothing_further(backend):
    with joblib.parallel_config(backend=backend):
        assert side_by_side(workers, [(2,), (2,)], 2) == [1, 1]
        assert workers(2) == 2  # and the setting holds inside only


def test_a_fit_on_its_own_may_use_all_workers():
    assert side_by_side(workers, [(2,)], None) == [2]


def test_one_after_the_other_an_error_ends_it():
    seen = []

    def note(number):
        seen.append(number)
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        side_by_side(note, [(1,), (0,), (2,)], 1)
    assert seen == [1, 0]

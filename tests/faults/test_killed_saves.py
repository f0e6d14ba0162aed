"""A save that is killed before or after any call of the system leaves the old file or the new one, whole."""

from tests.faults.processes import needs_kill, run_python

SAVES = """
import os, sys
import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn_mlknow.persistence import load, save
from tests.faults.forked import die, in_a_copy

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]])
path = sys.argv[1]
old, new = StandardScaler().fit(X), StandardScaler().fit(X * 10)
save(old, path)
before = open(path, "rb").read()
calls = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace", "rename", "close", "unlink")}

def save_and_die_at(n):
    left = n
    def watched(call):
        def one(*arguments, **keywords):
            nonlocal left
            left -= 1
            if left == 0:
                die()
            answer = call(*arguments, **keywords)
            left -= 1
            if left == 0:
                die()
            return answer
        return one
    for name, call in calls.items():
        setattr(os, name, watched((lambda *_: None) if name == "fsync" else call))
    save(new, path)

n, olds, news = 1, 0, 0
while not in_a_copy(lambda: save_and_die_at(n)):
    kept = load(path).mean_
    if open(path, "rb").read() == before:
        olds += 1
    else:
        assert (kept == new.mean_).all()
        news += 1
    save(old, path)  # what the killed save left behind is not in the way
    before = open(path, "rb").read()
    n += 1
assert (load(path).mean_ == new.mean_).all()
print(olds, news)
"""


@needs_kill
def test_killed_before_and_after_every_call(tmp_path):
    olds, news = map(int, run_python(SAVES, tmp_path / "model.mlk").split())
    assert olds >= 4
    assert news >= 1  # killed after the old file was replaced

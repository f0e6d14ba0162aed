import numpy as np

from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.explain.manifold import off_manifold_share
from sklearn_mlknow.explain.progress import Progress


class Bar:
    def __init__(self):
        self.n, self.total = 100, 1000

    def refresh(self):
        pass


def test_the_forecast_follows_the_errors():
    progress = Progress(Bar(), 4, 800)
    progress.start(2)
    # one row is done; the other's error is three times the tolerance: nine times the pairs, beyond the last level
    progress.forecast(np.array([0.5, 3.0]), np.array([100, 200, 400, 800]), 0)
    assert progress.bar.total == 100 + (800 - 100) + 2 * (100 + 800) // 2


def test_a_bar_is_shown_only_when_asked_for(capsys):
    X = np.random.default_rng(0).normal(size=(20, 3))
    for verbose, shown in ((0, False), (1, True)):
        ShapExplainer(lambda rows: rows[:, 0], verbose=verbose).fit(X).explain(X)
        assert ("explaining" in capsys.readouterr().err) is shown


def test_mixtures_of_dependent_columns_are_off_the_manifold():
    rng = np.random.default_rng(0)
    line = rng.normal(size=(300, 1))
    dependent = np.hstack([line, line + 0.01 * rng.normal(size=(300, 1))]).astype(object)
    independent = rng.normal(size=(300, 2)).astype(object)
    assert off_manifold_share(dependent[:150], dependent[150:], rng) > 0.3
    assert off_manifold_share(independent[:150], independent[150:], rng) < 0.2

"""Few-shot accuracy on classes that were never trained on, beside baselines and metric-learn.

    python benchmarks/fewshot.py [--quick]

Tables: from `letter` 16 classes to learn from and 10 new ones, from `vowel` 6 and 5, over three ways to divide the
classes; 100 rows a class to learn from, the same for all. NCA and LMNN are metric-learn's, trained on the same rows,
then the nearest class mean of the support in their space. Characters: the shipped encoder on MNIST digits (another data
set than it was trained on), on invented characters of a few random strokes and, where the labels of the characters
belong to their images, on the alphabets that chose nothing.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import sklearn.utils
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import timing  # noqa: E402
from omniglot import labels_fit, load_characters, reader  # noqa: E402

from sklearn_mlknow.fewshot import (  # noqa: E402
    EpisodeSampler,
    MetaLearningClassifier,
    PrototypeClassifier,
    SiameseClassifier,
    evaluate_episodes,
)
from sklearn_mlknow.fewshot.evaluation import nearest_mean  # noqa: E402

ROWS_PER_CLASS = 100
SHOTS = (1, 5)


def divide(name, n_base, seed):
    """Return scaled columns and labels of the classes to learn from and of the new ones."""
    X, y = reader().load_tabular(name)
    X, y = X.select_dtypes("number").to_numpy(), y.astype(str).to_numpy()
    rng = np.random.default_rng(seed)
    base = rng.permutation(np.unique(y))[:n_base]
    is_base = np.isin(y, base)
    rows = np.concatenate([rng.permutation(np.flatnonzero(y == k))[:ROWS_PER_CLASS] for k in base])
    mean, spread = X[rows].mean(axis=0), X[rows].std(axis=0).clip(1e-9)
    scaled = (X - mean) / spread
    return scaled[rows], y[rows], scaled[~is_base], y[~is_base]


def on_support(answer, X, y, n_shot, n_episodes):
    """Return the mean accuracy of a rule that sees only the support of each 5-way episode."""
    accuracies = []
    codes = np.repeat(np.arange(5), n_shot)
    for support, query in EpisodeSampler(5, n_shot, 15, n_episodes, random_state=0).split(X, y):
        classes = y[support][::n_shot]
        accuracies.append(np.mean(classes[answer(X[support], codes, X[query])] == y[query]))
    return 100 * float(np.mean(accuracies))


def neighbour(support, codes, query):
    return KNeighborsClassifier(1).fit(support, codes).predict(query)


def regression(support, codes, query):
    return LogisticRegression(max_iter=200).fit(support, codes).predict(query)


def renamed(check):
    """Hand a keyword on under its present name."""

    def checked(*args, force_all_finite=True, **kwargs):
        return check(*args, ensure_all_finite=force_all_finite, **kwargs)

    return checked


def transforms(X, y):
    """Return metric-learn's maps, trained on the base classes."""
    try:
        import metric_learn
        from metric_learn import LMNN, NCA
    except ImportError:
        return {}
    for name in ("check_array", "check_X_y"):  # metric-learn 0.7 uses a keyword that scikit-learn has renamed
        check = getattr(sklearn.utils, name)
        setattr(metric_learn._util, name, renamed(check))
    maps = {"metric-learn NCA": NCA(max_iter=100, random_state=0), "metric-learn LMNN": LMNN(random_state=0)}
    codes = np.unique(y, return_inverse=True)[1]
    return {name: model.fit(X, codes).transform for name, model in maps.items()}


def tables(n_splits, n_episodes):
    """Return one row a data set, shot and method."""
    found = []
    for name, n_base in (("letter", 16), ("vowel", 6)):
        scores = {}
        for seed in range(n_splits):
            X_base, y_base, X, y = divide(name, n_base, seed)
            learners = {
                "PrototypeClassifier": PrototypeClassifier(random_state=0),
                "SiameseClassifier": SiameseClassifier(random_state=0),
                "MetaLearningClassifier": MetaLearningClassifier(random_state=0),
            }
            for learner in learners.values():
                learner.fit(X_base, y_base)
            maps = transforms(X_base, y_base)
            for n_shot in SHOTS:
                of = scores.setdefault(n_shot, {})
                of.setdefault("nearest mean", []).append(on_support(nearest_mean, X, y, n_shot, n_episodes))
                of.setdefault("nearest neighbour", []).append(on_support(neighbour, X, y, n_shot, n_episodes))
                few = max(50, n_episodes // 5)
                of.setdefault("logistic regression", []).append(on_support(regression, X, y, n_shot, few))
                for method, transform in maps.items():
                    of.setdefault(method, []).append(on_support(nearest_mean, transform(X), y, n_shot, n_episodes))
                for method, learner in learners.items():
                    result = evaluate_episodes(
                        learner, X, y, 5, n_shot, n_episodes=n_episodes, n_baseline_episodes=0, random_state=0
                    )
                    of.setdefault(method, []).append(100 * result.accuracy)
        for n_shot, of in scores.items():
            found += [
                {"data": name, "shots": n_shot, "method": method, "accuracy": round(float(np.mean(values)), 2)}
                for method, values in of.items()
            ]
    return found


def invented(n_characters=200, n_hands=20, seed=0):
    """Return characters of a few random strokes, each drawn by several hands: pixels and labels."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:28, :28]

    def draw(strokes):
        turn, shift = np.eye(2) + rng.normal(0, 0.12, (2, 2)), rng.normal(0, 0.04, 2)
        page = np.zeros((28, 28))
        for points in strokes:
            points = (points + rng.normal(0, 0.03, points.shape) - 0.5) @ turn + 0.5 + shift
            for row, column in np.concatenate([np.linspace(a, b, 25) for a, b in zip(points, points[1:])]) * 20 + 4:
                page = np.maximum(page, np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 0.8))
        return page.ravel()

    strokes = [[rng.random((rng.integers(3, 5), 2)) for _ in range(rng.integers(1, 4))] for _ in range(n_characters)]
    X = np.array([draw(character) for character in strokes for _ in range(n_hands)])
    return X, np.repeat(np.arange(n_characters), n_hands)


def characters(n_episodes):
    """Return the accuracy of the shipped encoder, with its interval and the baselines."""
    learner = PrototypeClassifier.pretrained("omniglot")
    images, digits = reader().load_mnist()
    tasks = [("MNIST digits", images.reshape(len(images), -1) / 255, digits, None, n_way, n_shot)
             for n_way in (5, 10) for n_shot in SHOTS]  # fmt: skip
    tasks += [("invented characters", *invented(), None, n_way, n_shot) for n_way in (5, 20) for n_shot in SHOTS]
    X, y, alphabets = load_characters("evaluation_dev")
    if labels_fit(X, y):
        quoted = np.isin(alphabets, np.unique(alphabets)[1::2])
        X, y, alphabets = X[quoted], y[quoted], alphabets[quoted]
        tasks += [("Omniglot", X, y, None, n_way, n_shot) for n_way in (5, 20) for n_shot in SHOTS]
        tasks += [("Omniglot, one alphabet", X, y, alphabets, 20, 1)]
    else:
        print("evaluation_dev: the labels do not belong to the images; nothing is quoted on them\n")
    found = []
    for name, X, y, groups, n_way, n_shot in tasks:
        result = evaluate_episodes(learner, X, y, n_way, n_shot, n_episodes=n_episodes, tasks=groups, random_state=0)
        row = {"data": name, "ways": n_way, "shots": n_shot, "pretrained": round(100 * result.accuracy, 2)}
        row["+-"] = round(100 * result.half_width, 2)
        found.append(row | {method: round(100 * value, 2) for method, value in result.baselines.items()})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one way to divide the classes, 50 episodes")
    quick = parser.parse_args().quick
    if reader() is None:
        print("the real data is not here; nothing to measure")
        return
    of_tables = tables(1 if quick else 3, 50 if quick else 1000)
    timing.show(of_tables)
    print()
    of_characters = characters(50 if quick else 1000)
    timing.show(of_characters)
    if not quick:
        environment = timing.versions("scikit-learn", "torch", "metric-learn")
        timing.write("fewshot", {"environment": environment, "tables": of_tables, "characters": of_characters})


if __name__ == "__main__":
    main()

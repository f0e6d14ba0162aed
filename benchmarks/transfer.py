"""What a net that is trained elsewhere brings to a small table: transfer by column name, and of image bodies.

    python benchmarks/transfer.py [--quick]

Three moves, each scored against the same net from scratch over ten draws of the small training set:
MNIST 0-4 -> 5-9 with 10 images a class; adult: people of the office occupations -> the others, 200 rows; California:
inland -> coast, 200 rows, three columns missing in the new table. Mean gains with 95 % intervals (t, over draws).
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(SHARED)]

import timing  # noqa: E402

OFFICE = ["Adm-clerical", "Exec-managerial", "Prof-specialty", "Sales", "Tech-support"]


def mnist():
    """Return source rows, target rows and draws of ten images a class."""
    from load import load_mnist

    images, y = load_mnist()
    X = images.reshape(len(images), -1) / 255.0
    order = np.random.default_rng(0).permutation(len(X))
    X, y = X[order], y[order]
    return (X[y < 5], y[y < 5]), (X[y >= 5], y[y >= 5])


def adult():
    """Return office workers and the others."""
    from load import load_tabular

    X, y = load_tabular("adult")
    y = np.asarray(y).astype(str)
    office = X["occupation"].astype(str).str.strip().isin(OFFICE).to_numpy()
    return (X[office].iloc[:6000], y[office][:6000]), (X[~office], y[~office])


def california():
    """Return inland and coast; the coast's table lacks three columns."""
    from load import load_tabular

    X, y = load_tabular("california")
    inland = (X["ocean_proximity"].astype(str) == "INLAND").to_numpy()
    y = np.asarray(y, dtype=float)
    lost = X.columns[X.columns.str.contains("total_rooms|population|housing_median_age")]
    return (X[inland], y[inland]), (X[~inland].drop(columns=lost), y[~inland])


def draw(y, n_rows, per_class, seed):
    """Return training and test rows of one draw."""
    rng = np.random.default_rng(seed)
    if per_class:
        train = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:per_class] for c in np.unique(y)])
    else:
        train = rng.permutation(len(y))[:n_rows]
    test = np.setdiff1d(np.arange(len(y)), train)
    return train, rng.permutation(test)[:3000]


def take(X, rows):
    """Return rows of an array or a frame."""
    return X[rows] if isinstance(X, np.ndarray) else X.iloc[rows]


def main():
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two draws")
    n_draws = 2 if parser.parse_args().quick else 10
    from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor

    moves = {
        "MNIST 0-4 -> 5-9, 10 a class": (mnist, NeuralClassifier, {"image_shape": (28, 28)}, 0, 10),
        "adult, office -> others, 200 rows": (adult, NeuralClassifier, {}, 200, 0),
        "California, inland -> coast, 200 rows": (california, NeuralRegressor, {}, 200, 0),
    }
    rows = []
    for name, (read, face, arguments, n_rows, per_class) in moves.items():
        (X_source, y_source), (X, y) = read()
        source = face(**arguments, random_state=0).fit(X_source, y_source)
        scratch, moved = [], []
        for seed in range(n_draws):
            train, test = draw(y, n_rows, per_class, seed)
            for scores, extra in ((scratch, {}), (moved, {"pretrained": source, "layer_decay": 0.3})):
                net = face(**arguments, **extra, random_state=seed).fit(take(X, train), y[train])
                scores.append(net.score(take(X, test), y[test]))
        gain = np.array(moved) - np.array(scratch)
        half = stats.t.ppf(0.975, n_draws - 1) * gain.std(ddof=1) / np.sqrt(n_draws)
        score = "accuracy" if face is NeuralClassifier else "R2"
        rows.append(
            {"move": name, "score": score, "scratch": float(np.mean(scratch)), "pretrained": float(np.mean(moved)),
             "gain": float(gain.mean()), "low": float(gain.mean() - half), "high": float(gain.mean() + half)}
        )  # fmt: skip
        timing.show(rows[-1:])
    if n_draws == 10:
        timing.write("transfer", rows)


if __name__ == "__main__":
    main()

"""Seconds of training and of one prediction, against skorch, scikit-learn and a bare torch loop.

    python benchmarks/training.py [--quick] [--threads 2]

The same net (two layers of 128, ReLU), optimiser (fused Adam), batches of 128, ten epochs, 20 000 x 30 numbers.
Our nets train with one thread; peers with one, or as many as you say. skorch runs as its documentation does (its own
loader, callbacks and progress table, Adam as torch makes it), only that it trains on all rows; and with the fused Adam.
"""

import argparse
import contextlib
import io
import sys
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import timing  # noqa: E402

BATCH, HIDDEN = 128, 128


def net(n_columns):
    """Return the net as every torch peer trains it."""
    return torch.nn.Sequential(
        torch.nn.Linear(n_columns, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, 2),
    )  # fmt: skip


def bare_loop(X, y, n_epochs):
    """Train by slices of tensors: what torch itself takes."""
    x, target = torch.from_numpy(X), torch.from_numpy(y)
    model = net(X.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    for _ in range(n_epochs):
        order = torch.randperm(len(x))
        for rows in order.split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(model(x[rows]), target[rows]).backward()
            optimizer.step()


def skorch_default(X, y, n_epochs, **kwargs):
    """Train by skorch as its documentation does."""
    from skorch import NeuralNetClassifier

    with contextlib.redirect_stdout(io.StringIO()):
        NeuralNetClassifier(
            net(X.shape[1]), criterion=torch.nn.CrossEntropyLoss, optimizer=torch.optim.Adam, lr=1e-3, batch_size=BATCH,
            max_epochs=n_epochs, iterator_train__shuffle=True, train_split=None, **kwargs,
        ).fit(X, y)  # fmt: skip


def skorch_fused(X, y, n_epochs):
    """Train by skorch with the fused Adam and without its table."""
    skorch_default(X, y, n_epochs, optimizer__fused=True, verbose=0)


def sklearn_mlp(X, y, n_epochs):
    """Train scikit-learn's own perceptron."""
    from sklearn.neural_network import MLPClassifier

    MLPClassifier((HIDDEN, HIDDEN), batch_size=BATCH, max_iter=n_epochs, n_iter_no_change=n_epochs + 1).fit(X, y)


def ours(X, y, n_epochs):
    """Train our net with everything off that the others have not."""
    from sklearn_mlknow.neural import NeuralClassifier

    return NeuralClassifier(
        hidden_units=(HIDDEN, HIDDEN), activation="relu", optimizer="adam", batch_size=BATCH, max_epochs=n_epochs,
        numeric_embedding=None, n_members=1, calibrate=False, early_stopping=False, dropout=0.0, weight_decay=0.0,
        random_state=0,
    ).fit(X, y)  # fmt: skip


def main():
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--threads", type=int, default=1, help="of the peers; our nets always train with one")
    quick, n_threads = parser.parse_args().quick, parser.parse_args().threads
    n_rows, n_epochs = (2000, 3) if quick else (20_000, 10)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 30)).astype(np.float32)
    y = (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(np.int64)
    import warnings

    warnings.simplefilter("ignore")
    peers = {
        "ours": ours,
        "bare torch loop": bare_loop,
        "scikit-learn MLP": sklearn_mlp,
        "skorch default": skorch_default,
        "skorch, fused Adam": skorch_fused,
    }
    torch.set_num_threads(n_threads)
    with threadpool_limits(n_threads):
        seconds = timing.interleaved(
            {name: (lambda train=train: train(X, y, n_epochs)) for name, train in peers.items()}, 1 if quick else 5
        )
    timing.show([{"training": name, "seconds": s, "ratio to ours": s / seconds["ours"]} for name, s in seconds.items()])

    from sklearn_mlknow.neural import NeuralClassifier

    simple, full = ours(X[:2000], y[:2000], 2), NeuralClassifier(max_epochs=2, random_state=0).fit(X[:2000], y[:2000])
    row = X[:1].copy()
    one = timing.interleaved(
        {
            "one row, plain net": lambda: [simple.predict(row) for _ in range(100)],
            "one row, default net (8 members, 1 000 inputs)": lambda: [full.predict(row) for _ in range(100)],
            "1 000 rows, default net": lambda: [full.predict(X[:1000])],
        },
        5,
    )
    one = {name: s / (100 if name.startswith("one") else 1) * 1e3 for name, s in one.items()}
    print()
    timing.show([{"prediction": name, "milliseconds": ms} for name, ms in one.items()])
    if not quick:
        timing.write(
            "training" if n_threads == 1 else f"training-{n_threads}-threads",
            {
                "settings": {"threads of the peers": n_threads},
                "seconds": seconds,
                "prediction_milliseconds": one,
                "versions": timing.versions("torch", "skorch", "scikit-learn"),
            },
        )


if __name__ == "__main__":
    main()

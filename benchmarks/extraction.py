"""Extraction against PCA: how well few columns restore the old ones, on rows not seen.

Run ``python benchmarks/extraction.py [--quick]``. MNIST digits in pixels, and mixed tables in standard units.
"""

import argparse
import importlib.util
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from timing import show, versions, write

from sklearn_mlknow.extraction import AutoencoderExtractor

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def load_module():
    spec = importlib.util.spec_from_file_location("load", SHARED / "load.py")
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    return load


def compare(name, train, test, n_components, scale):
    """Mean squared error on test rows of the autoencoder and of PCA."""
    centre, spread = train.mean(axis=0), train.std(axis=0) if scale else 1.0
    spread = np.where(spread > 0, spread, 1.0)
    a, b = (train - centre) / spread, (test - centre) / spread
    pca = PCA(n_components, random_state=0)
    begin = time.perf_counter()
    pca.fit(a)
    pca_seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    ours = AutoencoderExtractor(n_components, scale=scale, random_state=0).fit(train)
    seconds = time.perf_counter() - begin
    restored = (ours.inverse_transform(ours.transform(test)) - centre) / spread
    theirs = ((pca.inverse_transform(pca.transform(b)) - b) ** 2).mean()
    mine = ((restored - b) ** 2).mean()
    row = {"data": name, "components": n_components, "pca_error": float(theirs), "our_error": float(mine)}
    return {**row, "ratio": float(mine / theirs), "pca_s": pca_seconds, "our_s": seconds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    if not (SHARED / "load.py").exists():
        print("the real data are not here: nothing to compare")
        return 0
    load = load_module()
    images, _ = load.load_mnist()
    pixels = images.reshape(len(images), -1) / 255.0
    n_train, n_test = (1_000, 500) if quick else (8_000, 2_000)
    rows = [compare("mnist", pixels[:n_train], pixels[n_train : n_train + n_test], 16, False)]
    for name in ["satimage"] if quick else ["satimage", "letter", "segmentation_cells"]:
        X, X_test, _, _ = load.split_tabular(name)
        numbers = X.select_dtypes("number").columns
        rows.append(compare(name, X[numbers].to_numpy(), X_test[numbers].to_numpy(), 4, True))
    show(rows)
    if not quick:
        write("extraction", {"settings": versions("scikit-learn", "torch", "skorch"), "rows": rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())

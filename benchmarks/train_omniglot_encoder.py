"""Make the encoder of drawn characters that ships with the package.

    python benchmarks/train_omniglot_encoder.py [--minutes 25] [--quick] [--write]

With labels that belong to the images, `PrototypeClassifier` learns from the characters of the background alphabets.
Where they do not (the copy this was written with: see docs/decisions/fewshot-omniglot-labels.md), the characters are
found first: an encoder learns that two changed copies of one image belong together, its embeddings are cut into as
many groups of equal size as there are characters, the learner trains on the groups, and so twice more.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from omniglot import labels_fit, load_characters  # noqa: E402

from sklearn_mlknow.fewshot import PrototypeClassifier  # noqa: E402
from sklearn_mlknow.fewshot.encoders import ConvolutionEncoder  # noqa: E402
from sklearn_mlknow.fewshot.images import deformed, quarter_turned  # noqa: E402
from sklearn_mlknow.fewshot.training import Course, quiet_torch, train  # noqa: E402

ARRAYS = ROOT / "sklearn_mlknow" / "datasets" / "data" / "omniglot_encoder.npz"
SHAPE, N_COMPONENTS, TEMPERATURE = (28, 28), 64, 0.1
N_ROUNDS, SHARE_KEPT = 2, 0.93
SHARES = {"contrast": 0.3, "round": 0.15, "last": 0.4}  # of the time


def contrast(x, n_pairs, seconds, n_steps):
    """Return an encoder for which two changed copies of an image are alike (SimCLR, Chen et al. 2020).

    Parameters
    ----------
    x : Tensor of shape (n_rows, n_pixels)
    n_pairs : int
        Images a step; a quarter turn of an image counts as another image.
    seconds : float
    n_steps : int
    """
    encoder, generator = ConvolutionEncoder(SHAPE, N_COMPONENTS), torch.Generator().manual_seed(0)

    def loss_of(progress):
        rows = torch.randint(len(x), (n_pairs,), generator=generator)
        turns = torch.randint(4, (n_pairs,), generator=generator)
        images = quarter_turned(x[rows], turns, SHAPE)
        views = torch.cat([deformed(images, SHAPE, 1.0, generator) for _ in range(2)])
        z = torch.nn.functional.normalize(encoder(views).float())
        likeness = z[:n_pairs] @ z[n_pairs:].T / TEMPERATURE
        target = torch.arange(n_pairs)
        cross_entropy = torch.nn.functional.cross_entropy
        return (cross_entropy(likeness, target) + cross_entropy(likeness.T, target)) / 2

    train(encoder, loss_of, None, Course(n_steps, 3e-3, 1e-2, seconds, None, "bfloat16", 1))
    with torch.no_grad():
        return torch.cat([torch.nn.functional.normalize(encoder(part)) for part in x.split(2000)]).numpy()


def equal_groups(z, n_groups, n_turns=30):
    """Cut unit vectors into groups of about equal size; return groups and the likeness of each row to its centre.

    Spherical k-means whose assignments are balanced by Sinkhorn's steps (Asano et al., *Self-labelling*, ICLR 2020);
    it starts from rows in dense places.
    """
    z = torch.from_numpy(z)
    size = len(z) // n_groups
    near = torch.cat([(part @ z.T).topk(size, dim=1).indices for part in z.split(2000)])  # (n_rows, size)
    density = (z[near] * z[:, None]).sum(dim=2).mean(dim=1)
    is_covered, seeds = torch.zeros(len(z), dtype=torch.bool), []
    for row in density.argsort(descending=True).tolist():
        if not is_covered[row] and len(seeds) < n_groups:
            seeds.append(row)
            is_covered[near[row]] = True
    seeds += torch.randperm(len(z), generator=torch.Generator().manual_seed(0))[: n_groups - len(seeds)].tolist()
    centres = torch.nn.functional.normalize(z[near[seeds]].mean(dim=1))
    for turn in range(n_turns):
        likeness = z @ centres.T / (0.08 if turn < n_turns // 2 else 0.04)
        row_shift = torch.zeros(len(z), 1)
        for _ in range(8):
            column_shift = np.log(size) - (likeness + row_shift).logsumexp(dim=0, keepdim=True)
            row_shift = -(likeness + column_shift).logsumexp(dim=1, keepdim=True)
        group = (likeness + column_shift).argmax(dim=1)
        sums = torch.zeros_like(centres).index_add_(0, group, z)
        centres = torch.where(sums.norm(dim=1, keepdim=True) > 0, torch.nn.functional.normalize(sums), centres)
    return group.numpy(), (z * centres[group]).sum(dim=1).numpy()


def learner(seconds, n_steps):
    """Return the learner that is trained, unfitted."""
    return PrototypeClassifier(
        image_shape=SHAPE,
        n_components=N_COMPONENTS,
        metric="cosine",
        n_way=128,
        n_query=3,
        n_steps=n_steps,
        learning_rate=3e-3,
        quarter_turns=True,
        augmentation=1.0,
        validation_fraction=0.04,
        max_time=seconds,
        precision="bfloat16",
        verbose=1,
        random_state=0,
    )


def write(fitted):
    """Write a fitted learner as plain arrays of half precision."""
    arrays = {name: weight.numpy().astype(np.float16) for name, weight in fitted.encoder_.state_dict().items()}
    for name in ("scale_", "similarity_slope_", "similarity_offset_", "match_threshold_"):
        arrays[name] = np.float32(getattr(fitted, name))
    np.savez_compressed(ARRAYS, **arrays)
    print(f"{ARRAYS.name}: {ARRAYS.stat().st_size / 1000:.0f} kB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--quick", action="store_true", help="a minute in all, on a tenth of the images")
    parser.add_argument("--write", action="store_true", help="replace the shipped arrays")
    settings = parser.parse_args()
    seconds = 60.0 if settings.quick else 60 * settings.minutes
    X, y, _ = load_characters("background")
    if settings.quick:
        X, y = X[:1920], y[:1920]
    n_steps = max(50, round(4 * seconds))
    if labels_fit(X, y):
        fitted = learner(seconds, n_steps).fit(X, y)
    else:
        print("the labels do not belong to the images: finding the characters first")
        n_characters = len(np.unique(y))
        with quiet_torch(0):
            z = contrast(torch.from_numpy(X), 512, SHARES["contrast"] * seconds, n_steps)
        for turn in range(N_ROUNDS + 1):
            groups, likeness = equal_groups(z, n_characters)
            print(f"round {turn}: likeness to the centre {likeness.mean():.3f}")
            kept = likeness >= np.quantile(likeness, 1 - SHARE_KEPT)
            kept &= np.bincount(groups[kept], minlength=n_characters)[groups] >= 4
            share = SHARES["last" if turn == N_ROUNDS else "round"]
            fitted = learner(share * seconds, n_steps).fit(X[kept], groups[kept])
            z = fitted.transform(X)
    print(fitted.history_[-1])
    if settings.write:
        write(fitted)


if __name__ == "__main__":
    main()

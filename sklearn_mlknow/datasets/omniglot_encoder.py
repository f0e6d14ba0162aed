"""A trained encoder of drawn characters: four blocks of convolutions as plain arrays.

Trained on images of B. M. Lake, R. Salakhutdinov and J. B. Tenenbaum, *Human-level concept learning through
probabilistic program induction*, Science 350, 2015 (Omniglot, the background alphabets; MIT licence), by
``benchmarks/train_omniglot_encoder.py`` of the source repository.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

ARRAYS = Path(__file__).parent / "data" / "omniglot_encoder.npz"


def load_omniglot_encoder() -> dict[str, np.ndarray]:
    """Load the weights of the encoder behind ``PrototypeClassifier.pretrained("omniglot")``.

    Use it to build the encoder in another library; within this package the classifier does it for you. Plain arrays
    of a few hundred kilobytes, never a pickle; reading takes a few milliseconds.

    Returns
    -------
    dict of str -> ndarray of float32
        ``blocks.0.weight`` … of 3 x 3 convolutions (padding 1, the first with stride 2, each followed by ReLU and the
        second and third by 2 x 2 max pooling), ``head.weight`` and ``head.bias`` of the linear map to the embedding,
        which is then scaled to length one; ``scale_``, ``similarity_slope_``, ``similarity_offset_`` and
        ``match_threshold_``, of shape ().

    References
    ----------
    .. [1] B. M. Lake, R. Salakhutdinov and J. B. Tenenbaum, "Human-level concept learning through probabilistic
       program induction", Science 350, 2015.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_omniglot_encoder
    >>> arrays = load_omniglot_encoder()
    >>> arrays["head.bias"].shape
    (64,)
    """
    import numpy as np

    with np.load(ARRAYS, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}

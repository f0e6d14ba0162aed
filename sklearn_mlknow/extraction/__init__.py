"""Columns -> another space: few new columns that hold what many old ones said.

Selection keeps some columns as they are; extraction mixes all of them. `AutoencoderExtractor` asks only that the old
columns can be read off the new ones (no target); `HiddenLayerExtractor` takes what a net learned on the way to a target
and hands it to another model: the net in parts instead of end to end. Where the mixture may be linear, scikit-learn's
PCA, LDA, PLS or NMF are faster, exact and easier to read.
"""

from sklearn_mlknow.extraction.autoencoder import AutoencoderExtractor
from sklearn_mlknow.extraction.hidden_layer import HiddenLayerExtractor

__all__ = ["AutoencoderExtractor", "HiddenLayerExtractor"]

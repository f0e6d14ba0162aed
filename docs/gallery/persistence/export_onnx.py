"""
A pipeline without Python
=========================

:func:`.export_onnx` writes a fitted pipeline as an ONNX graph: binners, encoders and nets run then in any runtime, from
C++ to the browser. :func:`.onnx_inputs` turns rows into what such a graph takes. Nothing is written unless the graph
gives the answers of the pipeline.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import onnxruntime

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import export_onnx, onnx_inputs

# %%
# A net that reads numbers, texts and missing values as they come.
X, y = load_penguins(return_X_y=True)
train, new = np.arange(len(X)) % 4 != 0, np.arange(len(X)) % 4 == 0
model = NeuralClassifier(max_epochs=20, n_members=2, random_state=0).fit(X[train], y[train])
path = Path(tempfile.mkdtemp()) / "penguins.onnx"
export_onnx(model, X[train], path)

# %%
# The runtime knows nothing of this package. One input a column, named as the column.
session = onnxruntime.InferenceSession(path)
print([f"{one.name}: {one.type}" for one in session.get_inputs()])
probabilities = session.run(["probabilities"], onnx_inputs(X[new]))[0]
off = np.abs(probabilities - model.predict_proba(X[new])).max()
print(f"{path.stat().st_size / 1000:.0f} kB, and off by {off:.0e} at most on rows that it was not checked with")

# %%
fig, ax = plt.subplots(figsize=(4.6, 4.2))
for place, name in enumerate(model.classes_):
    ax.plot(model.predict_proba(X[new])[:, place], probabilities[:, place], "o", alpha=0.5, label=name)
ax.plot([0, 1], [0, 1], color="0.6", linewidth=1, zorder=0)
ax.set(xlabel="probability by the pipeline", ylabel="by the graph, without Python")
ax.legend()
plt.show()

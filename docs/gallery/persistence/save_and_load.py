"""
A model file that runs no code
==============================

``save`` writes a model as arrays, plain values and type names; ``load`` builds it again without unpickling anything. A
file that was damaged anywhere raises :class:`~sklearn_mlknow.persistence.ModelFileError`, never a wrong answer.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.persistence import ModelFileError, load, save

# %%
X, y = load_penguins(return_X_y=True)
X = X.select_dtypes("number")
model = make_pipeline(EqualFrequencyBinner(encode="onehot"), LogisticRegression()).fit(X, y)
path = Path(tempfile.mkdtemp()) / "penguins.mlk"
save(model, path)
same = (load(path).predict_proba(X) == model.predict_proba(X)).all()
print(f"{path.stat().st_size} bytes; the same to the last bit: {same}")

# %%
# Now one byte is flipped, here and there, five hundred times.
whole = path.read_bytes()
places = np.linspace(0, len(whole) - 1, 500).astype(int)
outcomes = []
for place in places:
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
    try:
        answers = load(path).predict_proba(X)
        outcomes.append("harmless" if (answers == model.predict_proba(X)).all() else "wrong")
    except ModelFileError:
        outcomes.append("refused")
counts = {name: outcomes.count(name) for name in ["refused", "harmless", "wrong"]}
print(counts)

# %%
# Nearly every flip is refused. The few harmless ones hit a byte that means nothing, such as a date in the archive.
fig, ax = plt.subplots(figsize=(7.6, 2.2))
for line, (name, color) in enumerate([("refused", "C0"), ("harmless", "0.6"), ("wrong", "C1")]):
    at = places[[outcome == name for outcome in outcomes]]
    ax.plot(at, np.full(len(at), line), "|", markersize=16, color=color)
ax.set(yticks=range(3), yticklabels=[f"{name}: {count}" for name, count in counts.items()], ylim=(2.6, -0.6))
ax.set_xlabel("which byte of the file was flipped")
plt.show()

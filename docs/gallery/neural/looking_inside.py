"""
What a hidden unit looks for
============================

``hidden_representation`` returns what a layer of a :class:`.NeuralClassifier` makes of rows; ``visualize_feature``
finds the input that one unit answers most strongly.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from sklearn_mlknow.neural import NeuralClassifier, hidden_representation, visualize_feature

# %%
X, y = load_digits(return_X_y=True)
net = NeuralClassifier(image_shape=(8, 8), hidden_units=(24,), n_members=1, max_epochs=6, random_state=0).fit(X, y)
hidden = hidden_representation(net, X)
print(hidden.shape)

# %%
# Above, the image that a unit answers most; below, the three digits of the table that it answers most.
fig, axes = plt.subplots(4, 8, figsize=(7.6, 4.1))
for unit in range(8):
    pictures = [visualize_feature(net, unit=unit), *X[hidden[:, unit].argsort()[::-1][:3]].reshape(-1, 8, 8)]
    for ax, picture in zip(axes[:, unit], pictures):
        ax.imshow(picture, cmap="gray_r")
        ax.set(xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set(visible=ax in axes[0], color="C1", linewidth=2)
    axes[0, unit].set_title(f"unit {unit}", fontsize=8)
plt.show()

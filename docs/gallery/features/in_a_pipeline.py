"""
All of it in one Pipeline
=========================

:class:`.RatioFeatures`, :class:`.MutualInformationSelector` and :class:`.NeuralClassifier` are steps like any other:
more columns, then fewer, then a network. :class:`.ShapExplainer` explains the whole on the columns that you began with.
"""

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.explain import ExplanationDisplay, ShapExplainer
from sklearn_mlknow.features import RatioFeatures
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.selection import MutualInformationSelector

# %%
# Click on a step to see its parameters; the question mark leads to its page.
X, y = load_penguins(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
pipeline = make_pipeline(
    RatioFeatures(n_features=3),
    MutualInformationSelector(n_features_to_select=6),
    NeuralClassifier(max_epochs=20, n_members=2, random_state=0),
).set_output(transform="pandas")
pipeline.fit(X_train, y_train)

# %%
# Columns on the way: three ratios are built, and six of nine columns stay.
print(pipeline[:1].get_feature_names_out())
print(pipeline[:2].get_feature_names_out())
print(f"right on new rows: {pipeline.score(X_test, y_test):.3f}")

# %%
# The ratios are gone from the explanation: it speaks of the six columns of the table.
explanation = ShapExplainer(pipeline, background=20, random_state=0).fit(X_train).explain(X_test[:30])
fig, axes = plt.subplots(1, 2, figsize=(9.6, 3.6))
for ax, species in zip(axes, ["Gentoo", "Chinstrap"]):
    ExplanationDisplay(explanation).beeswarm(ax=ax, output=species)
    ax.set_title(species)
plt.show()

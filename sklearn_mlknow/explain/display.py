"""The pictures of an explanation behind one name, as scikit-learn's displays do it."""

from typing import Any

from sklearn_mlknow.explain.explanation import Explanation


class ExplanationDisplay:
    """Draw an explanation.

    Each method draws on ``ax`` or on a figure of its own, and returns the Axes.

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_mlknow.explain import ExplanationDisplay, ShapExplainer
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> explanation = ShapExplainer(LogisticRegression(max_iter=500).fit(X, y), random_state=0).fit(X).explain(X[::10])
    >>> axes = ExplanationDisplay(explanation).bar(output="2")
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation

    def bar(self, *, ax: Any = None, output: Any = None, max_display: int = 15) -> Any:
        """Draw which columns matter most, with 95 % intervals."""
        from sklearn_mlknow.explain.pictures.bar import draw_bar

        return draw_bar(self.explanation, ax, output, max_display)

    def beeswarm(self, *, ax: Any = None, output: Any = None, max_display: int = 15) -> Any:
        """Draw how each column acts over all rows."""
        from sklearn_mlknow.explain.pictures.beeswarm import draw_beeswarm

        return draw_beeswarm(self.explanation, ax, output, max_display)

    def waterfall(self, *, row: int = 0, ax: Any = None, output: Any = None, max_display: int = 12) -> Any:
        """Draw how each column acted on one prediction."""
        from sklearn_mlknow.explain.pictures.waterfall import draw_waterfall

        return draw_waterfall(self.explanation, row, ax, output, max_display)

    def dependence(self, *, player: Any = None, ax: Any = None, output: Any = None) -> Any:
        """Draw the general effect of a column; None takes the most important one."""
        from sklearn_mlknow.explain.pictures.dependence import draw_dependence

        return draw_dependence(self.explanation, player, ax, output)

    def interactions(self, *, ax: Any = None, output: Any = None, max_display: int = 12) -> Any:
        """Draw which columns act together."""
        from sklearn_mlknow.explain.pictures.interactions import draw_interactions

        return draw_interactions(self.explanation, ax, output, max_display)

    def heatmap(self, *, ax: Any = None, output: Any = None, max_display: int = 12) -> Any:
        """Draw the values of all rows, those explained alike side by side."""
        from sklearn_mlknow.explain.pictures.heatmap import draw_heatmap

        return draw_heatmap(self.explanation, ax, output, max_display)

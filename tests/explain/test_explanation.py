import numpy as np
import pytest

from sklearn_mlknow.explain import ShapExplainer


def test_slices_by_row_player_and_output(explanation):
    part = explanation[[3, 5], ["size", "city"], "mid"]
    assert part.values.shape == (2, 2)
    assert part.names == ("size", "city")
    assert part.output_names == ("mid",)
    np.testing.assert_array_equal(part.values, explanation.values[[3, 5]][:, [1, 2]][:, :, 1])
    np.testing.assert_array_equal(part.base_values, explanation.base_values[[3, 5], 1])
    np.testing.assert_array_equal(part.interactions[:, 0, 1], explanation.interactions[[3, 5], 1, 2, 1])
    assert part.pair_errors.tolist() == explanation.pair_errors[[2], 1].tolist()
    assert part.row_names.tolist() == [3, 5]
    np.testing.assert_array_equal(part.losses, explanation.losses[[3, 5]])


def test_slices_by_mask_slice_and_number(explanation):
    mask = np.zeros(25, dtype=bool)
    mask[4] = True
    np.testing.assert_array_equal(explanation[mask].values, explanation[4].values)
    np.testing.assert_array_equal(explanation[4:5].values, explanation[-21].values)
    assert len(explanation[4]) == 1


@pytest.mark.parametrize("key", [99, (0, "nobody"), (0, 0, "never"), (0, 0, 0, 0)])
def test_unknown_parts_are_refused(explanation, key):
    with pytest.raises(IndexError, match="Explanation"):
        explanation[key]


def test_frame_has_a_line_for_each_value(explanation):
    frame = explanation.to_frame()
    assert len(frame) == 25 * 3 * 3
    line = frame[(frame["row"] == 7) & (frame["player"] == "city") & (frame["output"] == "top")].iloc[0]
    assert line["value"] == explanation.values[7, 2, 2]
    assert line["high"] - line["low"] == pytest.approx(2 * 1.96 * explanation.standard_errors[7, 2, 2])


def test_it_is_frozen(explanation):
    with pytest.raises(AttributeError):
        explanation.values = 0


def test_html_escapes_names(explanation):
    page = explanation._repr_html_()
    assert "age &lt;b&gt;" in page
    assert "<b>Explanation</b>" in page
    assert "age <b>" not in page


@pytest.mark.filterwarnings("ignore")
def test_shap_draws_our_explanations(explanation):
    import matplotlib.pyplot as plt
    import shap

    other = explanation[:, :, "mid"].to_shap()
    assert isinstance(other, shap.Explanation)
    assert other.feature_names == ["age <b>", "size", "city"]
    for draw in (shap.plots.beeswarm, shap.plots.bar):
        draw(other, show=False)
        plt.close("all")
    shap.plots.waterfall(other[0], show=False)
    shap.plots.scatter(other[:, "size"], show=False)
    plt.close("all")
    assert explanation.to_shap().shape == (25, 3, 3)


def test_interactions_of_a_product_by_hand():
    X = np.array([[0.0, 0.0, 5.0], [2.0, 4.0, 6.0]])
    found = ShapExplainer(lambda rows: rows[:, 0] * rows[:, 1] + rows[:, 2]).fit(X).explain(X)
    # mean over b of (x0 - b0)(x1 - b1)
    assert found.interactions[:, 0, 1].tolist() == pytest.approx([4.0, 4.0])
    assert found.interactions[:, 0, 2].tolist() == pytest.approx([0.0, 0.0])
    assert (found.interactions == found.interactions.transpose(0, 2, 1)).all()
    # x0 alone: mean over b of x0 b1 + b2
    assert found.dependence[:, 0].tolist() == pytest.approx([5.5, 9.5])


def test_several_targets_are_outputs():
    X = np.random.default_rng(0).normal(size=(10, 2))
    found = ShapExplainer(lambda rows: np.column_stack([rows[:, 0], rows.sum(axis=1), -rows[:, 1]])).fit(X).explain(X)
    assert found.values.shape == (10, 2, 3)
    assert found.output_names == ("output 0", "output 1", "output 2")
    np.testing.assert_allclose(found.values[:, 0, 0], X[:, 0] - X[:, 0].mean(), atol=1e-12)


def test_a_class_can_be_chosen(people, explanation):
    from sklearn.linear_model import LogisticRegression

    frame, y = people
    X = frame[["size", "age <b>"]].to_numpy()
    model = LogisticRegression(max_iter=500).fit(X, y)
    one = ShapExplainer(model, output="top", random_state=0).fit(X).explain(X[:5])
    three = ShapExplainer(model, random_state=0).fit(X).explain(X[:5])
    assert one.output_names == ("top",)
    np.testing.assert_allclose(one.values, three.values[:, :, 2], atol=1e-12)

"""What still falls short of the promises: the case, the estimators, and why. Empty is the aim."""

_NETS = (
    "AttentionClassifier",
    "AttentionRegressor",
    "HiddenLayerExtractor",
    "HybridClassifier",
    "HybridRegressor",
    "MetaLearningClassifier",
    "NeuralClassifier",
    "NeuralRegressor",
    "PrototypeClassifier",
    "SiameseClassifier",
)
_HOLDING_NETS = ("AutoencoderExtractor", "ShapExplainer", "ShapSelector", "SurrogateTree")
KNOWN: dict[tuple[str, str], str] = {
    **{(name, "the largest double and its negative"): "a range overflows, with a warning" for name in _NETS},
    **{
        (name, case): "zones are dropped with a warning of numpy"
        for name in (*_NETS, *_HOLDING_NETS)
        for case in ("times with a zone, over a change of the clock", "zones mixed")
    },
    ("GroupFeatures", "the largest double and its negative"): "the square of a standard deviation overflows",
    **{
        ("ShapSelector", case): "a standard deviation overflows, with a warning of pandas"
        for case in ("+inf and -inf and NaN", "+-1e308", "the largest double and its negative", "+-1e200")
    },
    ("ShapSelector", "one row"): "scikit-learn's own words on folds",
}

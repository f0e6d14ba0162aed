"""Types and functions of scikit-learn, beyond its estimators, that a model file may hold without being trusted.

Each has been looked at: it holds numbers, names and other such objects, is built without running anything, and does
nothing but arithmetic when it is asked. What compiled code walks stands in `tree_nodes` and `neighbour_checks`.
"""

# methods that answer rows and change nothing
ANSWERING = ("predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "transform")
_SPLITTERS = (
    *("KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold", "RepeatedKFold", "RepeatedStratifiedKFold"),
    *("ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit", "TimeSeriesSplit", "PredefinedSplit"),
    *("LeaveOneOut", "LeaveOneGroupOut", "LeavePOut", "LeavePGroupsOut"),
)
_KERNELS = (
    *("RBF", "Matern", "RationalQuadratic", "ExpSineSquared", "DotProduct", "PairwiseKernel", "WhiteKernel"),
    *("ConstantKernel", "Sum", "Product", "Exponentiation", "CompoundKernel", "Hyperparameter"),
)
_MEASURES = {
    "_classification": ("accuracy_score", "balanced_accuracy_score", "brier_score_loss", "f1_score", "log_loss")
    + ("cohen_kappa_score", "matthews_corrcoef", "jaccard_score", "precision_score", "recall_score"),
    "_ranking": ("roc_auc_score", "average_precision_score", "top_k_accuracy_score"),
    "_regression": ("mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "r2_score", "max_error")
    + ("median_absolute_error", "explained_variance_score", "mean_absolute_percentage_error")
    + ("mean_squared_log_error", "root_mean_squared_log_error", "mean_poisson_deviance", "mean_gamma_deviance"),
    "_scorer": ("_Scorer", "_PassthroughScorer", "_MultimetricScorer", "_CurveScorer"),
}
_LOSSES = ("AbsoluteError", "ExponentialLoss", "HalfBinomialLoss", "HalfGammaLoss", "HalfMultinomialLoss") + (
    *("HalfPoissonLoss", "HalfSquaredError", "HalfTweedieLoss", "HalfTweedieLossIdentity", "HuberLoss", "PinballLoss"),
)
_LINKS = ("HalfLogitLink", "IdentityLink", "Interval", "LogitLink", "LogLink", "MultinomialLogit")
_STEPS = ("EpsilonInsensitive", "Hinge", "ModifiedHuber", "SquaredEpsilonInsensitive", "SquaredHinge")
# the few classes that can only be built by calling them: they take numbers and compare them
CALLED_TYPES: tuple[str, ...] = (
    "collections.OrderedDict",
    "collections.defaultdict",
    *(f"sklearn._loss._loss.Cy{name}" for name in _LOSSES),
    *(f"sklearn.linear_model._sgd_fast.{name}" for name in _STEPS),
    "sklearn.tree._tree.Tree",
)
LIBRARY_TYPES: tuple[str, ...] = (
    *(f"sklearn._loss.loss.{name}" for name in _LOSSES),
    *(f"sklearn._loss.link.{name}" for name in _LINKS),
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    *(
        f"sklearn.calibration.{name}"
        for name in ("_CalibratedClassifier", "_SigmoidCalibration", "_TemperatureScaling")
    ),
    *(
        f"sklearn.feature_selection._univariate_selection.{name}"
        for name in ("chi2", "f_classif", "f_regression", "r_regression")
    ),
    *(f"sklearn.feature_selection._mutual_info.mutual_info_{name}" for name in ("classif", "regression")),
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    *(f"sklearn.gaussian_process.kernels.{name}" for name in _KERNELS),
    *(f"sklearn.metrics.{module}.{name}" for module, names in _MEASURES.items() for name in names),
    *(f"sklearn.model_selection._split.{name}" for name in _SPLITTERS),
    "sklearn.multiclass._ConstantPredictor",
    *(f"sklearn.neural_network._stochastic_optimizers.{name}" for name in ("AdamOptimizer", "SGDOptimizer")),
    "sklearn.utils._bunch.Bunch",
    *(f"sklearn.utils._metadata_requests.{name}" for name in ("MetadataRequest", "MethodMetadataRequest")),
    "sklearn.utils.validation.check_array",
)

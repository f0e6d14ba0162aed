"""scikit-learn's own suite on every public estimator, with no expected failure, and the checks it does not yield."""

from collections import Counter

import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from tests.contract.instances import CROSS_FITTED, built

FURTHER_CHECKS = [
    estimator_checks.check_transformer_get_feature_names_out,
    estimator_checks.check_transformer_get_feature_names_out_pandas,
    estimator_checks.check_set_output_transform,
    estimator_checks.check_set_output_transform_pandas,
    estimator_checks.check_set_output_transform_polars,
    estimator_checks.check_global_output_transform_pandas,
    estimator_checks.check_global_set_output_transform_polars,
    estimator_checks.check_get_feature_names_out_error,
]
CHECKS_FOR_ALL = [
    estimator_checks.check_dataframe_column_names_consistency,
    estimator_checks.check_inplace_ensure_writeable,
]
# Skips that scikit-learn itself decides, by the reason it gives.
ALLOWED_SKIPS = {
    "check_array_api_input_and_values",
    "check_array_api_input",
    "check_array_api_mixed_inputs",
    "check_array_api_same_namespace",
}


def expected_failures(estimator):
    """The one exception the house allows: cross-fitted encoders differ between fit_transform and transform."""
    if type(estimator).__name__ in CROSS_FITTED:
        reason = "fit_transform is cross-fitted so that no row sees its own target"
        return {"check_transformer_general": reason, "check_transformer_data_not_an_array": reason}
    return {}


@parametrize_with_checks(built(), expected_failed_checks=expected_failures)
def test_scikit_learn_check(estimator, check):
    check(estimator)


def further_cases():
    for estimator in built():
        checks = CHECKS_FOR_ALL + (FURTHER_CHECKS if hasattr(estimator, "transform") else [])
        for check in checks:
            yield pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.__name__}")


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # the checks mix frames and arrays
@pytest.mark.parametrize(("estimator", "check"), list(further_cases()))
def test_further_scikit_learn_check(estimator, check):
    check(type(estimator).__name__, estimator)


@pytest.mark.parametrize("estimator", built(), ids=lambda e: type(e).__name__)
def test_no_tag_switches_checks_off(estimator):
    tags = estimator.__sklearn_tags__()
    assert tags.input_tags.two_d_array
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert not tags._skip_test
    for own in (tags.classifier_tags, tags.regressor_tags):
        assert own is None or not own.poor_score
    assert (tags.classifier_tags is not None) == is_classifier(estimator)
    assert (tags.regressor_tags is not None) == is_regressor(estimator)


@pytest.mark.parametrize("estimator", built(), ids=lambda e: type(e).__name__)
def test_at_least_forty_checks_run(estimator):
    names = Counter(
        getattr(check, "func", check).__name__ for _, check in estimator_checks_generator(estimator, legacy=True)
    )
    running = sum(count for name, count in names.items() if name not in ALLOWED_SKIPS)
    assert running >= 40

"""The peers: shap's and shapiq's explainers of any model, each as a function of a case, a budget and a seed.

A budget is a number of coalitions, each of which takes one model row for every background row.
"""

import numpy as np

from benchmarks.explain_cases import N_BACKGROUND


def kernel(case, n_coalitions, seed, rows=None, l1_reg=False):
    """shap's KernelExplainer, without its choice of ten columns unless asked for."""
    import shap

    np.random.seed(seed)  # noqa: NPY002  (shap draws from the global generator)
    explainer = shap.KernelExplainer(case.function, case.background)
    rows = case.rows if rows is None else rows
    return explainer.shap_values(rows, nsamples=n_coalitions, silent=True, l1_reg=l1_reg)


def default_kernel(case, n_coalitions, seed, rows=None):
    """shap's KernelExplainer as it comes: at most ten columns get a value."""
    return kernel(case, n_coalitions, seed, rows, l1_reg="num_features(10)")


def permutation(case, n_coalitions, seed, rows=None):
    """shap's PermutationExplainer."""
    import shap

    masker = shap.maskers.Independent(case.background, max_samples=N_BACKGROUND)
    explainer = shap.explainers.PermutationExplainer(case.function, masker, seed=seed)
    least = 2 * case.background.shape[1] + 1
    rows = case.rows if rows is None else rows
    return explainer(rows, max_evals=max(least, n_coalitions), silent=True).values


def sampling(case, n_coalitions, seed, rows=None):
    """shap's SamplingExplainer; it counts single model rows."""
    import shap

    np.random.seed(seed)  # noqa: NPY002
    explainer = shap.explainers.Sampling(case.function, case.background)
    rows = case.rows if rows is None else rows
    return explainer.shap_values(rows, nsamples=n_coalitions * N_BACKGROUND, silent=True)


def shapiq_kernel(case, n_coalitions, seed, rows=None):
    """shapiq's KernelSHAP with its pairing trick, on games of the same background."""
    import shapiq

    return _shapiq(shapiq.KernelSHAP, case, n_coalitions, seed, rows)


def shapiq_svarm(case, n_coalitions, seed, rows=None):
    """shapiq's stratified SVARM with its pairing trick, on games of the same background."""
    import shapiq

    return _shapiq(shapiq.SVARM, case, n_coalitions, seed, rows)


def _shapiq(approximator, case, n_coalitions, seed, rows):
    rows = case.rows if rows is None else rows
    n_columns = case.background.shape[1]
    found = np.empty((len(rows), n_columns))
    for place, row in enumerate(rows):

        def game(coalitions, row=row):
            mixed = np.where(coalitions[:, None, :], row, case.background[None])
            return case.function(mixed.reshape(-1, n_columns)).reshape(len(coalitions), -1).mean(axis=1)

        values = approximator(n=n_columns, random_state=seed, pairing_trick=True).approximate(n_coalitions, game)
        found[place] = values.get_n_order_values(1)
    return found


PEERS = {
    "kernel": kernel,
    "kernel, default": default_kernel,
    "permutation": permutation,
    "sampling": sampling,
    "shapiq KernelSHAP": shapiq_kernel,
    "shapiq SVARM": shapiq_svarm,
}

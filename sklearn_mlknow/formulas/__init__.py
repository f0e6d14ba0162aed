"""Plain functions of arrays and summaries: edges, information, divergence, similarity.

No state, no estimator, no validation: arrays in, arrays out, so that each formula can be read beside its source and
tested against a slow loop.
"""

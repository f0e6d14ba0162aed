"""Exporting pipelines as ONNX graphs: one converter a kind of estimator, registered by name."""

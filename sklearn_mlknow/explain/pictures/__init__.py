"""Pictures of an explanation, one a file: functions of an Explanation and an Axes, never of a model."""

"""The types of ours that a model file may hold, by full name.

A list, not a pattern: a name in a file is built only when somebody has looked at the class and put it here. The
contract test saves every public estimator and fails when a name is missing.
"""

OWN_TYPES: tuple[str, ...] = ()

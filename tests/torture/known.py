"""What still falls short of the promises: the case, the estimators, and why. Empty is the aim."""

KNOWN: dict[tuple[str, str], str] = {}

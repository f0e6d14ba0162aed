"""The one error of the report: the user can mend it, so it is one line and says how."""


class ReportError(ValueError):
    """The table, the target or the output folder does not allow a report."""

"""Train against test against real data: has a column moved, by how much, and is that more than chance?

Two questions are kept apart. *Is it real?* is answered by a test with a p-value corrected for the number of columns;
with a million rows every trifle is real. *Does it matter?* is answered by the population stability index on the bins of
the reference; with fifty rows every index is large. Drift is what is both. The reference is kept as summaries, never as
rows, so a monitor can be saved beside the model and asked every night.
"""

from sklearn_mlknow.drift.display import DriftDisplay
from sklearn_mlknow.drift.monitor import DriftMonitor
from sklearn_mlknow.drift.report import DriftReport
from sklearn_mlknow.drift.side_by_side import DistributionComparison, compare_distributions

__all__ = ["DistributionComparison", "DriftDisplay", "DriftMonitor", "DriftReport", "compare_distributions"]

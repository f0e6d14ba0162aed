"""Every builder, encoder and scaler with a table it works on."""

import numpy as np
import pandas as pd

from sklearn_mlknow import features
from sklearn_mlknow.drift import DriftMonitor

N_ROWS = 200
RNG = np.random.default_rng(0)
TEXTS = pd.DataFrame(
    {
        "city": RNG.choice(np.array(["Oslo", "Rome", "Bonn", None], dtype=object), N_ROWS),
        "tone": RNG.choice(["u", "v"], N_ROWS),
    }
)
NUMBERS = pd.DataFrame(RNG.lognormal(size=(N_ROWS, 4)), columns=list("abcd"))
MIXED = pd.concat([TEXTS, NUMBERS], axis=1).assign(
    when=pd.Timestamp(2024, 1, 1) + pd.to_timedelta(RNG.integers(0, 9000, N_ROWS), unit="h")
)
Y = (NUMBERS["a"] > NUMBERS["b"]).astype(int).to_numpy()
OTHER = pd.DataFrame({"city": ["Oslo", "Rome"], "rain": [1.0, 2.0], "side": ["x", None]})

CASES = {
    "formulas": (features.FormulaFeatures({"r": "a / b", "s": "city == 'Rome'"}), MIXED),
    "ratios": (features.RatioFeatures(), NUMBERS),
    "counts": (features.CountFeatures(), MIXED),
    "groups": (features.GroupFeatures(["city", "tone"], statistics=("mean", "median"), relative="rank"), MIXED),
    "clusters": (features.ClusterFeatures(3, random_state=0), MIXED),
    "times": (features.DatetimeFeatures(reference="2020-01-01"), MIXED),
    "patterns": (features.PatternFeatures("city", r"(?P<first>[A-Z])"), MIXED),
    "crosses": (features.CrossFeatures(["city", "tone", "a"]), MIXED),
    "join": (features.JoinFeatures(OTHER, "city"), MIXED),
    "target mean": (features.TargetMeanEncoder(), MIXED),
    "evidence": (features.WeightOfEvidenceEncoder(), MIXED),
    "rare": (features.RareCategoryGrouper(), MIXED),
    "smooth clip": (features.SmoothClipScaler(), MIXED),
    "distribution": (features.DistributionScaler(), MIXED),
    "drift": (DriftMonitor(), MIXED),
}

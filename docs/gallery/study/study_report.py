"""
Studies on one page
===================

:class:`~sklearn_mlknow.study.StudyReport` puts fitted studies of one table on a page that loads nothing and runs no
script. The command ``mlknow study`` writes the same page.
"""

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.study import DataCheck, DataSizeStudy, StudyReport, TechniqueStudy

# %%
X, y = load_penguins(return_X_y=True)
X = X.dropna()
numbers, y = X.select_dtypes("number"), y[X.index].to_numpy()
line = LogisticRegression(max_iter=2000)
names = ["scale: smooth clip", "optimal bins", "ratios of columns", "clusters"]
techniques = TechniqueStudy(line, techniques=names, repeats=1, stack=False, random_state=0)
report = StudyReport(
    "species",
    source="the penguins",
    data_check=DataCheck(random_state=0).fit(X, y),
    data_size=DataSizeStudy(line, repeats=3, n_sizes=4, random_state=0).fit(numbers, y),
    techniques=techniques.fit(numbers, y),
)
for sentence in report.sentences:
    print("-", sentence)

# %%
# ``report.save("folder")`` writes the page; ``to_dict`` is for machines. Two of its pictures:
print(len(report.to_html()) // 1000, "kB,", list(report.to_dict()))
fig, axes = plt.subplots(2, 1, figsize=(7.0, 6.0))
report.data_size.plot(ax=axes[0])
report.techniques.plot(ax=axes[1])
plt.show()

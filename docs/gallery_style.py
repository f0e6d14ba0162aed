"""How the pictures of the gallery look: called before every example."""

from cycler import cycler
from matplotlib import pyplot

COLORS = ["#0a6b62", "#c06a2b", "#3b6fb6", "#8a4f9e", "#b08a1e", "#6b7280"]
STYLE = {
    "figure.dpi": 100,
    "figure.figsize": (6.6, 4.0),
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


def house_style(gallery_conf: dict, file_name: str) -> None:
    """Forget what an earlier example has set, and take our colours."""
    pyplot.rcdefaults()
    pyplot.rcParams.update(STYLE)

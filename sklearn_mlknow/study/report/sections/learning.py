"""The learning curves of the network."""

import numpy as np

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import curve, dot, line, plot, text, ticks_between
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import count, number

HEIGHT = 240


def learning(context: Context) -> Section:
    """Draw training and validation loss by epoch and mark the epoch that was kept."""
    train, valid = context.history["train"], context.history["valid"]
    n_epochs, kept = len(train), context.best_epoch
    lead = (
        "The loss of the network on the rows it learns from and on rows it does not. After "
        f"{count(n_epochs, 'epoch')} training stopped, and the weights of epoch {kept + 1} were kept. Curves that part "
        "say that the network begins to learn by heart; curves that still fall say that it could learn longer."
    )
    losses = np.concatenate([train, valid])
    losses = losses[np.isfinite(losses)]
    low, high = float(losses.min()), float(np.quantile(losses, 0.98))
    high = high if high > low else low + 1.0

    def across(epoch: float) -> float:
        return 0.09 + 0.89 * (epoch / max(n_epochs - 1, 1))

    def down(loss: np.ndarray | float) -> np.ndarray:
        return 10 + (HEIGHT - 36) * (1 - (np.clip(np.asarray(loss, dtype=float), low, high) - low) / (high - low))

    places = np.array([across(epoch) for epoch in range(n_epochs)])
    grid = []
    for tick in ticks_between(low, high, 5):
        grid += [line(0.09, float(down(tick)), 0.98, float(down(tick)), "grid")]
        grid += [text(0.08, float(down(tick)) + 4, number(tick), anchor="end")]
    epochs = sorted({int(tick) for tick in ticks_between(0, n_epochs - 1, 6) if tick >= 0})
    names = [text(across(epoch), HEIGHT - 6, str(epoch + 1)) for epoch in epochs]
    shown = valid if np.isfinite(valid[kept]) else train
    mark = [
        line(across(kept), 4, across(kept), HEIGHT - 22, "mean"),
        dot(across(kept), float(down(shown[kept])), "c-valid", f"epoch {kept + 1}: {number(shown[kept], 4)}", radius=5),
    ]
    curves = [curve(places, down(train), HEIGHT, "curve c-train"), curve(places, down(valid), HEIGHT, "curve c-valid")]
    drawn = plot(HEIGHT, *grid, *names, *curves, *mark, label="loss by epoch")
    return Section("learning", "The learning curves", lead, element("div", _key(), drawn, class_="card wide"))


def _key() -> Html:
    def entry(style: str, words: str) -> Html:
        return element("span", element("i", class_=f"swatch {style}"), words)

    entries = [entry("c-train", "training rows"), entry("c-valid", "validation rows"), entry("c-kept", "epoch kept")]
    return element("div", join(entries), class_="legend")

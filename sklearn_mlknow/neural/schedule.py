"""When the learning rate rises, stays and falls: a schedule that ends, and may be told to end earlier."""

from __future__ import annotations

from dataclasses import dataclass

WARM_UP_STEPS = 20
STEADY_SHARE = 2 / 3


@dataclass
class Schedule:
    """The place in a training: warm up over a few steps, stay, fall linearly to zero.

    The fall begins with the last third of the steps, or when `cool_down` is called.

    Attributes
    ----------
    n_steps : int
        Steps of the whole training, as far as is known.
    cools : bool
        Whether the rate changes at all.
    step : int
        Steps that were taken.
    cooling_since : int or None
        The step with which the fall began.

    Examples
    --------
    >>> schedule = Schedule(n_steps=300)
    >>> schedule.factor()
    0.05
    >>> schedule.step = 250
    >>> schedule.factor(), schedule.cooling_since
    (1.0, 250)
    >>> schedule.step = 275
    >>> schedule.factor()
    0.5
    """

    n_steps: int
    cools: bool = True
    step: int = 0
    cooling_since: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether the last step was taken."""
        return self.step >= self.n_steps

    def factor(self) -> float:
        """Return the factor on every learning rate in this step."""
        if not self.cools:
            return 1.0
        if self.cooling_since is None and self.step >= STEADY_SHARE * self.n_steps:
            self.cooling_since = self.step
        if self.cooling_since is None:
            return min(1.0, (self.step + 1) / WARM_UP_STEPS)
        return (self.n_steps - self.step) / max(1, self.n_steps - self.cooling_since)

    def cool_down(self, n_steps: int) -> None:
        """Let the learning rate fall from now on, and end the training after so many steps."""
        self.cooling_since = self.step
        self.n_steps = min(self.n_steps, self.step + n_steps)

    def fit_into(self, seconds: float, max_time: float) -> None:
        """End on time, if the next steps take as long as those of the ``seconds`` so far."""
        affordable = int(self.step * max_time / max(seconds, 1e-9))
        self.n_steps = max(self.step, min(self.n_steps, affordable))

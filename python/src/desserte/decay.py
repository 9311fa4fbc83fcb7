"""How much does care count that is so many minutes away?

A weight that falls with time. Which one is right is for the study to say, and to
print. A bound of :func:`steps` belongs to the next step: "less than 10 minutes".
Every other limit is inclusive, as "within 20 minutes" is.

``DREES_GP`` has the steps of the French APL since 2015 (less than 10, 15, 20
minutes: 1, 2/3, 1/3), ``DREES_GP_2012`` those of its first publication (less than 5, 10,
15 minutes: 1, 0.3, 0.1; Barlet et al. 2012).

References
----------
Kwan, M.-P. (1998). Space-time and integral measures of individual accessibility.
*Geographical Analysis* 30(3), 191-216.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desserte import _native
from desserte._checks import MINUTES_IN_A_DAY, numbers
from desserte._lazy import np
from desserte.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "DREES_GP",
    "DREES_GP_2012",
    "Decay",
    "binary",
    "exponential",
    "gaussian",
    "linear",
    "logistic",
    "power",
    "steps",
]


@dataclass(frozen=True)
class Decay:
    """A weight for every time. Made by the functions of ``ds.decay``.

    Attributes
    ----------
    name
        "steps", "binary", ...
    numbers
        What it was made with; of steps bound and weight in turn.
    up_to
        Minutes beyond which nothing counts, inclusive; None without such a limit.
    """

    name: str
    numbers: tuple[float, ...]
    up_to: float | None = None

    @property
    def reach(self) -> float:
        """Minutes beyond which nothing counts; infinite where all times count."""
        of_curve = math.inf
        if self.name == "steps":
            of_curve = max((b for b, w in self._pairs() if w > 0), default=0.0)
        elif self.name in ("binary", "linear"):
            of_curve = self.numbers[0]
        return min(of_curve, math.inf if self.up_to is None else self.up_to)

    def __call__(self, minutes: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """The weights of some times, of the same shape; 0 where they are ``NaN``.

        Examples
        --------
        >>> ds.decay.DREES_GP([5, 10, 19.5, 20, float("nan")]).round(3).tolist()
        [1.0, 0.667, 0.333, 0.0, 0.0]
        """
        times = np.asarray(minutes, dtype="float32")
        flat = np.ascontiguousarray(times).ravel()
        return _native.decay_weights(flat, self._words()).reshape(times.shape)

    def _pairs(self) -> list[tuple[float, float]]:
        return list(zip(self.numbers[::2], self.numbers[1::2], strict=True))

    def _words(self) -> tuple[str, list[float], float | None]:
        return self.name, list(self.numbers), self.up_to

    def __str__(self) -> str:
        """As it is called."""
        if self.name == "steps":
            inner = "{" + ", ".join(f"{b:g}: {w:.4g}" for b, w in self._pairs()) + "}"
        else:
            inner = ", ".join(f"{number:g}" for number in self.numbers)
        limit = "" if self.up_to is None else f", up_to={self.up_to:g}"
        return f"{self.name}({inner}{limit})"


def steps(weights: Mapping[float, float]) -> Decay:
    """One weight for all times below a bound.

    Parameters
    ----------
    weights
        Minutes below which, and the weight there, outwards. Nothing counts from the last on.

    Returns
    -------
    Decay
        The steps.

    Raises
    ------
    InputError
        If there is no step, they are not in order, or a weight is negative.

    Examples
    --------
    Ten minutes are not less than ten.

    >>> ds.decay.steps({10: 1, 15: 2 / 3, 20: 1 / 3})([9.9, 10]).round(3).tolist()
    [1.0, 0.667]
    """
    if not isinstance(weights, Mapping):
        raise InputError(f"steps is made of minutes and weights, as in {{10: 1}}, got {weights!r}")
    pairs = zip(numbers(weights.keys()), numbers(weights.values()), strict=True)
    return _checked(Decay("steps", tuple(number for pair in pairs for number in pair)))


def binary(minutes: float) -> Decay:
    """1 within so many minutes, 0 beyond: cumulative opportunities.

    Parameters
    ----------
    minutes
        The limit, inclusive.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If the limit is no number above 0.

    Examples
    --------
    >>> ds.decay.binary(20)([20, 20.1]).tolist()
    [1.0, 0.0]
    """
    return _made("binary", minutes)


def linear(minutes: float) -> Decay:
    """From 1 at once down to 0 at so many minutes.

    Parameters
    ----------
    minutes
        Where it ends.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If the end is no number above 0.

    Examples
    --------
    >>> ds.decay.linear(20)([0, 5, 30]).tolist()
    [1.0, 0.75, 0.0]
    """
    return _made("linear", minutes)


def exponential(scale_minutes: float, *, up_to: float | None = None) -> Decay:
    """``exp(-t / scale)``.

    Parameters
    ----------
    scale_minutes
        Where the weight is 0.368.
    up_to
        Minutes beyond which nothing counts; None for no limit, which needs times without a cutoff.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If a number is not above 0.

    Examples
    --------
    >>> ds.decay.exponential(10, up_to=30)([0, 10, 31]).round(3).tolist()
    [1.0, 0.368, 0.0]
    """
    return _made("exponential", scale_minutes, up_to=up_to)


def gaussian(sigma_minutes: float, *, up_to: float | None = None) -> Decay:
    """``exp(-t**2 / (2 sigma**2))``.

    Parameters
    ----------
    sigma_minutes
        Where the weight is 0.607.
    up_to
        Minutes beyond which nothing counts; None for no limit, which needs times without a cutoff.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If a number is not above 0.

    Examples
    --------
    >>> ds.decay.gaussian(10)([0, 10, 20]).round(3).tolist()
    [1.0, 0.607, 0.135]
    """
    return _made("gaussian", sigma_minutes, up_to=up_to)


def logistic(midpoint_minutes: float, *, scale_minutes: float, up_to: float | None = None) -> Decay:
    """``1 / (1 + exp((t - midpoint) / scale))``.

    Parameters
    ----------
    midpoint_minutes
        Where the weight is a half.
    scale_minutes
        How slowly it falls there.
    up_to
        Minutes beyond which nothing counts; None for no limit, which needs times without a cutoff.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If a number is not above 0.

    Examples
    --------
    >>> ds.decay.logistic(20, scale_minutes=5)([0, 20, 40]).round(3).tolist()
    [0.982, 0.5, 0.018]
    """
    return _made("logistic", midpoint_minutes, scale_minutes, up_to=up_to)


def power(exponent: float, *, near_minutes: float = 1.0, up_to: float | None = None) -> Decay:
    """``(t / near)**-exponent``, and 1 nearer than ``near``.

    Parameters
    ----------
    exponent
        How steeply it falls.
    near_minutes
        Below it the weight is 1; a power of no minutes would have no end.
    up_to
        Minutes beyond which nothing counts; None for no limit, which needs times without a cutoff.

    Returns
    -------
    Decay
        The decay.

    Raises
    ------
    InputError
        If a number is not above 0.

    Examples
    --------
    >>> ds.decay.power(2, near_minutes=5)([1, 5, 10]).tolist()
    [1.0, 1.0, 0.25]
    """
    return _made("power", exponent, near_minutes, up_to=up_to)


def _made(name: str, *given: float, up_to: float | None = None) -> Decay:
    limit = None if up_to is None else numbers([up_to])[0]
    return _checked(Decay(name, tuple(numbers(given)), limit))


def _checked(decay: Decay) -> Decay:
    """The decay, once the engine has accepted it."""
    _native.decay_weights(np.zeros(0, dtype="float32"), decay._words())
    if math.isfinite(decay.reach) and decay.reach > MINUTES_IN_A_DAY:
        raise InputError(f"{decay} reaches beyond a day, 1440 minutes")
    return decay


DREES_GP = Decay("steps", (10.0, 1.0, 15.0, 2 / 3, 20.0, 1 / 3))
"""The steps of the APL to general practitioners since 2015, as the workbook of DREES has them."""

DREES_GP_2012 = Decay("steps", (5.0, 1.0, 10.0, 0.3, 15.0, 0.1))
"""Those of the APL of 2012."""

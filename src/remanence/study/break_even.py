"""When a memory that keeps its data without power costs less energy than one that does not.

Two memories do the same work: ``rate`` accesses a second, of which a share ``writes``. The average power of each is

    P = r ((1 - w) E_read + w E_write) + L

while they are under power (L: leakage with refresh). Where the work comes in bursts of N accesses with an idle time t
after each, in which a memory goes to standby and wakes up again,

    E = N ((1 - w) E_read + w E_write) + S t + E_wake

per burst (S: standby power); leakage during the burst is left out, so bursts must be short against the idle time. Both
are linear in r, w and t, so every break-even has a closed form. With draws the two memories are set against each other
draw by draw, as they share rows (the node above all).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError
from remanence.study.macro_comparison import Entry

_RATE = Quantity("Hz", "accesses a second", above=0)
_SHARE = Quantity("1", "share of writes among accesses", at_least=0, at_most=1)
_TIME = Quantity("s", "idle time after a burst", at_least=0)
_JOULE = Quantity("J", "energy to come back from standby", at_least=0)
_COUNT = Quantity("1", "accesses of a burst", at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a memory costs its user; floats, or draws of one shape.

    Args:
        read: J per access.
        write: J per access.
        leakage: W under power, refresh included.
        standby: W with the data kept.
        wake: J to come back from standby.
    """

    read: Array
    write: Array
    leakage: Array
    standby: Array
    wake: Array = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not a cost."""
        for name in ("read", "write", "leakage", "standby", "wake"):
            numbers = np.asarray(getattr(self, name), dtype=np.float64)
            if np.isnan(numbers).any() or (numbers < 0).any():
                raise InputError(f"Use.{name}", float(np.min(numbers)), "must be a number of at least 0")

    def access(self, writes: Array) -> Array:
        """Return the energy of a mean access, J."""
        share = np.asarray(_SHARE.read(writes, "access: writes"))
        with np.errstate(invalid="ignore"):  # what is never done costs nothing, be it infinite
            reads = np.where(share < 1.0, (1.0 - share) * self.read, 0.0)
            return _plain(reads + np.where(share > 0.0, share * self.write, 0.0))


def use_of(entry: Entry, *, wake: Array | str | None = None) -> Use:
    """Return what a macro costs its user, over its joint draws; draws without a read cost infinitely much.

    Args:
        entry: a macro that could be built.
        wake: energy to come back from standby, J; the macro's own median where left out, 0 where it states none.

    Raises:
        InputError: a macro that could not be built.
    """
    if entry.chosen is None:
        raise InputError(f"use_of: {entry.cell}, {entry.capacity}", "not built", entry.reason)
    draws = entry.draws
    if wake is None:
        wake = float(entry.chosen.power.loc["wake_energy", ["median"]].to_numpy(dtype=np.float64)[0])
    return Use(read=draws["read_energy"], write=draws["write_energy"], leakage=draws["leakage"],
               standby=draws["standby"], wake=_JOULE.read(wake, "use_of: wake"))  # fmt: skip


def average_power(memory: Use, *, rate: Array | str, writes: Array) -> Array:
    """Return the average power under power, W: rate times the energy of a mean access, plus leakage."""
    return _RATE.read(rate, "average_power: rate") * memory.access(writes) + memory.leakage


def burst_energy(memory: Use, *, accesses: Array, writes: Array, idle: Array | str) -> Array:
    """Return the energy of one burst and the idle time after it, J."""
    number = _COUNT.read(accesses, "burst_energy: accesses")
    return number * memory.access(writes) + memory.standby * _TIME.read(idle, "burst_energy: idle") + memory.wake


def break_even_rate(first: Use, second: Use, *, writes: Array) -> Array:
    """Return the access rate below which the first memory takes less power than the second, both under power, 1/s.

    r = (L_2 - L_1)/(E_1 - E_2) with E the energy of a mean access. Infinite where the first is better at every rate,
    0 where it is at none; where it leaks more and takes less per access it is better above a rate, not below, and the
    answer is 0, too: see `wins_above`.
    """
    more = _difference(first.access(writes), second.access(writes))
    saved = np.asarray(second.leakage) - np.asarray(first.leakage)
    return _plain(_crossing(saved, more))


def wins_above(first: Use, second: Use, *, writes: Array) -> Array:
    """Return the access rate above which the first memory takes less power, 1/s; infinite where there is none."""
    more = _difference(second.access(writes), first.access(writes))
    saved = np.asarray(first.leakage) - np.asarray(second.leakage)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(more > 0, np.maximum(saved, 0.0) / more, np.inf)
    return _plain(rate)


def break_even_writes(first: Use, second: Use, *, rate: Array | str) -> Array:
    """Return the share of writes below which the first memory takes less power than the second at a rate.

    w = ((E_r2 - E_r1) + (L_2 - L_1)/r)/((E_w1 - E_r1) - (E_w2 - E_r2)), cut to 0..1, for a first memory whose writes
    cost more over its reads than those of the second; otherwise 1 or 0 as it wins or not without writes.
    """
    often = _RATE.read(rate, "break_even_writes: rate")
    saved = _difference(second.read, first.read) + (np.asarray(second.leakage) - first.leakage) / often
    more = _difference(_difference(first.write, first.read), _difference(second.write, second.read))
    return _plain(np.clip(_crossing(saved, more), 0.0, 1.0))


def break_even_idle(first: Use, second: Use, *, accesses: Array, writes: Array) -> Array:
    """Return the idle time after a burst from which the first memory takes less energy than the second, s.

    t = (N (E_1 - E_2) + E_wake1 - E_wake2)/(S_2 - S_1): 0 where it wins at once, infinite where it never does.
    """
    number = _COUNT.read(accesses, "break_even_idle: accesses")
    more = number * _difference(first.access(writes), second.access(writes)) + _difference(first.wake, second.wake)
    saved = np.asarray(second.standby) - first.standby
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.where(saved > 0, np.maximum(more, 0.0) / saved, np.where(more < 0, 0.0, np.inf))
    return _plain(time)


def _difference(first: Array, second: Array) -> NDArray[np.float64]:
    """Return a difference of costs; a memory that cannot work at all costs more than any other, so inf - inf is inf."""
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(first), np.inf, first - second)


def _crossing(saved: NDArray[np.float64], more: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the x from 0 up to which ``more`` x < ``saved`` holds: infinite for ever, 0 never."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(more > 0, saved / more, np.where(saved > 0, np.inf, 0.0))
    return np.where(np.isfinite(more), np.maximum(ratio, 0.0), 0.0)


def win_share(first: Use, second: Use, *, rates: Array, writes: Array) -> NDArray[np.float64]:
    """Return the share of joint draws in which the first memory takes less power: a map, writes down, rates across.

    Args:
        first: with draws on its axis.
        second: the same draws.
        rates: accesses a second, shape (n,).
        writes: shares of writes, shape (m,).
    """
    often, share = np.atleast_1d(np.asarray(rates))[:, None], np.atleast_1d(np.asarray(writes))[:, None, None]
    powers = [average_power(memory, rate=often, writes=share) for memory in (first, second)]
    return np.asarray(np.mean(np.asarray(powers[0]) < np.asarray(powers[1]), axis=-1))


def _plain(result: NDArray[np.float64]) -> Array:
    return float(result) if np.ndim(result) == 0 else result

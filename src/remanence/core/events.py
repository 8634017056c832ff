"""What a computation did to the hardware, counted; the system floor prices exactly this."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from remanence.core.errors import InputError


def _events(doc: str) -> float:
    return dataclasses.field(default=0.0, metadata={"doc": doc})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """Counts of hardware events; they add, and scale by a number.

    The floors that compute (`crossbar`, `cram`, `stochastic`, `network`) emit it from the run that also gives the
    accuracy, so that both always describe the same chip on the same data. Counts are floats because an average over
    inputs need not be whole.
    """

    cell_reads_low: float = _events("reads of a cell device in its low-resistance (parallel) state")
    cell_reads_high: float = _events("reads of a cell device in its high-resistance (antiparallel) state")
    wordline_toggles: float = _events("wordlines raised and lowered")
    bitline_reads: float = _events("bitlines (or differential pairs) biased and sampled once")
    conversions: float = _events("analog-to-digital conversions")
    shift_adds: float = _events("shift-and-add of one converted partial sum into an accumulator")
    array_steps: float = _events("array activations: one block of rows, one input bit, all its columns")
    sequential_steps: float = _events("array activations one after another on the critical path")
    memory_bits_read: float = _events("bits of weights read from the weight memory")
    memory_bits_written: float = _events("bits of weights written to the weight memory or the array")
    multiply_accumulates: float = _events("digital 8-bit multiply-accumulates")
    multiply_steps: float = _events("cycles of the digital multiply-accumulate array")
    buffer_bits_read: float = _events("bits of activations or partial sums read from buffers")
    buffer_bits_written: float = _events("bits of activations or partial sums written to buffers")
    digital_operations: float = _events("scalar operations outside the matrix products (bias, scale, activation)")

    def __add__(self, other: EventCount) -> EventCount:
        """Add event by event."""
        return EventCount(**{name: getattr(self, name) + getattr(other, name) for name in EVENTS})

    def __mul__(self, factor: float) -> EventCount:
        """Scale every count, for example from a whole run to one inference."""
        return EventCount(**{name: getattr(self, name) * factor for name in EVENTS})

    __rmul__ = __mul__

    def as_dict(self) -> dict[str, float]:
        """Return the counts that are not zero."""
        return {name: getattr(self, name) for name in EVENTS if getattr(self, name)}


EVENTS: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(EventCount))
"""The names of all events, in the order of declaration."""


def total(counts: Mapping[str, EventCount]) -> EventCount:
    """Sum the counts of all layers.

    Raises:
        InputError: there are no layers.
    """
    if not counts:
        raise InputError("events", "none", "at least one layer must have run")
    result = EventCount()
    for events in counts.values():
        result = result + events
    return result

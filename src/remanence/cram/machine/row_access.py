"""Reading and writing an array a row at a time, as in a memory: time, energy and current."""

from __future__ import annotations

from dataclasses import dataclass

from remanence.cram.machine.array import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Rowaccess:
    """What one row takes."""

    read_energy: float  # J
    read_time: float  # s
    write_energy: float  # J
    write_time: float  # s
    write_current: float  # A


def row_access(array: Array, read: int, written: int, *, words: float = 1.0) -> Rowaccess:
    """Return what it takes to read so many bits of a row, and to write so many.

    A written bit costs the mean preset over what it becomes and was. Where the drivers do not bear all bits of a row at
    once, they take turns.

    Args:
        array: the array.
        read: bits that are read.
        written: bits that are written.
        words: times that the row is opened for each; 0 beside bits that are moved with others of the row.
    """
    held = array.drivers
    over_e, over_t = 1.0 + float(held.energy_overhead), 1.0 + float(held.time_overhead)
    bit = float(held.bit_capacitance) * float(held.supply) ** 2
    opened = words * float(held.word_energy)
    preset = 0.25 * sum(map(sum, array.preset_energy))
    amperes = max(array.preset_current(state, old) for state in (0, 1) for old in (0, 1))
    together = max(min(written, int(float(array.bears.most_current) / amperes)), 1)
    turns = -(-written // together)
    return Rowaccess(
        read_energy=(read * (float(held.sense_energy) + bit) + opened) * over_e,
        read_time=float(held.decode_time + held.sense_time) * over_t,
        write_energy=written * (preset + bit * over_e) + opened * over_e,
        write_time=float(held.decode_time) * over_t + turns * float(array.line.pulse),
        write_current=together * amperes if written else 0.0,
    )

"""A cell as NVSim's cell file.

Keys and units: MemCell.cpp of NVSim (Dong et al., IEEE Trans. CAD 31(7), 2012). NVSim knows a cell by its area in F^2,
two resistances and its pulses; it has no TMR that falls with voltage, no spread, no retry and no code. Its lines that
do not begin with a known key are skipped, so comments may say where the numbers come from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from remanence.circuit import layout
from remanence.circuit.cell import Cell
from remanence.circuit.electrical import electrical
from remanence.circuit.gates import Amplifier
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array
from remanence.core.errors import InputError

TYPES = {
    "1T1MTJ": "MRAM",
    "1T1R": "memristor",
    "6T SRAM": "SRAM",
    "1T1C eDRAM": "eDRAM",
}
"""NVSim's name of each topology that it has."""
SMALLEST = 22e-9
"""Smallest feature size that NVSim has a technology for, m; below it, it takes that one without a word."""


def nvsim_cell(
    cell: Cell,
    node: Node,
    *,
    feature: float,
    sensing: Amplifier,
    temperature: Array = REFERENCE,
    about: Sequence[str] = (),
) -> str:
    """Return the cell file.

    Resistances are those of the storage device without its transistor, at the read voltage; set and reset take the same
    pulse, the current of the worse direction.

    Args:
        cell: single-ended: 1T1MTJ, 1T1R, 6T SRAM or 1T1C eDRAM.
        node: the CMOS node.
        feature: F, m: what NVSim multiplies areas and widths with (its ``-ProcessNode``).
        sensing: the sense amplifier, for the smallest voltage.
        temperature: K.
        about: comment lines.

    Raises:
        InputError: a cell that NVSim has no type for, or a node below its smallest.
    """
    if cell.topology not in TYPES:
        raise InputError(
            "nvsim_cell", f"{cell.name or 'a cell'}: {cell.topology}", f"NVSim has {', '.join(TYPES)}",
            "Export it as ngspice or json.",
        )  # fmt: skip
    if not feature >= SMALLEST:
        raise InputError("nvsim_cell: node", f"{feature * 1e9:g} nm", "NVSim's smallest technology is 22 nm",
                         "Its answers for a smaller one are those of 22 nm.")  # fmt: skip
    seen = electrical(cell, node, temperature)
    phase_change = cell.resistive is not None and cell.resistive.technology == "PCM"
    kind = "PCRAM" if phase_change else TYPES[cell.topology]
    lines = [
        *(f"// {line}" for line in about),
        f"// run it with -ProcessNode: {feature * 1e9:g} -Temperature (K): {10 * round(float(temperature) / 10):d}",
        f"-MemCellType: {kind}",
        f"-CellArea (F^2): {_n(seen.area / feature**2)}",
        f"-CellAspectRatio: {_n(seen.height / seen.width)}",
    ]
    width = _n(layout.access_width(cell, node) / feature)
    if cell.static:
        lines += ["-ReadMode: voltage", f"-SRAMCellNMOSWidth (F): {width}", f"-SRAMCellPMOSWidth (F): {width}"]
    elif cell.edram is not None:
        lines += ["-ReadMode: voltage", f"-DRAMCellCapacitance (F): {_n(seen.storage_capacitance)}"]
    else:
        lines += _resistances(seen.conductance_high, seen.conductance_low, seen.access_resistance, kind)
        power = seen.read_voltage * seen.cell_current
        lines += [
            "-ReadMode: current",
            f"-ReadVoltage (V): {_n(seen.read_voltage)}",
            f"-ReadPower (uW): {_n(power * 1e6)}",
            f"-MinSenseVoltage (mV): {_n(sensing.margin * 1e3)}",
        ]
        for direction in ("Reset", "Set"):
            lines += [
                f"-{direction}Mode: current",
                f"-{direction}Current (uA): {_n(seen.write_current * 1e6)}",
                f"-{direction}Pulse (ns): {_n(seen.write_pulse * seen.write_attempts * 1e9)}",
            ]
        lines.append(f"-VoltageDropAccessDevice (V): {_n(seen.write_current * seen.access_resistance)}")
    return "\n".join([*lines, "-AccessType: CMOS", f"-AccessCMOSWidth (F): {width}", ""])


def _resistances(high: Array, low: Array, access: Array, kind: str) -> list[str]:
    on, off = (_n(1.0 / conductance - access) for conductance in (high, low))
    if kind != "memristor":
        return [f"-ResistanceOn (ohm): {on}", f"-ResistanceOff (ohm): {off}"]
    return [
        *(f"-Resistance{state}At{voltage}Voltage (ohm): {ohm}"
          for voltage in ("Set", "Reset", "Read") for state, ohm in (("On", on), ("Off", off))),
        f"-ResistanceOnAtHalfResetVoltage (ohm): {on}",
    ]  # fmt: skip


def _n(number: Array) -> str:
    return f"{float(np.ravel(number)[0]):.6g}"

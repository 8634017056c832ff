"""Analog multiply-accumulate in the array: Ohm's and Kirchhoff's laws on programmed cells, converted per partial sum.

Knows: how whole numbers become levels of cells and pulses of rows (`encoding`), how an array is laid out (`crossbar`),
what programming does to the cells (`programming`, `devices`), what time and reads do to them (`ageing`), under which
`conditions`, how a chip is kept (`chip_file`), how converters err (`conversion`) and what they cover (`calibration`),
what wires take (`wiring`), the layer (`engine`), its product on a chip (`programmed`), its events, counted or expected
(`counting`), the small matrices of a grouped convolution (`grouped`), arrays that add resistances (`resistance_sum`).
Refuses to know: networks, prices.
Start reading at `engine.CrossbarEngine`.
"""

from remanence.crossbar.ageing import age, disturb, drift_compensation, grid_variance, read_variance, replay, retain
from remanence.crossbar.chip_file import load_chip, save_chip
from remanence.crossbar.conditions import UNUSED, Conditions
from remanence.crossbar.counting import Occurrence
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.engine import CrossbarEngine
from remanence.crossbar.grouped import GroupedCrossbarEngine, ProgrammedGroups
from remanence.crossbar.programmed import ProgrammedCrossbar
from remanence.crossbar.programming import ProgrammedTile, program_tile
from remanence.crossbar.resistance_sum import ProgrammedStrings, Resistancesum, program_strings
from remanence.device import ProgrammedCells
from remanence.device.programmed import Step

__all__ = [
    "UNUSED",
    "Conditions",
    "Crossbar",
    "CrossbarEngine",
    "GroupedCrossbarEngine",
    "Occurrence",
    "ProgrammedCells",
    "ProgrammedCrossbar",
    "ProgrammedGroups",
    "ProgrammedStrings",
    "ProgrammedTile",
    "Resistancesum",
    "Step",
    "age",
    "disturb",
    "drift_compensation",
    "grid_variance",
    "load_chip",
    "program_strings",
    "program_tile",
    "read_variance",
    "replay",
    "retain",
    "save_chip",
]

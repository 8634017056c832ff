"""Analog multiply-accumulate in the array: Ohm's and Kirchhoff's laws on programmed cells, converted per partial sum.

Knows: how whole numbers become levels of cells and pulses of rows (`encoding`), how an array is laid out (`crossbar`),
what programming does to the cells (`programming`), how converters err (`conversion`) and what they cover
(`calibration`), the run that yields both result and event count (`engine`), how the small matrices of a grouped
convolution share arrays (`grouped`).
Refuses to know: networks, prices. Wire resistance is not part of the result here: `circuit` reports the voltage drop.
Start reading at `engine.CrossbarEngine`.
"""

from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.engine import CrossbarEngine, ProgrammedCrossbar
from remanence.crossbar.grouped import GroupedCrossbarEngine, ProgrammedGroups

__all__ = ["Crossbar", "CrossbarEngine", "GroupedCrossbarEngine", "ProgrammedCrossbar", "ProgrammedGroups"]

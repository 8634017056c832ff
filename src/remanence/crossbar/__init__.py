"""Analog multiply-accumulate in the array: Ohm's and Kirchhoff's laws on programmed cells, converted per partial sum.

Knows: how whole-number weights become cells (`encoding`), how an array is laid out (`crossbar`), what programming does
to the cells (`programming`), where converter ranges come from (`calibration`), the run that yields both result and
event count (`engine`).
Refuses to know: networks, prices. Wire resistance is not part of the result here: `circuit` reports the voltage drop.
Start reading at `engine.CrossbarEngine`.
"""

from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.engine import CrossbarEngine, ProgrammedCrossbar

__all__ = ["Crossbar", "CrossbarEngine", "ProgrammedCrossbar"]

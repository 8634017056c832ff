"""Chips and what they cost: the same event count priced on every platform.

Knows: the chip as a composition of parts (`chip`), a platform of the catalogue with its ranges (`platform`), how
digital chips run a matrix product (`dataflow`), prices (`pricing`), an estimate that sums exactly and carries intervals
(`estimate`).
Refuses to know: torch, training, accuracy.
Start reading at `pricing.price`.
"""

from remanence.system.catalogue import cite, load
from remanence.system.chip import Chip, Gpu, Microcontroller, Processor
from remanence.system.dataflow import MatrixEngine
from remanence.system.estimate import Estimate, Figure
from remanence.system.platform import Platform, platform, platform_names
from remanence.system.pricing import LayerRun, price

__all__ = [
    "Chip",
    "Estimate",
    "Figure",
    "Gpu",
    "LayerRun",
    "MatrixEngine",
    "Microcontroller",
    "Platform",
    "Processor",
    "cite",
    "load",
    "platform",
    "platform_names",
    "price",
]

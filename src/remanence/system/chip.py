"""A chip as a composition of parts."""

from __future__ import annotations

import numpy as np

from remanence.circuit import Memory, Node, Periphery
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, choice, count, part, quantity, text, value
from remanence.core.errors import InputError
from remanence.crossbar import Crossbar


@value
class Processor:
    """A digital array of multipliers that holds a tile of weights and streams activations past it."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    input_lanes: int = count(doc="rows of the multiplier array", at_least=1, at_most=4096)
    output_lanes: int = count(doc="columns of the multiplier array", at_least=1, at_most=4096)
    weight_bits: int = count(doc="bits of a weight, sign included", at_least=2, at_most=8)
    input_bits: int = count(doc="bits of an input", at_least=1, at_most=8)
    frequency: Array = quantity("Hz", above=0, doc="clock frequency")
    memory_banks: int = count(doc="memory words read at once", at_least=1, at_most=1024)
    control_share: Array = quantity("1", at_least=0, doc="energy of clock and control over that of the arithmetic")
    buffer_bits: int = count(doc="activation buffer", at_least=1)
    buffer: Memory = part(Memory, doc="what the activation buffer is made of")
    scalar_lanes: int = count(doc="scalar operations per cycle outside the matrix product", at_least=1, at_most=4096)


@value
class Microcontroller:
    """A processor core with flash, described by measured energy: E = e MAC + P t."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    weight_bits: int = count(doc="bits of a weight, sign included", at_least=2, at_most=8)
    input_bits: int = count(doc="bits of an input", at_least=1, at_most=8)
    frequency: Array = quantity("Hz", above=0, doc="clock frequency")
    cycles_per_multiply: Array = quantity("1", above=0, doc="cycles per multiply-accumulate, memory stalls included")
    energy_per_multiply: Array = quantity("J", at_least=0, doc="energy that goes with the work")
    active_power: Array = quantity("W", above=0, doc="power that goes with the time")
    standby_power: Array = quantity("W", at_least=0, doc="deepest state that keeps flash and wakes by itself")
    flash_write_energy: Array = quantity("J", above=0, doc="to program one bit, erase included")
    flash_write_time: Array = quantity("s", above=0, doc="to program one bit")
    flash_endurance: Array = quantity("1", above=0, doc="program cycles a page survives")


@value
class Gpu:
    """A graphics processor as a roofline with measured efficiencies: time and energy of large matrix products.

    A bound, not a simulation: every layer is one kernel that reads its weights and activations once.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    weight_bits: int = count(doc="bits of a weight, sign included", at_least=2, at_most=8)
    input_bits: int = count(doc="bits of an input", at_least=1, at_most=8)
    peak_rate: Array = quantity("Hz", above=0, doc="dense operations per second, two per multiply-accumulate")
    bandwidth: Array = quantity("Hz", above=0, doc="memory bits per second")
    rate_efficiency: Array = quantity("1", above=0, at_most=1, doc="share of the peak rate that large products reach")
    bandwidth_efficiency: Array = quantity("1", above=0, at_most=1, doc="share of the bandwidth that is reached")
    launch_time: Array = quantity("s", at_least=0, doc="time to launch the kernel of one layer")
    operation_energy: Array = quantity("J", above=0, doc="energy of one operation over the static power")
    memory_bit_energy: Array = quantity("J", above=0, doc="energy of one bit from memory over the static power")
    static_power: Array = quantity("W", above=0, doc="power of the card while it runs, whatever it runs")
    idle_power: Array = quantity("W", above=0, doc="power of the card while it waits")
    largest_batch: int = count(doc="largest batch considered", at_least=1, at_most=2**24)


@value
class Chip:
    """A chip that runs a network: its architecture and the parts that architecture needs."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    architecture: str = choice("crossbar", "near-memory", "microcontroller", "gpu", doc="where the products are formed")
    scope: str = choice("chip", "board", "card", doc="what its figures include", default="chip")
    scope_note: str = text(doc="why figures of another scope may stand beside those of a chip", default="")
    temperature: Array = quantity("K", above=0, doc="of its transistors and wires", default=REFERENCE)
    node: Node | None = part(Node, doc="the CMOS node", optional=True)
    periphery: Periphery | None = part(Periphery, doc="the circuits around its arrays and memories", optional=True)
    crossbar: Crossbar | None = part(Crossbar, doc="the computing array", optional=True)
    memory: Memory | None = part(Memory, doc="the weight memory", optional=True)
    processor: Processor | None = part(Processor, doc="the digital multipliers, or a crossbar's digital part",
                                       optional=True)  # fmt: skip
    microcontroller: Microcontroller | None = part(Microcontroller, doc="the processor core", optional=True)

    gpu: Gpu | None = part(Gpu, doc="the graphics processor", optional=True)

    def check(self) -> None:
        """Each architecture needs its parts; a chip has one temperature."""
        if np.ndim(self.temperature):
            raise InputError(f"Chip {self.name}: temperature", f"an array of shape {np.shape(self.temperature)}",
                             "must be one number")  # fmt: skip
        needed = {
            "crossbar": ("node", "periphery", "crossbar", "processor"),
            "near-memory": ("node", "periphery", "memory", "processor"),
            "microcontroller": ("microcontroller",),
            "gpu": ("gpu",),
        }[self.architecture]
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise InputError(f"Chip {self.name}", f"no {', '.join(missing)}", f"{self.architecture} needs it",
                             "Name it under uses.")  # fmt: skip

    @property
    def weight_bits(self) -> int:
        """Bits of a weight, sign included."""
        return self._arithmetic.weight_bits

    @property
    def input_bits(self) -> int:
        """Bits of an input."""
        return self._arithmetic.input_bits

    @property
    def _arithmetic(self) -> Crossbar | Processor | Microcontroller | Gpu:
        first = {
            "crossbar": self.crossbar,
            "near-memory": self.processor,
            "microcontroller": self.microcontroller,
            "gpu": self.gpu,
        }[self.architecture]
        if first is None:
            raise InputError(f"Chip {self.name}", self.architecture, "the part that computes is missing")
        return first

"""A published claim about an application in CRAM: what it says, and the assumptions that it is taken apart with."""

from __future__ import annotations

from remanence.core.declare import Array, count, quantity, text, value


@value
class Logicclaim:
    """The application of a claim, its figures, and the parameters of each step that makes it more realistic."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    images: int = count(doc="images of the task, all resident", at_least=1)
    inputs: int = count(doc="binary inputs of a neuron", at_least=2, at_most=4096)
    neurons: int = count(doc="neurons of the layer", at_least=1)
    node: str = text(doc="CMOS node of the periphery")
    ideal: str = text(doc="logic cell that the claim assumes")
    made: str = text(doc="logic cell of what is thought makeable")
    arrays: int = count(doc="arrays that work at once where not all rows do", at_least=1)
    lanes: int = count(doc="binary multiply-accumulates a cycle of a competent baseline", at_least=1)
    energy_gain: Array = quantity("1", above=0, doc="claimed energy of the baseline over that of CRAM")
    time_gain: Array = quantity("1", above=0, doc="claimed time of the baseline over that of CRAM")
    energy: Array = quantity("J", above=0, doc="claimed energy of CRAM for the task")
    time: Array = quantity("s", above=0, doc="claimed time of CRAM for the task")
    clock: Array = quantity("Hz", above=0, doc="of the competent baseline")
    memory_bit: Array = quantity("J", at_least=0, doc="read of one bit from the baseline's SRAM")
    multiply_bit: Array = quantity("J", above=0, doc="one binary multiply-accumulate of the baseline")
    weight_reuse: Array = quantity("1", at_least=1, doc="images for which the baseline uses a weight that it has read")
    cycles: Array = quantity("1", above=0, doc="writes that a cell survives")

    @property
    def multiplies(self) -> int:
        """Binary multiply-accumulates of the task."""
        return self.images * self.inputs * self.neurons

    @property
    def pairs(self) -> int:
        """Rows: one for each image and neuron."""
        return self.images * self.neurons

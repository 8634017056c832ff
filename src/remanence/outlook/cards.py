"""The cards of this floor: shapes of networks, accelerator memory, data centres, demand, endurance, claims."""

from __future__ import annotations

from collections.abc import Mapping

from remanence.core.declare import Array, Quantity, choice, quantity, text, value
from remanence.outlook.arithmetic import Traffic


@value
class Workload:
    """A network without attention, by its totals."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    weights: Array = quantity("1", above=0, doc="static weights, biases and normalisation left out")
    multiplies: Array = quantity("1", above=0, doc="multiply-accumulates per item")

    @property
    def traffic(self) -> Traffic:
        """What `bits_per_multiply` needs."""
        return Traffic(weights=self.weights, multiplies=self.multiplies)


@value
class Transformer:
    """A dense decoder with grouped-query attention and a gated feed-forward layer, by its public integers."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    layers: Array = quantity("1", above=0, doc="decoder layers")
    width: Array = quantity("1", above=0, doc="width of the residual stream")
    query_heads: Array = quantity("1", above=0, doc="attention heads")
    key_value_heads: Array = quantity("1", above=0, doc="heads of keys and of values")
    head_width: Array = quantity("1", above=0, doc="width of a head")
    hidden_width: Array = quantity("1", above=0, doc="width of the gated feed-forward layer")
    vocabulary: Array = quantity("1", above=0, doc="rows of the output projection")

    @property
    def traffic(self) -> Traffic:
        """Weights read per pass (the embedding is a look-up of one row), their products, cache and attention."""
        layers, width = self.layers, self.width
        queries, keys = self.query_heads * self.head_width, self.key_value_heads * self.head_width
        attention = 2.0 * width * queries + 2.0 * width * keys
        weights = layers * (attention + 3.0 * width * self.hidden_width) + width * self.vocabulary
        return Traffic(
            weights=weights,
            multiplies=weights,
            cache_values=2.0 * layers * keys,
            attention_multiplies=2.0 * layers * queries,
        )


@value
class AcceleratorMemory:
    """DRAM outside the chip: a stack, a package, a device or a module, with its interface."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    interface_bits: Array = quantity("1", above=0, doc="data pins of a stack")
    pin_rate: Array = quantity("Hz", above=0, doc="transfers per second of a pin, one bit each")
    access_energy: Array = quantity("J", above=0, doc="to bring one bit to the processor, refresh left out")
    scope: str = choice(
        "device", "board", doc="what the energy covers: DRAM and its side of the interface, or module and bus"
    )
    capacity: Array = quantity("1", above=0, doc="bits behind the interface")
    refresh_power: Array = quantity("W", at_least=0, doc="to keep one bit, refreshed")

    @property
    def bandwidth(self) -> Array:
        """Bits per second of the interface at its full rate."""
        return self.interface_bits * self.pin_rate

    def energy_per_bit(self, utilisation: Array) -> Array:
        """Return the energy of one bit moved, J, with the refresh of all that is kept meanwhile.

        Args:
            utilisation: share of the full bandwidth in use, above 0, at most 1.

        Raises:
            InputError: a utilisation out of range.
        """
        share = Quantity("1", "utilisation", above=0, at_most=1).read(utilisation, f"{self.name}: utilisation")
        return self.access_energy + self.refresh_power * self.capacity / (share * self.bandwidth)


@value
class DataCentre:
    """Where the energy of one request goes; shares as published, which may not sum to 1 for rounding."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    accelerator_share: Array = quantity("1", above=0, below=1, doc="active accelerators with their memory")
    host_share: Array = quantity("1", at_least=0, below=1, doc="host processors and DRAM")
    idle_share: Array = quantity("1", at_least=0, below=1, doc="machines kept in reserve")
    overhead_share: Array = quantity("1", at_least=0, below=1, doc="cooling and power conversion")


@value
class Demand:
    """How demand answers to the energy of a task."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    elasticity: Array = quantity("1", at_least=0, doc="price elasticity of demand, as a positive number")
    pass_through: Array = quantity("1", at_least=0, at_most=1, doc="d ln(price) / d ln(energy per task)")


@value
class Endurance:
    """Write cycles that a kind of memory survives."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cycles: Array = quantity("1", above=0, doc="write cycles of a cell")


@value
class WeightFetch:
    """What reading weights out of embedded flash costs a microcontroller."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    read_energy: Array = quantity("J", above=0, doc="to read one bit of flash")
    bits_per_multiply: Array = quantity("1", above=0, doc="weight bits read per multiply-accumulate")


@value
class Claim:
    """A statement, who makes it, and the operating point at which it is judged here."""

    name: str = text(doc="name of the card")
    title: str = text(doc="the claim in a line")
    statement: str = text(doc="the words of the document")
    source: str = text(doc="key of the document in the bibliography")
    locator: str = text(doc="where in the document")
    operating_point: str = text(doc="where it is judged; says so where the document names none")
    would_change: str = text(doc="what would change the verdict")
    figure: Array = quantity("1", at_least=0, doc="the number claimed, or its lower end; 0 where none is", default=0.0)
    figure_high: Array = quantity("1", at_least=0, doc="its upper end; 0 where none is", default=0.0)
    bandwidth: Array = quantity("B/s", at_least=0, doc="the bandwidth claimed; 0 where none is", default=0.0)


KINDS: Mapping[str, type] = {
    cls.__name__.lower(): cls
    for cls in (Workload, Transformer, AcceleratorMemory, DataCentre, Demand, Endurance, WeightFetch, Claim)
}
"""Every kind of card that this floor adds to `system.catalogue.KINDS`, and the class that declares it."""

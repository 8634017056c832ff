"""One layer on arrays: prepare once, program many times, multiply and count."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.charge import line_parasitic
from remanence.circuit.transistor import REFERENCE
from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar import counting, devices, wiring
from remanence.crossbar.calibration import SAMPLE, Histogram, best_range, partial_sums
from remanence.crossbar.conditions import UNUSED, Conditions
from remanence.crossbar.conversion import Placement, Range, conversions
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.devices import Devices, Groups
from remanence.crossbar.encoding import Encoded
from remanence.crossbar.programmed import ProgrammedCrossbar
from remanence.crossbar.programming import nominal_difference, on_grid, pedestal
from remanence.crossbar.wiring import Wiring
from remanence.device.capacitor import sample_shares, sampled_noise
from remanence.device.programmed import Step
from remanence.kernels.sliced_mvm import Cells


@dataclass(frozen=True, slots=True, eq=False)
class CrossbarEngine:
    """A matrix of whole-number weights laid out on arrays, its converters calibrated.

    Args:
        crossbar: the layout.
        node: the CMOS node.
        encoded: target of each cell, and how sums become results.
        signed: whether inputs can be below zero.
        range: what the converters cover.
        wiring: what wires do to nominal cells; None where they are ignored.
    """

    crossbar: Crossbar
    node: Node
    encoded: Encoded
    signed: bool
    range: Range
    wiring: Wiring | None = None

    @classmethod
    def prepare(
        cls,
        weights: NDArray[np.integer],
        inputs: NDArray[np.integer],
        *,
        signed: bool,
        crossbar: Crossbar,
        node: Node,
    ) -> CrossbarEngine:
        """Lay out weights of shape (K, N) and calibrate the converters on inputs of shape (V, K).

        Raises:
            InputError: weights or inputs of another shape, not whole numbers or out of range, or wires that take more
                than half of the read voltage of a cell.
        """
        encoded = crossbar.weight_encoding.encode(weights)
        crossbar.input_encoding.verify(inputs, signed, encoded.depth)
        sums = calibration_sums(encoded, inputs, signed, crossbar, node)
        wires = wiring.wiring(encoded, crossbar, node, activity(inputs, signed, crossbar, encoded.doubled))
        return cls(crossbar, node, encoded, signed, calibrated(sums, signed, crossbar), wires)

    def verify(self, inputs: NDArray[np.integer], depth: int) -> None:
        """Refuse inputs that are no vectors of so many whole numbers in range (`InputEncoding.verify`)."""
        self.crossbar.input_encoding.verify(inputs, self.signed, depth)

    def holding(self, weights: NDArray[np.integer]) -> CrossbarEngine:
        """Return the layer with other weights of shape (K, N): ranges and trim stay as they were calibrated.

        Raises:
            InputError: weights of another shape, not whole numbers or out of range.
        """
        shape = self.encoded.depth, self.encoded.outputs
        if weights.shape != shape:
            raise InputError("weights", f"shape {weights.shape}", f"must be {shape}, as the layer was calibrated")
        return dataclasses.replace(self, encoded=self.crossbar.weight_encoding.encode(weights))

    @property
    def slices(self) -> NDArray[np.int16]:
        """Target level of each cell, shape (S, K, M)."""
        return self.encoded.levels

    @property
    def step(self) -> float | NDArray[np.float64]:
        """Converter step in level steps of a nominal cell."""
        return self.range.step

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ just after programming."""
        converter = self.crossbar.converter
        return self.crossbar.cell.varies or converter.varies or bool(np.any(converter.noise))

    def differs(self, conditions: Conditions) -> bool:
        """Whether chips under these conditions can differ."""
        charge = self.crossbar.cell.capacitor is not None
        return self.random or (conditions.noisy if charge else conditions.random)

    @property
    def blocks(self) -> int:
        """Blocks of rows, one below the other."""
        return self.crossbar.blocks(self.encoded.levels.shape[1])

    @property
    def _across(self) -> int:
        slices, _, columns = self.encoded.levels.shape
        return self.crossbar.arrays_across(slices * columns)

    @property
    def arrays(self) -> int:
        """Arrays that the layer occupies."""
        return self.blocks * self._across

    @property
    def utilisation(self) -> float:
        """Share of the cells of these arrays that hold a bit of a weight."""
        return self.encoded.levels.size / (self.arrays * self.crossbar.rows * self.crossbar.columns)

    @property
    def steps_per_vector(self) -> int:
        """Activations one after another for one vector, a long pulse counted by its length."""
        return sum(self.crossbar.input_encoding.lengths(self.signed))

    def program(self, stream: Stream | None, conditions: Conditions = UNUSED) -> ProgrammedCrossbar:
        """Write the cells and let them see their use: one chip per stream; None gives nominal cells and converters.

        Raises:
            InputError: conditions that this cell has no law for.
            ValidityError: a time beyond the measured ones, or a read that is a write.
        """
        if stream is None or self.crossbar.cell.capacitor is not None:
            return self._hold(self._nominal() if stream is None else self._shares(stream), stream, conditions)
        fresh = devices.write(self.encoded, self.crossbar, self.node, stream, conditions)
        return self.assemble(devices.use(fresh, self.crossbar, self.node, conditions), stream, conditions, fresh)

    def write(self, stream: Stream, conditions: Conditions = UNUSED) -> Devices:
        """Return the devices of the chip that `program` makes of a stream, written and used, for a file.

        Raises:
            InputError: cells that hold no state of their own.
        """
        if self.crossbar.cell.capacitor is not None:
            raise InputError(f"Crossbar {self.crossbar.name}: cell", self.crossbar.cell.topology,
                             "holds its weights from the supply: there is no state to keep",
                             "Program it again from its seed.")  # fmt: skip
        fresh = devices.write(self.encoded, self.crossbar, self.node, stream, conditions)
        return devices.use(fresh, self.crossbar, self.node, conditions)

    def steps(self, conditions: Conditions = UNUSED) -> tuple[Step, ...]:
        """Return what devices have been through under these conditions, as their history records it."""
        one = dataclasses.replace(self.encoded, levels=self.encoded.levels[:, :1, :1], unit=None)
        fresh = devices.write(one, self.crossbar, self.node, Stream(0), conditions)
        return next(iter(devices.use(fresh, self.crossbar, self.node, conditions).values())).history

    def assemble(
        self, held: Devices, stream: Stream, conditions: Conditions = UNUSED, fresh: Devices | None = None
    ) -> ProgrammedCrossbar:
        """Return the chip that holds given devices, as `write` returns them or a file.

        Args:
            held: the devices, by group.
            stream: of the chip: converters and noise draw from it.
            conditions: under which it is read.
            fresh: the devices before storage, for the compensation of their drift; made again if left out.

        Raises:
            InputError: devices of another layer.
        """
        bar, node = self.crossbar, self.node
        devices.require_match(held, self.encoded, bar, "chip")
        groups = devices.conductances(held, bar, node)
        factor = 1.0
        if devices.drifts(bar, conditions):
            before = fresh or devices.write(self.encoded, bar, node, stream, conditions)
            factor = devices.compensation(devices.conductances(before, bar, node), groups)
        noisy = devices.read_variances(held, bar, node) if conditions.noisy else None
        return self._hold(groups, stream, conditions, variances=noisy, compensation=factor)

    def _nominal(self) -> Groups:
        return devices.nominal_conductances(self.encoded, self.crossbar, self.node) if self.wiring else {}

    def _shares(self, stream: Stream) -> Groups:
        """Return what each unit capacitor adds, in units of a nominal one."""
        cell, rows = self.crossbar.cell, self.crossbar.rows
        assert cell.capacitor is not None
        parasitic = float(line_parasitic(cell, self.node, rows))
        return {
            name: sample_shares(cell.capacitor, levels == self.crossbar.weight_encoding.top, rows=rows,
                                parasitic=parasitic, stream=stream.child(name))
            for name, levels in devices.target_levels(self.encoded, self.crossbar).items()
        }  # fmt: skip

    def _hold(
        self,
        groups: Groups,
        stream: Stream | None,
        conditions: Conditions,
        *,
        variances: Groups | None = None,
        compensation: float = 1.0,
    ) -> ProgrammedCrossbar:
        """Return the chip whose devices conduct (of capacitors, add) so much; no groups are nominal cells."""
        bar, node, encoded, wires = self.crossbar, self.node, self.encoded, self.wiring
        charge = bar.cell.capacitor is not None
        unit = 1.0 if charge else nominal_difference(bar, node) / bar.weight_encoding.top
        lines = None
        if wires is not None:
            unit *= wires.gain
            seen = wiring.effective(groups, encoded, bar, node, wires.activity)
            if variances is not None:  # the noise of a cell passes the wires as its signal does
                variances = {name: part * (seen[name] / groups[name].clip(min=1e-300)) ** 2
                             for name, part in variances.items()}  # fmt: skip
            if bar.source_line == "bitline" and bar.wires == "exact":
                lines = wiring.ladders(groups, encoded, bar, node, wires.gain)
            groups = seen
        if groups:
            values = devices.combined(groups, encoded, bar) / unit
        else:
            values = encoded.levels.astype(np.float64) + pedestal(bar, node)
            if encoded.unit is not None:
                values = values - encoded.unit[:, None, None]
        depth, columns = values.shape[1:]
        largest = max(abs(limit) for limit in bar.input_encoding.limits(self.signed))
        cells, exponent = on_grid(values, min(bar.block_rows(depth), depth), largest_digit=largest)
        variance, rms = None, 0.0
        if variances is not None:
            total = devices.combined(variances, encoded, bar, sign=1)
            variance = (total * (2.0**exponent / unit) ** 2).astype(np.float32)
        elif charge and stream is not None and conditions.noisy:
            rms = self._sampled_noise * 2.0**exponent
        placement = Placement(depth, bar.block_rows(depth), len(values), columns, bar.columns_per_converter)
        parts = conversions(bar.converter, self.range, exponent, placement, stream, variance=variance, rms=rms)
        held = tuple(Cells(np.ascontiguousarray(cells[part.slices, part.rows])) for part in parts)
        return ProgrammedCrossbar(self, exponent, parts, held, compensation, lines)

    @property
    def _sampled_noise(self) -> float:
        """Thermal noise of a converted sum of charges, both lines of a pair, in cells."""
        cell, rows = self.crossbar.cell, self.crossbar.rows
        assert cell.capacitor is not None
        noise = sampled_noise(cell.capacitor, rows=rows, parasitic=line_parasitic(cell, self.node, rows),
                              supply=self.node.supply, temperature=REFERENCE)  # fmt: skip
        return float(np.sqrt(cell.devices) * noise)

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, K) make the arrays do (`counting.counted`)."""
        return counting.counted(self.crossbar, self.encoded, self.signed, inputs)

    def expected_events(self, inputs: counting.Occurrence, weights: counting.Occurrence | None = None) -> EventCount:
        """Return what inputs as frequent as these make the arrays do on average (`counting.expected`)."""
        return counting.expected(self.crossbar, self.encoded, self.signed, inputs, weights)

    def write_events(self) -> EventCount:
        """Count the devices written once to program the layer, unit columns included."""
        units = 0 if self.encoded.unit is None else self.encoded.levels[:, :, 0].size * self._across
        return EventCount(memory_bits_written=float(self.crossbar.cell.devices * self.encoded.levels.size + units))


def activity(inputs: NDArray[np.integer], signed: bool, crossbar: Crossbar, doubled: bool) -> float:
    """Return the share of the rows that conduct while an array works, over inputs of shape (V, K).

    The mean over activations, each weighted by the mean square of what it adds to a result: its significance squared
    times the rows that it drives. So the share is that of the sums that matter.
    """
    if crossbar.wires == "ignored" or not inputs.size:
        return 1.0
    drive = crossbar.input_encoding
    drive.verify(inputs, signed)
    significances = drive.significances(signed)
    activations = drive.activations(inputs, signed, doubled)
    longest = drive.lengths(signed)
    shares = np.array(
        [np.abs(plane).mean() / length for (_, _, plane), length in zip(activations, longest, strict=True)]
    )
    factors = np.array([float(factor * significances[place]) for place, factor, _ in activations])
    weights = factors**2 * shares
    return float(weights @ shares / weights.sum()) if weights.any() else 1.0


def calibration_sums(
    encoded: Encoded, inputs: NDArray[np.integer], signed: bool, crossbar: Crossbar, node: Node
) -> Histogram | None:
    """Return the histogram of a layer's partial sums; None where converters need no calibration."""
    if crossbar.converter.kind in ("lossless", "ideal"):
        return None
    drive, top = crossbar.input_encoding, crossbar.weight_encoding.top
    base = pedestal(crossbar, node)
    levels = encoded.levels if encoded.unit is None else encoded.levels - encoded.unit[:, None, None]
    least = -top if crossbar.weight_encoding.record.pair or encoded.unit is not None else base
    corners = [digit * level for digit in drive.limits(signed) for level in (least, top + base)]
    drive.verify(inputs, signed)
    sample = inputs[:: max(1, -(-len(inputs) // SAMPLE))]
    return partial_sums(
        drive.digits(sample, signed, encoded.doubled),
        levels,
        input_weights=drive.significances(signed),
        cell_weights=encoded.cell_weights,
        rows=crossbar.block_rows(levels.shape[1]),
        lowest=crossbar.rows * min(0.0, *corners),
        highest=crossbar.rows * max(0.0, *corners),
        pedestal=base,
        per_column=crossbar.range_per == "column",
    )


def calibrated(sums: Histogram | None, signed: bool, crossbar: Crossbar) -> Range:
    """Return what the converters of a layer cover, from the histogram of its partial sums."""
    low, high = crossbar.codes(signed)
    if sums is None:
        return Range(1.0, 0.0, low, high)
    return best_range(
        sums, low, high, method=crossbar.converter_range, percentile=float(crossbar.percentile),
        two_sided=crossbar.two_sided(signed), whole=not crossbar.has_pedestal,
    )  # fmt: skip

"""The independent small matrices of a grouped convolution on arrays.

A group sees only its own inputs, so groups cannot share rows. Each takes arrays of its own, of which a depthwise layer
uses as many rows as its kernel has points: `utilisation` states how much stays empty. All groups work at the same time.

`Crossbar.groups_per_array` lets P groups share an array instead: each takes the next rows and the next columns. The
cells beside this diagonal hold zeros. Those are cells like any other: written once, conducting wherever their row is
raised, and spread. So sharing saves area, and costs read energy and accuracy, here as on a chip.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar.conditions import UNUSED, Conditions
from remanence.crossbar.counting import Occurrence
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.devices import Devices
from remanence.crossbar.engine import CrossbarEngine, activity, calibrated, calibration_sums
from remanence.crossbar.programmed import ProgrammedCrossbar
from remanence.crossbar.wiring import Wiring, wiring
from remanence.device.programmed import Step
from remanence.kernels.sliced_mvm import Product


@dataclass(frozen=True, slots=True, eq=False)
class GroupedCrossbarEngine:
    """The matrices of all groups laid out on arrays, with one converter step for the layer.

    Args:
        packs: block-diagonal matrices of the groups that share an array (or, of a group too large for one, arrays).
        shape: groups G, inputs K and outputs N of a group.
    """

    packs: tuple[CrossbarEngine, ...]
    shape: tuple[int, int, int]

    @classmethod
    def prepare(
        cls,
        weights: NDArray[np.integer],
        inputs: NDArray[np.integer],
        *,
        signed: bool,
        crossbar: Crossbar,
        node: Node,
    ) -> GroupedCrossbarEngine:
        """Lay out weights of shape (G, K, N) and calibrate the converter step on inputs of shape (V, G K).

        Raises:
            InputError: as for `CrossbarEngine.prepare`.
        """
        groups, depth, outputs = weights.shape
        crossbar.input_encoding.verify(inputs, signed, groups * depth)
        together = groups_together(depth, outputs, crossbar)
        packed, sums = [], []
        wires: list[Wiring | None] = []
        for first in range(0, groups, together):
            packed.append(crossbar.weight_encoding.encode(block_diagonal(weights[first : first + together])))
            part = inputs[:, first * depth : (first + together) * depth]
            sums.append(calibration_sums(packed[-1], part, signed, crossbar, node))
            wires.append(wiring(packed[-1], crossbar, node, activity(part, signed, crossbar, packed[-1].doubled)))
        if crossbar.range_per == "layer":
            known = [one for one in sums if one is not None]
            sums = [functools.reduce(operator.add, known) if known else None] * len(packed)
        packs = tuple(
            CrossbarEngine(crossbar, node, encoded, signed, calibrated(one, signed, crossbar), own)
            for encoded, one, own in zip(packed, sums, wires, strict=True)
        )
        return cls(packs, (groups, depth, outputs))

    @property
    def step(self) -> float | NDArray[np.float64]:
        """Converter step in level steps of a nominal cell, of the layer or of each column."""
        first = self.packs[0].step
        return first if np.ndim(first) == 0 else np.concatenate([np.atleast_1d(pack.step) for pack in self.packs])

    @property
    def steps_per_vector(self) -> int:
        """Activations one after another for one vector; all groups work at the same time."""
        return self.packs[0].steps_per_vector

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ."""
        return self.packs[0].random

    def differs(self, conditions: Conditions) -> bool:
        """Whether chips under these conditions can differ."""
        return self.packs[0].differs(conditions)

    @property
    def wiring(self) -> Wiring | None:
        """What wires do to the pack that loses most; None where they are ignored."""
        known = [pack.wiring for pack in self.packs if pack.wiring is not None]
        return max(known, key=lambda one: one.worst, default=None)

    @property
    def arrays(self) -> int:
        """Arrays that the layer occupies."""
        return sum(pack.arrays for pack in self.packs)

    @property
    def utilisation(self) -> float:
        """Share of the cells of these arrays that hold a bit of a weight; zeros beside the diagonal do not count."""
        bar = self.packs[0].crossbar
        groups, depth, outputs = self.shape
        held = groups * depth * outputs * bar.columns_per_output * self.packs[0].encoded.rows_per_input
        return held / (self.arrays * bar.rows * bar.columns)

    def holding(self, weights: NDArray[np.integer]) -> GroupedCrossbarEngine:
        """Return the layer with other weights of shape (G, K, N): ranges and trims stay as they were calibrated.

        Raises:
            InputError: as for `CrossbarEngine.holding`.
        """
        if weights.shape != self.shape:
            raise InputError("weights", f"shape {weights.shape}", f"must be {self.shape}, as the layer was calibrated")
        together = self.packs[0].encoded.depth // self.shape[1]
        parts = (weights[first : first + together] for first in range(0, self.shape[0], together))
        packs = tuple(pack.holding(block_diagonal(part)) for pack, part in zip(self.packs, parts, strict=True))
        return GroupedCrossbarEngine(packs, self.shape)

    def program(self, stream: Stream | None, conditions: Conditions = UNUSED) -> ProgrammedGroups:
        """Write the cells and let them see their use: one chip per stream; None gives nominal cells."""
        return ProgrammedGroups(
            tuple(
                pack.program(None if stream is None else stream.child("groups", index), conditions)
                for index, pack in enumerate(self.packs)
            ),
            self.shape,
        )

    def write(self, stream: Stream, conditions: Conditions = UNUSED) -> Devices:
        """Return the devices of the chip that `program` makes of a stream, by pack and group, for a file."""
        return {
            f"{index}/{name}": part
            for index, pack in enumerate(self.packs)
            for name, part in pack.write(stream.child("groups", index), conditions).items()
        }

    def steps(self, conditions: Conditions = UNUSED) -> tuple[Step, ...]:
        """Return what devices have been through under these conditions, as their history records it."""
        return self.packs[0].steps(conditions)

    def assemble(self, held: Devices, stream: Stream, conditions: Conditions = UNUSED) -> ProgrammedGroups:
        """Return the chip that holds given devices, as `write` returns them or a file.

        Raises:
            InputError: devices of another layer.
        """
        found: list[Devices] = [{} for _ in self.packs]
        for name, part in held.items():
            index, _, group = name.partition("/")
            if not index.isdecimal() or int(index) >= len(found):
                raise InputError("chip", name, f"must be one of the {len(found)} packs of this layer")
            found[int(index)][group] = part
        return ProgrammedGroups(
            tuple(
                pack.assemble(own, stream.child("groups", index), conditions)
                for index, (pack, own) in enumerate(zip(self.packs, found, strict=True))
            ),
            self.shape,
        )

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, G K) make the arrays do; all of them work at the same time."""
        self.packs[0].verify(inputs, self.shape[0] * self.shape[1])
        total, start = EventCount(), 0
        for pack in self.packs:
            depth = pack.encoded.depth
            counted = pack.events(inputs[:, start : start + depth])
            total, start = total + counted, start + depth
        return dataclasses.replace(total, sequential_steps=counted.sequential_steps)

    def expected_events(self, inputs: Occurrence, weights: Occurrence | None = None) -> EventCount:
        """Return what inputs as frequent as these make the arrays do on average.

        Groups take a histogram of all inputs alike. The zeros beside the diagonal are cells of their own, so that
        weights that are given need them added.
        """
        total, (groups, depth, _), start = EventCount(), self.shape, 0
        for pack in self.packs:
            own = pack.encoded.depth
            if inputs.counts.ndim == 2:
                seen = Occurrence(inputs.values, inputs.counts[start : start + own])
            else:
                seen = inputs * (own / (groups * depth))
            counted = pack.expected_events(seen, weights)
            total, start = total + counted, start + own
        return dataclasses.replace(total, sequential_steps=counted.sequential_steps)

    def write_events(self) -> EventCount:
        """Count the junctions written once to program the layer, zeros beside the diagonal included."""
        total = EventCount()
        for pack in self.packs:
            total = total + pack.write_events()
        return total


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammedGroups:
    """One programmed chip's share of a grouped layer: its packs, in order; groups, inputs and outputs of a group."""

    packs: tuple[ProgrammedCrossbar, ...]
    shape: tuple[int, int, int]

    def multiply(
        self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0
    ) -> NDArray[np.float64]:
        """Return the products of inputs, shape (V, G K), group by group: shape (V, G N)."""
        return self.product(inputs, backend, first_vector=first_vector).values.astype(np.float64, copy=False)

    def product(self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0) -> Product:
        """Return the products as `multiply` does, and how those of the first pack were computed."""
        self.packs[0].engine.verify(inputs, self.shape[0] * self.shape[1])
        ends = np.cumsum([pack.engine.encoded.depth for pack in self.packs])
        found = [
            pack.product(np.ascontiguousarray(part), backend, first_vector=first_vector)
            for pack, part in zip(self.packs, np.split(inputs, ends[:-1], axis=1), strict=True)
        ]
        return Product(np.concatenate([one.values for one in found], axis=1), found[0].path, found[0].backend)

    def gradient(
        self, upstream: NDArray[np.floating], inputs: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return derivatives by the inputs, (V, G K), and by the weights, (G, K, N)."""
        of_inputs, of_weights, start, ahead = [], [], 0, 0
        groups, depth, outputs = self.shape
        self.packs[0].engine.verify(inputs, groups * depth)
        for pack in self.packs:
            encoded = pack.engine.encoded
            part = slice(start, start + encoded.depth), slice(ahead, ahead + encoded.outputs)
            back, own = pack.gradient(upstream[:, part[1]], inputs[:, part[0]])
            count = encoded.depth // depth
            each = np.arange(count)
            of_inputs.append(back)
            of_weights.append(own.reshape(count, depth, count, outputs)[each, :, each, :])
            start, ahead = part[0].stop, part[1].stop
        return np.concatenate(of_inputs, axis=1), np.concatenate(of_weights)


def groups_together(depth: int, outputs: int, crossbar: Crossbar) -> int:
    """Return how many groups of ``depth`` inputs and ``outputs`` outputs share an array: at least 1."""
    free = crossbar.columns - crossbar.unit_columns
    fitting = min(
        crossbar.rows // (crossbar.weight_encoding.rows_per_input * depth),
        free // (crossbar.columns_per_output * outputs),
    )
    return max(1, min(fitting, crossbar.groups_per_array))


def block_diagonal(matrices: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return matrices of shape (P, K, N) along the diagonal of one of shape (P K, P N), zeros elsewhere."""
    count, depth, outputs = matrices.shape
    whole = np.zeros((count, depth, count, outputs), matrices.dtype)
    each = np.arange(count)
    whole[each, :, each, :] = matrices
    return whole.reshape(count * depth, count * outputs)

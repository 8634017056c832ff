"""From event counts to energy, time, area, standby and write cost: one price list per architecture.

Parameters enter as arrays whose first element is the median design and whose others are the draws, so that the value
and its interval come from one pass through the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import (
    Node,
    Organisations,
    Periphery,
    Route,
    Storage,
    between,
    organise,
    route,
    storage,
    tree_path,
)
from remanence.circuit import cell as cells
from remanence.core import units
from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.crossbar import UNUSED, Conditions
from remanence.data import Draws
from remanence.system.chip import Chip, Gpu, Processor
from remanence.system.estimate import Estimate
from remanence.system.platform import Platform

DROP_TO_FLAG = 0.05
"""Share of the read voltage lost on a line from which an estimate says so."""
DISTURB_TO_FLAG = 0.3
"""Read current over critical current from which an estimate says so."""
NOISE_TO_FLAG = 0.1
"""Thermal noise of a conversion in units of a cell from which an estimate says so: its own step is one cell or more."""


NEAR = 20.0
"""Kelvin between a junction and its chip from which an estimate says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRun:
    """What one layer did, per inference.

    Args:
        name: of the layer.
        events: average over the run, per inference, weights not included.
        weight_events: reads of the weight memory for one pass over the layer, shared by a batch.
        write_events: to store the layer's weights once.
        arrays: computing arrays that the layer occupies.
        weights: weights of the layer.
        multiply_accumulates: of one inference.
    """

    name: str
    events: EventCount
    weight_events: EventCount
    write_events: EventCount
    arrays: int
    weights: int
    multiply_accumulates: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Joules per event and component, and the rest that an architecture adds."""

    energy: Mapping[str, Mapping[str, Array]]  # event: J by component
    time: Callable[[LayerRun, int], Array]  # s of a layer for a batch
    static_power: Array  # W while running
    area: Mapping[str, Array]
    standby: Mapping[str, Array]
    write_energy: Mapping[str, Array]
    write_time: Array
    static_component: str = "leakage"
    drop: Array = 0.0
    disturb: Array = 0.0
    noise: Array = 0.0  # rms of one conversion, in units of one cell
    junction_write: Array = 0.0  # V over the junction
    write_supply: Array = 0.0  # V over junction and transistor
    notes: tuple[str, ...] = ()  # remarks of this architecture


def price(
    platform: Platform,
    layers: Sequence[LayerRun],
    *,
    batch: int = 1,
    draws: Draws | None = None,
    conditions: Conditions = UNUSED,
) -> Estimate:
    """Price what a network did on a chip.

    Args:
        platform: the chip with its ranges.
        layers: what each layer did.
        batch: inferences run together: weight reads are shared, crossbar layers overlap.
        draws: how many draws over the ranges, and their seed; 256 from seed 0 if left out.
        conditions: under which the accuracy was found: remarks say what is not in it.

    Raises:
        InputError: no layers, or a batch below 1.
    """
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise InputError("estimate: batch", batch, "must be a whole number of at least 1")
    if not layers:
        raise InputError("estimate", "no layers", "at least one layer must run on the chip")
    draws = draws or Draws()
    chips = (platform.design, platform.sample(draws))
    plan = _plan(platform.design, layers)
    lists = [_PRICES[platform.design.architecture](chip, layers, plan) for chip in chips]
    count = draws.count

    def column(pick: Callable[[PriceList], Array]) -> NDArray[np.float64]:
        median, sampled = (np.asarray(pick(prices), dtype=np.float64) for prices in lists)
        return np.concatenate([np.atleast_1d(median), np.broadcast_to(sampled, (count,))])

    def columns(pick: Callable[[PriceList], Mapping[str, Array]]) -> dict[str, NDArray[np.float64]]:
        return {name: column(lambda prices, name=name: pick(prices)[name]) for name in pick(lists[0])}  # type: ignore[misc]

    times = np.stack([column(lambda prices, run=run: prices.time(run, batch)) for run in layers], axis=1)  # type: ignore[misc]
    named = (component for prices in lists[0].energy.values() for component in prices)
    components = (*dict.fromkeys(named), lists[0].static_component)
    parts = np.zeros((1 + count, len(layers), len(components)))
    for index, run in enumerate(layers):
        counts = run.events + run.weight_events * (1.0 / batch)
        for event, number in counts.as_dict().items():
            if event not in lists[0].energy:
                raise InputError(f"{platform.name}: event", event, f"has no price in a {platform.design.architecture}")
            for component in lists[0].energy[event]:
                each = column(lambda prices, e=event, c=component: prices.energy[e][c])  # type: ignore[misc]
                parts[:, index, components.index(component)] += number * each
    parts[:, :, -1] = times * column(lambda prices: prices.static_power)[:, None] / batch
    return Estimate(
        chip=platform.name,
        scope=platform.design.scope,
        batch=batch,
        layers=tuple(run.name for run in layers),
        components=components,
        energy_parts=parts,
        time_parts=times,
        area_parts=columns(lambda prices: prices.area),
        standby_parts=columns(lambda prices: prices.standby),
        write_parts=columns(lambda prices: prices.write_energy),
        write_time_draws=column(lambda prices: prices.write_time),
        multiply_accumulates=sum(run.multiply_accumulates for run in layers),
        sources=tuple(sorted({row.source for row in platform.rows()})),
        flags=tuple(_flags(platform.design, lists[0], lists[1], conditions)),
        parameter_draws=draws,
    )


def _flags(chip: Chip, prices: PriceList, sampled: PriceList, conditions: Conditions) -> Iterator[str]:
    """Yield what a reader must know before trusting the figures of this chip."""
    yield from prices.notes
    drop, disturb = float(prices.drop), float(prices.disturb)
    if drop > DROP_TO_FLAG:
        found = chip.crossbar is not None and chip.crossbar.wires != "ignored"
        lost = f"up to {drop:.0%} of the read voltage is lost on a line with all rows conducting"
        yield f"{lost} ({'in' if found else 'not in'} the accuracy)"
    if chip.crossbar is None and conditions.random:
        yield "conditions of use are those of computing arrays: this chip's memory is taken as just written"
    if chip.crossbar is not None and chip.crossbar.cell.capacitor is not None and conditions.devices:
        yield "cells hold their weights from the supply: of the conditions of use only read noise is in the accuracy"
    if chip.crossbar is not None:
        converter, (least, most) = chip.crossbar.converter, chip.crossbar.codes()
        if converter.kind == "ideal":
            yield f"converters are ideal: they round nothing and are priced as {converter.bits} bits"
        if converter.kind == "lossless" and most - least >= 2**converter.bits:
            yield f"converters have {most - least + 1} codes, one a sum, and are priced as {converter.bits} bits"
    if disturb > DISTURB_TO_FLAG and not conditions.reads:
        yield f"the read current is {disturb:.0%} of the critical current: read disturb is not in the accuracy"
    if float(prices.noise) > NOISE_TO_FLAG and not conditions.noisy:
        yield f"thermal noise is {float(prices.noise):.2f} of one cell per conversion: it is not in the accuracy"
    cell = chip.crossbar.cell if chip.crossbar else chip.memory.cell if chip.memory else None
    if cell is None or chip.node is None:
        return
    supply = float(chip.node.supply)
    if float(prices.write_supply) > supply and cell.flash is None:  # flash: its pump is priced
        yield f"writing takes {float(prices.write_supply):.2f} V of a {supply:.2f} V node: a rail that is not priced"
    if cell.junction is None:
        return
    limit, needed = float(cell.junction.stack.breakdown_voltage), float(prices.junction_write)
    if needed >= limit:
        yield f"cannot be written: {needed:.2f} V over the junction, whose barrier breaks at {limit:.2f} V"
    else:
        beyond = float(np.mean(np.asarray(sampled.junction_write) >= limit))
        if beyond > 0.05:
            yield f"in {beyond:.0%} of the draws writing takes more than the median breakdown voltage"
    if abs(float(cell.junction.temperature) - float(chip.temperature)) > NEAR:
        celsius = [float(kelvin) - 273.15 for kelvin in (cell.junction.temperature, chip.temperature)]
        yield f"the junction is at {celsius[0]:.0f} degC, the CMOS figures hold at {celsius[1]:.0f} degC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is chosen once, at the medians, and then priced in every draw; None where a chip has no such memory."""

    weights: Organisations | None  # of each macro of the weight memory
    buffer: Organisations | None


def _plan(chip: Chip, layers: Sequence[LayerRun]) -> Plan:
    node, periphery, memory, processor = chip.node, chip.periphery, chip.memory, chip.processor
    if node is None or periphery is None or processor is None:
        return Plan(weights=None, buffer=None)
    temperature = float(chip.temperature)
    stored = sum(run.weights for run in layers) * processor.weight_bits
    return Plan(
        weights=None
        if memory is None
        else organise(
            memory, node, periphery, needed=max(stored, 1), banks=processor.memory_banks, temperature=temperature
        ),
        buffer=organise(processor.buffer, node, periphery, needed=processor.buffer_bits, temperature=temperature),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What a crossbar and a near-memory chip have alike: buffer, long wires, scalar units."""

    buffer: Storage
    route: Route
    scalar_energy: Array  # J per operation
    scalar_rate: Array  # 1/s
    scalar_area: Array  # m^2


def _common(chip: Chip, plan: Plan) -> tuple[_Common, Node, Periphery, Processor]:
    node, periphery, processor = chip.node, chip.periphery, chip.processor
    if node is None or periphery is None or processor is None or plan.buffer is None:
        raise InputError(f"Chip {chip.name}", "a missing part", f"a {chip.architecture} chip needs node and processor")
    temperature = float(chip.temperature)
    return (
        _Common(
            buffer=storage(processor.buffer, node, periphery, plan.buffer, temperature=temperature),
            route=route(node, periphery, temperature=temperature),
            scalar_energy=node.scalar_operation_energy * (1.0 + processor.control_share),
            scalar_rate=processor.scalar_lanes * processor.frequency,
            scalar_area=processor.scalar_lanes * node.scalar_operation_area,
        ),
        node,
        periphery,
        processor,
    )


def _crossbar(chip: Chip, layers: Sequence[LayerRun], plan: Plan) -> PriceList:
    """Price arrays on an H-tree, the buffer beside its root; inputs go on from array to array along a row of arrays."""
    common, node, periphery, processor = _common(chip, plan)
    bar, buffer = chip.crossbar, common.buffer
    if bar is None:
        raise InputError(f"Chip {chip.name}", "a missing part", "a crossbar chip needs its crossbar")
    cost = bar.cost(node, periphery, float(chip.temperature))
    arrays = sum(run.arrays for run in layers)
    rows_written = arrays * bar.rows

    def stage(events: EventCount) -> Array:
        return events.sequential_steps * cost.step_time + events.digital_operations / common.scalar_rate

    slowest: Array = 0.0
    for run in layers:
        slowest = np.maximum(slowest, stage(run.events))

    def time(run: LayerRun, batch: int) -> Array:
        # layers form a pipeline: a batch waits for the sum once, then for the slowest layer (shared out evenly)
        return stage(run.events) + (batch - 1) * slowest / len(layers)

    way = np.sqrt(buffer.area) / 2.0 + tree_path(arrays * cost.area, max(arrays, 1))
    moved = common.route.energy * way
    wires = buffer.word_bits * way * common.route.leakage
    buffered = {name: {"buffers": energy, "wires": moved} for name, energy in _buffer_events(buffer)}
    return PriceList(
        energy={
            "cell_reads_low": {"array": cost.cell_read_low},
            "cell_reads_high": {"array": cost.cell_read_high},
            "wordline_toggles": {
                "lines": cost.wordline_toggle,
                "wires": common.route.full_swing * np.sqrt(cost.area),  # the bit came from the array before
            },
            "bitline_reads": {"lines": cost.bitline_read},
            "conversions": {"converters": cost.conversion},
            "shift_adds": {"accumulators": cost.shift_add * (1.0 + processor.control_share)},
            **buffered,
            "digital_operations": {"digital": common.scalar_energy},
            "array_steps": {},
            "sequential_steps": {},
        },
        time=time,
        static_power=arrays * cost.leakage + buffer.leakage + wires,
        area={
            "cells": arrays * cost.area_cells,
            "converters": arrays * cost.area_converters,
            "drivers": arrays * cost.area_drivers,
            "accumulators": arrays * cost.area_accumulators,
            "buffers": buffer.area,
            "scalar units": common.scalar_area,
        },
        standby={"arrays": arrays * cost.standby, "buffers": buffer.leakage * node.gated_fraction},
        write_energy={
            "cells": sum(run.write_events.memory_bits_written for run in layers) * cost.write_bit,
            "wires": sum(run.write_events.memory_bits_written for run in layers) * moved,
        },
        write_time=rows_written * cost.write_row_time,
        drop=cost.line_drop,
        disturb=cost.disturb,
        noise=cost.noise,
        junction_write=cells.device_write_voltage(bar.cell, node) if bar.cell.keeps else 0.0,
        write_supply=cells.write_voltage(bar.cell, node) if bar.cell.keeps else 0.0,
    )


def _buffer_events(buffer: Storage) -> tuple[tuple[str, Array], ...]:
    return (("buffer_bits_read", buffer.read_bit), ("buffer_bits_written", buffer.write_bit))


def _near_memory(chip: Chip, layers: Sequence[LayerRun], plan: Plan) -> PriceList:
    """Price a macro of weights, with a bank per word read at once, and a buffer, both beside the multipliers."""
    common, node, periphery, processor = _common(chip, plan)
    memory, buffer = chip.memory, common.buffer
    if memory is None or plan.weights is None:
        raise InputError(f"Chip {chip.name}", "a missing part", "a near-memory chip needs its memory")
    weights = storage(memory, node, periphery, plan.weights, temperature=float(chip.temperature))
    stored = sum(run.weights for run in layers) * processor.weight_bits
    # a bank gives a word a cycle, or as fast as it can be read
    bandwidth = np.minimum(weights.bandwidth, memory.word_bits * processor.memory_banks * processor.frequency)
    multipliers = processor.input_lanes * processor.output_lanes * node.multiply_accumulate_area
    fetching, feeding = (
        common.route.energy * between(block.area, multipliers) for block in (weights, buffer)
    )  # fmt: skip
    wires = common.route.leakage * (
        memory.word_bits * processor.memory_banks * between(weights.area, multipliers)
        + buffer.word_bits * between(buffer.area, multipliers)
    )

    def time(run: LayerRun, batch: int) -> Array:
        compute = batch * run.events.multiply_steps / processor.frequency
        load = run.weight_events.memory_bits_read / bandwidth
        scalar = batch * run.events.digital_operations / common.scalar_rate
        return np.maximum(compute, load) + scalar

    overhead = 1.0 + processor.control_share
    return PriceList(
        energy={
            "multiply_accumulates": {"multipliers": node.multiply_accumulate_energy * overhead},
            "multiply_steps": {},
            "memory_bits_read": {"weight memory": weights.read_bit, "wires": fetching},
            **{name: {"buffers": energy, "wires": feeding} for name, energy in _buffer_events(buffer)},
            "digital_operations": {"digital": common.scalar_energy},
        },
        time=time,
        static_power=weights.leakage + buffer.leakage + wires,
        area={
            "weight memory": weights.area,
            "multipliers": multipliers,
            "scalar units": common.scalar_area,
            "buffers": buffer.area,
        },
        standby={"weight memory": weights.standby, "buffers": buffer.leakage * node.gated_fraction},
        write_energy={"weight memory": stored * weights.write_bit, "wires": stored * fetching},
        write_time=stored / memory.word_bits * weights.write_time,
        junction_write=cells.device_write_voltage(memory.cell, node) if memory.cell.keeps else 0.0,
        write_supply=cells.write_voltage(memory.cell, node) if memory.cell.keeps else 0.0,
    )


def _gpu(chip: Chip, layers: Sequence[LayerRun], _: Plan) -> PriceList:
    gpu = chip.gpu
    if gpu is None:
        raise InputError(f"Chip {chip.name}", "a missing part", "a gpu chip needs its gpu")
    stored = sum(run.weights for run in layers) * gpu.weight_bits

    def time(run: LayerRun, batch: int) -> Array:
        # launch, then memory and arithmetic one after the other: the exponent that fits measured inference is 1
        bits = (
            batch * (run.events.buffer_bits_read + run.events.buffer_bits_written) + run.weight_events.memory_bits_read
        )
        moving = bits / (gpu.bandwidth_efficiency * gpu.bandwidth)
        computing = 2.0 * batch * run.events.multiply_accumulates / (gpu.rate_efficiency * gpu.peak_rate)
        return gpu.launch_time + moving + computing

    return PriceList(
        energy={
            "multiply_accumulates": {"arithmetic": 2.0 * gpu.operation_energy},
            "memory_bits_read": {"memory": gpu.memory_bit_energy},
            "buffer_bits_read": {"memory": gpu.memory_bit_energy},
            "buffer_bits_written": {"memory": gpu.memory_bit_energy},
            "digital_operations": {"arithmetic": gpu.operation_energy},
        },
        time=time,
        static_power=gpu.static_power,
        static_component="power while active",
        area={},
        standby={"card": gpu.idle_power},
        write_energy={"memory": stored * gpu.memory_bit_energy},
        write_time=stored / gpu.bandwidth,
        notes=(f"a roofline bound, launches and static power included; {_best_batch(gpu, layers, time)}",),
    )


def _best_batch(gpu: Gpu, layers: Sequence[LayerRun], time: Callable[[LayerRun, int], Array]) -> str:
    """Say at which batch the energy per inference is least, at the medians."""

    def energy(batch: int) -> float:
        seconds = sum(float(np.mean(time(run, batch))) for run in layers)
        work = sum(
            run.events.multiply_accumulates * 2.0 * float(np.mean(gpu.operation_energy))
            + (
                run.events.buffer_bits_read
                + run.events.buffer_bits_written
                + run.weight_events.memory_bits_read / batch
            )
            * float(np.mean(gpu.memory_bit_energy))
            for run in layers
        )
        return work + seconds * float(np.mean(gpu.static_power)) / batch

    batches = [2**power for power in range(gpu.largest_batch.bit_length())]
    best = min(batches, key=energy)
    return f"at its best batch, {best}, an inference takes {units.show(energy(best), 'J')}"


def _microcontroller(chip: Chip, layers: Sequence[LayerRun], _: Plan) -> PriceList:
    core = chip.microcontroller
    if core is None:
        raise InputError(f"Chip {chip.name}", "a missing part", "a microcontroller chip needs its microcontroller")
    stored = sum(run.weights for run in layers) * core.weight_bits
    return PriceList(
        energy={
            "multiply_accumulates": {"core and flash": core.energy_per_multiply},
            "digital_operations": {"core and flash": 0.0},  # inside the measured energy and cycles per multiply
        },
        time=lambda run, batch: batch * run.events.multiply_accumulates * core.cycles_per_multiply / core.frequency,
        static_power=core.active_power,
        static_component="power while active",
        area={},
        standby={"core": core.standby_power},
        write_energy={"flash": stored * core.flash_write_energy},
        write_time=stored * core.flash_write_time,
    )


_PRICES: Mapping[str, Callable[[Chip, Sequence[LayerRun], Plan], PriceList]] = {
    "crossbar": _crossbar,
    "near-memory": _near_memory,
    "microcontroller": _microcontroller,
    "gpu": _gpu,
}

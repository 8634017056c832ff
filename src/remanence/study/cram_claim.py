"""The claim of 2,500 times less energy and 1,700 times less time taken apart, one assumption at a time.

Every step changes one thing and keeps those before. What can be computed is: the program of a neuron, the gates of a
device, periphery, groups of rows. What cannot is a row of the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.cram.arithmetic.integer import popcount
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.cells.cell import Logiccell
from remanence.cram.machine.array import Array, Logicarray
from remanence.cram.machine.claim_case import Logicclaim
from remanence.cram.machine.cost import Cost, cost
from remanence.cram.netlist import Builder
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.data import build, names

MAJORITY = ("AND2", "NOT", "NMAJ3", "NMAJ5", "MAJ5")
"""Gates of the published mapping: an AND, and full adders of three or four gates."""
RELIABLE = ("NOT", "NAND2")
ANY_ERROR = 0.9
"""Gates are taken whatever their error where a claim has none in it."""
UNBOUND = {"most_current": 1e6, "bit_line_resistance": 0.0}
"""An array whose drivers and lines bear anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The claim under one more assumption: energies and times of the whole task."""

    name: str
    what: str
    energy: float  # J, CRAM
    time: float  # s, CRAM
    baseline_energy: float  # J
    baseline_time: float  # s

    @property
    def energy_gain(self) -> float:
        """Energy of the baseline over that of CRAM."""
        return self.baseline_energy / self.energy

    @property
    def time_gain(self) -> float:
        """Time of the baseline over that of CRAM."""
        return self.baseline_time / self.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimstudy:
    """What a claim says, needs and becomes."""

    case: Logicclaim
    steps: tuple[Step, ...]
    required: Mapping[str, tuple[float, str]]  # what the published figures require, value and unit
    programs: Mapping[str, Program]
    costs: Mapping[str, Cost]
    wrong: Mapping[str, float]  # expected wrong outcomes of gates and presets in a neuron
    turned: Mapping[str, float]  # inputs that the gates of a neuron turn over, expected; stored numbers among them
    disturb: float  # largest input current over the one that turns the input over, of the claim's device
    lifetime: float  # s, of the busiest cell at the claimed rate
    lifetime_made: float  # s, at the rate of the last step

    @property
    def last(self) -> Step:
        """The claim with all assumptions changed."""
        return self.steps[-2]


def neuron(inputs: int, gates: tuple[str, ...], *, columns: int = 1024) -> Program:
    """Return the program of a binary neuron in a row: inputs and weights joined by AND, and their ones counted.

    Args:
        inputs: of the neuron.
        gates: names of the gates.
        columns: of the array.
    """
    builder = Builder(gates)
    x, w = builder.input("x", inputs), builder.input("w", inputs)
    logic = Logic(builder)
    builder.output("y", popcount(logic, [logic.and_(a, b) for a, b in zip(x, w, strict=True)]))
    return schedule(builder.netlist(), columns=columns)


def study(case: Logicclaim | str = "mnist-2024", limits: Logicarray | str = "standard") -> Claimstudy:
    """Take a claim apart.

    Args:
        case: the claim with its assumptions, or its name.
        limits: what an array bears, or the name of a card.

    Raises:
        InputError: an application wider than an array.
        UnknownNameError: a device set that does not exist.
    """
    given = build(Logicclaim, case) if isinstance(case, str) else case
    bears = build(Logicarray, limits) if isinstance(limits, str) else limits
    if 2 * given.inputs >= bears.columns:
        raise InputError("cram_claim: inputs", given.inputs, f"inputs and weights must fit {bears.columns} columns")
    for option, cell in (("ideal", given.ideal), ("made", given.made)):
        if cell not in names("logiccell"):
            raise UnknownNameError(f"cram_claim: {option}", cell, names("logiccell"))
    free = replace(bears, **UNBOUND)
    programs = {"majority": neuron(given.inputs, MAJORITY, columns=bears.columns),
                "NAND": neuron(given.inputs, RELIABLE, columns=bears.columns)}  # fmt: skip

    def on(cell: str, gates: tuple[str, ...], limit: Logicarray) -> Array:
        return Array(cell=cell, node=given.node, names=gates, most_error=ANY_ERROR, limits=limit)

    apart = replace(free, presets_per_step=1)
    arrays = {
        "ideal": on(given.ideal, MAJORITY, free),
        "apart": on(given.ideal, MAJORITY, apart),
        "made": on(given.made, MAJORITY, apart),
        "reliable": on(given.made, RELIABLE, apart),
        "grouped": on(given.made, RELIABLE, replace(bears, presets_per_step=1)),
    }
    of = {"ideal": "majority", "apart": "majority", "made": "majority", "reliable": "NAND", "grouped": "NAND"}
    costs = {name: cost(programs[of[name]], array, rows=given.pairs) for name, array in arrays.items()}
    base_energy, base_time = float(given.energy_gain * given.energy), float(given.time_gain * given.time)
    rounds = -(-given.pairs // (given.arrays * bears.rows))
    good_energy, good_time = _competent(given)

    def step(name: str, what: str, energy: float, time: float) -> Step:
        return Step(name=name, what=what, energy=energy, time=time, baseline_energy=base_energy,
                    baseline_time=base_time)  # fmt: skip

    gates = costs["ideal"].energy_parts["gates"], costs["ideal"].time_parts["gates"]
    last = costs["grouped"]
    steps = [
        step("as claimed", f"{given.images:,} images together (inferred)", float(given.energy), float(given.time)),
        step("its gates alone", f"rebuilt: {programs['majority'].gate_steps} gates in {given.pairs:,} rows at once, "
             f"set {given.ideal}, presets free", *gates),
        step("+ presets", "each a pulse of its own, at a current that fails once in "
             f"{1 / float(bears.preset_error):.0e}", costs["apart"].cell_energy, costs["apart"].cell_latency),
        step("+ junction", f"set {given.made}: thought makeable", costs["made"].cell_energy,
             costs["made"].cell_latency),
        step("+ reliable gates", "NAND and NOT alone; majorities fail in a tenth of their pulses and more",
             costs["reliable"].cell_energy, costs["reliable"].cell_latency),
        step("+ arrays", f"{given.arrays} arrays of {bears.rows} rows, filled again and again; all rows at once",
             costs["reliable"].cell_energy, rounds * costs["reliable"].cell_latency),
        step("+ rows at once", f"{last.rows_at_once} rows at once at the least: current and drop of the bit lines",
             last.cell_energy, rounds * last.cell_latency),
        step("+ periphery", "decoders, drivers, lines, regulator, control", last.energy, rounds * last.latency),
    ]  # fmt: skip
    end = steps[-1]
    for name, what, energy, time in (
        ("+ a competent baseline", f"{given.lanes} lanes at {float(given.clock) / 1e9:g} GHz", end.energy, end.time),
        ("as claimed, competent baseline", "nothing else changed", float(given.energy), float(given.time)),
    ):
        steps.append(Step(name=name, what=what, energy=energy, time=time, baseline_energy=good_energy,
                          baseline_time=good_time))  # fmt: skip
    busiest = int(arrays["ideal"].writes(programs["majority"]).max())
    worn = int(arrays["grouped"].writes(programs["NAND"]).max())
    return Claimstudy(
        case=given,
        steps=tuple(steps),
        required=_required(given, programs["majority"], costs["ideal"]),
        programs=programs,
        costs=costs,
        wrong={name: found.expected_errors / given.pairs for name, found in costs.items()},
        turned={name: found.expected_disturbs["inputs"] / given.pairs for name, found in costs.items()},
        disturb=arrays["ideal"].disturbs(programs["majority"])["inputs"],
        lifetime=float(given.cycles) * float(given.time) / busiest,
        lifetime_made=float(given.cycles) * (last.latency) / worn,
    )


def _competent(given: Logicclaim) -> tuple[float, float]:
    """Energy and time of a baseline that was designed for the task: lanes of XNOR and popcount beside SRAM."""
    reads = given.images * given.inputs + given.multiplies / float(given.weight_reuse)
    energy = reads * float(given.memory_bit) + given.multiplies * float(given.multiply_bit)
    return energy, given.multiplies / (given.lanes * float(given.clock))


def _required(given: Logicclaim, program: Program, ideal: Cost) -> dict[str, tuple[float, str]]:
    """What the published figures require of a program with that many gates."""
    operations = given.pairs * program.gate_steps
    share = ideal.energy_parts["gates"] / float(given.energy)
    baseline = float(given.energy_gain * given.energy)
    return {
        "time of a gate step": (float(given.time) / program.gate_steps, "s"),
        "gate pulse of that device set": (ideal.time_parts["gates"] / program.gate_steps, "s"),
        "energy of a gate operation, all included": (float(given.energy) / operations, "J"),
        "energy of its cells by that device set": (ideal.energy_parts["gates"] / operations, "J"),
        "share of the cells in the energy": (share, "1"),
        "power of CRAM": (float(given.energy / given.time), "W"),
        "gate steps of a neuron": (float(program.gate_steps), "1"),
        "rows in lock step": (float(given.pairs), "1"),
        "cells": (float(given.pairs * program.columns), "1"),
        "baseline's time of the task": (float(given.time_gain * given.time), "s"),
        "baseline's energy of the task": (baseline, "J"),
        "baseline's energy of a binary multiply-accumulate": (baseline / given.multiplies, "J"),
        "the same, were it one image": (baseline / (given.inputs * given.neurons), "J"),
        "baseline's power": (baseline / float(given.time_gain * given.time), "W"),
        "TMR of that device set": (float(build(Logiccell, given.ideal).tunnel_magnetoresistance), "1"),
    }

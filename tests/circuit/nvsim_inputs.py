"""The constants of NVSim as the inputs of our formulas, so that only the arithmetic can differ."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from remanence.circuit.electrical import Electrical
from remanence.circuit.logic import Link, Logic, Sensing
from remanence.circuit.wire import Wire

PEERS = Path(__file__).parents[1] / "peers"


class Point(NamedTuple):
    """One forced organisation of NVSim with our inputs."""

    answer: dict[str, float]
    cell: Electrical
    gates: Logic
    feature: float  # m
    name: str


def _rows(name: str) -> list[dict[str, str]]:
    with (PEERS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _numbers(row: dict[str, str]) -> dict[str, float]:
    text = ("cell", "roadmap", "cell_kind")
    return {key: float(item or "nan") for key, item in row.items() if key not in text}


def points() -> list[Point]:
    keys = ("cell", "node_nm", "roadmap", "temperature_k")
    constants = {tuple(row[key] for key in keys): _numbers(row) for row in _rows("nvsim_technology.csv")}
    found = []
    for row in _rows("nvsim_forced.csv"):
        name = tuple(row[key] for key in keys)
        answer, peer = _numbers(row), constants[name]
        feature = answer["node_nm"] * 1e-9
        gates = _gates(peer, feature)
        label = f"{'-'.join(name)}-{row['rows']}x{row['columns']}-{row['mat_rows']}x{row['mat_columns']}"
        found.append(Point(answer, _cell(row["cell"], answer, peer, gates, feature), gates, feature, label))
    return found


def _gates(peer: dict[str, float], feature: float) -> Logic:
    supply = peer["vdd"]
    resistance = peer["resistance_multiplier"] * supply / peer["on_n"]
    overdrive = min(peer["vdsat_n"], supply - peer["vth"])
    transconductance = peer["mobility_n"] * peer["cap_ox"] / 2.0 / peer["gate_length"] * overdrive
    # the drain of a transistor that is not folded: 2.5 F long, W wide
    per_width = 2.5 * feature * peer["cap_junction"] + peer["cap_sidewall"] + peer["cap_drain_channel"]
    local = Wire(peer["local_wire_resistance"], peer["local_wire_capacitance"], 2.0 * feature)
    bus = peer["global_wire_resistance"] * peer["global_wire_capacitance"]
    return Logic(
        supply=supply,
        resistance=resistance,
        on_current=peer["on_n"],
        gate=peer["cap_ideal_gate"] + peer["cap_overlap"] + 3.0 * peer["cap_fringe"],
        drain=per_width,
        drain_floor=5.0 * feature * peer["cap_sidewall"],
        ratio=peer["pn_ratio"],
        slope=1.0 / (transconductance * resistance),
        smallest=1.5 * feature,
        largest=100.0 * feature,
        leakage=0.0,
        area=0.0,
        line=local,
        link=Link(
            linear=0.0,
            quadratic=2.3 * bus / 2.0,
            energy=peer["global_wire_capacitance"] * supply**2,
            leakage=0.0,
        ),
        gated=1.0,
        mux_drop=0.2,
        leakage_share=1.0,
        integration_share=0.0,
        activity=1.0,
        time_overhead=0.0,
        energy_overhead=0.0,
        area_overhead=0.0,
        pump_frequency=1.0,
        pump_density=1.0,
    )


def _cell(kind: str, answer: dict[str, float], peer: dict[str, float], gates: Logic, feature: float) -> Electrical:
    sram = kind == "sram"
    access = peer["access_resistance"]
    low, high = (0.0, 0.0) if sram else (1.0 / (answer["cell_resistance_off"] + access), 1.0 / (answer["cell_resistance_on"] + access))  # fmt: skip
    voltage = gates.supply / 2.0 if sram else answer["cell_read_voltage"]
    # half a swing of 80 mV on each line of the pair, its mean voltage over access and pull-down
    discharge = access + gates.resistance / (answer["cell_sram_n_width"] * feature) if sram else np.inf
    return Electrical(
        sensing="voltage" if sram else "current",
        width=peer["cell_width_f"] * feature,
        height=peer["cell_height_f"] * feature,
        gate_capacitance=peer["access_gate_capacitance"] * (2.0 if sram else 1.0),
        drain_capacitance=peer["access_drain_capacitance"] / 2.0,
        access_resistance=access,
        conductance_low=low,
        conductance_high=high,
        cell_current=(voltage - 0.02) / discharge,
        storage_capacitance=0.0,
        read_voltage=voltage,
        wordline_voltage=gates.supply,
        write_current=answer["cell_write_current"],
        write_voltage=gates.supply,
        write_pulse=answer["cell_write_pulse"],
        write_attempts=1.0,
        write_energy=gates.supply * answer["cell_write_current"] * answer["cell_write_pulse"],
        pump_efficiency=1.0,
        destructive=False,
        retention_time=np.inf,
        cell_leakage=0.0,
        bits_per_cell=1,
        devices=1,
    )


def amplifier(point: Point, *, like: Point | None = None) -> Sensing:
    """The sense amplifier of a point, its time and energy those that NVSim printed (for another point if asked)."""
    source = (like or point).answer
    number = source["columns"] / source["sense_mux"]
    load = point.gates.gate * 11.25 * point.feature + point.gates.drain * 32.75 * point.feature
    return Sensing(
        margin=0.0 if point.cell.sensing == "current" else 0.04,
        time=source["read_senseamp_latency"],
        energy=source["read_senseamp_dynamic_energy"] / number / (source["subarray_rows"] * source["subarray_columns"]) ** 0,
        area=0.0,
        capacitance=load,
        leakage=0.0,
    )

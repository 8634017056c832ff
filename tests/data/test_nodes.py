"""The CMOS nodes: what must shrink shrinks, energies are the scaling law they claim, and projections say so."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Cell, Node
from remanence.circuit.cell import cell_area
from remanence.data import Draws, build, rows_of

SIZES = (40, 28, 22, 16, 7)
NODES = {size: build(Node, f"cmos-{size}nm") for size in SIZES}
FINFETS = (16, 7)

# Stillmaker and Baas, Integration 58, 74 (2017): energy = a V^2 + b V + c per node, from techscaling.py (MIT)
CURVES = {
    45: (1.103, -0.362, 0.2767),
    32: (0.9559, -0.7823, 0.471),
    20: (0.373, -0.1582, 0.04104),
    16: (0.2958, -0.1241, 0.03024),
    7: (0.1776, -0.09097, 0.02447),
}
HOROWITZ = {"multiply_accumulate_energy": 0.3e-12, "buffer_bit_energy": 10e-12 / 64, "scalar_operation_energy": 3.2e-12}


def energy(node: float, supply: float) -> float:
    """Interpolate linearly between the curves of the two neighbouring nodes."""
    known = sorted(CURVES)
    at = [float(np.polyval(CURVES[size], supply)) for size in known]
    return float(np.interp(node, known, at))


@pytest.mark.parametrize(
    "field",
    [
        "gate_pitch",
        "sram_cell_area",
        "multiply_accumulate_energy",
        "adder_bit_energy",
        "buffer_bit_energy",
        "scalar_operation_energy",
        "multiply_accumulate_area",
        "adder_bit_area",
        "scalar_operation_area",
    ],
)
def test_falls_with_every_node(field: str) -> None:
    values = [getattr(NODES[size], field) for size in SIZES]
    assert np.all(np.diff(values) < 0)


@pytest.mark.parametrize("field", ["metal_pitch", "supply", "threshold"])
def test_never_rises(field: str) -> None:
    # 22 nm processes keep the 90 nm metal of 28 nm, and FinFETs of 16 and 7 nm nearly the same supply
    values = [getattr(NODES[size], field) for size in SIZES]
    assert np.all(np.diff(values) <= 0)
    assert values[-1] < values[0]


@pytest.mark.parametrize("field", ["wire_resistance", "line_resistance"])
def test_wires_grow_resistive_as_they_shrink(field: str) -> None:
    values = [getattr(NODES[size], field) for size in SIZES]
    assert np.all(np.diff(values) > 0)
    assert all(node.line_resistance < node.wire_resistance for node in NODES.values())


@pytest.mark.parametrize("size", SIZES)
def test_wire_resistance_is_that_of_a_wire_of_this_pitch(size: int) -> None:
    """The resistivity that the card implies, rho = R w t at aspect ratio 1.9, is that of thin copper."""
    node = NODES[size]
    width = node.metal_pitch / 2.0
    assert 2e-8 < node.wire_resistance * width * 1.9 * width < 7e-8


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", HOROWITZ)
def test_energies_are_the_scaling_law_they_claim(size: int, field: str) -> None:
    row = next(row for row in rows_of(Node, f"cmos-{size}nm") if row.id.endswith(field))
    supply, reference = float(NODES[size].supply), energy(45, 0.9)
    law = HOROWITZ[field] * energy(size, supply) / reference
    if size == 40:  # a half node of 45 nm: between its two neighbours
        low, high = (HOROWITZ[field] * energy(near, supply) / reference for near in (32, 45))
        assert row.low < law < row.high
    elif size in FINFETS:
        low, high = law, row.high
    else:
        low, high = law, HOROWITZ[field] * energy(32, supply) / reference
    np.testing.assert_allclose([row.low, row.high], [low, high], rtol=0.06)  # cards are rounded to two or three digits
    np.testing.assert_allclose(row.value, np.sqrt(row.low * row.high), rtol=0.03)
    assert row.kind == "projected"


@pytest.mark.parametrize("size", SIZES)
def test_linear_resistance_lies_between_square_law_and_switching(size: int) -> None:
    node = NODES[size]
    square = (node.supply - node.threshold) / (2.0 * node.on_current)
    assert square < node.linear_resistance < 1.99 * node.supply / node.on_current


@pytest.mark.parametrize("size", SIZES)
def test_a_node_says_what_it_is_not_sure_of(size: int) -> None:
    rows = {row.id.rpartition("/")[2]: row for row in rows_of(Node, f"cmos-{size}nm")}
    for name in ("metal_pitch", "gate_pitch"):
        assert rows[name].kind == "measured"
        assert not rows[name].recalled
    for row in rows.values():
        assert "neurosim" not in (row.source + row.locator + row.note).lower()
        assert row.kind != "assumed" or row.note, row.id
    if size in FINFETS:
        assert rows["on_current"].recalled
        high, low = rows["multiply_accumulate_energy"].high, rows["multiply_accumulate_energy"].low
        assert high / low > 4.0, "the two sources disagree, and the card shows it"


@pytest.mark.parametrize("size", SIZES)
def test_a_node_samples_and_carries_a_cell(size: int) -> None:
    node = build(Node, f"cmos-{size}nm", Draws(count=32))
    cell = build(Cell, "stt-1t1mtj")
    area = np.asarray(cell_area(cell, node))
    assert area.shape == (32,)
    assert np.all((area > 0) & np.isfinite(area))


def test_a_magnetic_cell_shrinks_less_than_an_sram_cell() -> None:
    """The write current does not scale: the finding that the cards are for."""
    cell = build(Cell, "stt-1t1mtj")
    ratio = [cell_area(cell, NODES[size]) / NODES[size].sram_cell_area for size in SIZES]
    assert ratio[-1] > 1.5 * ratio[0]

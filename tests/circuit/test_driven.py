"""Cells with a write driver: width, attempts, latency and energy are those of one path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Cell, Node, electrical, layout, search, write
from remanence.circuit import cell as cells
from remanence.circuit.driven import CORNERS, CURVE, driven_width, written
from remanence.circuit.writing import pulse_error, worst_width
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import Draws, build

CELL = build(Cell, "stt-1t1mtj")
NODE, FINS = build(Node, "cmos-22nm"), build(Node, "cmos-7nm")
JUNCTION = CELL.mtj
assert CELL.driver is not None
DRIVER = CELL.driver


@pytest.mark.parametrize("node", [NODE, FINS], ids=["planar", "fins"])
def test_the_transistor_is_that_of_the_worst_corner_and_writes_there(node: Node) -> None:
    width = float(layout.access_width(CELL, node))
    asked = worst_width(JUNCTION, node, DRIVER, error=DRIVER.pulse_error, temperatures=CORNERS, method=CURVE)
    if node.finned:
        fins = width / float(node.fin_width)
        assert fins / 2.0 == pytest.approx(round(fins / 2.0)), "two fingers of whole fins"
        assert asked <= width * (1 + 1e-12) <= asked + 2.0 * float(node.fin_width)
    else:
        assert width == pytest.approx(asked, rel=1e-12, abs=0)
    for kelvin in CORNERS:
        result = written(replace(JUNCTION, temperature=kelvin), node, DRIVER)
        assert max(map(float, result.pulse_error)) <= float(DRIVER.pulse_error) * (1 + 1e-6)


@given(st.floats(1e-4, 1e-2), st.floats(1.5, 50.0))
@settings(deadline=None, max_examples=20)
def test_a_stricter_write_error_takes_a_wider_transistor_or_a_longer_pulse(error: float, less: float) -> None:
    least = float(NODE.metal_pitch)  # no transistor is narrower
    loose, strict = (replace(DRIVER, wordline=1.6, pulse_error=e) for e in (error, error / less))
    wide, narrow = driven_width(JUNCTION, NODE, strict), driven_width(JUNCTION, NODE, loose)
    assert wide > narrow >= least
    longer = driven_width(JUNCTION, NODE, replace(strict, pulse=2.0 * float(DRIVER.pulse)))
    assert longer < wide


@given(st.floats(0.95, 1.3), st.floats(1.0, 1.3))
@settings(deadline=None, max_examples=20)
def test_higher_levels_take_a_narrower_transistor(wordline: float, supply: float) -> None:
    higher = replace(DRIVER, wordline=wordline * 1.7, supply=supply * float(DRIVER.supply))
    lower = replace(higher, wordline=0.97 * float(higher.wordline))
    assert driven_width(JUNCTION, NODE, higher) <= driven_width(JUNCTION, NODE, lower)


@pytest.mark.parametrize("temperature", [233.15, 298.15, 398.15])
@pytest.mark.parametrize("termination", ["fixed", "self"])
def test_the_array_sees_what_writing_says(temperature: float, termination: str) -> None:
    cell = replace(CELL, driver=replace(DRIVER, termination=termination))
    seen = electrical(cell, NODE, temperature, word_bits=72.0)
    said = write(
        replace(JUNCTION, temperature=temperature), NODE, DRIVER, width=layout.access_width(cell, NODE), bits=72.0,
        verify_time=1e-9, self_terminated=termination == "self", method=CURVE,
    )  # fmt: skip
    assert seen.write_energy == pytest.approx(float(said.pulse_energy), rel=1e-12, abs=0)
    assert seen.write_attempts == pytest.approx(float(said.attempts), rel=1e-12, abs=0)
    assert seen.write_current == max(float(point.current) for point in said.point)
    assert seen.write_voltage == DRIVER.supply
    assert float(seen.word_attempts) * (float(seen.write_pulse) + 1e-9) == pytest.approx(
        float(said.latency), rel=1e-12, abs=0
    )


def test_the_latency_of_a_search_is_that_of_the_write_path() -> None:
    """Pulses and verify reads of the chosen macro, without its lines."""
    found = search("stt-1t1mtj", "cmos-22nm", capacity="1 MiB", word_bits=64, check_bits=8, temperature=233.15)
    best = found.best("write_latency")
    parts = best.costs().parts["write_latency"]
    read = sum(np.squeeze(best.costs().parts["read_latency"][name]) for name in ("bitline", "sense"))
    said = write(
        replace(JUNCTION, temperature=233.15), NODE, DRIVER, width=layout.access_width(CELL, NODE), bits=72.0,
        verify_time=float(read), method=CURVE,
    )  # fmt: skip
    assert np.squeeze(parts["pulse"] + parts["verify"]) == pytest.approx(float(said.latency), rel=1e-9, abs=0)
    assert said.word_attempts > 1.03, "a cold word waits for its slowest bit"


def test_a_wider_word_waits_longer_and_costs_the_same_a_bit() -> None:
    one, many = (electrical(CELL, NODE, 233.15, word_bits=bits) for bits in (1.0, 512.0))
    assert many.word_attempts > one.word_attempts
    assert many.write_energy == one.write_energy
    # a pair of junctions is two of them, each of which may be the slowest
    pair = electrical(replace(CELL, topology="2T2MTJ"), NODE, 233.15, word_bits=256.0)
    assert pair.word_attempts == many.word_attempts
    assert pair.write_energy == pytest.approx(2.0 * float(one.write_energy), rel=1e-12, abs=0)


def test_macro_models_take_the_same_write() -> None:
    result = written(JUNCTION, NODE, DRIVER)
    assert cells.write_energy(CELL, NODE) == result.pulse_energy
    assert cells.write_attempts(CELL, NODE) == result.attempts
    assert cells.write_pulse(CELL) == DRIVER.pulse
    assert cells.device_write_voltage(CELL, NODE) == max(float(point.voltage) for point in result.point)


def test_what_cannot_be_written_is_refused_and_names_the_limit() -> None:
    with pytest.raises(InputError, match=r"no transistor can pass it: write supply 0.8 V"):
        layout.cell_area(replace(CELL, driver=replace(DRIVER, supply=0.8)), NODE)
    with pytest.raises(InputError, match=r"must not be wider than 9e-08 m \(Writedriver.widest on this node\)"):
        layout.cell_area(replace(CELL, driver=replace(DRIVER, widest=1.0)), NODE)
    hard = replace(JUNCTION, diameter=15e-9, stack=replace(JUNCTION.stack, breakdown_voltage=0.5))
    with pytest.raises(InputError, match=r"at the breakdown of the barrier, 0.5 V"):
        layout.cell_area(replace(CELL, junction=hard), NODE)


def test_of_draws_those_that_cannot_be_written_take_the_widest_transistor_and_fail_more_often() -> None:
    draws = Draws(count=128)
    cell, node = build(Cell, "stt-1t1mtj", draws), build(Node, "cmos-22nm", draws)
    assert cell.driver is not None
    width = np.asarray(layout.access_width(cell, node))
    capped = width >= float(DRIVER.widest) * np.asarray(node.metal_pitch) * (1 - 1e-12)
    assert 0 < capped.sum() < 0.3 * len(width)
    assert np.isfinite(width).all()
    cold = written(replace(cell.mtj, temperature=233.15), node, cell.driver)
    worst = np.maximum(*(np.asarray(error) for error in cold.pulse_error))
    assert (worst[~capped] <= float(DRIVER.pulse_error) * (1 + 1e-4)).all()
    assert worst[capped].max() > float(DRIVER.pulse_error)
    with pytest.raises(ValueError, match="read-only"):
        width[0] = 1.0


def test_the_closed_bound_is_cautious() -> None:
    """What sizing by it costs in width, as docs/physics/circuit.md says."""
    bound, solved = (
        worst_width(JUNCTION, NODE, DRIVER, error=DRIVER.pulse_error, method=method)
        for method in (CURVE, "fokker-planck")
    )
    assert bound / solved == pytest.approx(1.08, abs=0.02)
    volt = written(JUNCTION, NODE, DRIVER).point[1].voltage
    cautious, exact = (pulse_error(JUNCTION, volt, DRIVER.pulse, "P", method) for method in (CURVE, "fokker-planck"))
    assert exact <= cautious

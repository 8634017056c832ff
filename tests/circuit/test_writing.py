"""The write path: Kirchhoff and the junction's own curve, sizing as an inverse, retry sums against draws, refusals."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.circuit import Node, access_width, write, write_driver
from remanence.circuit.access import drain_current
from remanence.circuit.writing import (
    conducting_share,
    operating_point,
    required_voltage,
    retry,
    word_attempts,
    worst_width,
)
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import junction, write_error_rate

NODE, FINS = build(Node, "cmos-22nm"), build(Node, "cmos-16nm")
DRIVER = write_driver("boosted")
CELL = junction("cofeb-double-mgo", diameter="40 nm", temperature=298.15)
WIDTH = 200e-9
PEERS = Path(__file__).parents[1] / "peers" / "periphery" / "path.csv"


def test_the_transistor_passes_through_the_points_of_its_card() -> None:
    full, low = float(NODE.supply), 1e-6
    node = replace(NODE, linear_resistance=0.2 * full / NODE.on_current)
    assert drain_current(node, full, full, index=1.4, temperature=298.15) == pytest.approx(node.on_current, rel=1e-12)
    slope = drain_current(node, full, low, index=1.4, temperature=298.15) / low
    assert slope == pytest.approx(1.0 / float(node.linear_resistance), rel=1e-4)
    assert drain_current(node, float(node.threshold), full, index=1.4, temperature=298.15) == 0.0
    volts = np.linspace(0.0, 1.5, 40)
    assert np.all(np.diff(drain_current(node, full, volts, index=1.4, temperature=298.15)) >= 0)
    assert np.all(np.diff(drain_current(node, volts, full, index=1.4, temperature=298.15)) >= 0)


@pytest.mark.parametrize("place", ["drain", "source"])
def test_the_law_is_near_simulated_transistors(place: str) -> None:
    """BSIM4 models of three open kits with 0.2 to 5 kohm um in series, on either side."""
    worst = []
    with PEERS.open() as file:
        for row in csv.DictReader(file):
            if row["place"] != place:
                continue
            supply, resistance = float(row["supply_V"]), float(row["resistance_ohm"])
            node = replace(
                NODE,
                supply=supply,
                threshold=float(row["threshold_V"]),
                on_current=float(row["on_current_A"]) * 1e6,
                linear_resistance=float(row["linear_ohm"]) * 1e-6,
            )
            low, high = 0.0, supply
            for _ in range(50):
                over = 0.5 * (low + high)
                gate = supply - (over if place == "source" else 0.0)
                offered = 1e-6 * drain_current(
                    node, gate, supply - over, index=DRIVER.velocity_index, temperature=298.15
                )
                low, high = (over, high) if offered > over / resistance else (low, over)
            worst.append(low / resistance / float(row["current_A"]))
    assert len(worst) == 30
    assert min(worst) > 0.85
    assert max(worst) < 1.2


def test_a_boosted_gate_gives_what_simulated_transistors_give() -> None:
    """Each kit at its lower supply, its gate and drain taken to the upper one."""
    with PEERS.open() as file:
        kits = {(row["kit"], float(row["supply_V"])): row for row in csv.DictReader(file)}
    for name in {kit for kit, _ in kits}:
        low, high = sorted(supply for kit, supply in kits if kit == name)
        card, level = kits[name, low], float(kits[name, low]["threshold_V"])
        node = replace(NODE, supply=low, threshold=level, on_current=float(card["on_current_A"]) * 1e6,
                       linear_resistance=float(card["linear_ohm"]) * 1e-6)  # fmt: skip
        found = drain_current(node, high, high, index=DRIVER.velocity_index, temperature=298.15)
        assert float(found) * 1e-6 == pytest.approx(float(kits[name, high]["on_current_A"]), rel=0.11)


@pytest.mark.parametrize("start", ["AP", "P"])
def test_voltages_and_currents_of_the_path_add_up(start: str) -> None:
    series = 500.0
    point = operating_point(CELL, NODE, DRIVER, width=WIDTH, start=start, series=series)
    assert point.voltage + point.transistor + point.current * series == pytest.approx(DRIVER.supply, rel=1e-12)
    assert point.current == pytest.approx(CELL.current(start, point.voltage), rel=1e-12)
    lift = 0.5 * point.current * series + (point.voltage if start == "P" else 0.0)
    offered = drain_current(
        NODE, DRIVER.wordline - lift, point.transistor, index=DRIVER.velocity_index, temperature=298.15
    )
    assert WIDTH * offered == pytest.approx(point.current, rel=1e-9)


def test_a_lifted_source_takes_current_and_a_wide_transistor_gives_all() -> None:
    down = operating_point(CELL, NODE, DRIVER, width=WIDTH, start="P")
    up = operating_point(CELL, NODE, DRIVER, width=WIDTH, start="AP")
    assert down.voltage < up.voltage
    # what a junction of the resistance of P would get at the drain
    assert down.current < float(NODE.on_current) * WIDTH * 5.0
    wide = operating_point(CELL, NODE, DRIVER, width=1.0, start="AP")
    assert wide.voltage == pytest.approx(DRIVER.supply, rel=1e-4)


@pytest.mark.parametrize("error", [1e-2, 1e-6, 1e-12])
def test_the_required_voltage_is_the_inverse_of_the_write_error(error: float) -> None:
    kelvin = np.array([233.15, 298.15, 423.15])
    cell = replace(CELL, temperature=kelvin)
    needed = required_voltage(cell, error=error, duration="30 ns")
    assert write_error_rate(cell, voltage=needed, duration=30e-9) == pytest.approx(error, rel=2e-3, abs=0)
    assert np.all(np.diff(needed) < 0)


@pytest.mark.parametrize("node", [NODE, FINS], ids=["planar", "fins"])
def test_a_sized_transistor_writes_both_directions(node: Node) -> None:
    cell = replace(CELL, temperature=248.15)
    width = access_width(cell, node, DRIVER, error=1e-6)
    errors = write(cell, node, DRIVER, width=width, verify_time=1e-9).pulse_error
    assert max(errors) <= 1e-6 * 1.01
    if node.finned:
        assert float(width) / float(node.fin_width) == pytest.approx(round(float(width) / float(node.fin_width)))
    else:
        assert max(errors) == pytest.approx(1e-6, rel=1e-2, abs=0)


def test_the_worst_corner_sizes_the_cell() -> None:
    corners = (233.15, 298.15, 423.15)
    each = [float(access_width(replace(CELL, temperature=t), NODE, DRIVER, error=1e-3)) for t in corners]
    assert worst_width(CELL, NODE, DRIVER, error=1e-3, temperatures=corners) == max(each) == each[0]


@given(st.floats(0.0, 1.0), st.integers(1, 12), st.floats(0.0, 0.5))
def test_retry_is_the_sum_over_its_branches(error: float, attempts: int, miss: float) -> None:
    reached, pulses, wrong = 1.0, 0.0, 0.0
    for _ in range(attempts):
        pulses += reached
        wrong += reached * error * miss
        reached *= error * (1.0 - miss)
    found = retry(error, attempts, miss)
    assert found.attempts == pytest.approx(pulses, rel=1e-12)
    assert found.residual == pytest.approx(wrong + reached, rel=1e-9, abs=1e-15)


def test_drawn_words_take_the_attempts_computed() -> None:
    """20,000 words of 32 bits; two-sided false-alarm rate 1e-6 (4.9 standard deviations)."""
    error, most, bits, words = 0.15, 5, 32, 20_000
    stream = Stream(4).child("write")
    left = np.ones((words, bits), bool)
    used, slowest = np.zeros((words, bits)), np.zeros(words)
    for attempt in range(most):
        slowest += left.any(axis=1)
        used += left
        left &= stream.child("pulse", attempt).events(error, (words, bits))
    found = retry(error, most)
    for drawn, expected in (
        (used.mean(axis=1), float(found.attempts)),
        (slowest, float(word_attempts(error, most, bits))),
    ):
        assert abs(drawn.mean() - expected) < 4.9 * drawn.std() / np.sqrt(words)
    share = float(found.residual)
    assert abs(int(left.sum()) - left.size * share) < 4.9 * np.sqrt(left.size * share) + 1
    assert word_attempts(1.0, 3, 8.0) == 3.0
    assert word_attempts(0.0, 3, 8.0) == 1.0


def test_a_self_terminated_pulse_lasts_as_long_as_switching_does() -> None:
    voltage, pulse = 1.0, 30e-9
    times = np.linspace(0.0, pulse, 4001)
    left = np.asarray(write_error_rate(CELL, voltage=voltage, duration=times))
    mean = float(((left[1:] + left[:-1]) / 2.0).sum() * (times[1] - times[0]))
    share = conducting_share(CELL, voltage=voltage, pulse=pulse, detection=0.0)
    assert share == pytest.approx(mean / pulse, rel=1e-3)
    later = conducting_share(CELL, voltage=voltage, pulse=pulse, detection="2 ns")
    assert later == pytest.approx(share + 2e-9 / pulse, rel=1e-9)
    assert conducting_share(CELL, voltage=0.1, pulse=pulse, detection="2 ns") == 1.0


def test_the_energy_is_that_of_the_supply() -> None:
    single = replace(DRIVER, attempts=1, verify_miss=0.0)
    plain = write(CELL, NODE, single, width=WIDTH)
    charge = 0.5 * (plain.point[0].current + plain.point[1].current) * single.pulse
    assert plain.energy == pytest.approx(charge * single.supply / single.efficiency, rel=1e-12)
    assert plain.residual == pytest.approx(0.5 * sum(plain.pulse_error), rel=1e-12, abs=0)
    ended = write(CELL, NODE, single, width=WIDTH, self_terminated=True)
    assert ended.energy < plain.energy
    assert 0 < ended.duty < 1
    verified = write(CELL, NODE, DRIVER, width=WIDTH, verify_time=5e-9, verify_energy=1e-14, bits=64)
    assert verified.residual < plain.residual
    assert verified.verify_energy == pytest.approx(1e-14 * verified.attempts, rel=1e-12)
    assert verified.latency >= DRIVER.pulse + 5e-9


def test_everything_broadcasts() -> None:
    kelvin, widths = np.array([[233.15], [398.15]]), np.array([150e-9, 200e-9, 300e-9])
    full = write(replace(CELL, temperature=kelvin), NODE, DRIVER, width=widths, verify_time=5e-9, self_terminated=True)
    for row, hot in enumerate((233.15, 398.15)):
        for column, width in enumerate(widths.tolist()):
            one = write(replace(CELL, temperature=hot), NODE, DRIVER, width=width, verify_time=5e-9,
                        self_terminated=True)  # fmt: skip
            assert np.asarray(full.energy)[row, column] == pytest.approx(one.energy, rel=1e-9)
            assert np.asarray(full.residual)[row, column] == pytest.approx(one.residual, rel=1e-6, abs=0)


def test_bad_writes_are_refused_and_name_the_limit() -> None:
    with pytest.raises(InputError, match=r"breakdown of the barrier, 1.5 V, a pulse of 1e-09 s still fails"):
        required_voltage(replace(CELL, temperature=233.15), error=1e-9, duration="1 ns")
    with pytest.raises(InputError, match=r"no transistor can pass it: write supply 0.6 V"):
        access_width(CELL, NODE, replace(DRIVER, supply=0.6), error=1e-3)
    with pytest.raises(InputError, match=r"write AP.*wordline 1 V"):
        access_width(CELL, NODE, replace(DRIVER, wordline=1.0), error=1e-3)
    with pytest.raises(InputError, match="must exceed the threshold"):
        operating_point(CELL, NODE, replace(DRIVER, wordline=0.3), width=WIDTH, start="AP")
    with pytest.raises(InputError, match="needs a verify read"):
        write(CELL, NODE, DRIVER, width=WIDTH)
    with pytest.raises(InputError, match="at least 1"):
        retry(0.1, 0)
    with pytest.raises(ValidityError, match="233 to 423"):
        operating_point(replace(CELL, temperature=500.0), NODE, DRIVER, width=WIDTH, start="AP")

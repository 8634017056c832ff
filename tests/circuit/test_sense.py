"""The read path: Pelgrom's law, Gaussian tails, closed forms of develop time, draws of cells, read disturb."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from remanence.circuit import Code, Node, coded_sigma, required_sigma, sense_amplifier, sensing
from remanence.circuit.disturb import disturb_limit
from remanence.circuit.ecc import memory_failure, word_error_rate
from remanence.circuit.sense import (
    Spread,
    develop_time,
    latched,
    offset_sigma,
    process_spread,
    reachable_sigma,
    read_error_rate,
    regeneration_time,
    signal,
    state_error_rates,
)
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import junction, process, read_disturb, sample, sample_conductances
from remanence.device.variation import nominal

NODE = build(Node, "cmos-22nm")
LATCH = sense_amplifier("latch-22nm")
CELL = junction("cofeb-double-mgo", diameter="40 nm", temperature=298.15)
READ: dict[str, Any] = {"voltage": 0.15, "series": 3e3}
LOAD: dict[str, Any] = {"capacitance": 2e-14}


def test_the_offset_falls_with_the_root_of_the_area() -> None:
    larger = replace(LATCH, width=4.0 * LATCH.width)
    assert offset_sigma(larger) == pytest.approx(0.5 * float(offset_sigma(LATCH)), rel=1e-12)
    area = float(LATCH.width * LATCH.gate_length)
    assert offset_sigma(LATCH) == pytest.approx(LATCH.offset_factor * LATCH.mismatch / area**0.5, rel=1e-12)


@given(st.floats(10.0, 1e12), st.floats(0.01, 0.999))
def test_so_many_standard_deviations_give_the_yield(elements: float, passing: float) -> None:
    k = float(required_sigma(elements, passing=passing))
    assert np.exp(elements * np.log1p(-ndtr(-k))) == pytest.approx(passing, rel=1e-6)


def test_sigmas_of_usual_memories() -> None:
    assert required_sigma(2.0**20) == pytest.approx(5.20, abs=0.01)
    assert required_sigma(2.0**30) == pytest.approx(6.36, abs=0.01)
    # 100 spared of a million: the Gaussian tail of 1e-4
    assert required_sigma(1e6, spared=100.0) == pytest.approx(3.719, abs=1e-3)
    with pytest.raises(InputError, match="fewer than the elements"):
        required_sigma(10.0, spared=10.0)


def test_the_reference_is_in_the_middle_and_a_complement_doubles_the_signal() -> None:
    mid = signal(CELL, LATCH, **READ)
    assert mid.reference == pytest.approx(0.5 * (mid.parallel + mid.antiparallel), rel=1e-14)
    single = replace(LATCH, reference_pairs=1, clamp_area=0.0)
    one = signal(CELL, single, **READ).reference_spread
    # the mean of one cell in each state; eight of each spread less by the root of eight
    assert one == pytest.approx(0.5 * np.hypot(mid.parallel_spread, mid.antiparallel_spread), rel=1e-12)
    eight = signal(CELL, replace(LATCH, clamp_area=0.0), **READ).reference_spread
    assert eight == pytest.approx(one / np.sqrt(8.0), rel=1e-12)
    quiet = Spread(0.0, 0.0)
    still = replace(LATCH, clamp_area=0.0)
    half = develop_time(signal(CELL, still, spread=quiet, **READ), still, sigmas=5.0, **LOAD)[0]
    pair = replace(still, reference="complement")
    full = develop_time(signal(CELL, pair, spread=quiet, **READ), pair, sigmas=5.0, **LOAD)[0]
    assert full == pytest.approx(0.5 * half, rel=1e-12)


def test_spreads_are_the_slopes_of_the_currents() -> None:
    film = CELL.stack
    currents = signal(CELL, LATCH, **READ)
    step = 1e-5
    shifted = replace(CELL, stack=replace(film, resistance_area=film.resistance_area * np.exp(step)))
    moved = signal(shifted, LATCH, **READ)
    slope = abs(float(moved.parallel) - float(currents.parallel)) / step
    assert currents.parallel_spread == pytest.approx(slope * film.resistance_spread, rel=1e-4)


def test_fully_tied_spreads_of_resistance_and_tmr_add_up() -> None:
    alone = [
        signal(CELL, LATCH, spread=Spread(*pair), **READ).antiparallel_spread for pair in ((0.05, 0.0), (0.0, 0.04))
    ]
    both = signal(CELL, LATCH, spread=Spread(0.05, 0.04, 1.0), **READ).antiparallel_spread
    assert both == pytest.approx(sum(map(float, alone)), rel=1e-12)


def test_heat_and_voltage_take_the_signal() -> None:
    kelvin = np.array([233.15, 298.15, 398.15, 423.15])
    s = signal(replace(CELL, temperature=kelvin), LATCH, **READ)
    assert np.all(np.diff(s.parallel - s.antiparallel) < 0)
    volts = np.array([0.05, 0.1, 0.2, 0.4])
    s = signal(CELL, LATCH, voltage=volts, series=3e3)
    assert np.all(np.diff((s.parallel - s.antiparallel) / s.parallel) < 0)


@pytest.mark.parametrize("k", [3.5, 4.5, 5.5])
def test_at_the_develop_time_the_weaker_state_fails_with_the_tail_of_k(k: float) -> None:
    """The integral over log-normal cells, so that neither first order nor the sum of two worst cases passes."""
    for pairs in (1, 8):
        latch = replace(LATCH, reference_pairs=pairs)
        time, left = develop_time(signal(CELL, latch, **READ), latch, sigmas=k, **LOAD)
        worse = max(map(float, state_error_rates(CELL, latch, time=time, **READ, **LOAD)))
        assert ndtr(-k) / 1.5 < worse < 1.5 * ndtr(-k)
        s = signal(CELL, latch, **READ)
        assert 0 < left < s.parallel - s.antiparallel


@pytest.mark.parametrize("k", [2.0, 4.5])
def test_with_normal_spreads_alone_independent_worst_cases_add_in_quadrature(k: float) -> None:
    """Narrow cells: D^2 = k^2 (s^2 + (o C/t)^2), the closed form."""
    narrow = Spread(0.002, 0.001)
    for reference in ("midpoint", "complement", "resistor"):
        latch = replace(LATCH, reference=reference, reference_spread=0.01)
        s = signal(CELL, latch, spread=narrow, **READ)
        time, _ = develop_time(s, latch, sigmas=k, **LOAD)
        noise = offset_sigma(latch) * LOAD["capacitance"] / time
        pair = s.parallel - s.antiparallel
        gaps = [(0.5 * pair, s.parallel_spread), (0.5 * pair, s.antiparallel_spread)]
        if reference == "complement":
            gaps = [(pair, np.hypot(s.parallel_spread, s.antiparallel_spread))]
        tails = [gap / np.sqrt(own**2 + s.reference_spread**2 + noise**2) for gap, own in gaps]
        assert min(tails) == pytest.approx(k, rel=1e-3)


def test_cells_alone_end_the_read_where_the_lognormal_meets_the_reference() -> None:
    ideal = replace(LATCH, clamp_area=0.0, reference="resistor")
    s = signal(CELL, ideal, spread=Spread(0.05, 0.0), **READ)
    border = READ["voltage"] / float(s.reference) - READ["series"]
    reach = np.log(border / float(CELL.resistance("P"))) / 0.05
    assert reachable_sigma(s, ideal) == pytest.approx(reach, rel=1e-5)
    for k in (0.99 * reach, 1.01 * reach):
        if k < reach:
            assert develop_time(s, ideal, sigmas=k, **LOAD)[0] > 0
        else:
            with pytest.raises(InputError, match=f"leaves {reach:.3g} standard deviations however long"):
                develop_time(s, ideal, sigmas=k, **LOAD)


def test_a_search_senses_as_long_as_the_path_does() -> None:
    """What `latched` hands to an array charges the same load in the same time."""
    for elements in (2.0**20, 2.0**26):
        k = float(required_sigma(elements))
        asked = latched(CELL, NODE, LATCH, elements=elements, **READ)
        s = signal(CELL, LATCH, **READ)
        current = 0.5 * float(s.parallel - s.antiparallel) - float(asked.lost)
        time = develop_time(s, LATCH, sigmas=k, **LOAD)[0]
        assert LOAD["capacitance"] * float(asked.margin) / current == pytest.approx(time, rel=1e-12, abs=0)


@pytest.mark.parametrize("bits", [64, 128])
def test_a_stronger_code_asks_for_fewer_standard_deviations(bits: int) -> None:
    words = 2.0**26 / bits
    codes = [Code(kind="none", data_bits=bits), Code(kind="SECDED", data_bits=bits)]
    codes += [Code(kind="BCH", data_bits=bits, corrects=t) for t in (2, 3)]
    sigmas = [float(coded_sigma(code, words)) for code in codes]
    assert sigmas[0] == pytest.approx(float(required_sigma(2.0**26)), rel=1e-9)
    assert sigmas == sorted(sigmas, reverse=True)
    for code, k in zip(codes, sigmas, strict=True):  # and so many give the yield
        assert memory_failure(word_error_rate(code, float(ndtr(-k))), words) == pytest.approx(0.1, rel=1e-6)


def test_quiet_cells_misread_by_the_offset_alone() -> None:
    still = replace(LATCH, clamp_area=0.0)
    quiet = Spread(0.0, 0.0)
    s = signal(CELL, still, spread=quiet, **READ)
    noise = float(offset_sigma(still)) * LOAD["capacitance"] / 1e-10
    expected = ndtr(-(s.parallel - s.reference) / noise)  # both sides alike
    found = read_error_rate(CELL, still, time=1e-10, spread=quiet, **READ, **LOAD)
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_spread_cells_misread_where_the_lognormal_crosses_the_reference() -> None:
    """Offset and reference nearly quiet: only cells whose R_P lies beyond the reference fail; closed form."""
    wide = Spread(0.12, 0.0)
    ideal = replace(LATCH, clamp_area=0.0, reference="resistor", mismatch=1e-13)
    s = signal(CELL, ideal, spread=wide, **READ)
    parallel, extra = float(CELL.resistance("P")), READ["series"]
    high = READ["voltage"] / float(s.antiparallel) - extra
    border = READ["voltage"] / float(s.reference) - extra
    expected = 0.5 * (ndtr(-np.log(border / parallel) / 0.12) + ndtr(np.log(border / high) / 0.12))
    # an offset of 0.3 of the spread of the cells smooths the sum over cells and widens the tail by little
    noise = 0.25 * float(s.antiparallel_spread)
    time = float(offset_sigma(ideal)) * LOAD["capacitance"] / noise
    found = read_error_rate(CELL, ideal, time=time, spread=wide, **READ, **LOAD)
    assert expected < found < 2.0 * expected


@pytest.mark.parametrize("tied", [0.0, 0.7])
def test_drawn_cells_misread_as_integrated(tied: float) -> None:
    """200,000 drawn cells of each state at a strong spread; two-sided false-alarm rate 1e-6 (4.9 standard deviations).

    Untied spreads are drawn by `device.sample_conductances`.
    """
    film = replace(CELL.stack, resistance_spread=0.2, tmr_spread=0.15, residual_write_error=0.0)
    cell, count, time = replace(CELL, stack=film), 200_000, 1e-9
    spread = Spread(0.2, 0.15, tied)
    s = signal(cell, LATCH, spread=spread, **READ)
    noise = np.hypot(s.reference_spread, float(offset_sigma(LATCH)) * LOAD["capacitance"] / time)
    expected = state_error_rates(cell, LATCH, time=time, spread=spread, **READ, **LOAD)
    parallel, tmr = nominal(cell, READ["voltage"], READ["series"])
    for state, share in enumerate(map(float, expected)):
        own = Stream(11).child("state", state)
        target = np.full(count, bool(state))
        if tied:
            first, second = own.child("first").normal(count), own.child("second").normal(count)
            ratio = np.maximum(tmr * (1.0 + 0.15 * (tied * first + np.sqrt(1.0 - tied**2) * second)), 0.0)
            conductances = 1.0 / (parallel * np.exp(0.2 * first) * (1.0 + state * ratio) + READ["series"])
        else:
            conductances = sample_conductances(
                cell, target, voltage=READ["voltage"], series_resistance=READ["series"], stream=own
            )
        reference = s.reference + noise * own.child("latch").normal(count)
        wrong = int(((READ["voltage"] * conductances > reference) == target).sum())
        assert 1e-3 < share < 0.1
        assert abs(wrong - count * share) < 4.9 * np.sqrt(count * share)


def test_the_quadrature_reaches_the_far_tail() -> None:
    """In the far tail the first order and the integral agree where the spread is small."""
    narrow = Spread(0.002, 0.0)
    still = replace(LATCH, clamp_area=0.0)
    s = signal(CELL, still, spread=narrow, **READ)
    k = 7.0
    time = develop_time(s, still, sigmas=k, **LOAD)[0]
    found = float(read_error_rate(CELL, still, time=time, spread=narrow, **READ, **LOAD))
    assert found == pytest.approx(ndtr(-k), rel=0.2)


def test_everything_broadcasts() -> None:
    kelvin, volts = np.array([[233.15], [423.15]]), np.array([0.1, 0.15, 0.2])
    cell = replace(CELL, temperature=kelvin)
    full = read_error_rate(cell, LATCH, voltage=volts, time=1e-9, **LOAD)
    both = sensing(cell, NODE, LATCH, voltage=volts, sigmas=4.0, **LOAD)
    assert np.shape(full) == np.shape(both.time) == np.shape(both.energy) == (2, 3)
    for row, hot in enumerate((233.15, 423.15)):
        one = replace(CELL, temperature=hot)
        for column, volt in enumerate(volts.tolist()):
            single = read_error_rate(one, LATCH, voltage=volt, time=1e-9, **LOAD)
            assert np.asarray(full)[row, column] == pytest.approx(single, rel=1e-10, abs=0)
            alone = sensing(one, NODE, LATCH, voltage=volt, sigmas=4.0, **LOAD)
            assert np.asarray(both.time)[row, column] == pytest.approx(alone.time, rel=1e-12)


def test_a_process_spreads_the_resistance_as_its_devices_do() -> None:
    flow = process("embedded-300mm")
    spread = process_spread(flow, 40e-9)
    drawn = sample("cofeb-double-mgo", flow, count=2**14, diameter=40e-9)
    logs = np.log(drawn.resistance("P"))
    assert spread.resistance == pytest.approx(logs.std(), rel=0.02)
    tied = np.corrcoef(logs, np.log(drawn.stack.tunnel_magnetoresistance))[0, 1]
    assert spread.correlation == pytest.approx(tied, abs=0.02)


def test_the_latch_takes_a_logarithm_of_time() -> None:
    small, large = (regeneration_time(LATCH, NODE, temperature=298.15, difference=d) for d in (0.01, 0.1))
    unit = NODE.supply * (NODE.gate_capacitance + NODE.drain_capacitance) / NODE.on_current
    assert small - large == pytest.approx(LATCH.regeneration * unit * np.log(10.0), rel=1e-12)
    assert regeneration_time(LATCH, NODE, temperature=298.15, difference=1.0) == 0.0


def test_the_disturb_limit_is_the_inverse_and_falls_with_heat() -> None:
    kelvin = np.array([233.15, 298.15, 398.15, 423.15])
    cell = replace(CELL, temperature=kelvin)
    most = disturb_limit(cell, duration=5e-9, probability=1e-12)
    for reads in (1.0, 1e6):
        found = disturb_limit(cell, duration=5e-9, probability=1e-12, reads=reads)
        back = read_disturb(cell, voltage=found.voltage, duration=5e-9, reads=reads)
        assert back == pytest.approx(1e-12, rel=1e-3, abs=0)
        assert np.all(found.overdrive <= most.overdrive)
    assert np.all(np.diff(most.overdrive) < 0)
    assert most.current == pytest.approx(cell.current("AP", most.voltage), rel=1e-9)


def test_bad_reads_are_refused_and_name_the_limit() -> None:
    wide = Spread(0.15, 0.05)
    with pytest.raises(InputError, match=r"leaves [\d.]+ standard deviations however long"):
        sensing(CELL, NODE, LATCH, sigmas=6.0, spread=wide, **READ, **LOAD)
    weak = junction("cofeb-double-mgo", diameter="20 nm", temperature=423.15)
    with pytest.raises(InputError, match="thermal stability"):
        disturb_limit(weak, duration=1e9, probability=1e-15)
    with pytest.raises(ValidityError, match="round"):
        disturb_limit(replace(CELL, aspect_ratio=2.0), duration=1e-9, probability=1e-9)
    with pytest.raises(InputError, match="voltage"):
        signal(CELL, LATCH, voltage=-0.1)


def test_the_latch_of_a_search_is_that_of_a_read() -> None:
    """Energy, area and margin agree with `sensing`; more cells ask for more margin and leave less signal."""
    device = junction("cofeb-double-mgo", diameter=40e-9, temperature=298.15)
    node, card = build(Node, "cmos-22nm"), sense_amplifier("latch-22nm")
    few, many = (latched(device, node, card, voltage=0.15, series=2e3, elements=count) for count in (2**20, 2**30))
    read = sensing(device, node, card, voltage=0.15, series=2e3, capacitance=20e-15, sigmas=required_sigma(2**20))
    assert few.energy == pytest.approx(float(read.latch_energy), rel=1e-12, abs=0)
    assert few.area == pytest.approx(float(read.area), rel=1e-12, abs=0)
    assert few.time == pytest.approx(float(read.regenerate), rel=1e-12, abs=0)
    assert few.margin == pytest.approx(float(required_sigma(2**20) * offset_sigma(card)), rel=1e-12, abs=0)
    assert many.margin > few.margin
    assert many.lost > few.lost
    hot = latched(replace(device, temperature=398.15), node, card, voltage=0.15, series=2e3, elements=2**20)
    assert hot.leakage > 10 * np.asarray(few.leakage)

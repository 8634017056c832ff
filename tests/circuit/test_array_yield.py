"""Arrays of junctions: no spread gives the closed forms, weighed draws agree with plain ones, Poisson repair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaincc

from remanence.circuit import (
    BitErrors,
    Code,
    Node,
    access_width,
    bit_errors,
    code_cost,
    gate_library,
    memory_yield,
    repair_yield,
    require_retention,
    required_sigma,
    sense_amplifier,
    sensing,
    write,
    write_driver,
)
from remanence.circuit.array_yield import PARTS, TEMPERATURES, retention_limit
from remanence.circuit.disturb import disturb_limit
from remanence.circuit.ecc import allowed_raw_rate, word_error_rate
from remanence.circuit.sense import offset_sigma, reachable_sigma, signal
from remanence.circuit.writing import operating_point, retry
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import build
from remanence.device import Process, junction, process, sample, write_error_rate

NODE = build(Node, "cmos-22nm")
LATCH, DRIVER = sense_amplifier("latch-22nm"), write_driver("boosted")
FLOW = process("embedded-300mm")
CELL = junction("cofeb-double-mgo", diameter="40 nm")
PATH: dict[str, Any] = {
    "width": 200e-9, "read_voltage": 0.15, "capacitance": 2e-14, "develop": 1e-9, "retention": "10 year"
}  # fmt: skip
TEN_YEARS = 315576000.0


def still(flow: Process) -> Process:
    """The process without any spread."""
    return replace(flow, diameter_spread=0.0, thickness_spread=0.0, resistance_area_spread=0.0, anisotropy_spread=0.0,
                   tmr_spread=0.0)  # fmt: skip


def test_without_spread_the_array_is_its_nominal_cell() -> None:
    one = bit_errors(CELL, still(FLOW), NODE, LATCH, DRIVER, count=64, groups=2, widening=1.0, reads=1e6, **PATH)
    for place, kelvin in enumerate(one.temperatures):
        cell = replace(CELL, temperature=float(kelvin))
        assert one.rates["retention"][place] == pytest.approx(float(cell.loss_probability(TEN_YEARS)), rel=1e-9, abs=0)
        wrong = 0.0
        for start in ("AP", "P"):
            point = operating_point(cell, NODE, DRIVER, width=PATH["width"], start=start)
            error = write_error_rate(cell, voltage=point.voltage, duration=DRIVER.pulse, method="upper bound")
            wrong += 0.5 * float(retry(error, DRIVER.attempts, DRIVER.verify_miss).residual)
        assert one.rates["write"][place] == pytest.approx(wrong, rel=1e-9, abs=0)
    assert all(np.all(one.total >= rate * (1.0 - 1e-12)) for rate in one.rates.values())
    assert set(one.rates) == set(PARTS)
    assert one.table().shape == (4, 7)


def test_weighed_draws_agree_with_plain_ones() -> None:
    """A small junction loses bits often: the plain mean resolves it, the widened one must agree."""
    small = replace(CELL, diameter=30e-9)
    path = {**PATH, "retention": 86400.0, "width": 150e-9}
    wide = bit_errors(small, FLOW, NODE, LATCH, DRIVER, temperatures=(423.15,), count=2048, groups=8, **path)
    drawn = sample("cofeb-double-mgo", FLOW, count=2**14, diameter=30e-9, temperature=423.15, seed=5)
    plain = float(np.mean(drawn.loss_probability(86400.0)))
    assert 1e-4 < plain < 0.1
    spread = float(wide.rate_errors["retention"][0])
    assert spread < 0.1 * plain
    assert wide.rates["retention"][0] == pytest.approx(plain, abs=5.0 * spread + 0.03 * plain)
    narrow = bit_errors(small, FLOW, NODE, LATCH, DRIVER, temperatures=(423.15,), count=2048, groups=8, widening=1.0,
                        seed=1, **path)  # fmt: skip
    both = np.hypot(narrow.rate_errors["read"], wide.rate_errors["read"])
    # the far tail of the read is out of reach of plain draws; where they see it they agree
    assert np.all(np.abs(narrow.rates["read"] - wide.rates["read"]) < 5.0 * both + 0.5 * wide.rates["read"])


@pytest.fixture(scope="module")
def array() -> BitErrors:
    return bit_errors(CELL, FLOW, NODE, LATCH, DRIVER, count=1024, groups=4, **PATH)


def test_heat_loses_bits_and_cold_is_hard_to_write(array: BitErrors) -> None:
    assert np.all(np.diff(array.rates["retention"]) > 0)
    assert array.rates["write"][0] > array.rates["write"][-1]
    assert np.all(np.diff(array.rates["read"]) > 0)  # the TMR falls
    assert np.all(array.soft <= array.total)


def test_a_code_and_redundancy_help(array: BitErrors) -> None:
    none, secded = Code(kind="none", data_bits=64), Code(kind="SECDED", data_bits=64)
    double = Code(kind="BCH", data_bits=64, corrects=2)
    bare, coded, stronger = (memory_yield(array, code, capacity=2.0**25) for code in (none, secded, double))
    assert np.all(coded.word_error <= bare.word_error)
    assert np.all(stronger.word_error <= coded.word_error)
    assert bare.repaired == 1.0
    assert coded.word_error == pytest.approx(word_error_rate(secded, coded.bit_error), rel=1e-12)
    repaired = memory_yield(array, secded, capacity=2.0**25, repairs=16)
    assert np.all(repaired.bit_error <= coded.bit_error)
    assert repaired.words == 2.0**19


def test_repairs_suffice_with_the_probability_of_poisson() -> None:
    zeros = np.zeros(1)
    errors = BitErrors(
        temperatures=np.array([300.0]), rates={}, rate_errors={}, total=zeros, total_error=zeros, soft=zeros,
        defects=2.0 / 2**20, defects_error=0.0, shorted=0.0, screen=1e-3,
    )  # fmt: skip
    code = Code(kind="none", data_bits=64)
    for repairs in (0, 1, 5):
        found = memory_yield(errors, code, capacity=2.0**20, repairs=repairs)
        assert found.repaired == pytest.approx(float(gammaincc(repairs + 1.0, 2.0)), rel=1e-12)
    assert memory_yield(errors, code, capacity=2.0**20, repairs=0).repaired == pytest.approx(np.exp(-2.0), rel=1e-12)


def test_a_retention_target_out_of_reach_names_the_limit() -> None:
    cell = replace(CELL, temperature=423.15)
    longest = float(retention_limit(cell, loss=1e-9))
    assert cell.loss_probability(longest) == pytest.approx(1e-9, rel=1e-6, abs=0)
    require_retention(cell, duration=0.99 * longest, loss=1e-9)
    with pytest.raises(InputError, match=r"423 K.*reaches 1.0\de\+06 s.*stability there is 55.3, 61.\d is needed"):
        require_retention(cell, duration="10 year", loss=1e-9)
    many = replace(CELL, temperature=np.array([298.15, 398.15, 423.15]))
    with pytest.raises(InputError, match="1 of 3 are bad"):
        require_retention(many, duration="10 year", loss=1e-9)


def test_the_needed_stability_is_enough() -> None:
    cell = replace(CELL, temperature=423.15)
    with pytest.raises(InputError) as caught:
        require_retention(cell, duration="10 year", loss=1e-9)
    needed = float(str(caught.value).split(" is needed")[0].split(", ")[-1])
    tau = float(cell.damping_time)
    # the asymptote of the dwell time, sqrt(pi/Delta) exp(Delta)
    assert tau * np.sqrt(np.pi / needed) * np.exp(needed) * 1e-9 == pytest.approx(TEN_YEARS, rel=0.1)


def test_bad_arrays_are_refused() -> None:
    with pytest.raises(InputError, match="single design"):
        bit_errors(replace(CELL, diameter=np.array([4e-8, 5e-8])), FLOW, NODE, LATCH, DRIVER, **PATH)
    with pytest.raises(InputError, match="must be a whole number"):
        bit_errors(CELL, FLOW, NODE, LATCH, DRIVER, count=3, **PATH)
    with pytest.raises(InputError, match="at most 4"):
        bit_errors(CELL, FLOW, NODE, LATCH, DRIVER, widening=9.0, **PATH)


def test_the_page_of_physics_quotes_what_the_code_gives() -> None:
    """docs/physics/circuit.md, "Reading, writing, codes, yield"."""
    kelvin = np.array(TEMPERATURES)
    cell = replace(CELL, temperature=kelvin)
    assert float(offset_sigma(LATCH)) == pytest.approx(11.7e-3, rel=0.01)
    assert required_sigma(2.0 ** np.array([20, 25, 30])) == pytest.approx([5.2, 5.8, 6.4], abs=0.05)
    for k, expected in ((4.0, 0.264), (5.9, 0.504)):
        read = sensing(cell, NODE, LATCH, voltage=0.15, series=3e3, capacitance=2e-14, sigmas=k)
        assert np.asarray(read.time)[1] * 1e9 == pytest.approx(expected, rel=0.02)
    reach = reachable_sigma(signal(cell, LATCH, voltage=0.15, series=3e3), LATCH)
    assert np.asarray(reach)[[1, 3]] == pytest.approx([8.0, 7.3], abs=0.05)
    limit = disturb_limit(cell, duration=5e-9, probability=1e-9, reads=1e6)
    assert limit.overdrive == pytest.approx([0.56, 0.46, 0.26, 0.19], abs=0.01)
    widths = access_width(cell, NODE, DRIVER, error=1e-3)
    assert widths == pytest.approx([99e-9, 90e-9, 90e-9, 90e-9], rel=0.02)
    core = replace(DRIVER, supply=NODE.supply, wordline=NODE.supply)
    shares = [
        float(operating_point(replace(CELL, temperature=298.15), NODE, levels, width=200e-9, start=start).current)
        / (200e-9 * float(NODE.on_current))
        for levels, start in ((core, "P"), (core, "AP"), (DRIVER, "P"))
    ]
    assert shares == pytest.approx([0.24, 0.46, 1.04], abs=0.01)
    warm = replace(CELL, temperature=np.array([298.15, 398.15]))
    full, ended = (
        write(warm, NODE, DRIVER, width=200e-9, verify_time=5e-9, self_terminated=cut) for cut in (False, True)
    )
    assert 1.0 - np.asarray(ended.energy) / np.asarray(full.energy) == pytest.approx([0.80, 0.85], abs=0.01)
    codes = [Code(kind="SECDED", data_bits=64), *(Code(kind="BCH", data_bits=64, corrects=t) for t in (2, 3))]
    gates = gate_library("static-cmos")
    for code, raw, time, area in zip(
        codes, (2.0e-8, 2.4e-6, 2.7e-5), (0.19, 0.56, 0.69), (760, 5400, 9000), strict=True
    ):
        assert allowed_raw_rate(code, 1e-12) == pytest.approx(raw, rel=0.03)
        cost = code_cost(code, NODE, gates)
        assert float(cost.decode_time) * 1e9 == pytest.approx(time, rel=0.03)
        assert float(cost.area) * 1e12 == pytest.approx(area, rel=0.01)
    path = {**PATH, "width": 110e-9}
    found = bit_errors(CELL, FLOW, NODE, LATCH, DRIVER, **path)
    assert found.rates["write"] == pytest.approx([8.8e-7, 2.4e-11, 6.6e-15, 5.8e-16], rel=0.1, abs=0)
    assert found.rates["retention"] == pytest.approx([4e-43, 2e-25, 1.3e-7, 2.1e-4], rel=0.2, abs=0)
    none, secded, double = (
        memory_yield(found, code, capacity=2.0**25) for code in (Code(kind="none", data_bits=64), *codes[:2])
    )
    assert none.failure[2] == pytest.approx(0.99, abs=0.01)
    assert secded.failure[2] == pytest.approx(2e-5, rel=0.2)
    assert double.failure[3] == pytest.approx(0.30, abs=0.02)


@given(st.floats(1e-9, 1e-3), st.integers(1, 200_000), st.integers(0, 6), st.integers(1, 100))
def test_spares_repair_with_the_poisson_probability(share: float, cells: int, spares: int, subarrays: int) -> None:
    found = float(repair_yield(share, cells=cells, spares=spares, subarrays=subarrays))
    expected = stats.poisson.cdf(spares, share * cells) ** subarrays
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert found <= float(repair_yield(share, cells=cells, spares=spares + 1, subarrays=subarrays))

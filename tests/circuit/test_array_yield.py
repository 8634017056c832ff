"""Arrays of junctions: no spread gives the closed forms, weighed draws agree with plain ones, Poisson repair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import gammaincc

from remanence.circuit import (
    BitErrors,
    Code,
    Node,
    bit_errors,
    memory_yield,
    require_retention,
    sense_amplifier,
    write_driver,
)
from remanence.circuit.array_yield import PARTS, retention_limit
from remanence.circuit.ecc import word_error_rate
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

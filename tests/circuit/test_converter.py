"""Converter regression against the sheet's values and the published coefficients; the floor that no estimate passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Converter
from remanence.circuit.converter import FASTEST_CLOCK, KINDS
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import Draws, build

MHZ100_22NM = Converter(bits=6, rate=1e8, gate_length=22e-9)


def by_sheet(bits: int, rate: float, nanometres: float) -> tuple[float, float]:
    """The regression as the circuit sheet prints it (3.5): energy in pJ, area in um^2."""
    merit = min(213.781 - 2.8719 * np.log(rate), 128.307 + 3.22051 * bits)
    snr = 6.02 * bits + 1.76
    energy = 1.0 / (2.0 * 10.0 ** ((merit - snr) / 10.0))
    energy *= np.exp(26.0496 + 1.88004 * np.log(nanometres) - 2.82913 * np.log(bits) - 1.4702)
    area = np.exp(1.34619 + 0.99328 * np.log(nanometres) + 0.18072 * np.log(rate) + 0.29912 * np.log(energy))
    return float(energy), float(area)


@pytest.mark.parametrize(
    ("bits", "picojoule", "square_um"), [(4, 0.456, 1827.0), (5, 0.462, 1835.0), (6, 0.526, 1907.0), (8, 0.846, 2198.0)]
)
def test_values_at_22_nm_and_100_ms_per_s(bits: int, picojoule: float, square_um: float) -> None:
    converter = replace(MHZ100_22NM, bits=bits)
    # the values were computed with 6.02 B + 1.76 for the signal-to-noise ratio and cut, not rounded, to three digits
    assert converter.energy == pytest.approx(picojoule * 1e-12, rel=3e-3, abs=0)
    assert converter.area == pytest.approx(square_um * 1e-12, rel=1e-3, abs=0)


@given(st.integers(4, 14), st.floats(1e5, 9e9), st.floats(20e-9, 130e-9))
@settings(deadline=None)
def test_the_regression_is_the_published_one(bits: int, rate: float, length: float) -> None:
    converter = Converter(bits=bits, rate=rate, gate_length=length)
    energy, area = by_sheet(bits, rate, length * 1e9)
    rounding = 4e-3  # six printed digits of coefficients times logarithms near 20, and 0.0057 dB at 8 bits
    expected = max(energy * 1e-12, KINDS["uniform"].floor * 2.0**bits)
    assert converter.energy == pytest.approx(expected, rel=rounding, abs=0)
    assert converter.area == pytest.approx(area * 1e-12, rel=rounding, abs=0)


@given(st.integers(2, 14), st.floats(1e3, 9e9), st.floats(3e-9, 130e-9), st.floats(1e-3, 10.0))
@settings(deadline=None)
def test_no_estimate_passes_below_the_best_published_converter(
    bits: int, rate: float, length: float, factor: float
) -> None:
    converter = Converter(bits=bits, rate=rate, gate_length=length, energy_factor=factor)
    assert converter.energy >= 1.83e-15 * 2.0**bits
    cheaper = replace(converter, energy_factor=factor / 2.0)
    assert cheaper.energy <= converter.energy
    assert cheaper.area == converter.area


def test_the_floor_binds_where_the_regression_leaves_the_survey() -> None:
    """8 bits at 7 nm: the regression gives 0.38 fJ a step, below any published converter."""
    assert by_sheet(8, 1e8, 7.0)[0] * 1e-12 / 256.0 == pytest.approx(0.38e-15, rel=0.02, abs=0)
    assert Converter(bits=8, rate=1e8, gate_length=7e-9).energy == 1.83e-15 * 256.0


def test_factors_scale_energy_and_area_apart() -> None:
    scaled = replace(MHZ100_22NM, energy_factor=3.5, area_factor=0.25)
    assert scaled.energy == pytest.approx(3.5 * MHZ100_22NM.energy, rel=1e-14, abs=0)
    assert scaled.area == pytest.approx(0.25 * MHZ100_22NM.area, rel=1e-14, abs=0)


def test_it_broadcasts() -> None:
    rates, factors = np.array([1e7, 1e8, 1e9]), np.array([[0.3], [3.0]])
    fine = replace(MHZ100_22NM, bits=14)  # the rate limits the figure of merit only at many bits
    grid = replace(fine, rate=rates, energy_factor=factors)
    assert np.ptp(np.asarray(grid.energy)[0]) > 0.0
    for (row, column), energy in np.ndenumerate(np.asarray(grid.energy)):
        alone = replace(fine, rate=float(rates[column]), energy_factor=float(factors[row, 0]))
        assert energy == pytest.approx(alone.energy, rel=1e-14, abs=0)
        assert np.asarray(grid.area)[column] == pytest.approx(alone.area, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("field", "wrong"), [("bits", 1), ("bits", 15), ("rate", 1e10), ("kind", "delta-sigma"), ("bits", 0), ("bits", 40)]
)
def test_outside_the_survey_it_refuses(field: str, wrong: float | str) -> None:
    with pytest.raises(InputError, match=f"Converter.{field}"):
        replace(MHZ100_22NM, **{field: wrong})


REAL = {"SAR": "sar-mismatch-6bit-22nm", "flash": "flash-5bit-22nm", "ramp": "ramp-6bit-22nm",
        "cyclic": "cyclic-6bit-22nm"}  # fmt: skip


def test_each_kind_has_a_card_of_its_own() -> None:
    for kind, name in REAL.items():
        card = build(Converter, name)
        assert card.kind == kind
        assert card.varies


@pytest.mark.parametrize(("kind", "cycles", "comparators"), [("uniform", 1, 1), ("SAR", 6, 1), ("cyclic", 6, 1),
                                                             ("flash", 1, 63), ("ramp", 64, 1)])  # fmt: skip
def test_a_conversion_takes_the_decisions_of_its_kind(kind: str, cycles: int, comparators: int) -> None:
    converter = replace(MHZ100_22NM, kind=kind)
    assert (converter.cycles, converter.comparators) == (cycles, comparators)
    assert converter.clock == cycles * 1e8


def test_a_clock_that_no_converter_has_is_refused() -> None:
    edge = FASTEST_CLOCK / 64
    assert replace(MHZ100_22NM, kind="ramp", rate=edge).clock == FASTEST_CLOCK
    with pytest.raises(InputError, match="64 decisions in each conversion"):
        replace(MHZ100_22NM, kind="ramp", rate=1.01 * edge)


def test_no_kind_is_cheaper_than_its_best_published_converter() -> None:
    """P/fsnyq/2**ENOB from the rows of the survey, ENOB = (SNDR - 1.76 dB)/6.02 dB."""
    records = {"flash": (8.5e-3, 5e9, 30.9), "cyclic": (0.86e-3, 4e6, 74.0)}
    for kind, (power, rate, sndr) in records.items():
        per_step = power / rate / 2 ** ((sndr - 1.76) / 6.02)
        assert KINDS[kind].floor == pytest.approx(per_step, rel=1e-3, abs=0)
        cheap = replace(MHZ100_22NM, kind=kind, energy_factor=1e-6)
        assert cheap.energy == KINDS[kind].floor * 64
    assert replace(MHZ100_22NM, kind="SAR", energy_factor=1e-6).energy == 1.83e-15 * 64


@pytest.mark.parametrize("name", [*REAL.values(), "sar-6bit-22nm"])
def test_the_energy_interval_of_a_card_comes_through(name: str) -> None:
    median, drawn = build(Converter, name), np.asarray(build(Converter, name, Draws(count=64)).energy)
    assert drawn.min() <= median.energy < drawn.max()  # the record can bind at and below the median


def test_an_error_of_another_kind_is_refused() -> None:
    for kind in KINDS:
        for name in ("capacitor_mismatch", "comparator_spread", "slope_spread", "gain_spread", "stage_offset", "noise"):
            if name in KINDS[kind].errors:
                assert getattr(replace(MHZ100_22NM, kind=kind, rate=1e6, **{name: 0.1}), name) == 0.1
            else:
                with pytest.raises(InputError, match="has no such error"):
                    replace(MHZ100_22NM, kind=kind, rate=1e6, **{name: 0.1})

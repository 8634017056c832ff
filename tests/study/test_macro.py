"""Choosing a storage macro: what is asked for, what is refused, and that the choice is the least."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from remanence.circuit import Cell, Redundancy
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.data import Draws, build
from remanence.study.macro import capacities, choose, code_of, latch_of, retention_of


def _at(table: pd.DataFrame, row: str | float, column: str) -> float:
    """One number of a table."""
    return float(table[column].to_numpy(dtype=np.float64)[list(table.index).index(row)])


def test_the_chosen_macro_is_the_least_of_all() -> None:
    for quantity in ("read_latency", "area", "read_energy"):
        one = choose("sram-6t", "cmos-22nm", capacity="1 MiB", word_bits=64, ecc="secded", optimise=quantity,
                     draws=Draws(count=16))  # fmt: skip
        assert float(one.best[quantity][0]) == float(np.min(one.macros[quantity]))
        low, median, high = one.figures.loc[quantity, ["low", "median", "high"]].to_numpy(dtype=np.float64)
        assert low <= median <= high
    assert one.code.check_bits == 8


def test_check_bits_cost_area_and_a_code_costs_time() -> None:
    plain, coded = (
        choose("reram-1t1r", "cmos-22nm", capacity="1 MiB", word_bits=64, ecc=ecc, draws=Draws(count=16))
        for ecc in ("none", "bch2")
    )
    assert np.min(coded.macros["area"]) > np.min(plain.macros["area"])
    assert np.min(coded.macros["read_latency"]) > np.min(plain.macros["read_latency"])
    assert (plain.code.check_bits, coded.code.check_bits) == (0, 14)


def test_a_retention_target_out_of_reach_names_the_limit() -> None:
    with pytest.raises(InputError, match=r"its thermal stability there is 55\.3, 61\.1 is needed"):
        choose("stt-1t1mtj", "cmos-22nm", capacity="1 MiB", word_bits=64, retention=retention_of("10 year @ 150 degC"))


def test_a_word_without_bits_is_told_as_a_word() -> None:
    for word in (0, -8):
        with pytest.raises(InputError, match=r"word_bits: got '?-?[08]'?; must be a whole number"):
            choose("stt-1t1mtj", "cmos-22nm", capacity="1 MiB", word_bits=word, ecc="secded")


def test_a_temperature_out_of_range_is_refused() -> None:
    for asked in ({"temperature": 500.0}, {"retention": retention_of("10 year @ 300 degC")}):
        with pytest.raises(ValidityError, match=r"must be from 233 to 423\.15 K"):
            choose("stt-1t1mtj", "cmos-22nm", capacity="1 MiB", word_bits=64, **asked)


def test_an_alias_names_the_node_and_an_unknown_one_is_offered_the_nearest() -> None:
    one, same = (choose("stt-1t1mtj", node, capacity="1 MiB", word_bits=64, draws=Draws(count=16))
                 for node in ("22ull", "cmos-22nm"))  # fmt: skip
    assert one.node == same.node == "cmos-22nm"
    assert one.figures.equals(same.figures)
    assert one.sigmas is not None
    with pytest.raises(UnknownNameError, match="22ull"):
        choose("sram-6t", "22ul", capacity="1 MiB", word_bits=64)


def test_a_code_lets_the_latch_bear_fewer_standard_deviations_and_buys_a_raw_rate() -> None:
    plain, secded, double = (
        choose("stt-1t1mtj", "cmos-22nm", capacity="8 MiB", word_bits=128, ecc=ecc, draws=Draws(count=64))
        for ecc in ("none", "secded", "bch2")
    )
    assert (plain.sigmas or 0) > (secded.sigmas or 0) > (double.sigmas or 0) > 0
    assert plain.raw_rate == plain.plain_rate == secded.plain_rate < secded.raw_rate < double.raw_rate
    assert ndtr(-(secded.sigmas or 0)) == pytest.approx(secded.raw_rate, rel=1e-9, abs=0)
    assert np.isinf(_at(plain.figures, "read_latency", "high")), "without a code some draws leave no signal"
    for coded in (secded, double):
        assert np.isfinite(coded.figures.to_numpy(dtype=np.float64)).all()


def test_power_down_keeps_what_it_says() -> None:
    for cell in ("stt-1t1mtj", "sram-6t"):
        one = choose(cell, "cmos-22nm", capacity="1 MiB", word_bits=64, draws=Draws(count=32))
        power = one.power
        assert list(power.index) == ["leakage", "standby", "wake_time", "wake_energy"]
        assert (power["low"] <= power["median"]).all()
        assert (power["median"] <= power["high"]).all()
        assert (power > 0).all(axis=None)
        assert _at(power, "standby", "median") < _at(power, "leakage", "median")
        assert _at(power, "standby", "high") == _at(one.figures, "standby", "high")
    assert one.yields is None, "latches have no junctions"


def test_yields_follow_temperature_code_and_spares() -> None:
    asked: dict[str, Any] = {"capacity": "1 MiB", "word_bits": 64, "draws": Draws(count=16)}
    bare, coded, spared = (
        choose("stt-1t1mtj", "cmos-22nm", **asked, ecc=ecc, redundancy=spares)
        for ecc, spares in (("none", None), ("secded", None), ("secded", Redundancy(rows=4, columns=2)))
    )
    tables = [one.yields for one in (bare, coded, spared)]
    for table in tables:
        assert table is not None
        assert list(table.index) == [-40.0, 25.0, 125.0, 150.0]
        assert ((table >= 0) & (table <= 1)).all(axis=None)
        assert (np.diff(table["retention"]) > 0).all()
        assert (np.diff(table["write"]) < 0).all()
        parts = table[["read", "write", "retention", "shorted"]]
        assert (table["bit_error"] <= parts.sum(axis=1) * (1 + 1e-6)).all()
        assert (table["bit_error"] >= parts.max(axis=1) * (1 - 1e-6)).all()
        assert (table["yield_with_code"] >= table["yield_without_code"] - 1e-12).all()
    assert tables[0] is not None
    assert tables[1] is not None
    assert tables[2] is not None
    assert _at(tables[1], 25.0, "yield_with_code") > 0.9, "what the latch was sized for"
    assert _at(tables[0], 25.0, "yield_with_code") > 0.9
    assert _at(tables[2], 125.0, "yield_repaired") > _at(tables[1], 125.0, "yield_with_code")
    assert (tables[2]["yield_repaired"] >= tables[2]["yield_with_code"]).all(), "spares cost no yield"
    area = [float(np.min(one.macros["area"])) for one in (bare, coded, spared)]
    assert area == sorted(area)


def test_a_pair_of_complements_is_its_own_reference() -> None:
    pair = choose("stt-2t2mtj", "cmos-22nm", capacity="1 MiB", word_bits=64, draws=Draws(count=16))
    assert np.isfinite(_at(pair.figures, "read_latency", "median"))
    assert latch_of("latch-22nm", build(Cell, "stt-2t2mtj")).reference == "complement"
    assert latch_of("latch-22nm", build(Cell, "stt-1t1mtj")).reference == "midpoint"


def test_capacities_and_targets_are_read() -> None:
    assert capacities("32 Mbit") == ["32 Mbit"]
    assert capacities("1 MiB:8 MiB:x2") == ["1 MiB", "2 MiB", "4 MiB", "8 MiB"]
    assert capacities("1MiB:2MiB:x2") == ["1 MiB", "2 MiB"]
    for bad in ("1 MiB:8 MiB", "1 MiB:8 MiB:2", "8 MiB:1 MiB:x2", "1 MiB:8 MiB:x1"):
        with pytest.raises(InputError, match="capacity"):
            capacities(bad)
    with pytest.raises(InputError, match="must be a time @ a temperature"):
        retention_of("10 year")
    with pytest.raises(UnknownNameError, match="secded"):
        code_of("sceded", 64)
    with pytest.raises(UnknownNameError, match="read_latency"):
        choose("sram-6t", "cmos-22nm", capacity="1 MiB", word_bits=64, optimise="read_latncy")
